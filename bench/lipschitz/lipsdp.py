"""
LipSDP-Neuron (Fazlyab, Robey, Hassani, Morari, Pappas, 2019) in cvxpy: python lipsdp.py FILE SCS|CLARABEL SECONDS FORM

FORM lmi: the programme as published, for one hidden layer with slopes in [0, 1] and T diagonal:
    minimise L^2  subject to  [[L^2 I, -W'T], [-TW, 2T - aa']] >= 0,  T >= 0.
When d > k, W is first rotated to k coordinates, which leaves L and makes the peer faster.

FORM compact: the same optimum from a matrix of k + 1 rows: minimise sum(t)/4 subject to diag(t) >= BB',
B = [sum of the rows of A; A], A = diag(a) W.

The value is what the solver returns: it bounds the constant only as far as the solver converged.
"""
import sys

import cvxpy as cp
import numpy as np

from network import read, report

file, solver, seconds, form = sys.argv[1:5]
network = read(file)
options = {
    "SCS": {"max_iters": 10**6, "time_limit_secs": float(seconds)},
    "CLARABEL": {"time_limit": float(seconds), "max_threads": 1},
}[solver]


def lmi():
    W, a = network.W, network.a
    k, d = W.shape
    if d > k:
        W = np.linalg.qr(W.T)[1].T
        d = k
    squared = cp.Variable()
    t = cp.Variable(k, nonneg=True)
    TW = cp.multiply(cp.reshape(t, (k, 1), order="C"), W)
    matrix = cp.bmat([[squared * np.eye(d), -TW.T], [-TW, 2 * cp.diag(t) - np.outer(a, a)]])
    return squared, [matrix >> 0]


def compact():
    B = np.vstack([network.A.sum(0), network.A])
    t = cp.Variable(len(B), nonneg=True)
    return cp.sum(t) / 4, [cp.diag(t) - B @ B.T >> 0]


def compute():
    objective, constraints = {"lmi": lmi, "compact": compact}[form]()
    problem = cp.Problem(cp.Minimize(objective), constraints)
    try:
        problem.solve(solver=solver, **options)
    except cp.error.SolverError as error:
        return {"value": None, "status": f"solver error: {str(error).splitlines()[0]}"}
    value = problem.value
    usable = value is not None and np.isfinite(value) and value >= 0
    return {"value": float(np.sqrt(value)) if usable else None, "status": problem.status}


report(compute)
