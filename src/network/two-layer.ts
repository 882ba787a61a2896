/**
 * Two-layer networks f(x) = Σ_l a_l ψ(⟨w_l, x⟩ + b_l) + c, the class F_k(ψ) of COLT 2021, §1.
 */
import type { Activation } from "./activation.ts";

/** A network with k neurons on R^d. All arrays are f64; W is k × d, row-major. */
export interface TwoLayerNetwork {
  readonly activation: Activation;
  readonly k: number;
  readonly d: number;
  /** Input weights, k × d, row-major. */
  readonly W: Float64Array;
  /** Biases, k. */
  readonly b: Float64Array;
  /** Output weights, k. */
  readonly a: Float64Array;
  /** Output bias. */
  readonly c: number;
}
