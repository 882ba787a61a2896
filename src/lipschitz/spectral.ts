/** The spectral bound that COLT 2021, Theorem 5 is about. */
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { gramEigenvalueBound } from "../numeric/gram.ts";
import type { DoubleProducts } from "../numeric/kernels/products.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Bound } from "./bound.ts";
import { timesPowerAbove } from "./gate-form.ts";
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
  const [exponentW, exponentA] = [exponentOf(W), exponentOf(a)];
  const F = new Float64Array(k * d);
  const wide = k <= d;
  for (let l = 0; l < k; l++) {
    for (let j = 0; j < d; j++) F[wide ? l * d + j : j * k + l] = scaled(W[l * d + j], -exponentW);
  }
  const { upper } = gramEigenvalueBound(F, wide ? k : d, wide ? d : k, { random, slack, products });
  const product = normAbove(a.map((value) => scaled(value, -exponentA))) * Math.sqrt(upper) * (1 + 2 ** -50);
  // What scaling takes below the smallest number is far below 2^−50 of the largest entry.
  return { kind: "upper", value: timesPowerAbove(product, exponentW + exponentA), method: "spectral" };
}

/** e with 2^e <= max |x| < 2^(e + 1), 0 for a zero array. */
function exponentOf(x: Float64Array): number {
  let most = 0;
  for (const value of x) most = Math.max(most, Math.abs(value));
  return most === 0 ? 0 : Math.floor(Math.log2(most));
}

/** x · 2^exponent in two steps: 2^1074 alone is no number. */
function scaled(x: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return x * 2 ** half * 2 ** (exponent - half);
}
