import assert from "node:assert/strict";
import test from "node:test";
import { cholesky, solveCholesky } from "../../src/numeric/cholesky.ts";
import { gramMatrix } from "../../src/numeric/gram-matrix.ts";
import { dot } from "../../src/numeric/vector-products.ts";
import { interpolationFloor } from "../../src/theory/floor.ts";
import { linearInterpolant, linearLaw, linearMeanSquare } from "../../src/theory/linear.ts";
import { sampledData } from "../construct/method.ts";
import { ask } from "./ask.ts";
import { closeTo } from "./fixture.ts";
import { equivalents, scaledBy } from "./transformed.ts";

test("the means are the specification's, and those of 400 draws", () => {
  for (const [n, d, expected] of [
    [50, 100, 102.041],
    [8, 100, 8.791],
  ]) {
    assert.ok(closeTo(linearMeanSquare(n, d), expected, 1e-4));
    const squares = Array.from(
      { length: 400 },
      (_, seed) => linearInterpolant(sampledData(n, d, seed, "gaussian")).length ** 2,
    );
    const mean = squares.reduce((sum, value) => sum + value, 0) / 400;
    const variance = squares.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 399;
    assert.ok(Math.abs(mean - expected) <= 3 * Math.sqrt(variance / 400), `${n} ${d}: ${mean}`);
  }
  assert.equal(linearMeanSquare(9, 10), Number.POSITIVE_INFINITY);
});

test("λ_min(X Xᵀ) >= 1/2 holds for most draws at n/d = 0.08, for none at 0.5", () => {
  const part = (n: number) => {
    let held = 0;
    for (let seed = 0; seed < 200; seed++) {
      const { eigenvalue, length } = linearInterpolant(sampledData(n, 100, seed, "gaussian"));
      if (eigenvalue.ok) {
        held++;
        assert.ok(length <= Math.sqrt(2 * n));
      }
    }
    return held / 200;
  };
  const held = part(8);
  // 0.93 with three standard deviations of 200 draws.
  assert.ok(Math.abs(held - 0.93) <= 0.055, `${held}`);
  assert.equal(part(50), 0);
});

test("the length is √(yᵀ (X Xᵀ)⁻¹ y), w interpolates, and no interpolant is below the floor", () => {
  const data = sampledData(20, 45, 3);
  const { w, length } = linearInterpolant(data);
  const L = cholesky(gramMatrix(data.X, 20, 45), 20);
  assert.ok(L);
  assert.ok(closeTo(length ** 2, dot(data.y, solveCholesky(L, 20, data.y)), 1e-10));
  for (let i = 0; i < 20; i++) {
    assert.ok(Math.abs(dot(data.X.subarray(i * 45, (i + 1) * 45), w) - data.y[i]) <= 1e-12);
  }
  assert.ok(length >= interpolationFloor(data).value);
});

test("rotations, orders and signs do not move it, scale divides it", () => {
  const data = sampledData(10, 30, 2);
  const { length } = linearInterpolant(data);
  for (const other of Object.values(equivalents(data))) {
    assert.ok(closeTo(linearInterpolant(other).length, length, 1e-11));
  }
  assert.ok(closeTo(linearInterpolant(scaledBy(4, data)).length, length / 4, 1e-12));
});

test("dependent points have no such function, as far as the law tells", () => {
  const data = sampledData(4, 10);
  data.X.copyWithin(10, 0, 10);
  const { length, independence } = linearInterpolant(data);
  assert.ok(length === Number.POSITIVE_INFINITY && !independence.ok);
});

test("the law speaks of data and of numbers", () => {
  const data = sampledData(50, 100, 1, "gaussian");
  const { bounds } = ask(linearLaw, { data });
  assert.ok(bounds[0].kind === "exact" && bounds[0].value === linearInterpolant(data).length);
  // The printed bound holds here although its hypothesis does not.
  assert.ok(closeTo(bounds[1].value, 10, 1e-14) && !bounds[1].hypotheses[0].ok);
  const numbers = ask(linearLaw, { numbers: { n: 50, d: 100 } }).bounds;
  assert.ok(closeTo(numbers[1].value, 102.041, 1e-5) && !numbers[0].hypotheses[0].ok);
  assert.ok(closeTo(numbers[0].hypotheses[0].right, 0.0858, 1e-3));
  assert.ok(ask(linearLaw, { numbers: { n: 8, d: 100 } }).bounds[0].hypotheses[0].ok);
  assert.throws(
    () => ask(linearLaw, { data: sampledData(11, 10) }),
    /^RangeError: n must lie in \{1, …, 10\}, got 11/,
  );
});
