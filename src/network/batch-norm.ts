/** Folding of full-batch normalisation into the weights it precedes. */
import type { Layer } from "./deep.ts";
import type { TwoLayerNetwork } from "./two-layer.ts";

/** A ReLU network normalised over its batch; W is k × d, row-major, the rest has length k. */
interface BatchNormNetwork {
  readonly W: Float64Array;
  readonly a: Float64Array;
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
  /** Mean over the batch of ⟨w_l, x⟩. */
  readonly mean: Float64Array;
  /** Biased variance over the batch of ⟨w_l, x⟩. */
  readonly variance: Float64Array;
}

/**
 * W' = diag(γ/√(v + ε_bn)) W and b' = β − γ/√(v + ε_bn)·mean: the same function, without normalisation.
 * @param batchNormEpsilon ε_bn, > 0 unless every variance is positive
 * @throws RangeError if some v + ε_bn is not positive, which is a neuron constant on the batch
 */
export function foldBatchNorm(network: BatchNormNetwork, batchNormEpsilon: number): TwoLayerNetwork {
  return foldBatchNormInPlace({ ...network, W: Float64Array.from(network.W) }, batchNormEpsilon);
}

/** As `foldBatchNorm`, with W' in the place of W: the largest networks fit into memory once. Errors as above. */
export function foldBatchNormInPlace(network: BatchNormNetwork, batchNormEpsilon: number): TwoLayerNetwork {
  const k = network.a.length;
  const d = network.W.length / k;
  const layer = { rows: k, columns: d, W: network.W, b: new Float64Array(k) };
  const { W, b } = foldStatistics(layer, network, batchNormEpsilon, network.W);
  return { activation: "relu", k, d, W, b, a: Float64Array.from(network.a), c: 0 };
}

/**
 * γ (W x + b − mean)/√(v + ε) + β of a layer's neurons as one affine map. Errors as above.
 * @param folded where its W goes, which may be that of the layer
 */
export function foldStatistics(
  { rows, columns, W, b }: Layer,
  { mean, variance, gamma, beta }: Pick<BatchNormNetwork, "mean" | "variance" | "gamma" | "beta">,
  epsilon: number,
  folded: Float64Array = new Float64Array(W.length),
): Layer {
  const shifted = new Float64Array(rows);
  for (let l = 0; l < rows; l++) {
    const spread = variance[l] + epsilon;
    if (spread <= 0) {
      throw new RangeError(`neuron ${l} is constant on the batch: its variance is ${variance[l]}`);
    }
    const scale = gamma[l] / Math.sqrt(spread);
    for (let j = l * columns; j < (l + 1) * columns; j++) folded[j] = scale * W[j];
    shifted[l] = beta[l] + scale * (b[l] - mean[l]);
  }
  return { rows, columns, W: folded, b: shifted };
}
