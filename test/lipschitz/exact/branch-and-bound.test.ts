import assert from "node:assert/strict";
import test from "node:test";
import { searchGates } from "../../../src/lipschitz/exact/branch-and-bound.ts";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { gatesOf } from "../../../src/lipschitz/exact/gates.ts";
import { signProgramme } from "../../../src/lipschitz/exact/sign-programme.ts";
import { witnessAt } from "../../../src/lipschitz/witness.ts";
import { gradient, norm } from "../../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../../src/network/two-layer.ts";
import { stream } from "../../../src/numeric/random.ts";
import { gaussianNetwork, integerNetwork, naiveConstant } from "./naive.ts";

const random = () => stream(1, "branches", "search");
const all = Number.POSITIVE_INFINITY;

/** The general search, whatever other methods would do. */
async function search(network: TwoLayerNetwork, everyPattern = false, radius = all) {
  const gates = gatesOf(network, radius);
  const found = await searchGates(network, gates, signProgramme(gates), {
    random: random(),
    radius,
    everyPattern,
    outOfTime: () => false,
  });
  const scale = 2 ** gates.exponent;
  return { ...found, lower: found.lower * scale, upper: found.upper * scale };
}

test("d = 3 and 4: the search agrees with all patterns, degenerate networks among them", async () => {
  for (let seed = 0; seed < 40; seed++) {
    const network = integerNetwork(2 + (seed % 6), 3 + (seed % 2), seed);
    const naive = await naiveConstant(network);
    if (gatesOf(network).m === 0) continue;
    const { lower, upper } = await search(network);
    assert.ok(
      lower <= naive * (1 + 1e-12) && naive <= upper * (1 + 1e-12),
      `seed ${seed}: ${lower} ${naive} ${upper}`,
    );
    assert.ok(
      upper - lower <= 2e-9 * upper + 1e-12,
      `seed ${seed}: ${lower} to ${upper}, all patterns ${naive}`,
    );
  }
});

test("where the normals are independent, the Gray code and both searches agree", async () => {
  for (let seed = 0; seed < 6; seed++) {
    const network = gaussianNetwork(12 + seed, 20, seed);
    const { exact, method, lower } = await exactConstant(network, { random: random() });
    assert.equal(method, "gray");
    assert.ok(exact);
    for (const everyPattern of [true, false]) {
      const found = await search(network, everyPattern);
      assert.ok(Math.abs(found.lower - exact.value) <= 1e-9 * exact.value);
      assert.ok(found.upper >= exact.value && found.upper <= exact.value * (1 + 1e-9));
    }
    assert.ok(lower.witness);
    assert.ok(norm(gradient(network, lower.witness)) >= exact.value * (1 - 1e-9));
  }
});

test("more gates than dimensions: closed, with a witness that has the gradient", async () => {
  for (const [k, d] of [
    [12, 3],
    [16, 5],
    [24, 12],
  ]) {
    const network = gaussianNetwork(k, d, 3);
    const { exact, lower, upper, method } = await exactConstant(network, { random: random() });
    assert.equal(method, "branch-and-bound");
    assert.ok(exact && lower.witness, `${k}, ${d}: ${lower.value} to ${upper.value}`);
    const found = witnessAt(network, lower.witness);
    assert.ok(found && Math.abs(found.value - exact.value) <= 1e-9 * exact.value);
    const draws = stream(1, "branches", "draws");
    for (let t = 0; t < 2000; t++) {
      const point = Float64Array.from({ length: d }, () => 2 * draws.gaussian());
      assert.ok(norm(gradient(network, point)) <= upper.value);
    }
  }
});

test("in a ball: the search agrees with the sweep of the plane, and grows with the radius", async () => {
  for (let seed = 0; seed < 8; seed++) {
    const network = gaussianNetwork(7, 2, seed);
    for (const radius of [0.3, 1, 2.5]) {
      if (gatesOf(network, radius).m === 0) continue;
      const { exact } = await exactConstant(network, { random: random(), radius });
      assert.ok(exact);
      const { lower, upper } = await search(network, false, radius);
      assert.ok(lower <= exact.value * (1 + 1e-9) && upper >= exact.value * (1 - 1e-9));
      assert.ok(upper - lower <= 2e-9 * upper, `seed ${seed}, radius ${radius}: ${lower} to ${upper}`);
    }
  }
  let before = 0;
  const network = gaussianNetwork(10, 4, 1);
  for (const radius of [0.05, 0.3, 1, 3, 30]) {
    const { exact, lower } = await exactConstant(network, { random: random(), radius });
    assert.ok(exact && exact.value >= before * (1 - 1e-9));
    assert.ok(lower.witness && norm(lower.witness) < radius);
    before = exact.value;
  }
  const { upper } = await exactConstant(network, { random: random() });
  assert.ok(before <= upper.value);
});

test("when time is up, the interval holds what more time finds", async () => {
  const network = gaussianNetwork(40, 12, 5);
  let asked = 0;
  const short = await exactConstant(network, { random: random(), outOfTime: () => ++asked > 3 });
  let more = 0;
  const longer = await exactConstant(network, { random: random(), outOfTime: () => ++more > 150 });
  assert.equal(short.exact, undefined);
  assert.ok(short.lower.value <= longer.lower.value && longer.upper.value <= short.upper.value);
  assert.ok(longer.lower.value <= longer.upper.value);
});

test("what is known already narrows the interval", async () => {
  const network = gaussianNetwork(40, 12, 5);
  const stop = { random: random(), outOfTime: () => true };
  const { lower, upper } = await exactConstant(network, stop);
  const known = await exactConstant(network, {
    ...stop,
    lower: { kind: "lower", value: (lower.value + upper.value) / 2, method: "known" },
    upper: { kind: "upper", value: (lower.value + 2 * upper.value) / 3, method: "known" },
  });
  assert.deepEqual([known.lower.method, known.upper.method], ["known", "known"]);
});
