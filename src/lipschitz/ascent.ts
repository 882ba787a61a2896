/**
 * Points with large gradients, by ascent of ‖Aᵀσ(t(Wx + b))‖ with gates smoothed by a sigmoid σ whose sharpness t
 * grows. Eight starts go side by side, in f32: what is found here are candidates, judged in f64 elsewhere.
 */
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { kernels } from "../numeric/kernels/kernels.ts";

/** Starts of one ascent: the width of the kernels' panel. */
export const startsPerAscent = 8;

export interface AscentOptions {
  /** Adam steps. */
  readonly steps: number;
  /**
   * Further starts, given by the gates they should have: 1 or −1 for each neuron, 0 where it does not matter. They begin
   * at Wᵀ(wish/‖w_l‖), at the norm `radius`, which is then needed.
   */
  readonly wishes?: readonly Int8Array[];
  /** Norm that points keep; without it they are free. */
  readonly radius?: number | undefined;
  /** Largest norm of a point, where points are free. */
  readonly ball?: number | undefined;
}

const sharpness = { first: 2, last: 50 };
/** Step length in units of norm/√d: a point crosses its sphere within tens of steps. */
const rate = 0.3;
/** The hard gradient is looked at after so many steps. */
const lookEvery = 10;

/**
 * Ascends from up to eight points.
 * @param starts points of R^d; with the wishes 1 to 8 of them
 * @returns for each start the point with the largest hard gradient that was seen on its way, the largest first
 */
export function ascend(
  network: TwoLayerNetwork,
  starts: readonly Float64Array[],
  options: AscentOptions,
): Float64Array[] {
  const { k, d, W, a, b } = network;
  const { steps, radius, ball, wishes = [] } = options;
  const { run, memory } = kernels();
  const width = startsPerAscent;
  const count = starts.length + wishes.length;
  const rows = Math.ceil(k / 4) * 4;
  const columns = Math.ceil(d / 4) * 4;
  // W (rows × columns), a and b, z and gains (rows × 8), x, p and g (columns × 8), norms.
  const counts = [
    rows * columns,
    rows,
    rows,
    rows * width,
    rows * width,
    columns * width,
    columns * width,
    columns * width,
    width,
  ];
  const { region, addresses } = memory.reserveSingles(counts);
  try {
    memory.clear(region.address, region.bytes);
    const [w, weights, biases, z, gains, x, p, g, norms] = addresses;
    // Scaled to sizes that f32 holds: gates do not change with the scale of (w_l, b_l) nor directions with that of a.
    const scaleW = 1 / (largest(W) || 1);
    const scaleA = 1 / (largest(a) || 1);
    const view = memory.singles(w, rows * columns);
    for (let l = 0; l < k; l++) {
      for (let j = 0; j < d; j++) view[l * columns + j] = W[l * d + j] * scaleW;
    }
    memory.singles(weights, rows).set(a.map((value) => value * scaleA));
    memory.singles(biases, rows).set(b.map((value) => value * scaleW));

    /** target = Wᵀ gains. */
    const transposedProduct = (target: number) =>
      run.multiplyTransposedPanel(rows, columns, w, columns * 4, gains, target);
    const point = memory.singles(x, columns * width);
    const direction = memory.singles(g, columns * width);
    const sizesOfGradients = memory.singles(norms, width);
    if (wishes.length > 0) {
      fillWishes(memory.singles(gains, rows * width), view, wishes, starts.length, columns);
      transposedProduct(x);
      run.normalizeColumns(columns, x, norms);
      for (let at = 0; at < point.length; at++) point[at] *= radius ?? 1;
    }
    for (let c = 0; c < width; c++) {
      if (c >= starts.length && c < count) continue;
      const start = starts[c % count] ?? [];
      for (let j = 0; j < d; j++) point[j * width + c] = start[j] ?? 0;
    }
    const lengths = columnNorms(point, d, width);
    const first = new Float64Array(columns * width);
    const second = new Float64Array(columns * width);
    const best = new Float64Array(width).fill(-1);
    const bestPoints = Array.from({ length: count }, (_, c) =>
      c < starts.length ? Float64Array.from(starts[c]) : columnOf(point, c, d, width),
    );

    /** target = W right. */
    const product = (right: number, target: number) =>
      run.multiplySingle(rows, width, columns, w, columns * 4, right, 0, target, 32, false);
    const look = () => {
      product(x, z);
      run.hardGates(rows, z, gains, weights, biases);
      transposedProduct(p);
      run.normalizeColumns(columns, p, norms);
      for (let c = 0; c < count; c++) {
        // Not <=: a size that is not a number is no improvement.
        if (!(sizesOfGradients[c] > best[c])) continue;
        best[c] = sizesOfGradients[c];
        bestPoints[c] = columnOf(point, c, d, width);
      }
    };
    look();
    const spread = typicalSize(memory.singles(z, rows * width), memory.singles(biases, rows), k, width) || 1;

    for (let step = 1; step <= steps; step++) {
      const t =
        (sharpness.first / spread) *
        (sharpness.last / sharpness.first) ** ((step - 1) / Math.max(1, steps - 1));
      product(x, z);
      run.softGates(rows, t, z, gains, weights, biases);
      transposedProduct(p);
      run.normalizeColumns(columns, p, norms);
      // d‖p‖/dx = Wᵀ (slopes ∘ W p/‖p‖); the slopes carry a.
      product(p, gains);
      run.scaleElements(rows * width, gains, z);
      transposedProduct(g);
      const correction1 = 1 - 0.9 ** step;
      const correction2 = 1 - 0.999 ** step;
      for (let j = 0; j < d; j++) {
        for (let c = 0; c < width; c++) {
          const at = j * width + c;
          first[at] = 0.9 * first[at] + 0.1 * direction[at];
          second[at] = 0.999 * second[at] + 0.001 * direction[at] * direction[at];
          const move = first[at] / correction1 / (Math.sqrt(second[at] / correction2) + 1e-30);
          point[at] += (rate * (radius ?? lengths[c]) * move) / Math.sqrt(d);
        }
      }
      restrain(point, d, width, radius, ball);
      if (step % lookEvery === 0 || step === steps) look();
    }
    const order = bestPoints.map((_, c) => c).sort((p, q) => best[q] - best[p]);
    return order.map((c) => bestPoints[c]);
  } finally {
    region.release();
  }
}

/** gains of the columns after the given starts: the wished signs over the norms of W's rows. */
function fillWishes(
  gains: Float32Array,
  W: Float32Array,
  wishes: readonly Int8Array[],
  first: number,
  columns: number,
): void {
  for (let l = 0; l < wishes[0].length; l++) {
    let squared = 0;
    for (let at = l * columns; at < (l + 1) * columns; at++) squared += W[at] * W[at];
    if (squared === 0) continue;
    const size = Math.sqrt(squared);
    wishes.forEach((wish, c) => {
      gains[l * startsPerAscent + first + c] = wish[l] / size;
    });
  }
}

function columnOf(points: Float32Array, c: number, d: number, width: number): Float64Array {
  const column = new Float64Array(d);
  for (let j = 0; j < d; j++) column[j] = points[j * width + c];
  return column;
}

/** Puts points back on their sphere, or into their ball. */
function restrain(point: Float32Array, d: number, width: number, radius?: number, ball?: number): void {
  if (radius === undefined && ball === undefined) return;
  const norms = columnNorms(point, d, width);
  for (let c = 0; c < width; c++) {
    const wanted = radius ?? Math.min(norms[c], ball ?? norms[c]);
    if (norms[c] === 0 || wanted === norms[c]) continue;
    const factor = wanted / norms[c];
    for (let j = 0; j < d; j++) point[j * width + c] *= factor;
  }
}

function columnNorms(point: Float32Array, d: number, width: number): Float64Array {
  const squares = new Float64Array(width);
  for (let j = 0; j < d; j++) {
    for (let c = 0; c < width; c++) squares[c] += point[j * width + c] * point[j * width + c];
  }
  return squares.map(Math.sqrt);
}

/** Root mean square of z + b. */
function typicalSize(z: Float32Array, b: Float32Array, k: number, width: number): number {
  let sum = 0;
  for (let l = 0; l < k; l++) {
    for (let c = 0; c < width; c++) sum += (z[l * width + c] + b[l]) ** 2;
  }
  return Math.sqrt(sum / (k * width));
}

function largest(x: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]));
  return most;
}
