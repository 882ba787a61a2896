/** The data as the kernels want them: centred in f64, rounded to f32, packed in panels of columns. */
import type { DoubleProducts } from "../../numeric/kernels/products.ts";
import { multiplyTransposed } from "../../numeric/matrix.ts";

/**
 * Writes X − mean (n × d) into `data` in panels of `panels.data` dimensions, and its transpose into `transposed` in
 * panels of `panels.transposed` samples. Both are zero on entry where there is padding.
 */
export function packCentred(
  X: Float64Array,
  n: number,
  d: number,
  mean: Float64Array,
  data: Float32Array,
  transposed: Float32Array,
  panels: { readonly data: number; readonly transposed: number },
): void {
  const wide = panels.data;
  for (let i = 0; i < n; i++) {
    const sample = i % panels.transposed;
    const samplePanel = (i - sample) * d + sample;
    for (let first = 0; first < d; first += wide) {
      const panel = first * n + i * wide - first;
      const last = Math.min(d, first + wide);
      for (let j = first; j < last; j++) {
        const value = X[i * d + j] - mean[j];
        transposed[samplePanel + j * panels.transposed] = value;
        data[panel + j] = value;
      }
    }
  }
}

// Samples whose part of the covariance is computed at once.
const BLOCK = 512;

/** Covariance XᶜᵀXᶜ/n (d × d, row-major) of the rows of X (n × d), computed in f64. */
export function covariance(
  X: Float64Array,
  n: number,
  d: number,
  mean: Float64Array,
  products?: DoubleProducts,
): Float64Array {
  const total = new Float64Array(d * d);
  for (let first = 0; first < n; first += BLOCK) {
    const count = Math.min(BLOCK, n - first);
    const columns = new Float64Array(d * count);
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < d; j++) columns[j * count + i] = X[(first + i) * d + j] - mean[j];
    }
    const part = multiplyTransposed(columns, columns, d, count, d, products);
    for (let j = 0; j < total.length; j++) total[j] += part[j] / n;
  }
  return total;
}

/** Writes a symmetric d × d matrix into `target` in panels of `panel` columns. */
export function packSquare(S: Float64Array, d: number, target: Float32Array, panel: number): void {
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      const column = j % panel;
      target[(j - column) * d + i * panel + column] = S[i * d + j];
    }
  }
}
