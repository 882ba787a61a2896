/**
 * Gradients of a two-layer network as a quadratic form of signs.
 *
 * ∇f(x) = Σ_l σ_l a_l w_l with slopes σ_l = ψ'(⟨w_l, x⟩ + b_l) in [lo_l, hi_l]; for ReLU [0, 1]. A convex function of the
 * slopes is largest at their ends, so with σ = mid + half·s
 *
 *   Lip(f) <= max over s in {−1, 1}^free of ‖B_0 + Σ_l s_l B_l‖,  B_0 = Σ_l mid_l a_l w_l,  B_l = half_l a_l w_l,
 *
 * and by symmetry s_0 = 1 may be a sign as well: the maximum of ‖Bᵀ z‖ over z in {−1, 1}^K.
 */
import type { TwoLayerNetwork } from "../network/two-layer.ts";

export interface GateForm {
  readonly K: number;
  readonly d: number;
  /** K × d, row-major, scaled so that its largest row has a norm near one. Row 0 is the constant. */
  readonly B: Float64Array;
  /** The neuron of each row; −1 for row 0. */
  readonly neurons: Int32Array;
  /** The network's gradients are 2^exponent times those of the form. */
  readonly exponent: number;
  /** |‖Bᵀz‖ − exact| <= slack for every z, in units of B: what rounding the rows can hide. */
  readonly slack: number;
}

/** Slopes of one neuron. */
export interface SlopeRange {
  readonly low: number;
  readonly high: number;
}

const unit = 2 ** -53;

/**
 * The form of a network.
 * @param slopes the range of each neuron's slope, where a neuron with low = high is fixed; ReLU's [0, 1] by default
 */
export function gateForm(
  network: Pick<TwoLayerNetwork, "k" | "d" | "W" | "a">,
  slopes: (neuron: number) => SlopeRange = () => ({ low: 0, high: 1 }),
): GateForm {
  const { k, d } = network;
  // Powers of two change nothing but exponents: the scaled network is the same network exactly.
  const exponentW = exponentOf(network.W);
  const exponentA = exponentOf(network.a);
  const ranges = Array.from({ length: k }, (_, l) => slopes(l));
  const free = ranges.flatMap(({ low, high }, l) => (low < high && network.a[l] !== 0 ? [l] : []));
  const K = free.length + 1;
  const B = new Float64Array(K * d);
  const neurons = Int32Array.from([-1, ...free]);
  let sizes = 0;
  const row = new Float64Array(d);
  let at = 1;
  for (let l = 0; l < k; l++) {
    const { low, high } = ranges[l];
    const a = network.a[l] * 2 ** -exponentA;
    if (a === 0 || (low === 0 && high === 0)) continue;
    let squared = 0;
    for (let j = 0; j < d; j++) {
      row[j] = a * (network.W[l * d + j] * 2 ** -exponentW);
      squared += row[j] * row[j];
    }
    sizes += Math.sqrt(squared) * Math.max(Math.abs(low), Math.abs(high));
    const middle = (low + high) / 2;
    const half = (high - low) / 2;
    for (let j = 0; j < d; j++) B[j] += middle * row[j];
    if (low < high) {
      for (let j = 0; j < d; j++) B[at * d + j] = half * row[j];
      at++;
    }
  }
  // Each entry of a row carries at most 4 roundings, of row 0 at most k + 4, relative to the sizes of what is added.
  const slack = 2 * (k + 8) * unit * sizes + Number.MIN_VALUE * (k + 1) * d;
  return { K, d, B, neurons, exponent: exponentW + exponentA, slack };
}

/** e with 2^(e−1) <= max |x| < 2^(e+1), 0 for a zero array; at most 1000 in size, so that 2^e is a number. */
function exponentOf(x: Float64Array): number {
  let largest = 0;
  for (const value of x) largest = Math.max(largest, Math.abs(value));
  if (largest === 0) return 0;
  return Math.max(-1000, Math.min(1000, Math.round(Math.log2(largest))));
}
