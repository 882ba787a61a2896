/** Largest eigenvalue of a symmetric positive semidefinite operator, by Lanczos iteration. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { RandomStream } from "./random.ts";

interface LargestEigenvalue {
  /** The largest Ritz value: a lower estimate. */
  readonly value: number;
  /** ‖M v − value·v‖ of its unit Ritz vector: some eigenvalue of M lies within it of the value. */
  readonly residual: number;
  readonly iterations: number;
}

/**
 * Lanczos with full reorthogonalisation from a random start.
 * @param apply v ↦ M v for vectors of length `size`; must not keep or change its argument
 * @param options.tolerance stops when residual <= tolerance · value
 */
export function largestEigenvalue(
  apply: (v: Float64Array) => Float64Array,
  size: number,
  options: { random: RandomStream; tolerance?: number; maxIterations?: number },
): LargestEigenvalue {
  const { random, tolerance = 1e-10, maxIterations = 300 } = options;
  const basis: Float64Array[] = [];
  const alpha: number[] = [];
  const beta: number[] = [];
  let next = random.gaussians(size);
  scale(next, 1 / Math.sqrt(dot(next, next)));
  for (let iterations = 1; ; iterations++) {
    const v = next;
    basis.push(v);
    next = apply(v);
    alpha.push(dot(v, next));
    // Twice is enough (Kahan, Parlett): the second pass removes what cancellation left.
    for (let pass = 0; pass < 2; pass++) {
      for (const u of basis) add(next, u, -dot(next, u));
    }
    const length = Math.sqrt(dot(next, next));
    const finished = iterations === size || iterations === maxIterations || length <= 1e-300;
    if (finished || iterations % 10 === 0) {
      const { value, last } = tridiagonalTop(alpha, beta);
      const residual = length * Math.abs(last);
      if (finished || residual <= tolerance * value) {
        return { value: Math.max(0, value), residual, iterations };
      }
    }
    beta.push(length);
    scale(next, 1 / length);
  }
}

/** Largest eigenvalue of the tridiagonal Lanczos matrix and the last entry of its unit eigenvector. */
function tridiagonalTop(alpha: number[], beta: number[]): { value: number; last: number } {
  const size = alpha.length;
  const T = Matrix.zeros(size, size);
  for (let i = 0; i < size; i++) {
    T.set(i, i, alpha[i]);
    if (i + 1 < size) {
      T.set(i, i + 1, beta[i]);
      T.set(i + 1, i, beta[i]);
    }
  }
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(T, { assumeSymmetric: true });
  const top = realEigenvalues.indexOf(Math.max(...realEigenvalues));
  return { value: realEigenvalues[top], last: eigenvectorMatrix.get(size - 1, top) };
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}

function add(x: Float64Array, y: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] += factor * y[i];
}

function scale(x: Float64Array, factor: number): void {
  for (let i = 0; i < x.length; i++) x[i] *= factor;
}
