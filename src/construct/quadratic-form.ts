/** Quadratic forms f(x) = ⟨x, T x⟩ as networks of activation t², and their constants, which eigenvalues give exactly. */
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { multiplyTransposed } from "../numeric/matrix.ts";
import type { ClosedForm } from "./construction.ts";

/** T = Σ λ_j u_j u_jᵀ. */
export interface Eigensystem {
  /** All d of them, largest first. */
  readonly values: Float64Array;
  /** Unit eigenvectors in that order, a row each: d × d. */
  readonly vectors: Float64Array;
}

/** Eigenvalues below this part of the largest are 0 up to rounding. */
const leastPart = 1e-12;

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

/** Places of the eigenvalues that are not 0, largest |λ| first. */
export function support({ values }: Eigensystem): number[] {
  const most = operatorNorm(values);
  return Array.from(values.keys())
    .filter((l) => Math.abs(values[l]) > leastPart * most)
    .sort((i, j) => Math.abs(values[j]) - Math.abs(values[i]));
}

/** ‖T‖_op from all eigenvalues, largest first. */
export function operatorNorm(values: Float64Array): number {
  return Math.max(Math.abs(values[0]), Math.abs(values[values.length - 1]));
}

/** Lipschitz constants of x ↦ ⟨x, T x⟩, from all eigenvalues, largest first. On R^d there is none. */
export function quadraticConstants(values: Float64Array): ClosedForm[] {
  const ball = 2 * operatorNorm(values);
  return [
    { value: ball, domain: "ball", formula: "2 ‖T‖_op" },
    { value: ball, domain: "sphere-gradient", formula: "2 ‖T‖_op" },
    {
      value: values[0] - values[values.length - 1],
      domain: "sphere",
      formula: "lambda_max(T) - lambda_min(T)",
    },
  ];
}
