import assert from "node:assert/strict";
import test from "node:test";
import { orthogonalFactorization } from "../../src/numeric/householder.ts";
import { stream } from "../../src/numeric/random.ts";

for (const [n, d] of [
  [1, 1],
  [3, 3],
  [5, 9],
  [40, 60],
]) {
  test(`${n} vectors of R^${d}: V = Q R, Q orthogonal, and the shortest solution is in their span`, () => {
    const random = stream(1, "householder", `${n} ${d}`);
    const V = random.gaussians(n * d);
    const { R, rotate, rotateBack, minimumNorm, rankRatio } = orthogonalFactorization(V, n, d);
    assert.ok(rankRatio > 1e-3);
    for (let i = 0; i < n; i++) {
      const column = new Float64Array(d);
      for (let p = 0; p <= i; p++) column[p] = R[p * n + i];
      rotate(column);
      for (let j = 0; j < d; j++) assert.ok(Math.abs(column[j] - V[i * d + j]) <= 1e-13 * d);
    }
    const x = random.gaussians(d);
    const y = Float64Array.from(x);
    rotate(y);
    rotateBack(y);
    for (let j = 0; j < d; j++) assert.ok(Math.abs(x[j] - y[j]) <= 1e-13 * d);
    const wanted = random.gaussians(n);
    const w = minimumNorm(wanted);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < d; j++) sum += V[i * d + j] * w[j];
      assert.ok(Math.abs(sum - wanted[i]) <= 1e-10);
    }
    // Orthogonal to the null space, whose basis is Q e_j for j >= n.
    for (let j = n; j < d; j++) {
      const e = new Float64Array(d);
      e[j] = 1;
      rotate(e);
      assert.ok(Math.abs(e.reduce((sum, value, p) => sum + value * w[p], 0)) <= 1e-10);
    }
  });
}

test("dependent vectors have a rank ratio of about 0, more vectors than dimensions are refused", () => {
  const V = Float64Array.of(1, 2, 3, 2, 4, 6);
  assert.ok(orthogonalFactorization(V, 2, 3).rankRatio <= 1e-15);
  assert.throws(() => orthogonalFactorization(V, 3, 2), RangeError);
  assert.throws(() => orthogonalFactorization(V, 2, 2), RangeError);
});
