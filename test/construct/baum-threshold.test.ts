import assert from "node:assert/strict";
import { test } from "node:test";
import { baumThreshold } from "../../src/construct/baum-threshold.ts";
import { blockHyperplanes, medianOf } from "../../src/construct/block-hyperplanes.ts";
import { type Construction, HypothesisError } from "../../src/construct/construction.ts";
import { type DataKind, genericPoints, randomSigns } from "../../src/data/generic.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";

const random = (purpose: string) => stream(1, "test", purpose);

function genericData(n: number, d: number, kind: DataKind = "sphere", seed = 1) {
  const X = genericPoints({ n, d }, kind, stream(seed, "test", "points"));
  return { n, d, X, y: randomSigns(n, stream(seed, "test", "labels")) };
}

function networkOf(construction: Construction) {
  assert.ok("network" in construction);
  return construction.network;
}

function wrong(construction: Construction, { X, y }: { X: Float64Array; y: Float64Array }): number {
  return evaluate(networkOf(construction), X).filter((output, i) => output !== y[i]).length;
}

test("1000 Gaussian points of R^50 take 20 or 21 neurons, the output is the label exactly, and margins are of the order 1/(n root d)", () => {
  const smallest: number[] = [];
  const laws: number[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const data = genericData(1000, 50, "gaussian", seed);
    const built = baumThreshold.build(data, {}, (purpose) => stream(seed, "test", purpose));
    const { k, activation } = networkOf(built);
    const details = built.details ?? {};
    assert.ok(k === 20 || k === 21, `k = ${k}`);
    assert.equal(activation, "step");
    assert.equal(wrong(built, data), 0);
    assert.ok(k <= (built.guarantee.value ?? 0));
    assert.ok(built.hypotheses.every(({ ok }) => ok));
    assert.ok(Number(details.in_block_residual) <= 1e-15, `residual ${details.in_block_residual}`);
    smallest.push(Number(details.smallest_margin));
    laws.push(Number(details.median_margin_times_n_root_d));
  }
  // Of ten blocks, a single data set says little: its smallest margin varies by a factor of ten and its median by two.
  const margin = medianOf(smallest);
  assert.ok(margin >= 0.9 * 5e-6 && margin <= 1.1 * 7e-5, `smallest margin ${margin}`);
  const law = medianOf(laws);
  assert.ok(law >= 0.9 * 0.7 && law <= 1.1 * 1.5, `median margin times n root d ${law}`);
});

test("10000 Gaussian points of R^100 take at most 101 neurons and no wrong label, in about a second", () => {
  const data = genericData(10000, 100, "gaussian");
  const from = performance.now();
  const built = baumThreshold.build(data, {}, random);
  const seconds = (performance.now() - from) / 1000;
  assert.ok(networkOf(built).k <= 101);
  assert.equal(wrong(built, data), 0);
  // One second alone on a machine; tests run beside others.
  assert.ok(seconds < 5, `${seconds} s`);
});

test("labels 0 and 1 need no constant where 1 is rarer, and one where 0 is", () => {
  const { n, d, X } = genericData(60, 5);
  for (const [rare, k] of [
    [1, 8],
    [0, 9],
  ] as const) {
    const y = Float64Array.from({ length: n }, (_, i) => (i < 18 ? rare : 1 - rare));
    const built = baumThreshold.build({ n, d, X, y }, {}, random);
    assert.equal(networkOf(built).k, k);
    assert.equal(wrong(built, { X, y }), 0);
  }
});

test("labels that are all equal take one constant neuron", () => {
  const { n, d, X } = genericData(20, 5);
  for (const label of [-1, 0, 1]) {
    const y = new Float64Array(n).fill(label);
    const built = baumThreshold.build({ n, d, X, y }, {}, random);
    assert.equal(networkOf(built).k, 1);
    assert.equal(wrong(built, { X, y }), 0);
  }
});

test("points on a line, single points and one block of all the others work", () => {
  const line = {
    n: 7,
    d: 1,
    X: Float64Array.of(3, -1, 0.5, 2, 7, -4, 1),
    y: Float64Array.of(1, -1, 1, -1, -1, 1, 1),
  };
  assert.equal(wrong(baumThreshold.build(line, {}, random), line), 0);
  const single = { n: 1, d: 3, X: Float64Array.of(1, 2, 3), y: Float64Array.of(1) };
  assert.equal(wrong(baumThreshold.build(single, {}, random), single), 0);
  const few = genericData(9, 20);
  const built = baumThreshold.build(few, {}, random);
  assert.equal(networkOf(built).k, 3);
  assert.equal(wrong(built, few), 0);
});

test("a hyperplane goes through its block and keeps its margin from every other point", () => {
  const data = genericData(200, 10);
  const indices = Int32Array.from({ length: 95 }, (_, i) => 2 * i);
  const { blocks } = blockHyperplanes(data, indices, 10, { method: "test", random });
  assert.deepEqual(
    blocks.map(({ points }) => points.length),
    [10, 10, 10, 10, 10, 10, 10, 10, 10, 5],
  );
  assert.deepEqual(
    blocks.flatMap(({ points }) => Array.from(points)).sort((i, j) => i - j),
    Array.from(indices),
  );
  for (const { points, u, b, margin, residual } of blocks) {
    const distance = (i: number) =>
      Math.abs(u.reduce((sum, value, j) => sum + value * data.X[i * 10 + j], -b));
    const inside = new Set(points);
    const outside = Array.from({ length: 200 }, (_, i) => i).filter((i) => !inside.has(i));
    assert.ok(Math.abs(Math.hypot(...u) - 1) < 1e-14);
    assert.ok(Math.max(...Array.from(points, distance)) < 1e-14);
    assert.ok(residual < 1e-14);
    assert.ok(Math.abs(Math.min(...outside.map(distance)) - margin) < 1e-14);
  }
});

test("where a block leaves a choice its margin is wider than that of a full block, in the median", () => {
  const data = genericData(400, 20);
  const all = Int32Array.from({ length: 400 }, (_, i) => i);
  const full = blockHyperplanes(data, all, 20, { method: "test", random });
  const half = blockHyperplanes(data, all, 10, { method: "test", random });
  assert.ok(half.medianMargin > 2 * full.medianMargin, `${half.medianMargin} and ${full.medianMargin}`);
});

test("a label that is neither is refused with its point", () => {
  const data = genericData(10, 3);
  data.y[4] = 2;
  assert.throws(() => baumThreshold.build(data, {}, random), {
    name: "HypothesisError",
    message: "baum-threshold: needs two labels, -1 and 1 or 0 and 1 (got 2 for point 5)",
  });
});

test("points in a hyperplane are not in general position, and the message names one with its distance", () => {
  // Any three points of a plane in R^3 span it, and all others lie on it.
  const { n, d, X, y } = genericData(30, 3);
  for (let i = 0; i < n; i++) X[i * d] = 0.25;
  assert.throws(
    () => baumThreshold.build({ n, d, X, y }, {}, random),
    (error: unknown) =>
      error instanceof HypothesisError &&
      /^baum-threshold: not in general position, point \d+ lies on the hyperplane through 3 others \(needs a distance above \d.*, got \d.*\); move the points a little$/.test(
        error.message,
      ),
  );
});

test("an order that puts a foreign point on a hyperplane is given up for another", () => {
  // The first two and the last are on one line: they must not be one block.
  const X = Float64Array.of(0, 0, 1, 1, 5, 1, -3, 2, 0.5, 7, 4, -2, 3, -6, -1, -5, 2, 2);
  const y = Float64Array.of(1, 1, 1, 1, -1, -1, -1, -1, -1);
  const shuffles = Array.from({ length: 40 }, (_, seed) => {
    const data = { n: 9, d: 2, X, y };
    const built = baumThreshold.build(data, {}, (purpose) => stream(seed, "test", purpose));
    assert.equal(wrong(built, data), 0);
    return Number(built.details?.shuffles);
  });
  assert.ok(shuffles.some((count) => count > 0));
});
