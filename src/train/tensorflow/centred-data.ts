import { columnMeans } from "../../numeric/column-means.ts";

/** Data centred at its mean: normalisation does not see the mean, and f32 sums of centred data round less. */
export interface CentredData {
  readonly n: number;
  readonly d: number;
  /** X − mean, n × d, row-major, f32. */
  readonly X: Float32Array;
  /** Mean of the points, length d. */
  readonly mean: Float64Array;
}

/**
 * Subtracts the mean in f64, then rounds to f32.
 * @param data X is n × d, row-major.
 */
export function centre(data: {
  readonly n: number;
  readonly d: number;
  readonly X: Float64Array;
}): CentredData {
  const { n, d, X } = data;
  const mean = columnMeans(X, n, d);
  const centred = new Float32Array(n * d);
  for (let i = 0; i < n; i++) for (let j = 0; j < d; j++) centred[i * d + j] = X[i * d + j] - mean[j];
  return { n, d, X: centred, mean };
}
