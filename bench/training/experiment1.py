"""
The whole of Experiment 1 at the paper's sizes on all cores, lawrob beside an eager PyTorch script of the same experiment:
python experiment1.py [--limit COUNT], which writes experiment1.json and its table of bench/README.md.

The script is what a researcher would write: one process a core with one thread each (faster here than one process with a
thread a core), trials handed out longest first; data, labels and weights drawn by PyTorch; the network, Adam and the
stopping rule of peers.py; of each kept network the maximum random gradient of 1000 draws, from its folded weights in two
products. Both sides have the sizes of results/exp1 and are timed from start to end, start-up and files included. lawrob goes
before and after PyTorch, with all its measures and with none but the maximum random gradient; last with one worker.
"""
import argparse
import csv
import json
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tables import write_tables

here = Path(__file__).parent
root = here.parent.parent
sys.path.insert(0, str(here.parent))
from machine import machine  # noqa: E402

single = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}
# experiments/exp1.yaml, scale paper.
grid = ["--n", "100:2000:100", "--d", "50:n/8", "--k", "max(10,n/50),max(10,n/20),n/10,n/5,n/3,n/2,n", "--max-steps", "2000"]
epsilon, rate, most_steps, draws = 0.02, 0.003, 2000, 1000


def lawrob(*options):
    """Seconds, kept networks and steps of a sweep, and its sizes."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "sweep"
        command = ["node", str(root / "dist/cli/main.js"), "sweep", *grid, *options, "--out", str(out)]
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        seconds = time.perf_counter() - start
        with open(out / "trials.csv") as lines:
            trials = list(csv.DictReader(lines))
        engine = json.loads((out / "manifest.json").read_text())["engine"]
    kept = sum(trial["outcome"] == "kept" for trial in trials)
    steps = sum(int(trial["steps"]) for trial in trials)
    sizes = [tuple(int(trial[name]) for name in "ndk") for trial in trials]
    return {"seconds": seconds, "kept": kept, "steps": steps, "engine": engine["version"]}, sizes


def start_torch(core):
    os.sched_setaffinity(0, {core.get()})
    import torch

    torch.set_num_threads(1)
    torch.set_num_interop_threads(1)


def train(size):
    """Steps, whether it memorises, and its maximum random gradient."""
    import torch

    n, d, k = size
    torch.manual_seed(hash(size) & 0xFFFF)
    X = torch.randn(n, d) / d**0.5
    y = torch.randint(0, 2, (n,)).float() * 2 - 1
    inner = torch.nn.Linear(d, k, bias=False)
    normalise = torch.nn.BatchNorm1d(k, eps=1e-5, track_running_stats=False)
    outer = torch.nn.Linear(k, 1, bias=False)
    model = torch.nn.Sequential(inner, normalise, torch.nn.ReLU(), outer).train()
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    for step in range(most_steps + 1):
        optimiser.zero_grad()
        f = model(X)[:, 0]
        loss = torch.nn.functional.mse_loss(f, y)
        kept = loss.item() <= epsilon and bool((f * y > 0).all())
        if kept or step == most_steps:
            break
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        h = X @ inner.weight.T
        scale = normalise.weight / torch.sqrt(h.var(0, unbiased=False) + 1e-5)
        W = scale[:, None] * inner.weight
        b = normalise.bias - scale * h.mean(0)
        Z = torch.randn(draws, d) / d**0.5
        gates = ((Z @ W.T + b) > 0).float() * outer.weight
        gradient = (gates @ W).norm(dim=1).max().item()
    return step, kept, gradient


def pytorch(sizes):
    context = multiprocessing.get_context("spawn")
    start = time.perf_counter()
    cores = context.Queue()
    for core in os.sched_getaffinity(0):
        cores.put(core)
    os.environ.update(single)
    with context.Pool(len(os.sched_getaffinity(0)), start_torch, (cores,)) as pool:
        longest_first = sorted(sizes, key=lambda size: -size[0] * size[1] * size[2])
        rows = list(pool.imap_unordered(train, longest_first))
        pool.close()
        pool.join()
    seconds = time.perf_counter() - start
    import torch

    kept, steps = sum(kept for _, kept, _ in rows), sum(steps for steps, _, _ in rows)
    return {"seconds": seconds, "kept": kept, "steps": steps, "engine": f"torch {torch.__version__}"}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--limit", type=int, help="PyTorch trains the first so many sizes only, to try this script")
    options = parser.parse_args()
    results = {"date": date.today().isoformat(), "machine": machine(), "load_before": os.getloadavg()[0], "runs": []}

    def add(name, result):
        results["runs"].append({"name": name, **result})
        print(json.dumps(results["runs"][-1]), file=sys.stderr)

    for turn in range(2):
        for name, measure in (("lawrob, all measures", "bracket,spectral,weight"), ("lawrob, no bracket", "none")):
            result, sizes = lawrob("--measure", measure)
            add(name, result)
        if turn == 0:
            add("PyTorch eager", pytorch(sizes[: options.limit]))
    result, _ = lawrob("--measure", "none", "--workers", "1")
    add("lawrob, no bracket, one worker", result)
    results["trials"] = len(sizes)
    results["load_after"] = os.getloadavg()[0]
    if options.limit is None:
        (here / "experiment1.json").write_text(json.dumps(results, indent=1) + "\n")
        write_tables()


if __name__ == "__main__":
    main()
