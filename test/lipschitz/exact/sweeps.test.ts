import assert from "node:assert/strict";
import test from "node:test";
import { searchGates } from "../../../src/lipschitz/exact/branch-and-bound.ts";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { gatesOf } from "../../../src/lipschitz/exact/gates.ts";
import { signProgramme } from "../../../src/lipschitz/exact/sign-programme.ts";
import { gradient, norm } from "../../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../../src/network/two-layer.ts";
import { stream } from "../../../src/numeric/random.ts";
import { gaussianNetwork, integerNetwork, naiveConstant } from "./naive.ts";

const random = () => stream(1, "sweeps", "search");

async function constantOf(network: TwoLayerNetwork, radius?: number): Promise<number> {
  const { exact, lower, upper, method } = await exactConstant(network, {
    random: random(),
    ...(radius !== undefined && { radius }),
  });
  assert.ok(lower.value <= upper.value);
  if (!exact) {
    // Only a constant that vanishes up to rounding is not told from 0.
    assert.ok(upper.value <= 1e-9, `${method}: ${lower.value} to ${upper.value}`);
    return upper.value;
  }
  assert.ok(lower.value <= exact.value && exact.value <= upper.value);
  return exact.value;
}

for (const d of [1, 2]) {
  test(`d = ${d}: the sweep agrees with all patterns, degenerate networks among them`, async () => {
    for (let seed = 0; seed < 40; seed++) {
      const network = integerNetwork(1 + (seed % 6), d, seed);
      const [swept, naive] = [await constantOf(network), await naiveConstant(network)];
      assert.ok(
        Math.abs(swept - naive) <= 1e-9 * (1 + naive),
        `seed ${seed}: ${swept}, all patterns ${naive}`,
      );
    }
  });
}

test("d = 2: no gradient on a fine grid exceeds the sweep, in the plane or in discs, and some come near", async () => {
  let near = 0;
  for (let seed = 0; seed < 12; seed++) {
    const network = seed % 2 === 0 ? gaussianNetwork(8, 2, seed) : integerNetwork(8, 2, seed);
    for (const radius of [undefined, 0.4, 1, 3]) {
      const constant = await constantOf(network, radius);
      let most = 0;
      const reach = radius ?? 30;
      for (let i = 0; i < 150; i++) {
        for (let j = 0; j < 150; j++) {
          // Polar, so that far cells are met too; no point on gates with integer weights.
          const size = reach * (radius === undefined ? 1e-3 ** (i / 150) : Math.sqrt((i + 0.5) / 150));
          const angle = ((j + 0.123456) / 150) * 2 * Math.PI;
          const point = Float64Array.of(size * Math.cos(angle), size * Math.sin(angle));
          most = Math.max(most, norm(gradient(network, point)));
        }
      }
      assert.ok(most <= constant * (1 + 1e-12), `seed ${seed}, radius ${radius}: ${most} above ${constant}`);
      if (most >= constant * (1 - 1e-12)) near++;
    }
  }
  assert.ok(near >= 36, `${near} of 48 reached`);
});

test("d = 1: the ball ends exactly where a crossing lies", async () => {
  // relu(x − 1) has slope 1 only beyond 1.
  const network: TwoLayerNetwork = {
    activation: "relu",
    k: 2,
    d: 1,
    W: Float64Array.of(1, 1),
    b: Float64Array.of(-1, 5),
    a: Float64Array.of(1, 0.25),
    c: 0,
  };
  assert.ok(Math.abs((await constantOf(network, 1)) - 0.25) <= 1e-12);
  assert.ok(Math.abs((await constantOf(network, 1.001)) - 1.25) <= 1e-12);
});

test("d = 2: the sweep agrees with branch and bound", async () => {
  for (let seed = 0; seed < 12; seed++) {
    const network = seed % 2 === 0 ? gaussianNetwork(9, 2, seed) : integerNetwork(8, 2, seed);
    const gates = gatesOf(network);
    const swept = await constantOf(network);
    if (gates.m === 0) continue;
    const { lower, upper } = await searchGates(network, gates, signProgramme(gates), {
      random: random(),
      radius: Number.POSITIVE_INFINITY,
      everyPattern: false,
      outOfTime: () => false,
    });
    const scale = 2 ** gates.exponent;
    assert.ok(lower * scale <= swept * (1 + 1e-9) + 1e-12);
    assert.ok(upper * scale >= swept * (1 - 1e-9) - 1e-12);
    assert.ok(upper - lower <= 2e-9 * upper + 1e-12, `seed ${seed}: ${lower} to ${upper}`);
  }
});

test("d = 2: many lines through one point, and parallel ones, need no tolerance", async () => {
  const k = 40;
  const fan: TwoLayerNetwork = {
    activation: "relu",
    k,
    d: 2,
    W: Float64Array.from({ length: 2 * k }, (_, at) => (at % 2 === 0 ? 1 : (at - 1) / 2 - 7)),
    // All through (3, 1).
    b: Float64Array.from({ length: k }, (_, l) => -3 - (l - 7)),
    a: new Float64Array(k).fill(1),
    c: 0,
  };
  // All rows have a positive first entry, and far right all gates are on but where that is outweighed: Σ of a half-plane's rows.
  let most = 0;
  for (let step = 0; step < 20000; step++) {
    const angle = (step / 20000) * 2 * Math.PI;
    most = Math.max(most, norm(gradient(fan, Float64Array.of(3 + Math.cos(angle), 1 + Math.sin(angle)))));
  }
  assert.ok(Math.abs((await constantOf(fan)) - most) <= 1e-9 * most);
  const stripes: TwoLayerNetwork = {
    ...fan,
    W: Float64Array.from({ length: 2 * k }, (_, at) => (at % 2 === 0 ? 3 : 4)),
    b: Float64Array.from({ length: k }, (_, l) => l),
    a: Float64Array.from({ length: k }, (_, l) => (l % 2 === 0 ? 1 : -1)),
  };
  assert.ok(Math.abs((await constantOf(stripes)) - 5) <= 1e-9);
});
