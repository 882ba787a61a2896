/** The papers' proxy for the Lipschitz constant (COLT 2021, §5). */
import { gradient, norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { kernels } from "../numeric/kernels/kernels.ts";
import {
  entryPlace,
  factorSize,
  kernelProducts,
  type RightFactor,
  roundUp,
  type SingleProducts,
} from "../numeric/kernels/products.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Bound } from "./bound.ts";

/** Draws handled at once. */
const blockSize = 128;
/** Draws whose f32 norm is within this of the largest, relatively, are compared in f64 … */
const margin = 2e-3;
/** … if they are among so many. */
const mostCompared = 8;

interface Candidate {
  readonly size: number;
  readonly z: Float64Array;
}

/**
 * max_{t <= T} ‖∇f(z_t)‖ with z_t ~ N(0, I/d) independent of everything else. It is a lower bound on the Lipschitz
 * constant over R^d, and not on that over the sphere. The draws are compared in f32; the best few again in f64.
 * @param options.draws T, at least 1; the paper takes 1000
 * @param options.products what multiplies; the kernels unless given
 * @returns the bound with its witness z; the value is the norm of the gradient in f64 at the witness alone
 */
export function maximumRandomGradient(
  network: TwoLayerNetwork,
  options: { draws: number; random: RandomStream; products?: SingleProducts | undefined },
): Bound & { witness: Float64Array } {
  const { d } = network;
  const { draws, random, products = kernelProducts.single } = options;
  if (!Number.isInteger(draws) || draws < 1)
    throw new RangeError(`draws must be an integer >= 1, got ${draws}`);
  const sizes = new GradientSizes(network, products);
  let candidates: Candidate[] = [];
  try {
    for (let start = 0; start < draws; start += blockSize) {
      const count = Math.min(blockSize, draws - start);
      const Z = random.gaussians(count * d, 1 / Math.sqrt(d));
      const found = sizes.of(Z, count);
      const least = () => (1 - margin) * (candidates[0]?.size ?? -1);
      for (let t = 0; t < count; t++) {
        if (!(found[t] >= least())) continue;
        candidates.push({ size: found[t], z: Z.slice(t * d, (t + 1) * d) });
        // Stable: of equal sizes the first draw stays first.
        candidates.sort((p, q) => q.size - p.size);
        candidates = candidates.filter(({ size }) => size >= least()).slice(0, mostCompared);
      }
    }
  } finally {
    sizes.dispose();
  }
  let value = -1;
  let witness: Float64Array = new Float64Array(d);
  for (const { z } of candidates) {
    const size = norm(gradient(network, z));
    if (size > value) [value, witness] = [size, z];
  }
  return { kind: "lower", value: Math.max(0, value), method: "random", witness };
}

/** ‖∇f(z)‖ of a ReLU network at blocks of points, in f32: two products of matrices. */
class GradientSizes {
  private readonly network: TwoLayerNetwork;
  private readonly products: SingleProducts;
  private readonly region: { release(): void };
  /** Wᵀ (d × k) and W (k × d). */
  private readonly transposed: RightFactor;
  private readonly straight: RightFactor;
  /** Points, activations and gradients of a block. */
  private readonly at: readonly number[];
  /** Floats from row to row of activations and gradients: whole panels. */
  private readonly neurons: number;
  private readonly columns: number;
  /** Gains and biases that go with rows scaled to a largest entry of one. */
  private readonly gains: Float64Array;
  private readonly biases: Float64Array;

  constructor(network: TwoLayerNetwork, products: SingleProducts) {
    const { k, d, W, a, b } = network;
    const { memory } = kernels();
    this.network = network;
    this.products = products;
    const [ofNeurons, ofColumns] = [products.panel(k), products.panel(d)];
    this.neurons = roundUp(k, ofNeurons);
    this.columns = roundUp(d, ofColumns);
    const sizes = [factorSize(d, k, ofNeurons), factorSize(k, d, ofColumns)];
    const blocks = [d, this.neurons, this.columns].map((length) => blockSize * length);
    const { region, addresses } = memory.reserveSingles([...sizes, ...blocks]);
    this.region = region;
    this.transposed = { address: addresses[0], rows: d, panel: ofNeurons };
    this.straight = { address: addresses[1], rows: k, panel: ofColumns };
    this.at = addresses.slice(2);
    const transposed = memory.singles(addresses[0], sizes[0]).fill(0);
    const straight = memory.singles(addresses[1], sizes[1]).fill(0);
    this.gains = new Float64Array(k);
    this.biases = new Float64Array(k);
    for (let l = 0; l < k; l++) {
      let most = 0;
      for (let j = l * d; j < (l + 1) * d; j++) most = Math.max(most, Math.abs(W[j]));
      const scale = most > 0 && Number.isFinite(1 / most) ? 1 / most : 1;
      this.gains[l] = a[l] / scale;
      this.biases[l] = b[l] * scale;
      const column = entryPlace(this.transposed, 0, l);
      for (let j = 0; j < d; j++) transposed[column + j * ofNeurons] = W[l * d + j] * scale;
      for (let j = 0; j < d; j += ofColumns) {
        const place = entryPlace(this.straight, l, j);
        for (let i = 0; i < Math.min(ofColumns, d - j); i++) straight[place + i] = W[l * d + j + i] * scale;
      }
    }
    const largest = this.gains.reduce((most, gain) => Math.max(most, Math.abs(gain)), 0);
    if (largest > 0 && Number.isFinite(1 / largest)) {
      for (let l = 0; l < k; l++) this.gains[l] /= largest;
    }
  }

  /** Norms at `count` points, at most a block of them, up to a common factor. Z: count × d. */
  of(Z: Float64Array, count: number): Float64Array {
    const { network, products, transposed, straight, neurons, columns, gains, biases } = this;
    const { k, d } = network;
    const { memory } = kernels();
    const [points, activations, gradients] = this.at;
    const rows = roundUp(count, 4);
    const z = memory.singles(points, rows * d);
    z.set(Z);
    z.fill(0, count * d);
    products.multiply(rows, k, d, points, d * 4, transposed, 0, 0, activations, neurons * 4, false);
    const h = memory.singles(activations, rows * neurons);
    for (let t = 0; t < count; t++) {
      for (let l = 0, at = t * neurons; l < k; l++, at++) h[at] = h[at] + biases[l] > 0 ? gains[l] : 0;
    }
    products.multiply(rows, d, k, activations, neurons * 4, straight, 0, 0, gradients, columns * 4, false);
    const g = memory.singles(gradients, rows * columns);
    const sizes = new Float64Array(count);
    for (let t = 0; t < count; t++) {
      let squared = 0;
      for (let at = t * columns; at < t * columns + d; at++) squared += g[at] * g[at];
      sizes[t] = Math.sqrt(squared);
    }
    return sizes;
  }

  dispose(): void {
    this.region.release();
  }
}
