/**
 * What a training engine is: exact full-batch Adam on the least-squares loss of a two-layer ReLU network with
 * batch normalisation between the linear layer and the ReLU (COLT 2021, §5); some engines train deeper ones too.
 *
 *   h_l = X w_l,  z_l = γ_l (h_l − mean h_l) / √(var h_l + ε_bn) + β_l,  f = Σ_l a_l relu(z_l),  loss = ‖f − y‖²/n
 *
 * The variance is the biased one (divide by n). The stopping rule, the initial weights and the memorisation filter
 * are not an engine's: they are the same code for all (train.ts).
 */

import type { NormalizedNetwork } from "../network/normalized.ts";
import type { Products } from "../numeric/kernels/products.ts";

export type EngineName = "wasm" | "blas" | "tensorflow";

/** Sizes of one problem: n points, d dimensions, k neurons in each hidden layer. */
export interface Shape {
  readonly n: number;
  readonly d: number;
  readonly k: number;
  /** Layers of weights, 2 unless given. */
  readonly depth?: number;
}

/** Points and labels: X is n × d, row-major, any mean; y has length n. */
export interface TrainingData {
  readonly n: number;
  readonly d: number;
  readonly X: Float64Array;
  readonly y: Float64Array;
}

/** Parameters before folding: W is k × d, row-major; a, gamma, beta have length k. Engines compute in f32. */
export interface Parameters {
  readonly W: Float64Array;
  readonly a: Float64Array;
  readonly gamma: Float64Array;
  readonly beta: Float64Array;
}

/** Batch statistics of each neuron before normalisation at the current parameters, length k. */
export interface BatchStatistics {
  /** Mean over the points of ⟨w_l, x_i⟩. */
  readonly mean: Float64Array;
  /** Biased variance over the points of ⟨w_l, x_i⟩, without ε_bn. */
  readonly variance: Float64Array;
}

/** Settings of Adam and of batch normalisation. */
export interface TrainingSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly adamEpsilon: number;
  readonly batchNormEpsilon: number;
}

/**
 * One training run, advanced step by step by its caller.
 * @typeParam Current what it says of its parameters: of two layers with the batch statistics, of more without
 */
export interface Session<Current = Parameters & BatchStatistics> {
  /** Outputs f(x_i) of the network at its current parameters, length n; valid until the next call. */
  evaluate(): Float32Array;
  /** One Adam step along the gradient at the parameters last evaluated. Throws if `evaluate` was not called since. */
  update(): void;
  /** A copy of the current parameters. */
  parameters(): Current;
  /** Gives memory back; the session cannot be used afterwards. */
  dispose(): void;
}

export interface Engine {
  readonly name: EngineName;
  /** Version of the arithmetic, recorded in the manifest, such as "tensorflow 2.21.0". */
  readonly version: string;
  /** Peak bytes that a session of this shape needs, beside the data set itself. */
  memory(shape: Shape): number;
  /** The dense products behind it, for measures of its networks; the kernels' own unless given. */
  products?(): Products;
  /**
   * Starts a run of two layers.
   * @param initial the initial parameters; k is the length of `initial.a`.
   */
  open(data: TrainingData, initial: Parameters, settings: TrainingSettings): Session;
  /** Starts a run of more layers; absent where the engine trains two alone. */
  openDeep?(
    data: TrainingData,
    initial: NormalizedNetwork,
    settings: TrainingSettings,
  ): Session<NormalizedNetwork>;
}
