/** The spectral quantity that COLT 2021, Theorem 5 is about. */
import { norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { spectralNorm } from "../numeric/spectral-norm.ts";

export interface SpectralProduct {
  /** ‖a‖ ‖W‖op with a converged iterative norm: not certified, the iteration sees a random part of the spectrum. */
  readonly value: number;
  /** Relative residual of ‖W‖op² as an eigenvalue of the Gram matrix. */
  readonly residual: number;
  readonly iterations: number;
}

/**
 * ‖a‖ ‖W‖op. In exact arithmetic Lip(f) <= ‖a‖ ‖W‖op for a 1-Lipschitz activation.
 * @returns undefined where the norm did not converge to a relative residual of 1e-6
 */
export function spectralProduct(network: TwoLayerNetwork, random: RandomStream): SpectralProduct | undefined {
  const { value, residual, iterations } = spectralNorm(network.W, network.k, network.d, { random });
  const relative = value === 0 ? 0 : residual / (value * value);
  if (!(relative <= 1e-6)) return undefined;
  return { value: norm(network.a) * value, residual: relative, iterations };
}
