import assert from "node:assert/strict";
import test from "node:test";
import { planTrials } from "../../src/experiment/plan.ts";
import { checkSpec, completeSpec, partialSpecSchema } from "../../src/experiment/spec.ts";
import { runTrial, trialData } from "../../src/experiment/trial.ts";
import { isDeep } from "../../src/network/deep.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { totalWeightLower } from "../../src/theory/total-weight.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";

const specOf = (flags: object) =>
  completeSpec({}, undefined, checkSpec(partialSpecSchema, flags, "test"), "test");
const sizes = { n: "40", d: "30", k: "5,20" };

test("laws change no trial and no stream, but the plan; without any the plan is as it was", () => {
  const bare = planTrials(specOf(sizes));
  assert.equal(planTrials(specOf({ ...sizes, laws: [] })).hash, bare.hash);
  const asked = planTrials(specOf({ ...sizes, laws: "floor" }));
  assert.deepEqual(asked.trials, bare.trials);
  assert.notEqual(asked.hash, bare.hash);
  assert.notEqual(planTrials(specOf({ ...sizes, laws: ["floor", "spectral"] })).hash, asked.hash);
});

test("laws are checked before any work, each once in one spelling", () => {
  assert.deepEqual(specOf({ ...sizes, laws: ["floor", " floor "] }).laws, ["floor"]);
  assert.throws(() => specOf({ ...sizes, laws: ["gravity"] }), {
    name: "SpecError",
    message: /^test: laws "gravity" is no law, there are /,
  });
  assert.throws(() => specOf({ ...sizes, laws: 5 }), { name: "SpecError", message: /must be a law such as/ });
});

test("data alone need laws, and are planned once for each k only where a law asks for k", () => {
  assert.throws(() => specOf({ ...sizes, method: "data" }), {
    name: "SpecError",
    message: /the method data asks laws and nothing else/,
  });
  const count = (laws: string) =>
    planTrials(specOf({ ...sizes, method: ["train", "data"], laws })).trials.length;
  assert.equal(count("genericity"), 3);
  assert.equal(count("undercomplete"), 4);
});

test("a trial's laws are asked about its data, its network, its k and its error", async () => {
  const laws = ["total-weight", "undercomplete,pairing=order", "universal"];
  const [trial] = planTrials(specOf({ ...sizes, k: "20", laws })).trials;
  const { result, arrays } = await runTrial(trial, wasmEngine, { measure: ["weight"], laws });
  assert.ok(arrays.network && !isDeep(arrays.network) && result.laws);
  const { y, X } = trialData(trial);
  const e = evaluate(arrays.network, X).reduce((sum, f, i) => sum + (f - y[i]) ** 2, 0) / trial.n;
  const { derived } = totalWeightLower({ n: 40, e, delta: 0.05, L: 1, withBias: true });
  const line = result.laws.find(({ law, probability }) => law === laws[0] && probability === 0.95);
  assert.equal(line?.value, derived);
  assert.equal(result.laws.find(({ quantity }) => quantity === "total_weight")?.value, result.totalWeight);
  assert.ok(result.laws.some(({ law, kind }) => law === laws[1] && kind === "lower"));
  const silent = result.laws.filter(({ kind }) => kind === "silent");
  assert.deepEqual(
    silent.map(({ law }) => law),
    ["universal"],
  );
  assert.match(silent[0].method ?? "", /^universal: give --/);
});

test("data alone are kept without a network; laws then have the trial's k and error", async () => {
  const laws = ["undercomplete,pairing=order", "total-weight"];
  const [trial] = planTrials(specOf({ ...sizes, method: "data", laws })).trials;
  const { result, arrays } = await runTrial(trial, wasmEngine, { measure: ["bracket"], laws });
  assert.deepEqual(arrays, {});
  assert.equal(result.outcome, "kept");
  assert.equal(result.steps ?? result.neurons ?? result.lipschitzUpper, undefined);
  const { derived } = totalWeightLower({ n: 40, e: 0.02, delta: 0.05, L: 1, withBias: true });
  assert.equal(result.laws?.find(({ probability }) => probability === 0.95)?.value, derived);
  const again = await runTrial(trial, wasmEngine, { measure: [], laws });
  assert.deepEqual(again.result.laws, result.laws);
});

test("a law of families is asked about the trial's, its labels and its mixture, unless it names another", async () => {
  const laws = ["noise", "noise,family=sphere", "isoperimetry"];
  const [trial] = planTrials(
    specOf({ n: "200", d: "30", data: "clusters:2+flip:0.1", method: "data", laws }),
  ).trials;
  const { result } = await runTrial(trial, wasmEngine, { measure: [], laws });
  const value = (law: string, quantity: string) =>
    result.laws?.find((line) => line.law === law && line.quantity === quantity)?.value;
  assert.ok(Math.abs((value("noise", "σ² = E Var[y | x]") ?? 0) - 0.36) < 1e-12);
  assert.equal(value("noise", "components"), 2);
  assert.equal(value("noise,family=sphere", "c"), 30 / 29);
  // Pooled, the distance of the clusters is a variance of 1: c of about 30.
  assert.ok((value("isoperimetry", "c, estimated") ?? 30) < 3);
});
