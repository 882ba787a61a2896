/**
 * The gates of a network: its distinct hyperplanes, and what each adds to the gradient.
 *
 * Neurons whose hyperplanes {⟨w_l, x⟩ + b_l = 0} are the same, exactly as the f64 numbers stand, are one gate. With
 * z_i = 1 where gate i's representative is positive and −1 where it is negative, off the hyperplanes
 *
 *   ∇f = 2^exponent (B_0 + Σ_i z_i B_i).
 *
 * Activations have slopes p before 0 and q after it (0 and 1 for ReLU, −1 and 1 for |t|), which is (p + q)/2 plus or minus
 * (q − p)/2: the first half of a neuron goes into B_0, the second into its gate's row. Gates that change nothing (B_i = 0)
 * and gates that a ball holds fixed are not there.
 */
import { type Activation, activationFunction } from "../../network/activation.ts";
import { norm } from "../../network/evaluate.ts";
import type { TwoLayerNetwork } from "../../network/two-layer.ts";
import { type GateForm, neuronScales, scaledRange } from "../gate-form.ts";
import { commonIntegers } from "./integers.ts";

export interface Gates extends GateForm {
  /** K − 1. */
  readonly m: number;
  /** Normals, m × d, row-major: rows of W, each times a power of two. */
  readonly normals: Float64Array;
  /** The biases that go with them, m, exact too. */
  readonly offsets: Float64Array;
}

const unit = 2 ** -53;
/** Within these sizes products of three numbers neither vanish nor overflow, which the predicates on planes count on. */
const moderate = { least: 2 ** -300, most: 2 ** 300 };

/** Planes or a ball with numbers too extreme, or too far apart, for predicates in f64. */
export class ExtremePlanesError extends Error {
  override readonly name = "ExtremePlanesError";
}

/** The slopes before and after 0 of an activation that is linear on both sides; undefined for any other. */
export function slopesAroundZero(activation: Activation): readonly [number, number] | undefined {
  const { pieces } = activationFunction(activation);
  if (pieces?.kinks.length !== 1 || pieces.kinks[0] !== 0) return undefined;
  const [before, after] = pieces.slopes;
  return [before, after];
}

/**
 * The gates of a network whose activation has one kink, at 0.
 * @param radius only the ball ‖x‖ <= radius matters
 * @throws RangeError for another activation, or where a weight is not finite
 * @throws ExtremePlanesError where planes cannot be told apart safely
 */
export function gatesOf(network: TwoLayerNetwork, radius = Number.POSITIVE_INFINITY): Gates {
  const { activation, k, d, W, b } = network;
  const slopes = slopesAroundZero(activation);
  if (!slopes)
    throw new RangeError(`gates are those of activations with one kink, at 0, not of ${activation}`);
  if (!b.every(Number.isFinite)) throw new RangeError("the biases are not all finite numbers");
  if (Number.isFinite(radius) && !isModerate(radius)) throw new ExtremePlanesError("the ball's radius");
  const range = scaledRange({ low: Math.min(...slopes), high: Math.max(...slopes) });
  const { exponent, gains, factors } = neuronScales(network, () => range);
  const [before, after] = slopes[0] <= slopes[1] ? [range.low, range.high] : [range.high, range.low];
  const steepest = Math.max(Math.abs(before), Math.abs(after));
  const constant = new Float64Array(d);
  const groups: { neuron: number; row: Float64Array }[] = [];
  const groupsByShape = new Map<string, number[]>();
  let sizes = 0;
  const scaled = new Float64Array(d);
  let underflow = false;
  for (let l = 0; l < k; l++) {
    const row = W.subarray(l * d, (l + 1) * d);
    if (gains[l] === 0) {
      underflow ||= network.a[l] !== 0 && row.some((value) => value !== 0);
      continue;
    }
    for (let j = 0; j < d; j++) scaled[j] = gains[l] * (row[j] * factors[l]);
    const scale = planeScale(row, b[l]);
    const fixed = fixedSide(
      row.map((w) => w * scale),
      b[l] * scale,
      radius,
    );
    const slope = fixed === 0 ? (before + after) / 2 : fixed > 0 ? after : before;
    // What a ball holds at slope 0 adds nothing, not even rounding.
    sizes += (fixed === 0 ? steepest : Math.abs(slope)) * norm(scaled);
    for (let j = 0; j < d; j++) constant[j] += slope * scaled[j];
    if (fixed !== 0 || before === after) continue;
    const { shape, top } = shapeOf(row, b[l]);
    const alike = groupsByShape.get(shape) ?? [];
    groupsByShape.set(shape, alike);
    let group = alike.find((candidate) => sameHyperplane(network, groups[candidate].neuron, l, top));
    if (group === undefined) {
      group = groups.length;
      groups.push({ neuron: l, row: new Float64Array(d) });
      alike.push(group);
    }
    const side = Math.sign(row[top]) * Math.sign(W[groups[group].neuron * d + top]);
    const half = (side * (after - before)) / 2;
    for (let j = 0; j < d; j++) groups[group].row[j] += half * scaled[j];
  }
  const kept = groups.filter(({ row }) => row.some((value) => value !== 0));
  const m = kept.length;
  const B = new Float64Array((m + 1) * d);
  B.set(constant);
  const normals = new Float64Array(m * d);
  const offsets = new Float64Array(m);
  for (const [i, { neuron, row }] of kept.entries()) {
    B.set(row, (i + 1) * d);
    const normal = W.subarray(neuron * d, (neuron + 1) * d);
    const scale = planeScale(normal, b[neuron]);
    for (let j = 0; j < d; j++) normals[i * d + j] = normal[j] * scale;
    offsets[i] = b[neuron] * scale;
  }
  const neurons = Int32Array.from([-1, ...kept.map(({ neuron }) => neuron)]);
  // Each entry of B carries at most k + 5 roundings relative to the sizes of what is added, and 2^−600 a neuron that
  // underflow takes away: of no account where the largest neuron counts, whose size is near one.
  const slack = 4 * (k + 8) * unit * sizes + (underflow || sizes > 0 ? k * d * 2 ** -590 : 0);
  return { m, K: m + 1, d, B, neurons, exponent, slack, normals, offsets };
}

/** The median of |o_i| other than 0, or 1: normals have norms near one. */
export function typicalOffset({ offsets }: Gates): number {
  const sizes = Array.from(offsets, Math.abs)
    .filter((size) => size > 0)
    .sort((x, y) => x - y);
  return sizes[Math.floor(sizes.length / 2)] ?? 1;
}

/** 1 or −1 where |b| >= radius·‖w‖, so that the sign of b is that of the neuron in the open ball; else 0. ‖w‖ near one. */
function fixedSide(row: Float64Array, bias: number, radius: number): number {
  if (!Number.isFinite(radius)) return 0;
  const reach = radius * norm(row);
  if (Math.abs(bias) < reach * (1 - 1e-9)) return 0;
  if (Math.abs(bias) > reach * (1 + 1e-9)) return Math.sign(bias);
  // Too close for f64: b²·1² >= radius²·‖w‖² in integers.
  const [numerator, one] = commonIntegers([radius, 1]);
  const integers = commonIntegers([...row, bias]);
  const square = integers.slice(0, -1).reduce((sum, value) => sum + value * value, 0n);
  const offset = integers[row.length] * one;
  return offset * offset >= numerator * numerator * square ? Math.sign(bias) : 0;
}

/** The quotients of (w, b) by w's largest entry, each the nearest f64: equal for proportional pairs. */
function shapeOf(row: Float64Array, bias: number): { shape: string; top: number } {
  let top = 0;
  for (let j = 1; j < row.length; j++) if (Math.abs(row[j]) > Math.abs(row[top])) top = j;
  const quotients = Float64Array.from([...row, bias], (value) => value / row[top] + 0);
  return { shape: Buffer.from(quotients.buffer).toString("base64"), top };
}

/** Whether (w_i, b_i) and (w_l, b_l) are proportional exactly; both have their largest entry at `top`. */
function sameHyperplane({ d, W, b }: TwoLayerNetwork, i: number, l: number, top: number): boolean {
  const equal = (sign: number) =>
    b[i] === sign * b[l] && W.subarray(i * d, (i + 1) * d).every((value, j) => value === sign * W[l * d + j]);
  if (equal(1) || equal(-1)) return true;
  const left = commonIntegers([...W.subarray(i * d, (i + 1) * d), b[i]]);
  const right = commonIntegers([...W.subarray(l * d, (l + 1) * d), b[l]]);
  return left.every((value, j) => value * right[top] === right[j] * left[top]);
}

/** A power of two that brings ‖w‖ near one; exact, as no number is then extreme. */
function planeScale(row: Float64Array, bias: number): number {
  let most = 0;
  for (const w of row) most = Math.max(most, Math.abs(w));
  const first = Math.round(Math.log2(most));
  const power = first + Math.round(Math.log2(norm(row.map((w) => w * 2 ** -first))));
  const scale = 2 ** -power;
  const fits = (x: number) => x === 0 || isModerate(x * scale);
  if (!(Math.abs(power) <= 1000) || !fits(bias) || !row.every(fits)) {
    throw new ExtremePlanesError("a neuron's weights and bias");
  }
  return scale;
}

function isModerate(x: number): boolean {
  return Math.abs(x) >= moderate.least && Math.abs(x) <= moderate.most;
}
