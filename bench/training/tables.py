"""Writes the tables of bench/README.md, between its markers, from results.json: python tables.py"""
import json
import re
from pathlib import Path
from statistics import median

here = Path(__file__).parent


def table(head, rows):
    align = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join("| " + " | ".join(map(str, row)) + " |" for row in (head, align, *rows))


def figure(value, digits=3):
    return f"{value:.{digits}g}" if value < 1000 else f"{value:.0f}"


def steps(results):
    names = list(results["competitors"])
    first = names[0]
    rows = []
    for shape, times in results["step_seconds"].items():
        n, d, k = map(int, shape.split(","))
        own = median(times[first])
        share = 4 * n * d * k / own / max(results["sgemm_flops"])
        cells = []
        for name in names:
            spread = f" ({figure(1e3 * min(times[name]))}–{figure(1e3 * max(times[name]))})" if name == first else ""
            cells.append(f"{figure(1e3 * median(times[name]))}{spread}")
        fastest = min(median(times[name]) for name in names if name not in ("blas", "wasm", "tensorflow"))
        rows.append([shape, *cells, f"{fastest / own:.2f}", f"{100 * share:.0f}%"])
    return table(["n,d,k", *names, "fastest peer / " + first, "share of sgemm"], rows)


def sweeps(results):
    trained = results["trained"]
    if not trained:
        return ""
    first = next(iter(trained))
    total = lambda name, choose: sum(one["seconds"] for one in trained[name] if choose(one))
    kept = lambda one: one["k"] > 10
    rows = []
    for name, all_trials in trained.items():
        rows.append([
            name,
            f"{total(name, lambda one: True):.1f}",
            f"{total(name, lambda one: True) / total(first, lambda one: True):.2f}",
            f"{total(name, kept):.2f}",
            f"{total(name, kept) / total(first, kept):.2f}",
            f"{sum(one['kept'] for one in all_trials)} of {len(all_trials)}",
            f"{max(abs(one['steps'] - other['steps']) for one, other in zip(all_trials, trained[first]) if kept(one))}",
            f"{results['competitors'][name]['peak_bytes'] / 1e6:.0f} MB",
        ])
    head = ["", "all trials, s", "ratio", "trials with k > 10, s", "ratio", "kept", "steps apart, k > 10", "peak memory"]
    return table(head, rows)


def conditions(results):
    machine = results["machine"]
    versions = "; ".join(f"{name}: {one['version']}" for name, one in results["competitors"].items())
    peak = [value / 1e9 for value in results["sgemm_flops"]]
    return (
        f"{results['date']}, {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}; one core and "
        f"one thread each, {results['rounds']} rounds; load {results['load_before']:.1f} before and {results['load_after']:.1f} after; "
        f"sgemm {min(peak):.0f} to {max(peak):.0f} GFLOP/s. {versions}."
    )


def experiment1(results):
    runs = results["runs"]
    seconds = lambda name: sum(run["seconds"] for run in runs if run["name"] == name) / sum(run["name"] == name for run in runs)
    own = [run for run in runs if run["name"].startswith("lawrob")][:2]
    rows = [
        [
            run["name"], run["engine"], f"{run['seconds']:.0f}", f"{run['kept']} of {results['trials']}", run["steps"],
            f"{run['seconds'] / seconds(own[0]['name']):.2f}", f"{run['seconds'] / seconds(own[-1]['name']):.2f}",
        ]
        for run in runs
    ]
    head = ["in this order", "", "seconds", "kept", "steps", f"/ {own[0]['name']}", f"/ {own[-1]['name']}"]
    where = results["machine"]
    return (
        f"{results['date']}, {where['cpu']}, {where['cores']} cores; load {results['load_before']:.1f} before and "
        f"{results['load_after']:.1f} after.\n\n{table(head, rows)}"
    )


def write_tables():
    """Whatever results there are."""
    readme = here.parent / "README.md"
    text = readme.read_text()
    for file, parts in (
        ("results.json", {"conditions": conditions, "steps": steps, "sweep": sweeps}),
        ("experiment1.json", {"experiment1": experiment1}),
    ):
        if not (here / file).exists():
            continue
        results = json.loads((here / file).read_text())
        for name, content in parts.items():
            pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
            text, found = re.subn(pattern, lambda match: f"{match[1]}\n{content(results)}\n\n{match[2]}", text, flags=re.S)
            if found != 1:
                raise SystemExit(f"{readme} has no place for {name}")
    readme.write_text(text)


if __name__ == "__main__":
    write_tables()
