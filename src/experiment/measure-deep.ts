/**
 * What is measured on a trained network of more than two layers. Every limit is a number of steps or a size, none a time:
 * the same network gives the same numbers anywhere.
 */
import { checkOrder } from "../lipschitz/bound.ts";
import { proxyBound } from "../lipschitz/certify.ts";
import { deepUpperBound, normProduct } from "../lipschitz/deep/upper.ts";
import { searchLower } from "../lipschitz/search.ts";
import type { DeepNetwork } from "../network/deep.ts";
import { stream } from "../numeric/random.ts";
import type { Trial } from "./plan.ts";
import type { Measure } from "./spec.ts";
import type { Measured } from "./trial.ts";

/** Hidden neurons up to which the upper bound takes all layers together. */
export const mostTogether = 400;
/** Adam steps of an ascent to large gradients. */
const ascentSteps = 40;

/** Total weight and the sphere's gradients are of two layers alone: they stay empty. */
export function measureDeep(network: DeepNetwork, trial: Trial, measure: readonly Measure[]): Measured {
  const random = (purpose: string) => stream(trial.seed, trial.id, purpose);
  const start = performance.now();
  const proxy = proxyBound(network, { draws: trial.draws, random: random("gradient") });
  const sampled = performance.now();
  const spectral = measure.includes("spectral") ? normProduct(network, random("spectral")) : undefined;
  const measured = performance.now();
  const interval = measure.includes("bracket") ? deepBracket(network, trial, proxy.witness) : undefined;
  return {
    numbers: {
      neurons: network.layers.slice(0, -1).reduce((sum, { rows }) => sum + rows, 0),
      activation: network.activation,
      maxRandomGradient: proxy.value,
      ...(spectral && { spectralBound: spectral.value }),
      ...(interval && { lipschitzLower: interval.lower.value, lipschitzUpper: interval.upper.value }),
    },
    witness: proxy.witness,
    ...(interval && { lowerWitness: interval.lower.witness }),
    seconds: {
      proxy: (sampled - start) / 1000,
      spectral: (measured - sampled) / 1000,
      bracket: (performance.now() - measured) / 1000,
    },
  };
}

function deepBracket(network: DeepNetwork, trial: Trial, witness: Float64Array) {
  const random = stream(trial.seed, trial.id, "bracket");
  const { upper } = deepUpperBound(network, { random, mostTogether });
  const lower = searchLower(network, { random, starts: [witness], steps: ascentSteps });
  checkOrder(lower, upper);
  return { lower, upper };
}
