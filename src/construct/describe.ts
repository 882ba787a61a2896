/** The numbers of a constructed network: all from its final weights. */
import type { Dataset } from "../data/dataset.ts";
import { bracket } from "../lipschitz/bracket.ts";
import { proxyBound } from "../lipschitz/certify.ts";
import { drawPoint } from "../lipschitz/lower.ts";
import { hasBoundedSlopes } from "../lipschitz/slopes.ts";
import { sphereGradient } from "../lipschitz/sphere.ts";
import { gradient, norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { type ClosedForm, row } from "./construction.ts";

/** How well f fits: f(x_i) against y_i. */
export interface Fit {
  /** max |f(x_i) − y_i|. */
  readonly max_error: number;
  /** ‖f − y‖²/n; for signs the same as ‖f − y‖²/‖y‖². */
  readonly mse: number;
  /** Points with f(x_i) y_i <= 0. */
  readonly sign_errors: number;
}

/** Lipschitz constants of three kinds, which are never to be mixed. */
export interface LipschitzNumbers {
  /** Largest ‖∇f‖ at the points and at 1000 draws of N(0, I/d); a lower bound. Absent where f has jumps. */
  readonly proxy?: { readonly points: number; readonly random: number };
  /** On the unit sphere, from below: the whole gradient, and along the sphere. */
  readonly sphere?: { readonly gradient: number; readonly tangential: number };
  /** On all of R^d, certified; absent where there is no bound. */
  readonly global?: { readonly lower: number; readonly upper: number };
  readonly exact?: readonly ClosedForm[];
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
    if (!(outputs[i] * y[i] > 0)) wrong++;
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
  const points = norm(gradient(network, steepest));
  const { value: atRandom } = proxyBound(network, { draws, random: random("proxy") });
  const sphere = sphereGradient(network, {
    starts: [steepest, ...sphereStarts(network, X, n, random("sphere"))],
  });
  return {
    proxy: { points, random: atRandom },
    sphere: { gradient: sphere.gradient, tangential: sphere.tangential },
    ...globalBounds(network, random("bracket"), [sphere.witness, steepest]),
  };
}

/** The point of the data where the gradient is largest. */
export function steepestPoint(network: TwoLayerNetwork, X: Float64Array, n: number): Float64Array {
  const { d } = network;
  let [most, steepest] = [-1, 0];
  for (let i = 0; i < n; i++) {
    const size = norm(gradient(network, row(X, i, d)));
    if (size > most) [most, steepest] = [size, i];
  }
  return row(X, steepest, d);
}

function globalBounds(
  network: TwoLayerNetwork,
  random: RandomStream,
  starts: readonly Float64Array[],
): Pick<LipschitzNumbers, "global"> {
  if (!hasBoundedSlopes(network.activation)) return {};
  const { lower, upper } = bracket(network, { random, radius: 1, steps: 100, lines: 3, starts });
  return { global: { lower: lower.value, upper: upper.value } };
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
