"""
Runs lawrob and its peers on saved networks, one process and one thread each, and writes results.json and the tables
of README.md: python compare.py NETWORKS [--limit 300] [--rounds 3] [--peers ours,SCS] [--only 500,100,200] [--all]

NETWORKS holds one folder of `lawrob sweep --save networks,data` for each network. With --peers or --only the rest of
results.json stays, and its "later" says when that was. After a peer ran out of time or memory it is not tried on more
neurons, unless --all.
"""
import argparse
import csv
import json
import os
import platform
import resource
import signal
import statistics
import subprocess
import sys
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tables import write_tables

sys.path.insert(0, str(Path(__file__).parent.parent))
from machine import machine  # noqa: E402

here = Path(__file__).parent
memory_limit = 8 << 30
# A process is given this long beyond its limit for starting and for handing its solution over.
grace = 30
packages = ["eclipse-nn", "cvxpy", "scs", "clarabel", "auto-LiRPA", "adversarial-robustness-toolbox", "torch", "numpy"]
one_thread = {
    name: "1"
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
}


def peers(limit):
    """The command of each method for a file and the radius of a ball, in the order of a round."""
    python = [sys.executable, "-W", "ignore"]
    lipsdp = lambda solver, form: lambda file, radius: [*python, "lipsdp.py", file, solver, str(limit), form]
    return {
        "ours": lambda file, radius: ["node", "--import", "tsx", "ours.ts", file],
        "ECLipsE-Fast": lambda file, radius: [*python, "eclipse.py", file, "ECLipsE_Fast"],
        "ECLipsE": lambda file, radius: [*python, "eclipse.py", file, "ECLipsE"],
        "LipSDP SCS": lipsdp("SCS", "lmi"),
        "LipSDP Clarabel": lipsdp("CLARABEL", "lmi"),
        "LipSDP compact SCS": lipsdp("SCS", "compact"),
        "LipSDP compact Clarabel": lipsdp("CLARABEL", "compact"),
        "auto_LiRPA": lambda file, radius: [*python, "lirpa.py", file, radius],
        "CLEVER": lambda file, radius: [*python, "clever.py", file, radius],
    }


def run(command, limit):
    """One run in a process of its own: what it prints, or why it printed nothing."""
    def restrict():
        if command[0] != "node":  # V8 reserves more address space than it uses.
            resource.setrlimit(resource.RLIMIT_AS, (memory_limit, memory_limit))

    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=here, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, **one_thread}, preexec_fn=restrict,
    )
    try:
        out, err = process.communicate(timeout=limit + grace)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return {"value": None, "status": "time", "seconds": None}
    if process.returncode == 0:
        result = json.loads(out.splitlines()[-1])
        if result["seconds"] >= 0.99 * limit and result["status"] not in ("done", "optimal"):
            result["status"] = f"time ({result['status']})"
        notes = [line for line in out.splitlines()[:-1] if "Falling back" in line]
        if notes:
            result["status"] = "fell back to ECLipsE-Fast"
        return {**result, "process_seconds": time.perf_counter() - start}
    lines = [line for line in err.splitlines() if line.strip()]
    last = lines[-1] if lines else f"exit {process.returncode}"
    memory = any(word in err for word in ("MemoryError", "memory allocation", "bad_alloc", "can't allocate"))
    return {"value": None, "status": f"memory: {last}" if memory else f"error: {last}", "seconds": None}


def networks(folder):
    for directory in sorted(Path(folder).iterdir()):
        files = list(directory.glob("networks/*.safetensors"))
        if not files:
            continue
        with open(directory / "trials.csv") as table:
            row = next(csv.DictReader(table))
        n, d, k = (int(row[name]) for name in "ndk")
        yield {"n": n, "d": d, "k": k, "outcome": row["outcome"]}, str(files[0].resolve())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("networks")
    parser.add_argument("--limit", type=float, default=300, help="seconds of one peer on one network")
    parser.add_argument("--rounds", type=int, default=3, help="runs of what takes under 10 s, interleaved")
    parser.add_argument("--peers", type=lambda text: text.split(","))
    parser.add_argument("--only", action="append", type=lambda text: [int(part) for part in text.split(",")])
    parser.add_argument("--all", action="store_true", help="try peers on networks larger than where they gave up")
    options = parser.parse_args()
    commands = peers(options.limit)
    chosen = options.peers or list(commands)

    path = here / "results.json"
    partial = bool(options.peers or options.only)
    results = json.loads(path.read_text()) if partial and path.exists() else {"networks": []}
    known = {(entry["n"], entry["d"], entry["k"]): entry for entry in results["networks"]}
    conditions = {
        "date": date.today().isoformat(),
        "machine": machine(),
        "versions": {
            **{name: version(name) for name in packages},
            "python": platform.python_version(),
            "node": subprocess.check_output(["node", "--version"], text=True).strip(),
        },
        "memory_limit_gb": memory_limit >> 30,
        "load_before": os.getloadavg()[0],
    }
    if "date" in results:
        results.setdefault("later", []).append({"options": sys.argv[2:], **conditions})
    else:
        results.update(conditions)

    work = []
    for network, file in networks(options.networks):
        size = (network["n"], network["d"], network["k"])
        if options.only and list(size) not in options.only:
            continue
        entry = known.setdefault(size, {**network, "peers": {}})
        entry.update(network)
        work.append((entry, file))
    work.sort(key=lambda item: (item[0]["k"], item[0]["n"], item[0]["d"]))
    results["networks"] = sorted(known.values(), key=lambda entry: (entry["k"], entry["n"], entry["d"]))

    gave_up = {}
    for round_number in range(options.rounds):
        for entry, file in work:
            size = ",".join(str(entry[name]) for name in "ndk")
            if "exact" not in entry:
                entry["exact"] = run([sys.executable, "exact.py", file], options.limit)["value"]
            for peer in chosen:
                previous = entry["peers"].get(peer) if round_number else None
                if previous and not (previous["seconds"] and previous["seconds"] < 10):
                    continue
                if peer in gave_up and entry["k"] > gave_up[peer]["k"] and not options.all:
                    at = gave_up[peer]
                    result = {"value": None, "seconds": None, "status": f"not tried: {at['why']} at k = {at['k']}"}
                    entry["peers"][peer] = {**result, "limit": options.limit}
                    continue
                ours = entry["peers"].get("ours", {})
                radius = repr(ours.get("witness_norm", 1) * (1 + 1e-9))
                result = run(commands[peer](file, radius), options.limit)
                why = result["status"].split(":")[0].split(" ")[0]
                if why in ("time", "memory"):
                    gave_up.setdefault(peer, {"k": entry["k"], "why": why})
                times = [*(previous or {}).get("all_seconds", []), result["seconds"]]
                entry["peers"][peer] = {**result, "limit": options.limit, "all_seconds": times}
                if None not in times:
                    entry["peers"][peer]["seconds"] = statistics.median(times)
                line = f"{size:>14}  {peer:<24} {result['value']}  {result['seconds']} s  {result['status']}"
                print(line, file=sys.stderr)
                path.write_text(json.dumps(results, indent=1) + "\n")
    (results["later"][-1] if "later" in results else results)["load_after"] = os.getloadavg()[0]
    path.write_text(json.dumps(results, indent=1) + "\n")
    write_tables(results, here / "README.md")


if __name__ == "__main__":
    main()
