/**
 * Largest gradients on the unit sphere, from below: what the theorems for points of norm one bound. An estimate by ascent,
 * in f64; the values are those of the network's own gates at unit points, up to rounding.
 */
import { activationFunction } from "../network/activation.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { multiply, multiplyTransposed } from "../numeric/matrix.ts";

export interface SphereGradient {
  /** Largest ‖∇f(x)‖ found. */
  readonly gradient: number;
  /** Largest ‖(I − xxᵀ)∇f(x)‖ found: the slope along the sphere. */
  readonly tangential: number;
  /** Where the first of them was found, d. */
  readonly witness: Float64Array;
}

type Objective = "gradient" | "tangential";

export interface SphereOptions {
  /** Where to start, rows of length d; any norm but 0, and at least one. */
  readonly starts: readonly Float64Array[];
  readonly steps?: number;
}

/** Gates are smoothed by a sigmoid of growing sharpness, in units of one over their typical distance from the kink. */
const sharpness = { first: 2, last: 2000 };
/** Lengths of steps on the sphere, in radians. */
const pace = { first: 0.2, last: 0.002 };
/** Rounds of the search for the edge that ends an ascent: each halves the step where no step is better. */
const edgeRounds = 40;

/** Ascends both quantities from every start. */
export function sphereGradient(network: TwoLayerNetwork, options: SphereOptions): SphereGradient {
  const [first, second] = (["gradient", "tangential"] as const).map((objective) =>
    ascendSphere(network, options, objective),
  );
  const { gradient, witness } = second.gradient > first.gradient ? second : first;
  return { gradient, witness, tangential: Math.max(first.tangential, second.tangential) };
}

function ascendSphere(
  network: TwoLayerNetwork,
  { starts, steps = 100 }: SphereOptions,
  objective: Objective,
): SphereGradient {
  const { d } = network;
  const m = starts.length;
  const X = new Float64Array(m * d);
  starts.forEach((start, i) => {
    X.set(start, i * d);
  });
  normaliseRows(X, m, d);
  const best = { gradient: 0, tangential: 0, witness: X.slice(0, d) };
  const sizes = new Float64Array(m).fill(-1);
  const points = Float64Array.from(X);
  const look = (at: Float64Array, onBetter: (i: number) => void) => {
    const { gradients } = gradientsAt(network, at, m);
    for (let i = 0; i < m; i++) {
      const size = sizesOf(gradients, at, i, d);
      if (size.gradient > best.gradient) {
        best.gradient = size.gradient;
        best.witness = at.slice(i * d, (i + 1) * d);
      }
      best.tangential = Math.max(best.tangential, size.tangential);
      if (size[objective] > sizes[i]) {
        sizes[i] = size[objective];
        points.set(at.subarray(i * d, (i + 1) * d), i * d);
        onBetter(i);
      }
    }
  };
  look(X, () => {});
  const smoothed = gatesOf(network, X, m);
  let direction: Float64Array;
  for (let step = 0; step < steps; step++) {
    const share = steps > 1 ? step / (steps - 1) : 1;
    const t = smoothed * (sharpness.last / sharpness.first) ** share * sharpness.first;
    direction = ascentDirections(network, X, m, t, objective);
    const length = pace.first * (pace.last / pace.first) ** share;
    for (let at = 0; at < X.length; at++) X[at] += length * direction[at];
    normaliseRows(X, m, d);
    look(X, () => {});
  }
  // To the edge of the region that the best point lies in, along the direction in which its smoothed size grows.
  X.set(points);
  direction = ascentDirections(network, X, m, smoothed * sharpness.last, objective);
  const lengths = new Float64Array(m).fill(pace.first);
  for (let round = 0; round < edgeRounds; round++) {
    for (let i = 0; i < m; i++) {
      for (let at = i * d; at < (i + 1) * d; at++) X[at] = points[at] + lengths[i] * direction[at];
    }
    normaliseRows(X, m, d);
    const better = new Uint8Array(m);
    look(X, (i) => {
      better[i] = 1;
    });
    for (let i = 0; i < m; i++) if (better[i] === 0) lengths[i] /= 2;
  }
  return best;
}

/** ∇f at the rows of X, and the pre-activations. */
function gradientsAt({ activation, k, d, W, b, a }: TwoLayerNetwork, X: Float64Array, m: number) {
  const { slope } = activationFunction(activation);
  const gains = multiplyTransposed(X, W, m, d, k);
  for (let i = 0; i < m; i++) {
    for (let l = 0, at = i * k; l < k; l++, at++) {
      const z = gains[at] + b[l];
      gains[at] = a[l] * (activation === "relu" ? (z > 0 ? 1 : 0) : slope(z));
    }
  }
  return { gradients: multiply(gains, W, m, k, d) };
}

/** One over the root mean square of the pre-activations. */
function gatesOf({ k, d, W, b }: TwoLayerNetwork, X: Float64Array, m: number): number {
  const z = multiplyTransposed(X, W, m, d, k);
  let sum = 0;
  for (let i = 0; i < m; i++) for (let l = 0; l < k; l++) sum += (z[i * k + l] + b[l]) ** 2;
  return sum > 0 ? 1 / Math.sqrt(sum / (m * k)) : 1;
}

/** Unit tangent directions in which the objective grows at each row; slopes of ReLU smoothed with sharpness t. */
function ascentDirections(
  { activation, k, d, W, b, a }: TwoLayerNetwork,
  X: Float64Array,
  m: number,
  t: number,
  objective: Objective,
): Float64Array {
  const { slope } = activationFunction(activation);
  const gains = multiplyTransposed(X, W, m, d, k);
  const slopes = new Float64Array(m * k);
  for (let i = 0; i < m; i++) {
    for (let l = 0, at = i * k; l < k; l++, at++) {
      const z = gains[at] + b[l];
      if (activation === "relu") {
        const u = t * z;
        const spread = 1 / (1 + Math.abs(u));
        gains[at] = 0.5 * a[l] * (1 + u * spread);
        slopes[at] = 0.5 * a[l] * t * spread * spread;
      } else {
        const step = 1e-5 * (1 + Math.abs(z));
        gains[at] = a[l] * slope(z);
        slopes[at] = (a[l] * (slope(z + step) - slope(z - step))) / (2 * step);
      }
    }
  }
  const P = multiply(gains, W, m, k, d);
  const Q = Float64Array.from(P);
  const along = new Float64Array(m);
  if (objective === "tangential") {
    for (let i = 0; i < m; i++) {
      along[i] = dotRows(X, P, i, d);
      for (let at = i * d; at < (i + 1) * d; at++) Q[at] -= along[i] * X[at];
    }
  }
  const H = multiplyTransposed(Q, W, m, d, k);
  for (let at = 0; at < H.length; at++) H[at] *= slopes[at];
  const result = multiply(H, W, m, k, d);
  for (let i = 0; i < m; i++) {
    for (let at = i * d; at < (i + 1) * d; at++) result[at] -= along[i] * P[at];
    const radial = dotRows(X, result, i, d);
    for (let at = i * d; at < (i + 1) * d; at++) result[at] -= radial * X[at];
    const size = Math.sqrt(dotRows(result, result, i, d));
    if (size > 0) for (let at = i * d; at < (i + 1) * d; at++) result[at] /= size;
  }
  return result;
}

function sizesOf(gradients: Float64Array, X: Float64Array, i: number, d: number): Record<Objective, number> {
  const squared = dotRows(gradients, gradients, i, d);
  const radial = dotRows(gradients, X, i, d);
  // From the components: the difference of squares would lose small ones.
  let tangential = 0;
  for (let at = i * d; at < (i + 1) * d; at++) tangential += (gradients[at] - radial * X[at]) ** 2;
  return { gradient: Math.sqrt(squared), tangential: Math.sqrt(tangential) };
}

function dotRows(X: Float64Array, Y: Float64Array, i: number, d: number): number {
  let sum = 0;
  for (let at = i * d; at < (i + 1) * d; at++) sum += X[at] * Y[at];
  return sum;
}

function normaliseRows(X: Float64Array, m: number, d: number): void {
  for (let i = 0; i < m; i++) {
    const length = Math.sqrt(dotRows(X, X, i, d));
    if (length > 0) for (let at = i * d; at < (i + 1) * d; at++) X[at] /= length;
  }
}
