/** Upper bounds on the dual norm of Ω_q = Σ_i λ_i x_i^{⊗q}: ⟨T, Ω_q⟩ <= ‖T‖_op ‖Ω_q‖_{op,*} for symmetric T. */
import type { Dataset } from "../data/dataset.ts";
import { multiplyTransposedRows } from "../numeric/matrix.ts";
import { eigensystem, quadraticForm } from "../numeric/quadratic-form.ts";

/** Of the orders q = 1, …, p. */
interface PowerSizes {
  /** ‖Ω_q‖_F² = λᵀ K^{∘q} λ with K = X Xᵀ, at place q − 1; what rounding takes below 0 is 0. */
  readonly squares: Float64Array;
  /**
   * The norm itself for q <= 2, at 2 from the eigenvalues of a d × d matrix; d^{(q−1)/2} ‖Ω_q‖_F beyond (COLT 2021,
   * Lemma 12).
   */
  dualNorm(q: number): number;
}

const blockRows = 256;

/**
 * n²(d + p) operations; no tensor is formed.
 * @param weights λ, n
 * @throws RangeError where ⟨x_i, x_j⟩^p is beyond f64
 */
export function powerSizes({ n, d, X }: Dataset, weights: Float64Array, p: number): PowerSizes {
  const squares = new Float64Array(p);
  multiplyTransposedRows(X, X, n, d, n, blockRows, (rows, first, count) => {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < n; j++) {
        const inner = rows[i * n + j];
        let term = weights[first + i] * weights[j];
        for (let q = 0; q < p; q++) squares[q] += term *= inner;
      }
    }
  });
  const overflow = squares.findIndex((square) => !Number.isFinite(square));
  if (overflow >= 0) {
    throw new RangeError(
      `<x_i, x_j>^${overflow + 1} must lie in the finite numbers, got ${squares[overflow]}`,
    );
  }
  for (let q = 0; q < p; q++) squares[q] = Math.max(0, squares[q]);
  const dualNorm = (q: number) =>
    q === 2
      ? nuclearNorm(quadraticForm(X, weights, n, d), d)
      : d ** ((q - 1) / 2) * Math.sqrt(squares[q - 1]);
  return { squares, dualNorm };
}

function nuclearNorm(T: Float64Array, d: number): number {
  return eigensystem(T, d).values.reduce((sum, value) => sum + Math.abs(value), 0);
}
