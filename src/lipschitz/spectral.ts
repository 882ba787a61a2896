/** The spectral bound that COLT 2021, Theorem 5 is about. */
import { norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { spectralNorm } from "../numeric/spectral-norm.ts";
import type { Bound } from "./bound.ts";

/**
 * Lip(f) <= ‖a‖ ‖W‖op for a 1-Lipschitz activation. ‖W‖op is a converged Lanczos value with its residual added,
 * so the bound holds up to the chance that the iteration missed the top of the spectrum: it is an evaluation of
 * the formula, not a certificate.
 */
export function spectralBound(network: TwoLayerNetwork, random: RandomStream): Bound {
  const { value, residual } = spectralNorm(network.W, network.k, network.d, { random });
  const operatorNorm = Math.sqrt(value * value + residual);
  return { kind: "upper", value: norm(network.a) * operatorNorm, method: "spectral" };
}
