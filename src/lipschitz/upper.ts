/** Upper bounds for two-layer networks: the semidefinite one and, where it is smaller, the triangle inequality's. */
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { DoubleProducts } from "../numeric/kernels/products.ts";
import { timesPowerAbove } from "../numeric/powers.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Bound } from "./bound.ts";
import { type GateForm, gateForm } from "./gate-form.ts";
import { semidefiniteBound } from "./semidefinite.ts";
import { slopeRanges } from "./slopes.ts";

/** Where the semidefinite programme ended: its vectors tell which gates go together. */
export interface Relaxation {
  readonly form: GateForm;
  /** Unit vectors, K × rank, row-major. */
  readonly V: Float32Array;
  readonly rank: number;
}

export interface UpperOptions {
  readonly random: RandomStream;
  /** Of the ball ‖x‖ <= R that the bound is for; all of R^d unless given. */
  readonly radius?: number | undefined;
  /** What multiplies in the certificate; the kernels unless given. */
  readonly products?: DoubleProducts | undefined;
}

/**
 * The least of the semidefinite bound (LipSDP-Neuron's value) and Σ_l s_l |a_l| ‖w_l‖, s_l the steepest slope, certified.
 * @throws RangeError where a number of the network is not finite
 * @throws UnboundedSlopeError where slopes have no bound on the domain
 */
export function upperBound(
  network: TwoLayerNetwork,
  { random, radius, products }: UpperOptions,
): { readonly upper: Bound; readonly relaxation: Relaxation } {
  checkBiases(network);
  const form = gateForm(network, slopeRanges(network, radius));
  const { upper, V, rank } = semidefiniteBound(form, { random, products });
  const bound = (value: number, method: string): Bound => {
    return { kind: "upper", value: timesPowerAbove(value, form.exponent), method };
  };
  return {
    upper: smaller(bound(upper, "sdp"), bound(form.total, "triangle")),
    relaxation: { form, V, rank },
  };
}

/** The smaller of two upper bounds; the first where they are equal. */
export function smaller(first: Bound, second: Bound): Bound {
  return second.value < first.value ? second : first;
}

/**
 * Throws a RangeError where b or c has a number that is not finite: comparisons with NaN are false, and would let a bound
 * pass. Those of W and a are met where they are scaled (`neuronScales`).
 */
export function checkBiases({ b, c }: TwoLayerNetwork): void {
  if (!Number.isFinite(c) || !b.every(Number.isFinite)) {
    throw new RangeError("the biases are not all finite numbers");
  }
}
