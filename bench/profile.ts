/**
 * Where the seconds of a sweep go, function by function and in groups, as V8's sampling profiler sees them:
 * `node --import tsx bench/profile.ts [--engine blas] [--n 500] [--d …] [--k …] [--every 1]`.
 *
 * The sweep's trials run in this process, one after the other, with all measures: the first are cold, as in a worker.
 * --every takes each so many trials of the plan.
 */
import { readFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { parseArgs } from "node:util";
import { planTrials } from "../src/experiment/plan.ts";
import { completeSpec } from "../src/experiment/spec.ts";
import { runTrial } from "../src/experiment/trial.ts";
import type { EngineName } from "../src/train/engine.ts";
import { loadEngine } from "../src/train/engines.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "blas" },
    n: { type: "string", default: "500" },
    d: { type: "string" },
    k: { type: "string" },
    every: { type: "string", default: "1" },
  },
});

/** What a function is for; the first that fits. */
const groups: readonly (readonly [group: string, functions: RegExp])[] = [
  ["products (GEMM)", /gemm|multiplySingle|multiplyDouble|multiplySlab|^multiply$/],
  ["Adam", /^adam$/],
  ["passes of a step", /^(forward|backward|mask|finish|residual|inverseDeviations)$/],
  ["sampling", /gaussian|XorGen|d3-random|uniform|initial\.ts|random\.ts/],
  [
    "certificate",
    /mixing|cholesky|symmetricColumns|Gates|Panel|scaleElements|normalizeColumns|lipschitz|tql2|tred2|lanczos|gram\.ts/,
  ],
  [
    "evaluation and folding",
    /evaluate\.ts|batch-norm|statistics|matrix\.ts|memorize|session\.ts|train\.ts|prepare\.ts/,
  ],
  ["copies into the kernels", /^pack|kernels\.ts|products\.ts/],
  ["garbage collector", /garbage/],
];

/** Names of the kernels by their index: V8 knows no others. */
function kernelNames(): Map<number, string> {
  const bytes = readFileSync(new URL("../assets/kernels.wasm", import.meta.url));
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const names = new Map<number, string>();
  while (at < bytes.length) {
    const [section, size] = [bytes[at++], number()];
    const end = at + size;
    if (section === 7) {
      for (let count = number(); count > 0; count--) {
        const length = number();
        const name = bytes.toString("utf8", at, at + length);
        at += length;
        const kind = bytes[at++];
        const index = number();
        if (kind === 0) names.set(index, name);
      }
    }
    at = end;
  }
  return names;
}

const flags = { n: values.n, ...(values.d && { d: values.d }), ...(values.k && { k: values.k }) };
const { trials } = planTrials(completeSpec({}, undefined, flags, "profile"));
const chosen = trials.filter((_, i) => i % Number(values.every) === 0);
const engine = await loadEngine(values.engine as EngineName);

const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: 200 });
await session.post("Profiler.start");
for (const trial of chosen) await runTrial(trial, engine, { measure: ["bracket", "spectral", "weight"] });
const { profile } = await session.post("Profiler.stop");

const kernels = kernelNames();
const names = new Map(
  profile.nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
    const kernel = /^wasm-function\[(\d+)\]$/.exec(functionName)?.[1];
    if (kernel !== undefined) return [id, kernels.get(Number(kernel)) ?? "inner kernels"];
    const file = url.split("/").pop();
    return [id, `${functionName || "(anonymous)"}${file ? ` ${file}:${lineNumber + 1}` : ""}`];
  }),
);
const seconds = new Map<string, number>();
profile.samples?.forEach((id, i) => {
  const name = names.get(id) ?? "?";
  seconds.set(name, (seconds.get(name) ?? 0) + (profile.timeDeltas?.[i] ?? 0) / 1e6);
});
const total = [...seconds.values()].reduce((sum, value) => sum + value, 0);
const grouped = new Map<string, number>();
for (const [name, value] of seconds) {
  const group = groups.find(([, functions]) => functions.test(name))?.[0] ?? "other";
  grouped.set(group, (grouped.get(group) ?? 0) + value);
}
const share = (value: number) => `${((100 * value) / total).toFixed(1)}%`.padStart(7);
const print = (title: string, entries: Iterable<[string, number]>, most: number) => {
  console.log(`\n${title}`);
  const largest = [...entries].sort((p, q) => q[1] - p[1]).slice(0, most);
  for (const [name, value] of largest)
    console.log(`${share(value)} ${value.toFixed(2).padStart(8)} s  ${name}`);
};
console.log(`${chosen.length} trials by ${engine.version}, ${total.toFixed(1)} s`);
print("groups", grouped, groups.length + 1);
print("functions", seconds, 25);
