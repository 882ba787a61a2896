/** Inner products of a set of points, and what hypotheses say about them. */
import { largestEigenvalue } from "../numeric/lanczos.ts";
import { multiplyTransposed } from "../numeric/matrix.ts";
import { stream } from "../numeric/random.ts";

/** X Xᵀ of n points of R^d: n × n, row-major. */
export function gramMatrix(X: Float64Array, n: number, d: number): Float64Array {
  return multiplyTransposed(X, X, n, d, n);
}

/** λ_max of a symmetric positive semidefinite matrix, m × m, to about ten digits. */
export function largestOf(M: Float64Array, m: number): number {
  return largestEigenvalue(productWith(M, m), m, { random: stream(0, "eigenvalue", "largest") }).value;
}

/** λ_min of a symmetric positive semidefinite matrix, m × m, to about 1e-9 λ_max; never below 0. */
export function smallestOf(M: Float64Array, m: number): number {
  const most = largestOf(M, m);
  if (most === 0) return 0;
  const apply = productWith(M, m);
  const shifted = (v: Float64Array) => {
    const product = apply(v);
    return v.map((value, i) => most * value - product[i]);
  };
  const { value } = largestEigenvalue(shifted, m, { random: stream(0, "eigenvalue", "smallest") });
  return Math.max(0, most - value);
}

function productWith(M: Float64Array, m: number): (v: Float64Array) => Float64Array {
  return (v) => {
    const product = new Float64Array(m);
    for (let i = 0; i < m; i++) {
      let sum = 0;
      for (let j = 0, at = i * m; j < m; j++, at++) sum += M[at] * v[j];
      product[i] = sum;
    }
    return product;
  };
}
