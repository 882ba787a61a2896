/** Deep ReLU networks normalised over their batch after each hidden layer's product, as they are trained. */
import type { DoubleProducts } from "../numeric/kernels/products.ts";
import { multiplyTransposed } from "../numeric/matrix.ts";
import { foldStatistics } from "./batch-norm.ts";
import type { DeepNetwork, Layer } from "./deep.ts";

/** x ↦ relu(γ (W x − mean)/√(var + ε_bn) + β), mean and biased variance of W x over the batch. */
export interface NormalizedLayer {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns, row-major. */
  readonly W: Float64Array;
  /** rows. */
  readonly gamma: Float64Array;
  /** rows. */
  readonly beta: Float64Array;
}

/** f(x) = ⟨a, h(x)⟩ with h the hidden layers one after another. */
export interface NormalizedNetwork {
  /** At least one; each takes what the one before gives. */
  readonly hidden: readonly NormalizedLayer[];
  /** Output weights, as many as the last hidden layer has rows. */
  readonly a: Float64Array;
}

/**
 * The same function on the batch without normalisation: each layer's statistics, of what the folded layers below give, go
 * into its weights and bias. All in f64.
 * @param X the batch, n × d, row-major
 * @param batchNormEpsilon ε_bn, > 0 unless every variance is positive
 * @param products what multiplies; the kernels unless given
 * @returns the network, and its n outputs on the batch
 * @throws RangeError if some v + ε_bn is not positive, which is a neuron constant on the batch
 */
export function foldOverBatch(
  { hidden, a }: NormalizedNetwork,
  X: Float64Array,
  batchNormEpsilon: number,
  products?: DoubleProducts,
): { network: DeepNetwork; outputs: Float64Array } {
  const d = hidden[0].columns;
  const n = X.length / d;
  let values: Float64Array = X;
  const layers: Layer[] = hidden.map(({ rows, columns, W, gamma, beta }) => {
    const statistics = columnStatistics(multiplyTransposed(values, W, n, columns, rows, products), n, rows);
    const linear = { rows, columns, W, b: new Float64Array(rows) };
    const folded = foldStatistics(linear, { ...statistics, gamma, beta }, batchNormEpsilon);
    values = multiplyTransposed(values, folded.W, n, columns, rows, products);
    // Not sum > 0: a sum that is not a number must show in the output.
    for (let at = 0; at < values.length; at++) {
      const sum = values[at] + folded.b[at % rows];
      values[at] = sum <= 0 ? 0 : sum;
    }
    return folded;
  });
  const outputs = multiplyTransposed(values, a, n, a.length, 1, products);
  layers.push({ rows: 1, columns: a.length, W: Float64Array.from(a), b: new Float64Array(1) });
  return { network: { activation: "relu", d, layers }, outputs };
}

/** Mean and biased variance of each column of an n × k array, in two passes. */
function columnStatistics(values: Float64Array, n: number, k: number) {
  const mean = new Float64Array(k);
  const variance = new Float64Array(k);
  for (let at = 0; at < values.length; at++) mean[at % k] += values[at] / n;
  for (let at = 0; at < values.length; at++) variance[at % k] += (values[at] - mean[at % k]) ** 2 / n;
  return { mean, variance };
}
