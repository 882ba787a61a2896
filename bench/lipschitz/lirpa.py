"""
auto_LiRPA: python lirpa.py FILE RADIUS. An upper bound on the gradient's norm over the ball of that radius around 0.

The newest version on PyPI has no operator for Jacobians, so its two linear steps are put together here: bounds of the
pre-activations over the ball say which gates are fixed; bounds of the gradient's coordinates over the box of gates
follow; their largest Euclidean norm is the value.
"""
import sys

import torch
from auto_LiRPA import BoundedModule, BoundedTensor, PerturbationLpNorm
from torch import nn

from network import read, report

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
network = read(sys.argv[1])
radius = float(sys.argv[2])


def linear(matrix, bias=None):
    layer = nn.Linear(matrix.shape[1], matrix.shape[0], bias=bias is not None)
    layer.weight.data = torch.from_numpy(matrix.copy())
    if bias is not None:
        layer.bias.data = torch.from_numpy(bias)
    return layer


def bounds(layer, center, perturbation):
    model = BoundedModule(nn.Sequential(layer), center)
    return model.compute_bounds(x=(BoundedTensor(center, perturbation),), method="backward")


def compute():
    k, d = network.W.shape
    low, high = bounds(linear(network.W, network.b), torch.zeros(1, d), PerturbationLpNorm(norm=2, eps=radius))
    gates_low, gates_high = (low > 0).double(), (high >= 0).double()
    box = PerturbationLpNorm(norm=float("inf"), x_L=gates_low, x_U=gates_high)
    low, high = bounds(linear(network.A.T), (gates_low + gates_high) / 2, box)
    value = torch.maximum(low.abs(), high.abs()).norm().item()
    fixed = int((gates_low == gates_high).sum())
    return {"value": value, "status": f"done, {fixed} of {k} gates fixed"}


report(compute)
