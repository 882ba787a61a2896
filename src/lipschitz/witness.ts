/**
 * Lower bounds with a witness: a point whose gates are certain in exact arithmetic, so that ∇f there, and on an open set
 * around it, is exactly Σ_{active} a_l w_l.
 */
import { norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { timesPowerBelow } from "../numeric/powers.ts";
import { type NeuronScales, neuronScales } from "./gate-form.ts";

const unit = 2 ** -53;

export interface Witness {
  readonly point: Float64Array;
  /** No more than ‖∇f(point)‖ in exact arithmetic. */
  readonly value: number;
}

/**
 * The gradient norm of a ReLU network at x, rounded down, if every gate is certain there: |⟨w_l, x⟩ + b_l| exceeds what
 * the rounding of its f64 evaluation can hide. Gates of neurons with a_l w_l = 0 do not matter. Proof:
 * docs/certificate.md.
 * @param scales `neuronScales(network)`, where several points are tried
 * @returns undefined where a gate is not certain
 * @throws RangeError for another activation, or where a weight is not finite
 */
export function witnessAt(
  network: TwoLayerNetwork,
  x: Float64Array,
  scales: NeuronScales = neuronScales(network),
): Witness | undefined {
  const { activation, k, d, W, b } = network;
  if (activation !== "relu") throw new RangeError(`gates are those of relu, not of ${activation}`);
  const { exponent, gains, factors } = scales;
  const gradient = new Float64Array(d);
  let sizes = 0;
  for (let l = 0; l < k; l++) {
    const gain = gains[l];
    if (gain === 0) continue;
    const side = certainSide(W, l * d, x, b[l]);
    if (side === 0) return undefined;
    if (side < 0) continue;
    const factor = factors[l];
    let squared = 0;
    for (let j = 0, at = l * d; j < d; j++, at++) {
      const w = W[at] * factor;
      squared += w * w;
      gradient[j] += gain * w;
    }
    sizes += Math.abs(gain) * Math.sqrt(squared);
  }
  const size = norm(gradient);
  // Each entry carries k + 1 roundings at most, relative to the sizes of what is added, and what underflow loses.
  const rounding = (k + 8) * unit * sizes + (d + 8) * unit * size + 2 ** -500;
  const value = Math.max(0, (size - rounding) * (1 - 2 ** -45));
  return { point: x, value: timesPowerBelow(value, exponent) };
}

/**
 * The sign of ⟨w, x⟩ + bias in exact arithmetic, where its f64 evaluation leaves no doubt; 0 where it does.
 * @param W w begins at `from`
 */
export function certainSide(W: Float64Array, from: number, x: Float64Array, bias: number): -1 | 0 | 1 {
  const d = x.length;
  let z = 0;
  let magnitude = 0;
  for (let j = 0, at = from; j < d; j++, at++) {
    const term = W[at] * x[j];
    z += term;
    magnitude += Math.abs(term);
  }
  z += bias;
  magnitude += Math.abs(bias);
  if (!(Math.abs(z) > 2 * (d + 2) * unit * magnitude + Number.MIN_VALUE * d)) return 0;
  return z > 0 ? 1 : -1;
}
