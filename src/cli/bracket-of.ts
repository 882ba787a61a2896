/** The certified interval of a network of any depth, in seconds. */
import { bracket } from "../lipschitz/bracket.ts";
import { certifiedUpper } from "../lipschitz/certify.ts";
import { searchLower } from "../lipschitz/search.ts";
import { UnboundedSlopeError } from "../lipschitz/slopes.ts";
import { isDeep, type Network } from "../network/deep.ts";
import type { RandomStream } from "../numeric/random.ts";

/** Seconds that a deep network's upper bound, and then its lower one, may take. */
const deepSeconds = 30;

export interface Interval {
  readonly lower: number;
  readonly upper: number;
}

/** lower <= Lip(f) <= upper on all of R^d; undefined where slopes have no bound there. */
export function intervalOf(network: Network, random: RandomStream): Interval | undefined {
  try {
    if (!isDeep(network)) {
      const { lower, upper } = bracket(network, { random, radius: 1, steps: 100, lines: 3 });
      return { lower: lower.value, upper: upper.value };
    }
    const { upper } = certifiedUpper(network, { random, outOfTime: after(deepSeconds) });
    const { value } = searchLower(network, { random, outOfTime: after(deepSeconds) });
    return { lower: value, upper: upper.value };
  } catch (error) {
    if (error instanceof UnboundedSlopeError) return undefined;
    throw error;
  }
}

function after(seconds: number): () => boolean {
  const end = performance.now() + 1000 * seconds;
  return () => performance.now() > end;
}
