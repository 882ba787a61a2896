import assert from "node:assert/strict";
import test from "node:test";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { largestEigenvalue } from "../../src/numeric/lanczos.ts";
import { stream } from "../../src/numeric/random.ts";

function ofDiagonal(
  diagonal: readonly number[],
  options: { tolerance?: number; maxIterations?: number } = {},
) {
  const apply = (v: Float64Array) => v.map((x, i) => diagonal[i] * x);
  return largestEigenvalue(apply, diagonal.length, { random: stream(1, "lanczos", "start"), ...options });
}

test("the largest eigenvalue of a diagonal is its largest entry, repeated or not", () => {
  for (const size of [1, 2, 3, 10, 127, 300]) {
    const diagonal = Array.from({ length: size }, (_, i) => 1 + i);
    const { value, residual, iterations } = ofDiagonal(diagonal);
    assert.ok(Math.abs(value - size) <= 1e-9 * size, `size ${size}: ${value}`);
    assert.ok(residual <= 1e-9 * size && iterations <= size);
  }
  const { value, iterations } = ofDiagonal([...new Array(50).fill(7), ...new Array(50).fill(2)]);
  assert.ok(Math.abs(value - 7) <= 1e-12, `${value}`);
  assert.ok(iterations <= 10);
});

test("some eigenvalue lies within the residual of the value, which is never above the largest", () => {
  const random = stream(2, "lanczos", "matrix");
  for (const [size, tolerance] of [
    [20, 1e-2],
    [80, 1e-3],
    [120, 1e-6],
  ]) {
    const F = Matrix.zeros(size, size).apply(function (this: Matrix, i: number, j: number) {
      this.set(i, j, random.gaussian());
    });
    const M = F.mmul(F.transpose());
    const eigenvalues = new EigenvalueDecomposition(M, { assumeSymmetric: true }).realEigenvalues;
    const apply = (v: Float64Array) => Float64Array.from(M.mmul(Matrix.columnVector([...v])).to1DArray());
    const { value, residual } = largestEigenvalue(apply, size, { random, tolerance });
    const top = Math.max(...eigenvalues);
    assert.ok(residual <= tolerance * value || residual <= 1e-10 * top);
    assert.ok(value <= top * (1 + 1e-12), `${value} above ${top}`);
    const nearest = Math.min(...eigenvalues.map((lambda) => Math.abs(lambda - value)));
    assert.ok(nearest <= residual + 1e-11 * top, `size ${size}: ${nearest} from an eigenvalue, ${residual}`);
  }
});

test("it stops at the iterations allowed, and says how far it got", () => {
  const diagonal = Array.from({ length: 400 }, (_, i) => 1 + i / 400);
  const { iterations, residual, value } = ofDiagonal(diagonal, { maxIterations: 12 });
  assert.equal(iterations, 12);
  assert.ok(residual > 1e-10 * value && value < 2);
});

test("the zero operator has eigenvalue 0", () => {
  for (const size of [1, 5, 200]) {
    const { value, residual } = ofDiagonal(new Array(size).fill(0));
    assert.deepEqual([value, residual], [0, 0]);
  }
});
