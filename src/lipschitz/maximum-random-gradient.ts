/** The papers' proxy for the Lipschitz constant (COLT 2021, §5). */
import { gradient, norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { type Kernels, kernels } from "../numeric/kernels/kernels.ts";
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
 * @returns the bound with its witness z; the value is the norm of the gradient in f64 at the witness alone
 */
export function maximumRandomGradient(
  network: TwoLayerNetwork,
  options: { draws: number; random: RandomStream },
): Bound & { witness: Float64Array } {
  const { d } = network;
  const { draws, random } = options;
  if (!Number.isInteger(draws) || draws < 1)
    throw new RangeError(`draws must be an integer >= 1, got ${draws}`);
  const sizes = new GradientSizes(network);
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
  private readonly kernels: Kernels = kernels();
  private readonly region: { release(): void };
  private readonly at: readonly number[];
  /** k and d rounded up to the 8 columns of a panel. */
  private readonly neurons: number;
  private readonly columns: number;
  /** Gains and biases that go with rows scaled to a largest entry of one. */
  private readonly gains: Float64Array;
  private readonly biases: Float64Array;

  constructor(network: TwoLayerNetwork) {
    const { k, d, W, a, b } = network;
    const { memory } = this.kernels;
    this.network = network;
    this.neurons = Math.ceil(k / 8) * 8;
    this.columns = Math.ceil(d / 8) * 8;
    const { neurons, columns } = this;
    // Wᵀ (d × k) and W (k × d), both in panels of 8 columns; points, activations, gradients.
    const counts = [neurons * d, k * columns, blockSize * d, blockSize * neurons, blockSize * columns];
    const { region, addresses } = memory.reserveSingles(counts);
    this.region = region;
    this.at = addresses;
    const transposed = memory.singles(addresses[0], counts[0]).fill(0);
    const straight = memory.singles(addresses[1], counts[1]).fill(0);
    this.gains = new Float64Array(k);
    this.biases = new Float64Array(k);
    for (let l = 0; l < k; l++) {
      let most = 0;
      for (let j = l * d; j < (l + 1) * d; j++) most = Math.max(most, Math.abs(W[j]));
      const scale = most > 0 && Number.isFinite(1 / most) ? 1 / most : 1;
      this.gains[l] = a[l] / scale;
      this.biases[l] = b[l] * scale;
      const panel = (l >> 3) * d * 8 + (l & 7);
      for (let j = 0; j < d; j++) {
        const value = W[l * d + j] * scale;
        transposed[panel + j * 8] = value;
        straight[(j >> 3) * k * 8 + l * 8 + (j & 7)] = value;
      }
    }
    const largest = this.gains.reduce((most, gain) => Math.max(most, Math.abs(gain)), 0);
    if (largest > 0 && Number.isFinite(1 / largest)) {
      for (let l = 0; l < k; l++) this.gains[l] /= largest;
    }
  }

  /** Norms at `count` points, at most a block of them, up to a common factor. Z: count × d. */
  of(Z: Float64Array, count: number): Float64Array {
    const { network, neurons, columns, gains, biases } = this;
    const { k, d } = network;
    const { run, memory } = this.kernels;
    const [transposed, straight, points, activations, gradients] = this.at;
    const rows = Math.ceil(count / 4) * 4;
    const z = memory.singles(points, rows * d);
    z.set(Z);
    z.fill(0, count * d);
    run.multiplySingle(rows, neurons, d, points, d * 4, transposed, d * 32, activations, neurons * 4, false);
    const h = memory.singles(activations, rows * neurons);
    for (let t = 0; t < count; t++) {
      for (let l = 0, at = t * neurons; l < k; l++, at++) h[at] = h[at] + biases[l] > 0 ? gains[l] : 0;
    }
    run.multiplySingle(
      rows,
      columns,
      k,
      activations,
      neurons * 4,
      straight,
      k * 32,
      gradients,
      columns * 4,
      false,
    );
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
