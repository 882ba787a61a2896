/** By how much a deep network moves for a step of its parameters (Universal law, §3, Lemma 3.1, and what holds instead). */
import type { Layer } from "../network/deep.ts";
import type { RandomStream } from "../numeric/random.ts";
import { squaredNormAbove } from "../numeric/spectral-norm.ts";
import { checkInside, checkLength, checkWhole } from "./ranges.ts";

type Matrix = Pick<Layer, "rows" | "columns" | "W">;

/**
 * ‖W_j‖op of each matrix, rounded up by at most 10⁻⁹ of it.
 * @throws RangeError where a number is not finite
 */
export function operatorNorms(weights: readonly Matrix[], random: RandomStream): number[] {
  return weights.map((matrix) => {
    const { square, exponent } = squaredNormAbove(matrix, { random, slack: 1e-9 });
    return Math.sqrt(square) * 2 ** exponent;
  });
}

/**
 * B(w) = max over i in {0, …, D} of Π_{j≠i} ‖W_j‖op (Universal law, §3): the largest of the product of all norms and those
 * that leave one out.
 * @param norms ‖W_1‖op, …, ‖W_D‖op
 */
export function operatorNormProduct(norms: readonly number[]): number {
  return Math.max(
    ...[-1, ...norms.keys()].map((left) =>
      norms.reduce((all, norm, j) => (j === left ? all : all * norm), 1),
    ),
  );
}

/** A number and its logarithm: the number may be too large for one. */
export interface LogValue {
  readonly value: number;
  readonly log: number;
}

/**
 * J_c = √(Q Σ_j (Π_{i>j} β_i)² (r_{j−1}² + 1)), r_0 = R, r_j = β_j r_{j−1} + ν_j: at points of norm at most R no network of the
 * convex set {‖W_j‖op <= β_j, ‖b_j‖ <= ν_j} has a longer gradient in its parameters, so that |f_w(x) − f_w'(x)| <= J_c ‖w − w'‖
 * there. For 1-Lipschitz activations with ψ(0) = 0 and layers one after the other. Takes the place of Lemma 3.1, which leaves
 * out biases and takes B for convex.
 * @param of.norms β_1, …, β_D
 * @param of.biasNorms ν_1, …, ν_D
 * @param of.sharing Q, entries that are one parameter at the most
 * @throws RangeError where a parameter lies outside its set
 */
export function parameterLipschitz(of: {
  readonly norms: readonly number[];
  readonly biasNorms: readonly number[];
  readonly radius: number;
  readonly sharing: number;
}): LogValue {
  const { norms, biasNorms, radius, sharing } = of;
  checkWhole("depth", norms.length);
  checkLength("biasNorms", biasNorms, norms.length);
  for (const norm of norms) checkInside("norms", norm, "[0, inf)");
  for (const norm of biasNorms) checkInside("biasNorms", norm, "[0, inf)");
  checkInside("radius", radius, "(0, inf)");
  checkWhole("sharing", sharing);
  // ln Σ, times β_j² from layer to layer, with what the layer adds.
  let logSum = Number.NEGATIVE_INFINITY;
  let logRadius = Math.log(radius);
  norms.forEach((beta, j) => {
    logSum = logAdd(logSum + 2 * Math.log(beta), logAdd(2 * logRadius, 0));
    logRadius = logAdd(Math.log(beta) + logRadius, Math.log(biasNorms[j]));
  });
  const log = (Math.log(sharing) + logSum) / 2;
  return { value: Math.exp(log), log };
}

/** ln(e^a + e^b). */
function logAdd(a: number, b: number): number {
  const most = Math.max(a, b);
  return most === Number.NEGATIVE_INFINITY ? most : most + Math.log1p(Math.exp(Math.min(a, b) - most));
}
