/** Inner products of a set of points, and what hypotheses say about them. */
import { largestEigenvalue } from "./lanczos.ts";
import { multiplyTransposed } from "./matrix.ts";
import { stream } from "./random.ts";
import { timesVector } from "./vector-products.ts";

/** X Xᵀ of n points of R^d: n × n, row-major. */
export function gramMatrix(X: Float64Array, n: number, d: number): Float64Array {
  return multiplyTransposed(X, X, n, d, n);
}

/** λ_max of a symmetric positive semidefinite matrix, m × m, to about ten digits. */
export function largestOf(M: Float64Array, m: number): number {
  return largestEigenvalue((v) => timesVector(M, v, m, m), m, { random: stream(0, "eigenvalue", "largest") })
    .value;
}

/** λ_min of a symmetric positive semidefinite matrix, m × m, to about 1e-9 λ_max; never below 0. */
export function smallestOf(M: Float64Array, m: number): number {
  const most = largestOf(M, m);
  if (most === 0) return 0;
  const shifted = (v: Float64Array) => {
    const product = timesVector(M, v, m, m);
    return v.map((value, i) => most * value - product[i]);
  };
  const { value } = largestEigenvalue(shifted, m, { random: stream(0, "eigenvalue", "smallest") });
  return Math.max(0, most - value);
}
