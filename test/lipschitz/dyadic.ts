/** Exact arithmetic on f64 numbers: every finite one is an integer times 2^−1074. */
import { activationFunction } from "../../src/network/activation.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";

/** x · 2^1074, exactly. */
export function dyadic(x: number): bigint {
  if (!Number.isFinite(x)) throw new RangeError(`${x} is not a finite number`);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponent = (bits >> 52n) & 0x7ffn;
  const fraction = bits & 0xfffffffffffffn;
  const size = exponent === 0n ? fraction : (fraction | 0x10000000000000n) << (exponent - 1n);
  return bits >> 63n ? -size : size;
}

/** The rows a_l w_l, exactly, in units of 2^−2148. */
export function exactRows({ k, d, W, a }: TwoLayerNetwork): bigint[][] {
  return Array.from({ length: k }, (_, l) => {
    const weight = dyadic(a[l]);
    return Array.from({ length: d }, (_, j) => weight * dyadic(W[l * d + j]));
  });
}

/** ‖v‖², in units of 2^−4296 for v in units of 2^−2148. */
export function squaredNorm(v: readonly bigint[]): bigint {
  return v.reduce((sum, x) => sum + x * x, 0n);
}

/** x² of a number x in those units. */
export function squared(x: number): bigint {
  return (dyadic(x) << 1074n) ** 2n;
}

/** The sign of ⟨w_l, x⟩ + b_l in exact arithmetic. */
export function exactGate({ d, W, b }: TwoLayerNetwork, x: Float64Array, l: number): -1 | 0 | 1 {
  let z = dyadic(b[l]) << 1074n;
  for (let j = 0; j < d; j++) z += dyadic(W[l * d + j]) * dyadic(x[j]);
  return z > 0n ? 1 : z < 0n ? -1 : 0;
}

/**
 * The largest of ‖4 Σ_l σ_l a_l w_l‖² over all patterns, feasible or not, each σ_l one of the activation's two slopes (which
 * are multiples of ¼).
 */
export function largestPattern(network: TwoLayerNetwork): bigint {
  const { activation, k, d } = network;
  const [before, after] = (activationFunction(activation).pieces?.slopes ?? []).map((slope) =>
    BigInt(4 * slope),
  );
  const rows = exactRows(network);
  const sum = Array.from({ length: d }, (_, j) => before * rows.reduce((total, row) => total + row[j], 0n));
  const steps = rows.map((row) => row.map((x) => (after - before) * x));
  let largest = squaredNorm(sum);
  // Gray code: one neuron changes at a time.
  for (let count = 1; count < 2 ** k; count++) {
    const l = 31 - Math.clz32(count & -count);
    const add = ((count ^ (count >>> 1)) >>> l) & 1;
    for (let j = 0; j < d; j++) sum[j] += add ? steps[l][j] : -steps[l][j];
    const size = squaredNorm(sum);
    if (size > largest) largest = size;
  }
  return largest;
}

/** ‖4 ∇f‖² at a point; undefined where a neuron with an effect is on its kink. */
export function exactGradient(network: TwoLayerNetwork, x: Float64Array): bigint | undefined {
  const { activation, k, d } = network;
  const [before, after] = (activationFunction(activation).pieces?.slopes ?? []).map((slope) =>
    BigInt(4 * slope),
  );
  const rows = exactRows(network);
  const gradient: bigint[] = new Array(d).fill(0n);
  for (let l = 0; l < k; l++) {
    if (rows[l].every((value) => value === 0n)) continue;
    const gate = exactGate(network, x, l);
    if (gate === 0) return undefined;
    for (let j = 0; j < d; j++) gradient[j] += (gate > 0 ? after : before) * rows[l][j];
  }
  return squaredNorm(gradient);
}
