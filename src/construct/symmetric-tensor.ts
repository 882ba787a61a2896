/** Symmetric tensors T = Σ_i β_i x_i^{⊗p} that interpolate, and the dimension of their space. */
import type { Dataset } from "../data/dataset.ts";
import { cholesky, solveCholesky } from "../numeric/cholesky.ts";
import { gramMatrix } from "../numeric/gram-matrix.ts";
import { entryPowers } from "../numeric/power-sum.ts";
import { dot, row } from "../numeric/vector-products.ts";
import { HypothesisError } from "./construction.ts";

/** A pivot below this part of ‖x_i‖^{2p} says that x_i^{⊗p} depends on the others, as far as f64 tells. */
const leastPivot = 1e-13;

/** C(n, k). */
export function binomial(n: number, k: number): number {
  let count = 1;
  // Divides at each step: every partial product is a binomial coefficient itself.
  for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i;
  return Math.round(count);
}

/** C(d + p − 1, p): the dimension of the symmetric tensors of order p, and of the homogeneous polynomials of degree p. */
export function symmetricDimension(d: number, p: number): number {
  return binomial(d + p - 1, p);
}

/**
 * β with Σ_i β_i ⟨x_i, x_j⟩^p = y_j for all j: the T of least Frobenius norm that interpolates. One step of refinement.
 * @param who the construction that asks, for the error
 * @throws HypothesisError where the x_i^{⊗p} depend on each other, as more than their dimension always do
 */
export function interpolatingCoefficients({ n, d, X, y }: Dataset, p: number, who: string): Float64Array {
  const K = entryPowers(gramMatrix(X, n, d), p);
  const L = cholesky(K, n);
  let ratio = L ? 1 : 0;
  if (L) for (let i = 0; i < n; i++) ratio = Math.min(ratio, L[i * n + i] ** 2 / K[i * n + i]);
  if (!L || !(ratio > leastPivot)) {
    throw new HypothesisError(
      `${who}: points not in general position for degree ${p} (least pivot of the matrix <x_i, x_j>^${p} is ` +
        `${ratio.toPrecision(3)} of its diagonal, needs ${leastPivot}), remove equal and opposite points`,
    );
  }
  const beta = solveCholesky(L, n, y);
  const residual = y.map((label, i) => label - dot(row(K, i, n), beta));
  const correction = solveCholesky(L, n, residual);
  return beta.map((value, i) => value + correction[i]);
}
