import assert from "node:assert/strict";
import test from "node:test";
import { mcshane } from "../../src/construct/mcshane.ts";
import { stream } from "../../src/numeric/random.ts";
import { sampledData } from "./method.ts";

test("the interpolant passes through the labels and keeps its constant between random points", () => {
  const data = sampledData(80, 5, 3);
  const { constant, evaluate, pair } = mcshane(data);
  for (let i = 0; i < data.n; i++) {
    assert.ok(Math.abs(evaluate(data.X.subarray(i * 5, i * 5 + 5)) - data.y[i]) <= 1e-12);
  }
  assert.ok(pair && data.y[pair[0]] !== data.y[pair[1]]);
  const random = stream(1, "test", "points");
  for (let t = 0; t < 500; t++) {
    const [x, z] = [random.gaussians(5), random.gaussians(5)];
    const distance = Math.hypot(...x.map((value, j) => value - z[j]));
    assert.ok(Math.abs(evaluate(x) - evaluate(z)) <= constant * distance * (1 + 1e-12));
  }
});

for (const [n, d, expected] of [
  [500, 100, 1.83],
  [1000, 500, 1.61],
  [200, 20, 2.88],
] as const) {
  test(`n = ${n}, d = ${d}: the smallest constant of any interpolant is near ${expected}`, () => {
    const { constant } = mcshane(sampledData(n, d));
    assert.ok(Math.abs(constant / expected - 1) <= 0.1, `${constant}`);
  });
}

test("real labels: the constant is the steepest pair's", () => {
  const data = { n: 3, d: 1, X: Float64Array.of(0, 1, 3), y: Float64Array.of(0, 5, 6) };
  const { constant, evaluate } = mcshane(data);
  assert.equal(constant, 5);
  assert.equal(evaluate(Float64Array.of(1)), 5);
});

test("equal points with different labels are refused", () => {
  const data = { n: 2, d: 1, X: Float64Array.of(2, 2), y: Float64Array.of(1, -1) };
  assert.throws(() => mcshane(data), /contradictory duplicates, points 1 and 2/);
});
