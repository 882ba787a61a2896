/** The certified interval around a network's Lipschitz constant. */
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { type Bound, checkOrder } from "./bound.ts";
import { type LowerBound, type LowerOptions, lowerBound } from "./lower.ts";
import { type UpperOptions, upperBound } from "./upper.ts";

export interface Bracket {
  readonly lower: LowerBound;
  readonly upper: Bound;
}

/**
 * lower <= Lip(f) <= upper over R^d, both rigorous for the network as its f64 numbers stand.
 * @throws RangeError where a number of the network is not finite
 * @throws UnboundedSlopeError where slopes have no bound on R^d
 */
export function bracket(
  network: TwoLayerNetwork,
  options: Omit<LowerOptions, "relaxation"> & Pick<UpperOptions, "products">,
): Bracket {
  const { random, products } = options;
  const { upper, relaxation } = upperBound(network, { random, products });
  const lower = lowerBound(network, { ...options, relaxation });
  checkOrder(lower, upper);
  return { lower, upper };
}
