import assert from "node:assert/strict";
import test from "node:test";
import { Matrix, QrDecomposition } from "ml-matrix";
import { cholesky, solveCholesky } from "../../src/numeric/cholesky.ts";
import { UpdatedCholesky } from "../../src/numeric/cholesky-update.ts";
import { multiplyTransposed } from "../../src/numeric/matrix.ts";
import { nonNegativeLeastSquares } from "../../src/numeric/nnls.ts";
import { stream } from "../../src/numeric/random.ts";

const dot = (x: ArrayLike<number>, y: ArrayLike<number>) =>
  Array.from(x).reduce((sum, value, i) => sum + value * y[i], 0);

test("what is found satisfies the KKT conditions, on problems of every shape", () => {
  const random = stream(1, "nnls", "problems");
  for (let problem = 0; problem < 200; problem++) {
    const n = 1 + Math.floor(random.uniform() * 60);
    const m = 1 + Math.floor(random.uniform() * 60);
    const shift = random.gaussian();
    const A = random.gaussians(n * m).map((value) => value + shift);
    const b = random.gaussians(m);
    // Every fourth has columns twice: dependent ones must not both be held.
    if (problem % 4 === 0) for (let j = 1; j < n; j += 2) A.copyWithin(j * m, (j - 1) * m, j * m);
    const { x, residual, converged } = nonNegativeLeastSquares(A, n, m, b);
    assert.ok(converged);
    for (let j = 0; j < n; j++) {
      const column = A.subarray(j * m, (j + 1) * m);
      const scale = Math.sqrt(dot(column, column) * dot(b, b));
      const slope = dot(column, residual) / scale;
      assert.ok(x[j] >= 0);
      assert.ok(slope <= 1e-12, `problem ${problem}, ${n} × ${m}: slope ${slope}`);
      if (x[j] > 0) assert.ok(Math.abs(slope) <= 1e-10, `problem ${problem}, ${n} × ${m}: held ${slope}`);
    }
    for (let i = 0; i < m; i++) {
      const fitted = Array.from({ length: n }, (_, j) => A[j * m + i] * x[j]).reduce((s, v) => s + v, 0);
      assert.ok(Math.abs(b[i] - fitted - residual[i]) <= 1e-9 * (1 + Math.sqrt(dot(x, x))));
    }
  }
});

test("it agrees with the best of all supports, tried one by one", () => {
  const random = stream(2, "nnls", "problems");
  for (let problem = 0; problem < 40; problem++) {
    const n = 1 + Math.floor(random.uniform() * 7);
    const m = n + Math.floor(random.uniform() * 6);
    const A = random.gaussians(n * m);
    const b = random.gaussians(m);
    let best = dot(b, b);
    for (let support = 1; support < 2 ** n; support++) {
      const places = Array.from({ length: n }, (_, j) => j).filter((j) => (support >> j) & 1);
      const columns = new Matrix(Array.from({ length: m }, (_, i) => places.map((j) => A[j * m + i])));
      const z = new QrDecomposition(columns).solve(Matrix.columnVector([...b])).to1DArray();
      if (!z.every((value) => value >= 0)) continue;
      const residual = Matrix.columnVector([...b])
        .sub(columns.mmul(Matrix.columnVector(z)))
        .to1DArray();
      best = Math.min(best, dot(residual, residual));
    }
    const { residual } = nonNegativeLeastSquares(A, n, m, b);
    assert.ok(Math.abs(dot(residual, residual) - best) <= 1e-12 * dot(b, b), `problem ${problem}`);
  }
});

test("a vector in the cone of the columns leaves no residual", () => {
  const random = stream(3, "nnls", "cone");
  const [n, m] = [80, 30];
  const A = random.gaussians(n * m);
  const b = new Float64Array(m);
  for (let j = 0; j < n; j++) {
    const weight = random.uniform();
    for (let i = 0; i < m; i++) b[i] += weight * A[j * m + i];
  }
  const { residual } = nonNegativeLeastSquares(A, n, m, b);
  assert.ok(Math.sqrt(dot(residual, residual) / dot(b, b)) <= 1e-12);
});

test("shapes that do not agree are refused", () => {
  const [A, b] = [new Float64Array(6), new Float64Array(2)];
  assert.throws(() => nonNegativeLeastSquares(A, 4, 2, b), RangeError);
  assert.throws(() => nonNegativeLeastSquares(A, 2, 3, b), RangeError);
});

test("a factor whose rows come and go solves as one made at once", () => {
  const random = stream(4, "nnls", "updates");
  const [n, m] = [40, 60];
  const A = multiplyTransposed(...twice(random.gaussians(n * m)), n, m, n);
  const factor = new UpdatedCholesky(n, 30);
  for (let step = 0; step < 300; step++) {
    const j = Math.floor(random.uniform() * n);
    if (factor.has(j)) factor.remove(factor.members.indexOf(j));
    else assert.equal(factor.add(j, A.subarray(j * n, (j + 1) * n)), factor.members.includes(j));
    const { members } = factor;
    const p = members.length;
    if (p === 0) continue;
    const y = Array.from({ length: p }, () => random.gaussian());
    const part = Float64Array.from({ length: p * p }, (_, at) => {
      return A[members[Math.floor(at / p)] * n + members[at % p]];
    });
    const expected = solveCholesky(cholesky(part, p) as Float64Array, p, Float64Array.from(y));
    const found = factor.solve(y);
    found.forEach((value, i) => {
      assert.ok(Math.abs(value - expected[i]) <= 1e-11 * Math.max(...expected.map(Math.abs)));
    });
  }
});

function twice(F: Float64Array): [Float64Array, Float64Array] {
  return [F, F];
}
