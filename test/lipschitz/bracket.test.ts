import assert from "node:assert/strict";
import test from "node:test";
import { type Bracket, bracket } from "../../src/lipschitz/bracket.ts";
import { normAbove } from "../../src/lipschitz/slopes.ts";
import { spectralBound } from "../../src/lipschitz/spectral.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { degenerateNetwork, kinds, networkOf, orthonormal } from "./networks.ts";

const random = stream(1, "bracket", "networks");
const gaussians = (length: number) => Float64Array.from({ length }, () => random.gaussian());

function bracketOf(network: TwoLayerNetwork, steps = 20, starts: readonly Float64Array[] = []): Bracket {
  return bracket(network, { random: stream(2, "bracket", "start"), radius: 1, steps, starts });
}

function assertValue({ lower, upper }: Bracket, value: number, relative = 1e-6): void {
  assert.ok(lower.value <= value && lower.value >= value * (1 - relative), `lower ${lower.value}, ${value}`);
  assert.ok(upper.value >= value && upper.value <= value * (1 + relative), `upper ${upper.value}, ${value}`);
}

test("|x| has constant 1, as two neurons and as one", () => {
  assertValue(bracketOf(networkOf(1, [1, -1], [1, 1])), 1);
  const abs = { ...networkOf(1, [1], [1]), activation: "abs" as const };
  assertValue(bracketOf(abs), 1);
});

test("other activations take their own slopes", () => {
  const leaky = { ...networkOf(1, [1], [3]), activation: "leaky-relu:-2" as const };
  assertValue(bracketOf(leaky), 6);
  const tanh = { ...networkOf(1, [2], [3]), activation: "tanh" as const };
  const { lower, upper } = bracketOf(tanh, 20, [Float64Array.of(1e-9)]);
  assert.ok(lower.value <= 6 && lower.value > 5.99 && upper.value >= 6 && upper.value < 6.00001);
  const square = { ...networkOf(1, [1], [1]), activation: "polynomial:0,0,1" as const };
  assert.throws(() => bracketOf(square), /radius/);
});

test("pairs of unit vectors ±e_i have √d", () => {
  for (const d of [1, 2, 5, 16]) {
    const W = new Float64Array(2 * d * d);
    for (let i = 0; i < d; i++) {
      W[2 * i * d + i] = 1;
      W[(2 * i + 1) * d + i] = -1;
    }
    assertValue(bracketOf(networkOf(d, W, new Float64Array(2 * d).fill(1)), 80), Math.sqrt(d));
  }
});

test("k orthonormal rows have √k", () => {
  for (const [k, d] of [
    [1, 3],
    [4, 4],
    [6, 20],
  ]) {
    // The rows are rounded: √k to about 10⁻¹⁶ √k.
    const { lower, upper } = bracketOf(
      networkOf(d, orthonormal(k, d, random), new Float64Array(k).fill(1)),
      80,
    );
    assertValue({ lower: { ...lower, value: lower.value * (1 - 1e-14) }, upper }, Math.sqrt(k));
  }
});

test("m orthogonal cap ramps have √m, each of two neurons that cancel beyond its top", () => {
  for (const [m, d] of [
    [1, 2],
    [3, 3],
    [7, 16],
  ]) {
    // relu(⟨v, x⟩ − 0.1) − relu(⟨v, x⟩ − 0.9): slope 1 between. All ramps overlap where every ⟨v_i, x⟩ is 0.3.
    const v = orthonormal(m, d, random);
    const W = new Float64Array(2 * m * d);
    W.set(v);
    W.set(v, m * d);
    const a = Float64Array.from({ length: 2 * m }, (_, l) => (l < m ? 1 : -1));
    const b = Float64Array.from({ length: 2 * m }, (_, l) => (l < m ? -0.1 : -0.9));
    const point = new Float64Array(d);
    for (let l = 0; l < m; l++) for (let j = 0; j < d; j++) point[j] += 0.3 * v[l * d + j];
    const { lower, upper } = bracketOf(networkOf(d, W, a, b), 20, [point]);
    assertValue({ lower: { ...lower, value: lower.value * (1 - 1e-14) }, upper }, Math.sqrt(m));
  }
});

test("weights at the ends of f64 keep an order, and what exceeds it is Infinity above and finite below", () => {
  const values = (W: number[], a: number[], b: number[]) => {
    const { lower, upper } = bracketOf(networkOf(1, W, a, b));
    return [lower.value, upper.value];
  };
  // Products of 1e-200, though some numbers are 1.
  const [below, above] = values([1e-200, 1], [1, 1e-200], [0.1, 0.2]);
  assert.ok(below <= 2e-200 && above >= 2e-200 && above <= 2.001e-200, `${below}, ${above}`);
  assert.deepEqual(values([1e-200], [1e-200], [1]), [0, Number.MIN_VALUE]);
  assert.deepEqual(values([1e200], [1e200], [1]), [Number.MAX_VALUE, Number.POSITIVE_INFINITY]);
  const [least, most] = values([1e150, 1e150], [1e150, 1e150], [1, 2]);
  assert.ok(least <= 2e300 && most >= 2e300 && most <= 2.001e300, `${least}, ${most}`);
});

test("a network with a number that is not finite has no bracket", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const broken = [
      networkOf(1, [1, bad], [1, 1]),
      networkOf(1, [1, 1], [bad, 1]),
      networkOf(1, [1, 1], [1, 1], [0, bad]),
      { ...networkOf(1, [1, 1], [1, 1]), c: bad },
    ];
    for (const network of broken) assert.throws(() => bracketOf(network), /finite/);
  }
});

test("the same stream gives the same bits", () => {
  const network = networkOf(7, gaussians(140), gaussians(20), gaussians(20));
  assert.deepEqual(bracketOf(network), bracketOf(network));
});

test("the upper bound is no larger than the triangle inequality's, the spectral one where neurons are alone", () => {
  for (let round = 0; round < 200; round++) {
    const network = degenerateNetwork(round % kinds, random);
    const { upper } = bracketOf(network, 1);
    let sum = 0;
    const { k, d, W, a } = network;
    for (let l = 0; l < k; l++) sum += Math.abs(a[l]) * normAbove(W.subarray(l * d, (l + 1) * d));
    assert.ok(upper.value <= sum * (1 + 1e-12) + Number.MIN_VALUE, `${upper.value} ${upper.method}, ${sum}`);
    if (k > 1) continue;
    const spectral = spectralBound(network, stream(1, "bracket", "spectral"));
    assert.ok(upper.value <= spectral.value, `${upper.value}, ${spectral.value}`);
  }
});
