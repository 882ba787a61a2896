/** Quadratic forms x ↦ ⟨x, T x⟩ and their eigenvalues. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { multiplyTransposed } from "./matrix.ts";

/** T = Σ λ_j u_j u_jᵀ. */
export interface Eigensystem {
  /** All d of them, largest first. */
  readonly values: Float64Array;
  /** Unit eigenvectors in that order, a row each: d × d. */
  readonly vectors: Float64Array;
}

/** T = Σ_i β_i x_i x_iᵀ of n points of R^d: d × d, symmetric. */
export function quadraticForm(X: Float64Array, beta: Float64Array, n: number, d: number): Float64Array {
  const columns = new Float64Array(d * n);
  const weighted = new Float64Array(d * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < d; j++) {
      columns[j * n + i] = X[i * d + j];
      weighted[j * n + i] = beta[i] * X[i * d + j];
    }
  }
  const T = multiplyTransposed(weighted, columns, d, n, d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < i; j++) T[i * d + j] = T[j * d + i] = (T[i * d + j] + T[j * d + i]) / 2;
  }
  return T;
}

/** @param T d × d, symmetric */
export function eigensystem(T: Float64Array, d: number): Eigensystem {
  const matrix = new Matrix(Array.from({ length: d }, (_, i) => T.subarray(i * d, (i + 1) * d)));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, {
    assumeSymmetric: true,
  });
  const order = Array.from(realEigenvalues.keys()).sort((i, j) => realEigenvalues[j] - realEigenvalues[i]);
  const vectors = new Float64Array(d * d);
  order.forEach((column, l) => {
    for (let j = 0; j < d; j++) vectors[l * d + j] = eigenvectorMatrix.get(j, column);
  });
  return { values: Float64Array.from(order, (column) => realEigenvalues[column]), vectors };
}

/** ‖T‖_op from all eigenvalues, largest first. */
export function operatorNorm(values: Float64Array): number {
  return Math.max(Math.abs(values[0]), Math.abs(values[values.length - 1]));
}
