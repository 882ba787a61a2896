import assert from "node:assert/strict";
import test from "node:test";
import { stream } from "../../src/numeric/random.ts";
import { projectOnSpan } from "../../src/numeric/span.ts";

const near = (actual: ArrayLike<number>, expected: ArrayLike<number>) => {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) assert.ok(Math.abs(actual[i] - expected[i]) <= 1e-12, `${i}`);
};

test("vectors of coordinates leave those coordinates, and exact zeros elsewhere", () => {
  const V = Float64Array.of(1, 2, 0, 0, 3, 1, 0, 0, 4, 3, 0, 0);
  const projected = projectOnSpan(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8), { V, m: 3, d: 4 });
  near(projected, [1, 2, 0, 0, 5, 6, 0, 0]);
  for (const i of [2, 3, 6, 7]) assert.equal(projected[i], 0);
});

test("one vector gives the projection on its line, none but zeros nothing", () => {
  near(projectOnSpan(Float64Array.of(1, 0), { V: Float64Array.of(3, 4), m: 1, d: 2 }), [0.36, 0.48]);
  near(projectOnSpan(Float64Array.of(1, 2), { V: new Float64Array(4), m: 2, d: 2 }), [0, 0]);
});

test("what is in the span stays, the rest is orthogonal to it, and projecting twice is projecting once", () => {
  const random = stream(1, "span", "vectors");
  const [m, d] = [5, 12];
  const V = random.gaussians(m * d);
  // A dependent one more.
  const W = random.gaussians(3 * d);
  const both = Float64Array.of(...V, ...V.subarray(0, d).map((value, j) => value + V[d + j]));
  const projected = projectOnSpan(W, { V: both, m: m + 1, d });
  near(projectOnSpan(projected, { V: both, m: m + 1, d }), projected);
  near(projectOnSpan(V, { V: both, m: m + 1, d }), V);
  for (let row = 0; row < 3; row++) {
    for (let i = 0; i < m; i++) {
      let product = 0;
      for (let j = 0; j < d; j++) product += (W[row * d + j] - projected[row * d + j]) * V[i * d + j];
      assert.ok(Math.abs(product) < 1e-12, `${product}`);
    }
  }
});
