/** Folding of full-batch normalisation into the weights it precedes. */
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
  const k = network.a.length;
  const d = network.W.length / k;
  const W = new Float64Array(k * d);
  const b = new Float64Array(k);
  for (let l = 0; l < k; l++) {
    const spread = network.variance[l] + batchNormEpsilon;
    if (spread <= 0)
      throw new RangeError(`neuron ${l} is constant on the batch: its variance is ${network.variance[l]}`);
    const scale = network.gamma[l] / Math.sqrt(spread);
    for (let j = l * d; j < (l + 1) * d; j++) W[j] = scale * network.W[j];
    b[l] = network.beta[l] - scale * network.mean[l];
  }
  return { activation: "relu", k, d, W, b, a: Float64Array.from(network.a), c: 0 };
}
