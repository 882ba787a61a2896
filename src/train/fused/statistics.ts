/** Batch statistics of the neurons in f64, whatever precision the training had. */
import type { DoubleProducts } from "../../numeric/kernels/products.ts";
import { multiplyTransposedRows } from "../../numeric/matrix.ts";
import type { BatchStatistics } from "../engine.ts";

// Doubles in a block of ⟨w_l, x_i⟩.
const BLOCK = 1 << 19;

/**
 * Mean and biased variance of ⟨w_l, x_i⟩ over the points for each of the k rows of W (k × d), X being n × d with column
 * means `mean`.
 * @param products what multiplies; the kernels unless given
 */
export function batchStatistics(
  { n, d, X }: { readonly n: number; readonly d: number; readonly X: Float64Array },
  mean: Float64Array,
  W: Float64Array,
  k: number,
  products?: DoubleProducts,
): BatchStatistics {
  const neuronMean = new Float64Array(k);
  const variance = new Float64Array(k);
  for (let l = 0; l < k; l++) {
    for (let j = 0; j < d; j++) neuronMean[l] += W[l * d + j] * mean[j];
  }
  const blockRows = Math.max(64, Math.floor(BLOCK / k));
  const addSquares = (rows: Float64Array, _: number, count: number) => {
    for (let i = 0; i < count; i++) {
      for (let l = 0; l < k; l++) variance[l] += (rows[i * k + l] - neuronMean[l]) ** 2;
    }
  };
  multiplyTransposedRows(X, W, n, d, k, blockRows, addSquares, products);
  for (let l = 0; l < k; l++) variance[l] /= n;
  return { mean: neuronMean, variance };
}
