/** The data as the kernels want them: centred in f64, rounded to f32, packed in panels of 8 columns. */
import { multiplyTransposed } from "../../numeric/matrix.ts";

/**
 * Writes X − mean (n × d) into `data` in panels of 8 dimensions, n × 8 each, and its transpose into `transposed` in
 * panels of 8 samples, d × 8 each. Both are zero on entry where there is padding.
 */
export function packCentred(
  X: Float64Array,
  n: number,
  d: number,
  mean: Float64Array,
  data: Float32Array,
  transposed: Float32Array,
): void {
  for (let i = 0; i < n; i++) {
    const samplePanel = (i >> 3) * d * 8 + (i & 7);
    for (let j = 0; j < d; j++) {
      const value = X[i * d + j] - mean[j];
      transposed[samplePanel + j * 8] = value;
      data[(j >> 3) * n * 8 + i * 8 + (j & 7)] = value;
    }
  }
}

// Samples whose part of the covariance is computed at once.
const BLOCK = 512;

/** Covariance XᶜᵀXᶜ/n (d × d, row-major) of the rows of X (n × d), computed in f64. */
export function covariance(X: Float64Array, n: number, d: number, mean: Float64Array): Float64Array {
  const total = new Float64Array(d * d);
  for (let first = 0; first < n; first += BLOCK) {
    const count = Math.min(BLOCK, n - first);
    const columns = new Float64Array(d * count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < d; j++) columns[j * count + i] = X[(first + i) * d + j] - mean[j];
    }
    const part = multiplyTransposed(columns, columns, d, count, d);
    for (let j = 0; j < total.length; j++) total[j] += part[j] / n;
  }
  return total;
}

/** Writes a symmetric d × d matrix into `target` in panels of 8 columns, d × 8 each. */
export function packSquare(S: Float64Array, d: number, target: Float32Array): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) target[(j >> 3) * d * 8 + i * 8 + (j & 7)] = S[i * d + j];
  }
}
