import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Matrix, QrDecomposition, SingularValueDecomposition } from "ml-matrix";
import { stream } from "../../src/numeric/random.ts";
import { spectralNorm } from "../../src/numeric/spectral-norm.ts";

function norm(A: Matrix) {
  const { rows, columns } = A;
  return spectralNorm(Float64Array.from(A.to1DArray()), rows, columns, {
    random: stream(1, "spectral", "start"),
  });
}

function gaussianMatrix(rows: number, columns: number, seed: number): Matrix {
  const random = stream(seed, "matrix", "entries");
  return new Matrix(
    Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.gaussian())),
  );
}

function assertNear(actual: number, expected: number, relative: number): void {
  assert.ok(Math.abs(actual - expected) <= relative * Math.abs(expected), `${actual}, expected ${expected}`);
}

test("a diagonal matrix has its largest entry in modulus", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 30 }),
      (diagonal) => {
        fc.pre(diagonal.some((entry) => Math.abs(entry) > 1e-3));
        assertNear(norm(Matrix.diag(diagonal)).value, Math.max(...diagonal.map(Math.abs)), 1e-9);
      },
    ),
  );
});

test("an orthogonal matrix has norm 1, and its rows any subset of them", () => {
  const Q = new QrDecomposition(gaussianMatrix(40, 40, 1)).orthogonalMatrix;
  assertNear(norm(Q).value, 1, 1e-12);
  assertNear(norm(Q.subMatrix(0, 11, 0, 39)).value, 1, 1e-12);
  assertNear(norm(Q.subMatrix(0, 39, 0, 11)).value, 1, 1e-12);
});

test("a matrix of rank one has the product of its factors' norms", () => {
  for (const [rows, columns] of [
    [1, 1],
    [1, 50],
    [50, 1],
    [30, 70],
    [70, 30],
  ]) {
    const u = gaussianMatrix(rows, 1, 2);
    const v = gaussianMatrix(1, columns, 3);
    const { value, residual } = norm(u.mmul(v));
    assertNear(value, u.norm() * v.norm(), 1e-12);
    assert.ok(residual <= 1e-9 * value * value, `residual ${residual}`);
  }
});

test("a zero matrix has norm 0, a single number its modulus", () => {
  assert.equal(norm(new Matrix([[0]])).value, 0);
  assert.equal(norm(Matrix.zeros(7, 4)).value, 0);
  assertNear(norm(new Matrix([[-3.5]])).value, 3.5, 1e-15);
});

test("the norm is the largest singular value of any matrix", () => {
  const size = fc.integer({ min: 1, max: 40 });
  fc.assert(
    fc.property(size, size, fc.nat(), (rows, columns, seed) => {
      const A = gaussianMatrix(rows, columns, seed);
      const expected = new SingularValueDecomposition(A, { autoTranspose: true }).norm2;
      const { value } = norm(A);
      assertNear(value, expected, 1e-8);
      // A Ritz value never lies above the spectrum, but for rounding.
      assert.ok(value <= expected * (1 + 1e-12), `${value} above ${expected}`);
    }),
    { numRuns: 60 },
  );
});

test("a large matrix converges in fewer iterations than it has rows, and its residual covers the error", () => {
  const A = gaussianMatrix(120, 200, 5);
  const expected = new SingularValueDecomposition(A.transpose()).norm2;
  const { value, residual, iterations } = norm(A);
  assert.ok(iterations < 120, `${iterations} iterations`);
  assert.ok(residual <= 1e-10 * value * value, `residual ${residual}`);
  assert.ok(value * value <= expected ** 2 * (1 + 1e-12));
  assert.ok(value * value + residual >= expected ** 2 * (1 - 1e-12));
});

test("an iteration that is cut short says so by its residual", () => {
  const A = gaussianMatrix(50, 50, 6);
  const options = { random: stream(1, "spectral", "start"), maxIterations: 3 };
  const { value, residual, iterations } = spectralNorm(Float64Array.from(A.to1DArray()), 50, 50, options);
  assert.equal(iterations, 3);
  const eigenvalues = new SingularValueDecomposition(A).diagonal.map((sigma) => sigma * sigma);
  // Some eigenvalue of AᵀA lies within the residual.
  assert.ok(eigenvalues.some((eigenvalue) => Math.abs(eigenvalue - value * value) <= residual * (1 + 1e-9)));
  assert.ok(residual > 1e-3 * value * value);
});

test("the norm scales with the matrix", () => {
  fc.assert(
    fc.property(fc.integer({ min: -60, max: 60 }), fc.nat(), (exponent, seed) => {
      const A = gaussianMatrix(6, 9, seed);
      assertNear(norm(Matrix.mul(A, 2 ** exponent)).value, norm(A).value * 2 ** exponent, 1e-12);
    }),
  );
});
