/**
 * Times and reach of the certificate at the sizes it is made for, one core:
 *
 *     node --import tsx bench/lipschitz/sizes.ts [--large] [--sweep FOLDER]
 *
 * prints a Markdown table. --large adds the upper bound of n = d = k = 10^4 (about 2 minutes). --sweep takes what `lawrob
 * sweep` wrote and prints the share of the bracket in its training time. Tests of the same sizes are without times.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { planTrials } from "../../src/experiment/plan.ts";
import { completeSpec } from "../../src/experiment/spec.ts";
import { runTrial } from "../../src/experiment/trial.ts";
import { bracket } from "../../src/lipschitz/bracket.ts";
import { exactConstant } from "../../src/lipschitz/exact/exact-constant.ts";
import { upperBound } from "../../src/lipschitz/upper.ts";
import { isDeep } from "../../src/network/deep.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { kernels } from "../../src/numeric/kernels/kernels.ts";
import { stream } from "../../src/numeric/random.ts";
import { timingColumns, trialColumns } from "../../src/record/columns.ts";
import { parseTable } from "../../src/record/table.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";

/** Seconds after which a search for the constant stops. */
const exactLimit = 60;

function row(what: string, result: string, seconds: number): void {
  console.log(`| ${what} | ${result} | ${seconds.toPrecision(3)} |`);
}

function timed<Value>(task: () => Value): { value: Value; seconds: number } {
  const start = performance.now();
  const value = task();
  return { value, seconds: (performance.now() - start) / 1000 };
}

/** Independent Gaussian weights; rows of norm about one. */
function gaussianNetwork(k: number, d: number): TwoLayerNetwork {
  const random = stream(1, `sizes ${k} ${d}`, "weights");
  const gaussians = (count: number, scale: number) =>
    Float64Array.from({ length: count }, () => scale * random.gaussian());
  const [W, b, a] = [gaussians(k * d, d ** -0.5), gaussians(k, 0.5), gaussians(k, k ** -0.5)];
  return { activation: "relu", k, d, W, b, a, c: 0 };
}

async function trained(n: number, d: number, k: number) {
  const spec = completeSpec({}, undefined, { n: `${n}`, d: `${d}`, k: `${k}` }, "sizes");
  const { result, arrays } = await runTrial(planTrials(spec).trials[0], wasmEngine, { measure: ["bracket"] });
  const { lipschitzLower: lower, lipschitzUpper: upper, seconds } = result;
  if (!arrays.network || isDeep(arrays.network) || !lower || !upper || !seconds)
    throw new Error(`(${n}, ${d}, ${k}) diverged`);
  return { network: arrays.network, ratio: upper / lower, seconds };
}

async function exactRow(what: string, network: TwoLayerNetwork): Promise<void> {
  const start = performance.now();
  const elapsed = () => (performance.now() - start) / 1000;
  const random = stream(1, "sizes", "exact");
  const found = await exactConstant(network, { random, outOfTime: () => elapsed() > exactLimit });
  const { exact, lower, upper, method, nodes } = found;
  const value = exact
    ? `${exact.value.toPrecision(8)}, exact`
    : `${lower.value.toPrecision(6)} to ${upper.value.toPrecision(6)}, ratio ${(upper.value / lower.value).toPrecision(5)}`;
  row(
    `exact, ${what}`,
    `${value}; ${method}, ${nodes} ${method === "gray" ? "patterns" : "nodes"}`,
    elapsed(),
  );
}

/** Training seconds and the bracket's, by n. */
function shares(folder: string): void {
  const read = (name: string, columns: typeof trialColumns) =>
    parseTable(name, readFileSync(path.join(folder, name), "utf8"), columns);
  const sizes = new Map(read("trials.csv", trialColumns).map((trial) => [trial.trial_id, Number(trial.n)]));
  const groups = new Map<number, { training: number; bracket: number }[]>();
  for (const { trial_id, seconds_training, seconds_bracket } of read("timings.csv", timingColumns)) {
    const n = sizes.get(trial_id);
    if (n === undefined || seconds_training === null || seconds_bracket === null) continue;
    const group = groups.get(n) ?? [];
    groups.set(n, group);
    group.push({ training: Number(seconds_training), bracket: Number(seconds_bracket) });
  }
  for (const [n, group] of [...groups].sort(([p], [q]) => p - q)) {
    const sum = (of: "training" | "bracket") => group.reduce((total, times) => total + times[of], 0);
    const each = group.map(({ training, bracket }) => bracket / training).sort((p, q) => p - q);
    const share = `${((100 * sum("bracket")) / sum("training")).toFixed(1)}% of training`;
    const median = `median trial ${(100 * each[Math.floor(each.length / 2)]).toFixed(1)}%`;
    row(`bracket, sweep, n = ${n}, ${group.length} trials`, `${share}; ${median}`, sum("bracket"));
  }
}

const { values } = parseArgs({ options: { large: { type: "boolean" }, sweep: { type: "string" } } });
console.log("| what | result | s |\n|---|---|---:|");
row("kernels, compiled at first use", "", timed(kernels).seconds);
for (const [k, d] of [
  [20, 24],
  [24, 30],
  [28, 30],
  [30, 32],
]) {
  await exactRow(`k = ${k} independent rows, d = ${d}`, gaussianNetwork(k, d));
}
await exactRow("k = 24 gates in d = 8", gaussianNetwork(24, 8));
for (const [n, d, k] of [
  [200, 60, 20],
  [500, 100, 50],
  [1000, 50, 60],
]) {
  await exactRow(`trained at (${n}, ${d}, ${k})`, (await trained(n, d, k)).network);
}
for (const [n, d, k] of [
  [500, 100, 500],
  [1000, 50, 200],
  [2000, 200, 500],
  [2000, 100, 2000],
]) {
  const { ratio, seconds } = await trained(n, d, k);
  const share = `${((100 * seconds.bracket) / seconds.training).toFixed(1)}% of ${seconds.training.toPrecision(3)} s of training`;
  row(`bracket of a trial, (${n}, ${d}, ${k})`, `ratio ${ratio.toFixed(4)}; ${share}`, seconds.bracket);
}
{
  const network = gaussianNetwork(2000, 1000);
  const random = stream(1, "sizes", "bracket");
  const { value, seconds } = timed(() => bracket(network, { random, radius: 1, steps: 40, lines: 3 }));
  const ratio = value.upper.value / value.lower.value;
  row("bracket, random weights, k = 2000, d = 1000", `ratio ${ratio.toFixed(4)}`, seconds);
}
if (values.sweep !== undefined) shares(values.sweep);
if (values.large) {
  const network = gaussianNetwork(10_000, 10_000);
  const { value, seconds } = timed(() => upperBound(network, { random: stream(1, "sizes", "large") }));
  const memory = `peak memory of all of this ${(process.resourceUsage().maxRSS / 1e6).toFixed(2)} GB`;
  row("upper, random weights, n = d = k = 10000", `${value.upper.value.toPrecision(6)}; ${memory}`, seconds);
}
