/** The largest singular value of a dense matrix, by Lanczos iteration on its Gram matrix. */
import { largestEigenvalue } from "./lanczos.ts";
import { matrixVector, transposeVector } from "./matrix.ts";
import type { RandomStream } from "./random.ts";

export interface SpectralNorm {
  /** The largest Ritz value found, as a singular value: a lower estimate. */
  readonly value: number;
  /** ‖AᵀA v − value² v‖ of its unit Ritz vector: some eigenvalue of AᵀA lies within it of value². */
  readonly residual: number;
  readonly iterations: number;
}

/**
 * ‖A‖op of an m × n matrix.
 * @param A m × n, row-major
 * @param options.tolerance stops when residual <= tolerance · value²
 */
export function spectralNorm(
  A: Float64Array,
  m: number,
  n: number,
  options: { random: RandomStream; tolerance?: number; maxIterations?: number },
): SpectralNorm {
  // The Gram matrix of the smaller side: A Aᵀ or Aᵀ A.
  const gram = (v: Float64Array) =>
    m < n
      ? matrixVector(A, transposeVector(A, v, m, n), m, n)
      : transposeVector(A, matrixVector(A, v, m, n), m, n);
  const { value, residual, iterations } = largestEigenvalue(gram, Math.min(m, n), options);
  return { value: Math.sqrt(value), residual, iterations };
}
