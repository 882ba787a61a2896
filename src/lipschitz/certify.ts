/** The parts of a certificate for any network: each rigorous but the proxy's draws. */
import { activationFunction } from "../network/activation.ts";
import { isDeep, type Network } from "../network/deep.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Bound } from "./bound.ts";
import { upperBound } from "./bracket.ts";
import { deepUpperBound } from "./deep/upper.ts";
import { maximumRandomGradient } from "./maximum-random-gradient.ts";
import { type LowerBound, sampledGradient } from "./search.ts";
import { normAbove, slopeRanges } from "./slopes.ts";
import { spectralBound } from "./spectral.ts";

export interface DomainOptions {
  readonly random: RandomStream;
  /** Radius R of the ball ‖x‖ <= R that the constant is for; all of R^d unless given. */
  readonly radius?: number | undefined;
}

/** The papers' proxy: the largest of so many sampled gradients, those of draws outside the ball taken on its sphere. */
export function proxyBound(network: Network, options: DomainOptions & { draws: number }): LowerBound {
  const { random, draws, radius } = options;
  if (!isDeep(network) && network.activation === "relu" && radius === undefined) {
    return maximumRandomGradient(network, { random, draws });
  }
  return sampledGradient(network, options);
}

/**
 * The best upper bound, and the one by spectral norms beside it.
 * @throws UnboundedSlopeError where slopes have no bound on the domain
 */
export function certifiedUpper(
  network: Network,
  options: DomainOptions & { readonly outOfTime?: () => boolean },
): { upper: Bound; spectral: () => Bound } {
  const { random, radius } = options;
  if (isDeep(network)) {
    const { upper, product } = deepUpperBound(network, options);
    return { upper, spectral: () => ({ ...product, method: "spectral" }) };
  }
  const slopes = slopeRanges(network, radius);
  const bounds = [triangleBound(network, slopes), upperBound(network, random, radius)];
  const upper = bounds.reduce((best, bound) => (bound.value < best.value ? bound : best));
  return {
    upper,
    spectral: () => {
      const { value } = spectralBound(network, random);
      return {
        kind: "upper",
        value: value * steepestSlope(network, slopes) * (1 + 2 ** -50) + (value > 0 ? Number.MIN_VALUE : 0),
        method: "spectral",
      };
    },
  };
}

/** Σ_l |a_l| s_l ‖w_l‖ with s_l the largest |slope|, rounded up. */
function triangleBound({ k, d, W, a }: TwoLayerNetwork, slopes: ReturnType<typeof slopeRanges>): Bound {
  let sum = 0;
  for (let l = 0; l < k; l++) {
    const { low, high } = slopes(l);
    const steepest = Math.max(-low, high);
    if (a[l] === 0 || steepest === 0) continue;
    sum +=
      (Math.abs(a[l]) * steepest * normAbove(W.subarray(l * d, (l + 1) * d)) + Number.MIN_VALUE) *
      (1 + 2 ** -50);
  }
  return { kind: "upper", value: sum * (1 + (k + 8) * 2 ** -52), method: "triangle" };
}

function steepestSlope(network: TwoLayerNetwork, slopes: ReturnType<typeof slopeRanges>): number {
  const { low, high } = activationFunction(network.activation).slopes(
    Number.NEGATIVE_INFINITY,
    Number.POSITIVE_INFINITY,
  );
  if (Number.isFinite(low) && Number.isFinite(high)) return Math.max(-low, high);
  let most = 0;
  for (let l = 0; l < network.k; l++) most = Math.max(most, -slopes(l).low, slopes(l).high);
  return most;
}
