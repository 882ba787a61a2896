import assert from "node:assert/strict";
import test from "node:test";
import { gateForm } from "../../src/lipschitz/gate-form.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { timesPowerAbove, timesPowerBelow } from "../../src/numeric/powers.ts";
import { stream } from "../../src/numeric/random.ts";
import { dyadic, exactRows } from "./dyadic.ts";

function networkOf(d: number, W: readonly number[], a: readonly number[]): TwoLayerNetwork {
  const [k, b] = [a.length, new Float64Array(a.length)];
  return { activation: "relu", k, d, W: Float64Array.from(W), b, a: Float64Array.from(a), c: 0 };
}

/** Σ over rows and entries of |2^exponent B − exact|, and 2^exponent slack, both in units of 2^−2150. */
function errorOfRows(network: TwoLayerNetwork): { error: bigint; slack: bigint } {
  const { K, d, B, neurons, exponent, slack } = gateForm(network);
  const inUnits = (x: number) => {
    const shift = BigInt(exponent + 1076);
    return shift >= 0n ? dyadic(x) << shift : dyadic(x) >> -shift;
  };
  // Halves of a_l w_l, in units of 2^−2150: twice those in units of 2^−2148.
  const rows = exactRows(network).map((row) => row.map((x) => 2n * x));
  const difference = (row: number, exact: (j: number) => bigint) => {
    let sum = 0n;
    for (let j = 0; j < d; j++) {
      const apart = inUnits(B[row * d + j]) - exact(j);
      sum += apart < 0n ? -apart : apart;
    }
    return sum;
  };
  let error = difference(0, (j) => rows.reduce((sum, row) => sum + row[j], 0n));
  for (let row = 1; row < K; row++) error += difference(row, (j) => rows[neurons[row]][j]);
  return { error, slack: inUnits(slack) };
}

test("rows are those of the network within the slack, in exact arithmetic, at any scales of neurons", () => {
  const random = stream(1, "gate form", "networks");
  for (const reach of [0, 30, 150, 300]) {
    for (let round = 0; round < 150; round++) {
      const k = 1 + Math.floor(random.uniform() * 8);
      const d = 1 + Math.floor(random.uniform() * 3);
      const power = () => 10 ** (reach * (2 * random.uniform() - 1));
      const a = Array.from({ length: k }, () => random.gaussian() * power());
      const W = Array.from({ length: k }, () => power()).flatMap((scale) =>
        Array.from({ length: d }, () => scale * random.gaussian()),
      );
      const { error, slack } = errorOfRows(networkOf(d, W, a));
      assert.ok(error <= slack, `reach ${reach}, round ${round}`);
    }
  }
});

test("the largest row has a size near one, wherever the network's numbers lie", () => {
  for (const [w, a] of [
    [1, 1],
    [1e-200, 1e-200],
    [1e300, 1e300],
    [5e-324, 1e300],
    [5e-324, 5e-324],
    [1e308, 1e-308],
  ]) {
    const { B, d } = gateForm(networkOf(2, [w, 0, 0, 0], [a, 1]));
    const size = Math.hypot(...B.subarray(d, 2 * d));
    assert.ok(size >= 2 ** -3 && size <= 4, `${w}, ${a}: ${size}`);
  }
});

test("only neurons with an effect and a free slope have rows; fixed slopes go to the constant", () => {
  const network = networkOf(2, [1, 2, 0, 0, 3, 4, 5, 6, 7, 8], [1, 1, 0, -2, 1]);
  const ranges = [
    { low: 0, high: 1 },
    { low: 0, high: 1 },
    { low: 0, high: 1 },
    { low: 1, high: 1 },
    { low: -0.5, high: 1.5 },
  ];
  const { K, B, neurons, exponent } = gateForm(network, (l) => ranges[l]);
  assert.equal(K, 3);
  assert.deepEqual([...neurons], [-1, 0, 4]);
  const inUnits = [...B].map((value) => value * 2 ** exponent);
  // ½ (1, 2) − 2 (5, 6) + ½ (7, 8), then ½ (1, 2) and 1 · (7, 8).
  assert.deepEqual(inUnits, [-6, -7, 0.5, 1, 7, 8]);
});

test("a network without effect has the zero form", () => {
  const { K, slack, exponent } = gateForm(networkOf(2, [0, 0, 1, 2], [1, 0]));
  assert.deepEqual([K, slack, exponent], [1, 0, 0]);
});

test("weights and slopes that are not finite are refused", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    assert.throws(() => gateForm(networkOf(2, [1, bad, 1, 1], [1, 1])), /neuron 0 .* finite/);
    assert.throws(() => gateForm(networkOf(2, [1, 1, 1, 1], [1, bad])), /neuron 1 .* finite/);
    assert.throws(() => gateForm(networkOf(1, [1], [1]), () => ({ low: 0, high: bad })), RangeError);
  }
  assert.throws(() => gateForm(networkOf(1, [1], [1]), () => ({ low: 1, high: 0 })), RangeError);
});

test("powers of two multiply outward where they underflow or overflow", () => {
  assert.equal(timesPowerAbove(1.5, 10), 1536);
  assert.equal(timesPowerBelow(1.5, 10), 1536);
  assert.equal(timesPowerAbove(1, -3000), Number.MIN_VALUE);
  assert.equal(timesPowerBelow(1, -3000), 0);
  assert.equal(timesPowerAbove(1, 3000), Number.POSITIVE_INFINITY);
  assert.equal(timesPowerBelow(1, 3000), Number.MAX_VALUE);
  assert.equal(timesPowerAbove(0, 3000), 0);
  assert.equal(timesPowerBelow(2 ** -1074, 1074 + 1000), 2 ** 1000);
  // 1.25 · 2^−1074 lies between one and two of the smallest steps.
  assert.equal(timesPowerAbove(1.25, -1074), 2 * Number.MIN_VALUE);
  assert.ok(timesPowerBelow(1.75, -1074) <= Number.MIN_VALUE);
});
