"""A saved network, f(x) = sum_l a_l max(0, <w_l, x> + b_l) + c, and what every peer's script prints."""
import json
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class Network:
    W: np.ndarray  # k x d
    b: np.ndarray  # k
    a: np.ndarray  # k

    @property
    def A(self) -> np.ndarray:
        """diag(a) W, k x d: the gradient at x is the sum of the rows whose neuron is active there."""
        return self.a[:, None] * self.W


def read(path: str) -> Network:
    """Reads a safetensors file: eight bytes with the length of a JSON header, the header, the numbers (all F64)."""
    data = Path(path).read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    body = memoryview(data)[8 + length :]

    def tensor(name: str) -> np.ndarray:
        start, end = header[name]["data_offsets"]
        assert header[name]["dtype"] == "F64"
        return np.frombuffer(body[start:end], dtype="<f8").reshape(header[name]["shape"]).copy()

    return Network(tensor("W"), tensor("b").reshape(-1), tensor("a").reshape(-1))


def report(compute) -> None:
    """Prints what compute() returns, {"value", "status", ...}, with its wall time. Reading and imports do not count."""
    start = time.perf_counter()
    result = compute()
    seconds = time.perf_counter() - start
    json.dump({**result, "seconds": seconds}, sys.stdout)
    print()
