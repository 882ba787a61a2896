"""The tables of README.md, from results.json: python tables.py"""
import json
import re
from pathlib import Path

local = {"auto_LiRPA"}
estimates = {"CLEVER"}
# How the status of a method begins that came to its end; a solver says "optimal".
finished = ("certified", "done", "fell back")


def judge(entry, peer, result):
    """Whether a value can be an upper bound: it may not lie below the exact constant, or below our lower bound."""
    value = result["value"]
    if value is None:
        return ""
    if peer in estimates:
        return "estimate"
    lower = entry["peers"]["ours"]["lower"]
    # Over the ball only the lower bound counts: its witness lies there.
    truth, name = (entry["exact"], "exact") if entry["exact"] and peer not in local else (lower, "lower")
    if value < truth:
        return f"no: {(truth - value) / truth:.1e} below {name}"
    return "yes" if result["status"] == "optimal" or result["status"].startswith(finished) else "not proved"


def seconds(result):
    if result["seconds"] is None:
        return f"> {result['limit']:.0f}" if result["status"].startswith("time") else ""
    return f"{result['seconds']:.3g}"


def factor(result, ours):
    if result["seconds"] is None:
        late = result["status"].startswith("time")
        return f"> {rounded(result['limit'] / ours['seconds'])}" if late else ""
    return rounded(result["seconds"] / ours["seconds"])


def rounded(number):
    return f"{number:.0f}" if number >= 100 else f"{number:.2g}"


def table(entry):
    ours = entry["peers"]["ours"]
    kept = "" if entry["outcome"] == "kept" else f" (not a kept trial: {entry['outcome']})"
    exact = f", exact {entry['exact']:.6f}" if entry["exact"] else ""
    lines = [
        f"### n = {entry['n']}, d = {entry['d']}, k = {entry['k']}{kept}",
        "",
        f"Ours: lower {ours['lower']:.6f}{exact}, upper {ours['value']:.6f}, ratio {ours['value'] / ours['lower']:.4f}; "
        f"upper alone {ours['seconds']:.3g} s, both {ours['bracket_seconds']:.3g} s.",
        "",
        "| method | value | gap to our upper | s | times ours | sound | status |",
        "|---|---:|---:|---:|---:|---|---|",
    ]
    for peer, result in entry["peers"].items():
        value = result["value"]
        gap = "" if value is None else f"{(value / ours['value'] - 1) * 100:+.3f}%"
        number = "" if value is None else f"{value:.6f}"
        lines.append(
            f"| {peer} | {number} | {gap} | {seconds(result)} | {factor(result, ours)} "
            f"| {judge(entry, peer, result)} | {result['status']} |"
        )
    return "\n".join(lines)


def converged(entry):
    """The largest LipSDP value whose solver says optimal: the programme's value, up to the solver's tolerance."""
    found = [
        result["value"]
        for peer, result in entry["peers"].items()
        if peer.startswith("LipSDP") and result["status"] == "optimal"
    ]
    return max(found) if found else None


def summary(results):
    lines = [
        "| n, d, k | lower | upper | ratio | upper, s | both, s | ECLipsE, s | times ours | LipSDP, converged | ours above it |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for entry in results["networks"]:
        ours, eclipse = entry["peers"]["ours"], entry["peers"].get("ECLipsE")
        best = converged(entry)
        programme = f"{best:.6f} | {(ours['value'] / best - 1) * 100:+.4f}%" if best else "|"
        lines.append(
            f"| {entry['n']}, {entry['d']}, {entry['k']} | {ours['lower']:.4f} | {ours['value']:.4f} "
            f"| {ours['value'] / ours['lower']:.4f} | {ours['seconds']:.3g} | {ours['bracket_seconds']:.3g} "
            f"| {seconds(eclipse) if eclipse else ''} | {factor(eclipse, ours) if eclipse else ''} "
            f"| {programme} |"
        )
    return "\n".join(lines)


def faults(results):
    """Every value of a method said to be an upper bound that lies below the truth."""
    lines = [
        f"- n = {entry['n']}, d = {entry['d']}, k = {entry['k']}, {peer}: {judge(entry, peer, result)[4:]}, "
        f"status {result['status']}"
        for entry in results["networks"]
        for peer, result in entry["peers"].items()
        if judge(entry, peer, result).startswith("no:")
    ]
    return "\n".join(["Below the truth, so no upper bounds:", "", *(lines or ["- none"])])


def conditions(results):
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    machine = results["machine"]
    later = "".join(
        f" Run again on {run['date']} at a load average of {run['load_before']:.1f}: `{' '.join(run['options'])}`."
        for run in results.get("later", [])
    )
    return (
        f"{results['date']}; {machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}; "
        f"one thread a method, at most {results['memory_limit_gb']} GB each; load average "
        f"{results['load_before']:.1f} before and {results.get('load_after', 0):.1f} after. {versions}.{later}"
    )


def write_tables(results, path):
    tables = [table(entry) for entry in results["networks"]]
    text = "\n\n".join([conditions(results), summary(results), faults(results), *tables])
    page = path.read_text()
    marked = re.compile(r"(<!-- results -->\n).*(<!-- end -->)", re.DOTALL)
    path.write_text(marked.sub(lambda match: f"{match[1]}{text}\n{match[2]}", page))


if __name__ == "__main__":
    here = Path(__file__).parent
    write_tables(json.loads((here / "results.json").read_text()), here / "README.md")
