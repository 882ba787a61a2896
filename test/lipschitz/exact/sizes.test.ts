/** Sizes that the exact constant is promised for; `bench/lipschitz/sizes.ts` has their times. */
import assert from "node:assert/strict";
import test from "node:test";
import { planTrials } from "../../../src/experiment/plan.ts";
import { completeSpec } from "../../../src/experiment/spec.ts";
import { runTrial } from "../../../src/experiment/trial.ts";
import { searchGates } from "../../../src/lipschitz/exact/branch-and-bound.ts";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { gatesOf } from "../../../src/lipschitz/exact/gates.ts";
import { signProgramme } from "../../../src/lipschitz/exact/sign-programme.ts";
import { witnessAt } from "../../../src/lipschitz/witness.ts";
import { isDeep } from "../../../src/network/deep.ts";
import { norm } from "../../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../../src/network/two-layer.ts";
import { stream } from "../../../src/numeric/random.ts";
import { wasmEngine } from "../../../src/train/fused/engine.ts";
import { gaussianNetwork } from "./naive.ts";

const random = () => stream(1, "sizes", "search");

async function trained(n: number, d: number, k: number) {
  const spec = completeSpec({}, undefined, { n: `${n}`, d: `${d}`, k: `${k}` }, "test");
  const { result, arrays } = await runTrial(planTrials(spec).trials[0], wasmEngine, { measure: ["bracket"] });
  const { lipschitzLower: lower, lipschitzUpper: upper } = result;
  assert.equal(result.outcome, "kept");
  assert.ok(arrays.network && !isDeep(arrays.network) && lower && upper && lower <= upper);
  return { network: arrays.network, lower, upper };
}

/** Branch and bound, whatever other methods would do. */
async function searched(network: TwoLayerNetwork): Promise<{ lower: number; upper: number; nodes: number }> {
  const gates = gatesOf(network);
  const radius = Number.POSITIVE_INFINITY;
  const options = { random: random(), radius, everyPattern: true, outOfTime: () => false };
  const { lower, upper, nodes } = await searchGates(network, gates, signProgramme(gates), options);
  return { lower: lower * 2 ** gates.exponent, upper: upper * 2 ** gates.exponent, nodes };
}

/** The largest of all 2^k sums of rows, one after the other. */
function slowConstant({ k, d, W, a }: TwoLayerNetwork): number {
  let most = 0;
  const walk = (l: number, sum: Float64Array) => {
    if (l === k) {
      most = Math.max(most, norm(sum));
      return;
    }
    walk(l + 1, sum);
    walk(
      l + 1,
      sum.map((value, j) => value + a[l] * W[l * d + j]),
    );
  };
  walk(0, new Float64Array(d));
  return most;
}

for (const [k, d] of [
  [16, 16],
  [20, 24],
  [24, 30],
  [28, 30],
]) {
  test(`k = ${k}, rows independent: the Gray code ends, and branch and bound agrees${k <= 16 ? ", and so do all sums" : ""}`, async () => {
    const network = gaussianNetwork(k, d, k);
    const { exact, lower, upper, method, nodes } = await exactConstant(network, { random: random() });
    assert.deepEqual([method, nodes], ["gray", 2 ** k]);
    assert.ok(exact && lower.value <= exact.value && exact.value <= upper.value);
    const found = await searched(network);
    assert.ok(found.lower <= upper.value && lower.value <= found.upper);
    assert.ok(found.upper / found.lower <= 1 + 1e-9 && found.nodes < 2 ** k);
    if (k <= 16) assert.ok(Math.abs(slowConstant(network) / exact.value - 1) <= 1e-9);
  });
}

test("a network trained at (200, 60, 20) is proved exact, by both methods", async () => {
  const { network, lower, upper } = await trained(200, 60, 20);
  const { exact, method } = await exactConstant(network, { random: random() });
  assert.equal(method, "gray");
  assert.ok(exact?.witness && lower <= exact.value * (1 + 1e-9) && exact.value <= upper);
  const found = await searched(network);
  assert.ok(Math.abs(found.lower / exact.value - 1) <= 1e-9 && found.upper / found.lower <= 1 + 1e-9);
  const there = witnessAt(network, exact.witness);
  assert.ok(there && there.value <= exact.value * (1 + 1e-9) && there.value >= exact.value * (1 - 1e-9));
});

test("a network trained at (500, 100, 50) is proved exact, and more time never widens the interval", async () => {
  const { network, lower, upper } = await trained(500, 100, 50);
  let before = { lower: 0, upper: Number.POSITIVE_INFINITY };
  for (const most of [1, 3, 1000]) {
    let asked = 0;
    const found = await exactConstant(network, { random: random(), outOfTime: () => ++asked > most });
    assert.equal(found.method, "branch-and-bound");
    assert.ok(found.lower.value >= before.lower && found.upper.value <= before.upper);
    assert.ok(lower <= found.upper.value && found.lower.value <= upper);
    assert.equal(found.open, found.exact ? undefined : "time");
    before = { lower: found.lower.value, upper: found.upper.value };
  }
  assert.ok(before.upper / before.lower <= 1 + 1e-9, `${before.lower} to ${before.upper}`);
});

for (const [n, d, k] of [
  [500, 100, 500],
  [1000, 50, 200],
  [2000, 200, 500],
  [2000, 100, 2000],
]) {
  test(`the interval of a sweep's trial at (${n}, ${d}, ${k}) has a ratio of at most 1.25`, async () => {
    const { lower, upper } = await trained(n, d, k);
    assert.ok(upper / lower <= 1.25, `${upper} / ${lower} = ${upper / lower}`);
  });
}
