/** The numbers of a constructed network: all from its final weights. */
import type { Dataset } from "../data/dataset.ts";
import { bracket } from "../lipschitz/bracket.ts";
import { proxyBound } from "../lipschitz/certify.ts";
import { drawPoint } from "../lipschitz/lower.ts";
import { hasBoundedSlopes } from "../lipschitz/slopes.ts";
import { type SphereGradient, sphereGradient } from "../lipschitz/sphere.ts";
import { activationConstant } from "../network/activation.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { type ClosedForm, row } from "./construction.ts";
import { mcshane } from "./mcshane.ts";
import { steepestPoint } from "./steepest-point.ts";

/** How well f fits: f(x_i) against y_i. */
export interface Fit {
  /** max |f(x_i) − y_i|. */
  readonly max_error: number;
  /** ‖f − y‖²/n; for signs the same as ‖f − y‖²/‖y‖². */
  readonly mse: number;
  /** Points with f(x_i) y_i <= 0, of those whose label is not 0. */
  readonly sign_errors: number;
}

/** Lipschitz constants of three kinds, which are never to be mixed. */
export interface LipschitzNumbers {
  /**
   * Largest ‖∇f‖ at the points and at 1000 draws of N(0, I/d). Absent where f has jumps. Of the points, `on_kinks` lie on a
   * kink of some neuron, as far as f64 tells: there the slope before the kink is taken, 0 for ReLU.
   */
  readonly proxy?: { readonly points: number; readonly on_kinks: number; readonly random: number };
  /** On the unit sphere, from below: the whole gradient, and along the sphere. */
  readonly sphere?: { readonly gradient: number; readonly tangential: number };
  /** On all of R^d, certified; absent where there is no bound. */
  readonly global?: { readonly lower: number; readonly upper: number };
  readonly exact?: readonly ClosedForm[];
  /** L* = max |y_i − y_j|/‖x_i − x_j‖: no function that fits has less on R^d. Absent where n is too large for all pairs. */
  readonly smallest?: number;
}

/** @param outputs f(x_i), as many as labels */
export function fitOf(outputs: Float64Array, y: Float64Array): Fit {
  const n = y.length;
  let [most, squared, wrong] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const error = Math.abs(outputs[i] - y[i]);
    // Not Math.max: a number that is none must show.
    if (!(error <= most)) most = error;
    squared += error * error;
    // By signs: a product of small numbers may vanish.
    if (y[i] !== 0 && Math.sign(outputs[i]) !== Math.sign(y[i])) wrong++;
  }
  return { max_error: most, mse: squared / n, sign_errors: wrong };
}

export interface DescribeOptions {
  readonly random: (purpose: string) => RandomStream;
  /** Draws of the proxy. */
  readonly draws: number;
}

/** Points of each kind that an ascent on the sphere starts from: data, directions of neurons, random ones. */
const startsOfAKind = 16;

export function lipschitzNumbers(
  network: TwoLayerNetwork,
  { n, X }: Dataset,
  { random, draws }: DescribeOptions,
): LipschitzNumbers {
  if (network.activation === "step") return {};
  const steepest = steepestPoint(network, X, n);
  const { value: atRandom } = proxyBound(network, { draws, random: random("proxy") });
  const found = sphereGradient(network, {
    starts: [steepest.x, ...sphereStarts(network, X, n, random("sphere"))],
  });
  const { witness, ...global } = globalBounds(network, random("bracket"), [found.witness, steepest.x]);
  const sphere = witness ? alsoFrom(network, found, witness) : found;
  return {
    proxy: { points: steepest.gradient, on_kinks: steepest.onKinks, random: atRandom },
    sphere: { gradient: sphere.gradient, tangential: sphere.tangential },
    ...global,
  };
}

/** Products of all pairs that L* is worth: some ten seconds of them. */
const mostProducts = 1e10;

/** L*, where the pairs are not too many. */
export function smallestConstant(data: Dataset): { smallest?: number } {
  return (data.n ** 2 * data.d) / 2 <= mostProducts ? { smallest: mcshane(data).constant } : {};
}

/**
 * The total weight over √n/(8L), which signs at generic points need for ‖f − y‖² <= ½ ‖y‖² if ψ is L-Lipschitz (Network size
 * and weights size for memorization, Proposition 1). Absent where that says nothing: for other labels, where f fits worse,
 * where ψ has no L. Not a bound for every data set: equal labels need far less.
 */
export function weightOverBound(
  activation: TwoLayerNetwork["activation"],
  y: Float64Array,
  weight: number,
  { mse }: Fit,
): { total_weight_over_bound?: number } {
  const slope = activationConstant(activation);
  const applies = Number.isFinite(slope) && mse <= 0.5 && y.every((label) => Math.abs(label) === 1);
  return applies ? { total_weight_over_bound: (8 * slope * weight) / Math.sqrt(y.length) } : {};
}

/** The search of a certified lower bound: explicit networks are few, and harder to search than trained ones. */
export const searchOfConstructions = { radius: 1, steps: 100, lines: 3 } as const;

/** The larger of what was found on the sphere and what an ascent from another direction finds there. */
export function alsoFrom(
  network: TwoLayerNetwork,
  found: SphereGradient,
  direction: Float64Array,
): SphereGradient {
  if (direction.every((value) => value === 0)) return found;
  const other = sphereGradient(network, { starts: [direction] });
  const { gradient, witness } = other.gradient > found.gradient ? other : found;
  return { gradient, witness, tangential: Math.max(found.tangential, other.tangential) };
}

function globalBounds(
  network: TwoLayerNetwork,
  random: RandomStream,
  starts: readonly Float64Array[],
): Pick<LipschitzNumbers, "global"> & { witness?: Float64Array } {
  if (!hasBoundedSlopes(network.activation)) return {};
  const { lower, upper } = bracket(network, { random, ...searchOfConstructions, starts });
  return { global: { lower: lower.value, upper: upper.value }, witness: lower.witness };
}

/** Where to look on the unit sphere: points, directions ±w of neurons, and random ones; only directions count. */
export function sphereStarts(
  { k, d, W, a }: TwoLayerNetwork,
  X: Float64Array,
  n: number,
  random: RandomStream,
): Float64Array[] {
  const starts: Float64Array[] = [];
  for (let i = 0; i < Math.min(startsOfAKind, n); i++) {
    starts.push(row(X, Math.floor(random.uniform() * n), d));
  }
  for (let i = 0; i < Math.min(startsOfAKind, k); i++) {
    const l = Math.floor(random.uniform() * k);
    starts.push(row(W, l, d).map((value) => Math.sign(a[l]) * value));
  }
  for (let i = 0; i < startsOfAKind; i++) starts.push(drawPoint(d, 1, undefined, random));
  return starts.filter((start) => start.some((value) => value !== 0));
}
