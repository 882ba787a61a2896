/**
 * Gradients of a two-layer network as a quadratic form of signs.
 *
 * ∇f(x) = Σ_l σ_l a_l w_l with slopes σ_l = ψ'(⟨w_l, x⟩ + b_l) in [lo_l, hi_l]; for ReLU [0, 1]. A convex function of the
 * slopes is largest at their ends, so with σ = mid + half·s
 *
 *   Lip(f) <= max over s in {−1, 1}^free of ‖B_0 + Σ_l s_l B_l‖,  B_0 = Σ_l mid_l a_l w_l,  B_l = half_l a_l w_l,
 *
 * and by symmetry s_0 = 1 may be a sign as well: the maximum of ‖Bᵀ z‖ over z in {−1, 1}^K. Roundings: docs/certificate.md.
 */
import type { SlopeRange } from "../network/activation.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { exponentOf, timesPower } from "../numeric/powers.ts";

export interface GateForm {
  readonly K: number;
  readonly d: number;
  /** K × d, row-major, scaled so that its largest row has a norm near one. Row 0 is the constant. */
  readonly B: Float64Array;
  /** The neuron of each row; −1 for row 0. Neurons without effect (a_l w_l = 0) or with a fixed slope have no row. */
  readonly neurons: Int32Array;
  /** The network's gradients are 2^exponent times those of the form. */
  readonly exponent: number;
  /** |‖Bᵀz‖ − exact| <= slack for every z, in units of B: what rounding the rows can hide. */
  readonly slack: number;
}

/** The form of all neurons, with the triangle inequality's bound. */
export interface NetworkForm extends GateForm {
  /** Σ_l max|σ_l| |a_l| ‖w_l‖, rounded up: no gradient is larger. In units of B. */
  readonly total: number;
}

/**
 * What brings the rows a_l w_l of a network to sizes whose squares are numbers: within one rounding and 2^−600,
 * a_l w_l = 2^exponent · gains[l] · (factors[l] · w_l), and the largest of the vectors on the right has a size near one.
 */
export interface NeuronScales {
  readonly exponent: number;
  /** 0 where a_l w_l = 0, or where that is 2^600 times smaller than the largest. */
  readonly gains: Float64Array;
  /** Powers of two; 1 unless w_l is extremely large or small. */
  readonly factors: Float64Array;
}

type Weights = Pick<TwoLayerNetwork, "k" | "d" | "W" | "a">;

const unit = 2 ** -53;
const gates: SlopeRange = { low: 0, high: 1 };

/**
 * The form of a network.
 * @param slopes the range of each neuron's slope, where a neuron with low = high is fixed; ReLU's [0, 1] by default
 * @throws RangeError where a weight or a slope is not finite
 */
export function gateForm(
  network: Weights,
  slopes: (neuron: number) => SlopeRange = () => gates,
): NetworkForm {
  const { k, d, W } = network;
  const ranges = Array.from({ length: k }, (_, l) => scaledRange(slopes(l)));
  const { exponent, gains, factors } = neuronScales(network, (l) => ranges[l]);
  const free: number[] = [];
  for (let l = 0; l < k; l++) if (gains[l] !== 0 && ranges[l].low < ranges[l].high) free.push(l);
  const K = free.length + 1;
  const B = new Float64Array(K * d);
  let sizes = 0;
  let at = d;
  for (let l = 0; l < k; l++) {
    if (gains[l] === 0) continue;
    const { low, high } = ranges[l];
    const middle = ((low + high) / 2) * gains[l];
    const half = ((high - low) / 2) * gains[l];
    const factor = factors[l];
    let squared = 0;
    for (let j = 0; j < d; j++) {
      const w = W[l * d + j] * factor;
      squared += w * w;
      B[j] += middle * w;
    }
    sizes += Math.max(Math.abs(low), Math.abs(high)) * Math.abs(gains[l]) * Math.sqrt(squared);
    if (low === high) continue;
    for (let j = 0; j < d; j++) B[at + j] = half * (W[l * d + j] * factor);
    at += d;
  }
  // Each entry of a row carries 4 roundings at most, of row 0 k + 4, relative to the sizes of what is added. The factor
  // of two has room for the roundings of the sizes themselves and for underflow.
  const slack = 2 * (k + 8) * unit * sizes;
  const total = sizes * sizesAbove(k, d);
  return { K, d, B, neurons: Int32Array.from([-1, ...free]), exponent, total, slack };
}

/**
 * The scales of a network's neurons.
 * @param ranges slopes scaled by `scaledRange`, for rows σ_l a_l w_l
 * @throws RangeError where a weight is not finite
 */
export function neuronScales(
  { k, d, W, a }: Weights,
  ranges: (neuron: number) => SlopeRange & { readonly exponent: number } = () => ({ ...gates, exponent: 0 }),
): NeuronScales {
  const gains = new Float64Array(k);
  const factors = new Float64Array(k).fill(1);
  const exponents = new Float64Array(k);
  let exponent = Number.NEGATIVE_INFINITY;
  for (let l = 0; l < k; l++) {
    let most = 0;
    for (let j = l * d; j < (l + 1) * d; j++) most = Math.max(most, Math.abs(W[j]));
    if (!Number.isFinite(most) || !Number.isFinite(a[l])) {
      throw new RangeError(`the weights of neuron ${l} are not all finite numbers`);
    }
    const { low, high, exponent: steepness } = ranges(l);
    if (most === 0 || a[l] === 0 || (low === 0 && high === 0)) continue;
    const size = exponentOf(most);
    // Within 2^±400 the row may stay as it is: its gain makes up for it.
    const shift = Math.abs(size) <= 400 ? 0 : Math.max(-1000, Math.min(1000, size));
    factors[l] = 2 ** -shift;
    exponents[l] = exponentOf(a[l]) + steepness + size;
    // Later times 2^(exponents[l] − exponent): now a_l is scaled to about 1, and the row to 2^(size − shift).
    gains[l] = timesPower(timesPower(a[l], -exponentOf(a[l])), shift - size);
    exponent = Math.max(exponent, exponents[l]);
  }
  if (exponent === Number.NEGATIVE_INFINITY) return { exponent: 0, gains, factors };
  for (let l = 0; l < k; l++) if (gains[l] !== 0) gains[l] = timesPower(gains[l], exponents[l] - exponent);
  return { exponent, gains, factors };
}

/**
 * What Σ|gain|‖w‖ over k rows in R^d, as computed, is to be multiplied by so as to be no less than the exact sum. A square
 * has d + 1 roundings, halved by the root; a term three more, a sum k. What `neuronScales` leaves out is far below that.
 */
function sizesAbove(k: number, d: number): number {
  return 1 + (k + d / 2 + 16) * unit;
}

/** A slope range with its largest slope between 1 and 2, and the power of two that it was divided by. */
export function scaledRange({ low, high }: SlopeRange): SlopeRange & { readonly exponent: number } {
  const most = Math.max(Math.abs(low), Math.abs(high));
  if (!Number.isFinite(most) || !(low <= high))
    throw new RangeError(`slopes from ${low} to ${high} are no range`);
  const exponent = most === 0 || most === 1 ? 0 : exponentOf(most);
  return exponent === 0
    ? { low, high, exponent }
    : { low: timesPower(low, -exponent), high: timesPower(high, -exponent), exponent };
}
