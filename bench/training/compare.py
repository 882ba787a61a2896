"""
Times lawrob's engines beside TF.js autodiff, PyTorch and JAX on the same trials, and writes results.json and the tables of
bench/README.md: python compare.py TRIALS [--rounds 3] [--seconds 1] [--only blas,jax-jit]

Each competitor is one process, pinned to one core and one thread. They take turns: in a round, each times its steps at a
shape before the next shape comes. Then each trains all trials of one sweep, each of them in turn too. The machine's sgemm
peak is NumPy's (2000 x 2000 x 2000, one thread), measured in every round.
"""
import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np

from tables import write_tables

sys.path.insert(0, str(Path(__file__).parent.parent))
from machine import machine  # noqa: E402

here = Path(__file__).parent
core = max(os.sched_getaffinity(0))
threads = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS")}
xla = {"XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false", "JAX_PLATFORMS": "cpu", "NPROC": "1"}
node = ["node", "--import", "tsx", "ours.ts"]
python = [sys.executable, "-W", "ignore", "peers.py"]
competitors = {
    "blas": node, "wasm": node, "tensorflow": node, "tfjs-autodiff": node,
    "torch-eager": python, "torch-compile": python, "jax-jit": python,
}


class Competitor:
    def __init__(self, name, folder):
        self.name = name
        self.process = subprocess.Popen(
            [*competitors[name], name, folder], cwd=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, env={**os.environ, **threads, **xla},
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
        )

    def ask(self, **task):
        self.process.stdin.write(json.dumps(task) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"{self.name} ended at {task}")
        return json.loads(line)

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def sgemm_peak():
    A, B = (np.random.default_rng(i).standard_normal((2000, 2000), dtype=np.float32) for i in (0, 1))
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        A @ B
        best = min(best, time.perf_counter() - start)
    return 2 * 2000**3 / best


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("trials")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=1, help="of steps a shape, a competitor and a round")
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(competitors))
    options = parser.parse_args()
    trials = json.loads((Path(options.trials) / "trials.json").read_text())
    shapes = [trial for trial in trials if trial["purpose"] == "step"]
    sweep = [trial for trial in trials if trial["purpose"] == "sweep"]
    os.sched_setaffinity(0, {core})

    results = {
        "date": date.today().isoformat(), "machine": machine(), "python": platform.python_version(),
        "rounds": options.rounds, "load_before": os.getloadavg()[0],
    }
    running = [Competitor(name, str(Path(options.trials).resolve())) for name in options.only]
    peaks, times, trained = [], {}, {}
    for number in range(options.rounds):
        peaks.append(sgemm_peak())
        for trial in shapes:
            # Each round begins with another one.
            for competitor in running[number % len(running):] + running[: number % len(running)]:
                answer = competitor.ask(task="steps", trial=trial, seconds=options.seconds)
                shape = f"{trial['n']},{trial['d']},{trial['k']}"
                times.setdefault(shape, {}).setdefault(competitor.name, []).append(statistics.median(answer["times"]))
                print(number, shape, competitor.name, f"{1e3 * times[shape][competitor.name][-1]:.3f} ms", file=sys.stderr)
    for trial in sweep:
        for competitor in running:
            answer = competitor.ask(task="train", trial=trial)
            trained.setdefault(competitor.name, []).append({**answer, "n": trial["n"], "d": trial["d"], "k": trial["k"]})
        print(trial["name"], *(f"{trained[c.name][-1]['seconds']:.2f}" for c in running), file=sys.stderr)
    results["sgemm_flops"] = peaks
    results["step_seconds"] = times
    results["trained"] = trained
    results["competitors"] = {competitor.name: competitor.ask(task="memory") for competitor in running}
    results["load_after"] = os.getloadavg()[0]
    for competitor in running:
        competitor.end()
    (here / "results.json").write_text(json.dumps(results, indent=1) + "\n")
    write_tables()


if __name__ == "__main__":
    main()
