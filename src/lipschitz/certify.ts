/** The parts of a certificate for any network: each rigorous but the proxy's draws. */
import { activationFunction } from "../network/activation.ts";
import { isDeep, type Network } from "../network/deep.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { SingleProducts } from "../numeric/kernels/products.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Bound } from "./bound.ts";
import { deepUpperBound } from "./deep/upper.ts";
import type { LowerBound } from "./lower.ts";
import { maximumRandomGradient } from "./maximum-random-gradient.ts";
import { sampledGradient } from "./search.ts";
import { slopeRanges } from "./slopes.ts";
import { spectralBound } from "./spectral.ts";
import { type Relaxation, upperBound } from "./upper.ts";

export interface DomainOptions {
  readonly random: RandomStream;
  /** Radius R of the ball ‖x‖ <= R that the constant is for; all of R^d unless given. */
  readonly radius?: number | undefined;
}

/** The papers' proxy: the largest of so many sampled gradients, those of draws outside the ball taken on its sphere. */
export function proxyBound(
  network: Network,
  options: DomainOptions & { draws: number; products?: SingleProducts | undefined },
): LowerBound {
  const { random, draws, radius, products } = options;
  if (!isDeep(network) && network.activation === "relu" && radius === undefined) {
    return maximumRandomGradient(network, { random, draws, products });
  }
  return sampledGradient(network, options);
}

/**
 * The best upper bound and what else is known with it; the one by spectral norms waits until it is asked for.
 * @throws UnboundedSlopeError where slopes have no bound on the domain
 */
export function certifiedUpper(
  network: Network,
  options: DomainOptions & { readonly outOfTime?: () => boolean },
): { readonly upper: Bound; readonly relaxation?: Relaxation; readonly spectral: () => Bound } {
  const { random, radius } = options;
  if (isDeep(network)) {
    const { upper, product } = deepUpperBound(network, options);
    return { upper, spectral: () => ({ ...product, method: "spectral" }) };
  }
  return {
    ...upperBound(network, { random, radius }),
    spectral: () => {
      const { value } = spectralBound(network, random);
      const slope = steepestSlope(network, slopeRanges(network, radius));
      return {
        kind: "upper",
        value: value * slope * (1 + 2 ** -50) + (value > 0 ? Number.MIN_VALUE : 0),
        method: "spectral",
      };
    },
  };
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
