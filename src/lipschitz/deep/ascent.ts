/**
 * Points with large gradients of networks of any depth and activation: Adam on ‖∇f‖, kinks smoothed by logistic steps
 * whose sharpness grows as in ../ascent.ts. What is found are candidates, judged elsewhere.
 *
 * With v = ∇f/‖∇f‖ held fixed, ‖∇f‖ is the derivative of f along v, a forward pass of tangents u; its gradient in x is a
 * reverse pass over values and tangents. Points go side by side, rows of an n × d array.
 */
import { activationFunction } from "../../network/activation.ts";
import type { DeepNetwork } from "../../network/deep.ts";
import { multiply, multiplyTransposed } from "../../numeric/matrix.ts";
import { normAbove } from "../slopes.ts";

interface DeepAscentOptions {
  readonly steps: number;
  /** Points stay in the ball of this radius. */
  readonly ball?: number | undefined;
  /** Says when to stop early. */
  readonly outOfTime?: (() => boolean) | undefined;
}

const sharpness = { first: 2, last: 200 };
const rate = 0.3;
const lookEvery = 10;

/**
 * @param starts points of R^d, at least one
 * @returns for each start the point with the largest gradient seen on its way
 */
export function ascendDeep(
  network: DeepNetwork,
  starts: readonly Float64Array[],
  options: DeepAscentOptions,
): Float64Array[] {
  const { d } = network;
  const { steps, ball, outOfTime } = options;
  const n = starts.length;
  const x = new Float64Array(n * d);
  for (let i = 0; i < n; i++) x.set(starts[i], i * d);
  const lengths = rowNorms(x, n, d).map((length) => length || 1);
  const best = new Float64Array(n).fill(-1);
  const bestPoints = starts.map((start) => Float64Array.from(start));
  const look = () => {
    const sizes = rowNorms(slopesOf(network, x, n).gradients, n, d);
    for (let i = 0; i < n; i++) {
      if (!(sizes[i] > best[i])) continue;
      best[i] = sizes[i];
      bestPoints[i] = x.slice(i * d, (i + 1) * d);
    }
  };
  look();
  const first = new Float64Array(n * d);
  const second = new Float64Array(n * d);
  for (let step = 1; step <= steps; step++) {
    if (outOfTime?.()) break;
    const t = sharpness.first * (sharpness.last / sharpness.first) ** ((step - 1) / Math.max(1, steps - 1));
    const direction = ascentDirection(network, x, n, t);
    for (let i = 0; i < n; i++) {
      // Adam does not mind the scale of gradients unless it is far out.
      let most = 0;
      for (let j = i * d; j < (i + 1) * d; j++) most = Math.max(most, Math.abs(direction[j]));
      if (!(most > 0) || !Number.isFinite(most)) continue;
      for (let at = i * d; at < (i + 1) * d; at++) {
        const g = direction[at] / most;
        first[at] = 0.9 * first[at] + 0.1 * g;
        second[at] = 0.999 * second[at] + 0.001 * g * g;
        const move = first[at] / (1 - 0.9 ** step) / (Math.sqrt(second[at] / (1 - 0.999 ** step)) + 1e-12);
        x[at] += (rate * lengths[i] * move) / Math.sqrt(d) / (1 + (4 * step) / steps);
      }
    }
    if (ball !== undefined) restrain(x, n, d, ball);
    if (step % lookEvery === 0 || step === steps) look();
  }
  return bestPoints;
}

/** Pre-activations, slopes and gradients at n points; slopes are those of ψ, or smoothed ones where t is given. */
export function slopesOf(network: DeepNetwork, x: Float64Array, n: number, t?: number) {
  const { layers, activation } = network;
  const f = activationFunction(activation);
  const z: Float64Array[] = [];
  const slopes: Float64Array[] = [];
  const curvatures: Float64Array[] = [];
  let values = x;
  for (const { rows, columns, W, b } of layers.slice(0, -1)) {
    const sums = multiplyTransposed(values, W, n, columns, rows);
    let squared = 0;
    for (let at = 0; at < sums.length; at++) {
      sums[at] += b[at % rows];
      squared += sums[at] * sums[at];
    }
    z.push(sums);
    const scale = t === undefined ? undefined : t / (Math.sqrt(squared / sums.length) || 1);
    const smoothed = smoothedSlopes(f, sums, scale);
    slopes.push(smoothed.slopes);
    curvatures.push(smoothed.curvatures);
    values = sums.map(f.value);
  }
  const output = layers[layers.length - 1].W;
  let gradients: Float64Array = repeated(output, n);
  for (let i = layers.length - 2; i >= 0; i--) {
    const { rows, columns, W } = layers[i];
    gradients = multiply(times(gradients, slopes[i]), W, n, rows, columns);
  }
  return { z, slopes, curvatures, gradients };
}

/** Gradients in x of ‖∇f‖ with smoothed slopes, n × d. */
function ascentDirection(network: DeepNetwork, x: Float64Array, n: number, t: number): Float64Array {
  const { layers, d } = network;
  const { slopes, curvatures, gradients } = slopesOf(network, x, n, t);
  const norms = rowNorms(gradients, n, d);
  let tangents: Float64Array = gradients.map((g, at) => g / (norms[Math.floor(at / d)] || 1));
  const u: Float64Array[] = [];
  const hidden = layers.slice(0, -1);
  hidden.forEach(({ rows, columns, W }, i) => {
    u.push(multiplyTransposed(tangents, W, n, columns, rows));
    tangents = times(u[i], slopes[i]);
  });
  // Adjoints of what a layer gives: of its tangents and of its values.
  let ofTangents: Float64Array = repeated(layers[layers.length - 1].W, n);
  let ofValues: Float64Array = new Float64Array(ofTangents.length);
  for (let i = hidden.length - 1; i >= 0; i--) {
    const { rows, columns, W } = hidden[i];
    const bend = curvatures[i];
    const slope = slopes[i];
    const ofZ = ofValues.map((value, at) => value * slope[at] + ofTangents[at] * u[i][at] * bend[at]);
    ofValues = multiply(ofZ, W, n, rows, columns);
    ofTangents = multiply(times(ofTangents, slope), W, n, rows, columns);
  }
  return ofValues;
}

/** ψ' and ψ''; for piecewise linear ψ the steps of ψ' are logistic, e-folding within 1/t. */
function smoothedSlopes(f: ReturnType<typeof activationFunction>, z: Float64Array, t: number | undefined) {
  const { pieces } = f;
  if (t === undefined) return { slopes: z.map(f.slope), curvatures: z };
  const slopes = new Float64Array(z.length);
  const curvatures = new Float64Array(z.length);
  for (let at = 0; at < z.length; at++) {
    if (!pieces) {
      const step = 1e-4 * (1 + Math.abs(z[at]));
      slopes[at] = f.slope(z[at]);
      curvatures[at] = (f.slope(z[at] + step) - f.slope(z[at] - step)) / (2 * step);
      continue;
    }
    slopes[at] = pieces.slopes[0];
    for (let i = 0; i < pieces.kinks.length; i++) {
      const jump = pieces.slopes[i + 1] - pieces.slopes[i];
      const gate = 1 / (1 + Math.exp(-t * (z[at] - pieces.kinks[i])));
      slopes[at] += jump * gate;
      curvatures[at] += jump * t * gate * (1 - gate);
    }
  }
  return { slopes, curvatures };
}

function times(p: Float64Array, q: Float64Array): Float64Array {
  return p.map((value, at) => value * q[at]);
}

function repeated(row: Float64Array, n: number): Float64Array {
  const rows = new Float64Array(n * row.length);
  for (let i = 0; i < n; i++) rows.set(row, i * row.length);
  return rows;
}

/** Euclidean norms of the rows of x, n × d. */
export function rowNorms(x: Float64Array, n: number, d: number): Float64Array {
  return Float64Array.from({ length: n }, (_, i) => normAbove(x.subarray(i * d, (i + 1) * d)));
}

function restrain(x: Float64Array, n: number, d: number, ball: number): void {
  const norms = rowNorms(x, n, d);
  for (let i = 0; i < n; i++) {
    if (norms[i] <= ball) continue;
    for (let at = i * d; at < (i + 1) * d; at++) x[at] *= ball / norms[i];
  }
}
