/** The spectral bound that COLT 2021, Theorem 5 is about. */
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { gramEigenvalueBound } from "../numeric/gram.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Bound } from "./bound.ts";
import { normAbove } from "./slopes.ts";

/** Relative room above the estimate of ‖W‖op² that is tried first. */
const slack = 1e-9;

/**
 * Lip(f) <= ‖a‖ ‖W‖op for a 1-Lipschitz activation, rounded up: ‖W‖op² is bounded as an eigenvalue of the Gram matrix of
 * W's smaller side (gram.ts).
 * @throws RangeError where a number of W is not finite
 */
export function spectralBound({ k, d, W, a }: TwoLayerNetwork, random: RandomStream): Bound {
  const { upper } =
    k <= d
      ? gramEigenvalueBound(W, k, d, { random, slack })
      : gramEigenvalueBound(transpose(W, k, d), d, k, { random, slack });
  return { kind: "upper", value: normAbove(a) * Math.sqrt(upper) * (1 + 2 ** -50), method: "spectral" };
}

function transpose(W: Float64Array, k: number, d: number): Float64Array {
  const transposed = new Float64Array(k * d);
  for (let l = 0; l < k; l++) for (let j = 0; j < d; j++) transposed[j * k + l] = W[l * d + j];
  return transposed;
}
