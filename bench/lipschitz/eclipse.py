"""ECLipsE and ECLipsE-Fast (eclipse-nn): python eclipse.py FILE ECLipsE|ECLipsE_Fast. Global upper bounds."""
import sys

import torch
from eclipse_nn.LipConstEstimator import LipConstEstimator

from network import read, report

torch.set_num_threads(1)
file, method = sys.argv[1:3]
network = read(file)
weights = [torch.from_numpy(network.W), torch.from_numpy(network.a[None, :])]


def compute():
    value = float(LipConstEstimator(weights=weights).estimate(method))
    return {"value": value, "status": "done"}


report(compute)
