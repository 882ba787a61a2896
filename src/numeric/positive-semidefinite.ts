/** Positive semidefiniteness that is certain, by a Cholesky factorisation that runs to completion (see gram.ts). */
import { blockColumns, choleskyCompletes, gamma } from "./gram.ts";

/**
 * Whether every symmetric matrix within `error` of A in the spectral norm is positive semidefinite, for certain; false
 * where that is not so, or too close to tell.
 * @param A m × m, row-major, symmetric, finite; only its lower triangle is read
 */
export function isPositiveSemidefinite(A: Float64Array, m: number, error: number): boolean {
  let trace = 0;
  for (let i = 0; i < m; i++) trace += Math.abs(A[i * m + i]);
  const factorising = (gamma(m + 1) / (1 - gamma(m + 1))) * trace;
  const margin = (error + factorising + 4 * 2 ** -53 * trace) * (1 + 2 ** -40);
  const negative = blockColumns(m, (i, j) => -A[i * m + j]);
  return Number.isFinite(margin) && choleskyCompletes(negative, -margin);
}
