/** The spectral bound that COLT 2021, Theorem 5 is about. */
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { DoubleProducts } from "../numeric/kernels/products.ts";
import { largestExponent, timesPower, timesPowerAbove } from "../numeric/powers.ts";
import type { RandomStream } from "../numeric/random.ts";
import { squaredNormAbove } from "../numeric/spectral-norm.ts";
import type { Bound } from "./bound.ts";
import { normAbove } from "./slopes.ts";

/** Relative room above the estimate of ‖W‖op² that is tried first. */
const slack = 1e-9;

/**
 * Lip(f) <= ‖a‖ ‖W‖op for a 1-Lipschitz activation, rounded up: ‖W‖op² is bounded as an eigenvalue of the Gram matrix of
 * W's smaller side (gram.ts). Both factors are scaled by powers of two, so that neither overflows nor vanishes alone.
 * @param products what multiplies; the kernels unless given
 * @throws RangeError where a number of W is not finite
 */
export function spectralBound(
  { k, d, W, a }: TwoLayerNetwork,
  random: RandomStream,
  products?: DoubleProducts,
): Bound {
  const operator = squaredNormAbove({ rows: k, columns: d, W }, { random, slack, products });
  const exponent = largestExponent(a);
  // What scaling takes below the smallest number is far below 2^−50 of the largest entry.
  const product =
    normAbove(a.map((value) => timesPower(value, -exponent))) * Math.sqrt(operator.square) * (1 + 2 ** -50);
  return {
    kind: "upper",
    value: timesPowerAbove(product, operator.exponent + exponent),
    method: "spectral",
  };
}
