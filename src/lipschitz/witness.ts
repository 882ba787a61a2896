/**
 * Lower bounds with a witness: a point whose gates are certain in exact arithmetic, so that ∇f there, and on an open set
 * around it, is exactly Σ_{active} a_l w_l.
 */
import type { TwoLayerNetwork } from "../network/two-layer.ts";

const unit = 2 ** -53;

export interface Witness {
  readonly point: Float64Array;
  /** No more than ‖∇f(point)‖ in exact arithmetic. */
  readonly value: number;
}

/**
 * The gradient norm at x, rounded down, if every gate is certain there: |⟨w_l, x⟩ + b_l| exceeds what the rounding of
 * its f64 evaluation can hide. Gates of neurons with a_l w_l = 0 do not matter.
 * @returns undefined where a gate is not certain
 */
export function witnessAt(network: TwoLayerNetwork, x: Float64Array): Witness | undefined {
  const { k, d, W, a, b } = network;
  const gradient = new Float64Array(d);
  let sizes = 0;
  for (let l = 0; l < k; l++) {
    if (a[l] === 0) continue;
    let z = 0;
    let magnitude = 0;
    let squared = 0;
    for (let j = 0; j < d; j++) {
      const w = W[l * d + j];
      const term = w * x[j];
      z += term;
      magnitude += Math.abs(term);
      squared += w * w;
    }
    z += b[l];
    magnitude += Math.abs(b[l]);
    if (squared === 0) continue;
    if (!(Math.abs(z) > 2 * (d + 2) * unit * magnitude + Number.MIN_VALUE * d)) return undefined;
    if (z > 0) {
      for (let j = 0; j < d; j++) gradient[j] += a[l] * W[l * d + j];
      sizes += Math.abs(a[l]) * Math.sqrt(squared);
    }
  }
  // Scaled so that squares neither overflow nor vanish.
  let most = 0;
  for (const value of gradient) most = Math.max(most, Math.abs(value));
  if (most === 0) return { point: x, value: 0 };
  const scale = 2 ** -Math.max(-1000, Math.min(1000, Math.round(Math.log2(most))));
  let squared = 0;
  for (const value of gradient) squared += (value * scale) ** 2;
  const size = Math.sqrt(squared) / scale;
  const rounding = (k + 8) * unit * sizes + (d + 8) * unit * size;
  return { point: x, value: Math.max(0, (size - rounding) * (1 - 2 ** -45)) };
}
