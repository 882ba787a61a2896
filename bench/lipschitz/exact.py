"""
The exact constant where it is cheap: python exact.py FILE. When W has rank k every pattern of gates occurs on an open
set, so the constant is the largest norm of a sum of rows of A over all 2^k subsets. For k <= 20, else null.
"""
import sys

import numpy as np

from network import read, report

network = read(sys.argv[1])


def compute():
    k, _ = network.W.shape
    if k > 20 or np.linalg.matrix_rank(network.W) < k:
        return {"value": None, "status": "not known"}
    gram = network.A @ network.A.T
    largest = 0.0
    for start in range(0, 2**k, 2**12):
        patterns = np.arange(start, min(start + 2**12, 2**k))
        gates = (patterns[:, None] >> np.arange(k)) & 1
        largest = max(largest, float(np.einsum("pi,ij,pj->p", gates, gram, gates, optimize=True).max()))
    return {"value": float(np.sqrt(largest)), "status": "all patterns"}


report(compute)
