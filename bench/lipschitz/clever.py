"""
CLEVER (Weng et al., 2018) of the Adversarial Robustness Toolbox: python clever.py FILE RADIUS. An estimate.

ART returns a score, margin / L for L its extreme-value estimate of the largest gradient norm in the ball around 0, or
the radius where that is smaller. With two classes of logits f(x) - f(0) + margin and 0, L is margin / score.
"""
import sys

import numpy as np
import torch
from art.estimators.classification import PyTorchClassifier
from art.metrics import clever_t
from torch import nn

from network import read, report

torch.set_num_threads(1)
np.random.seed(1)
network = read(sys.argv[1])
radius = float(sys.argv[2])
k, d = network.W.shape
margin = 1e-3 * radius


class TwoClasses(nn.Module):
    def __init__(self):
        super().__init__()
        self.W, self.b, self.a = (torch.from_numpy(array).float() for array in (network.W, network.b, network.a))
        self.offset = margin - self.value(torch.zeros(1, d))

    def value(self, x):
        return torch.relu(x @ self.W.T + self.b) @ self.a

    def forward(self, x):
        value = self.value(x) + self.offset
        return torch.stack([value, torch.zeros_like(value)], dim=1)


def compute():
    classifier = PyTorchClassifier(
        TwoClasses(), loss=nn.CrossEntropyLoss(), input_shape=(d,), nb_classes=2, device_type="cpu"
    )
    origin = np.zeros(d, dtype=np.float32)
    score = clever_t(classifier, origin, 1, nb_batches=500, batch_size=1024, radius=radius, norm=2, pool_factor=5)
    if not score < radius:
        return {"value": None, "status": "score at the radius"}
    return {"value": margin / float(score), "status": "done"}


report(compute)
