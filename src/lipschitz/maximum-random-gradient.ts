/** The papers' proxy for the Lipschitz constant (COLT 2021, §5). */
import { gradient, norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { multiply, multiplyTransposed } from "../numeric/matrix.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Bound } from "./bound.ts";

/** Draws handled at once: bounds the scratch memory to about 128·(2k + d) numbers. */
const blockSize = 128;

/**
 * max_{t <= T} ‖∇f(z_t)‖ with z_t ~ N(0, I/d) independent of everything else. It is a lower bound on the Lipschitz
 * constant over R^d, and not on that over the sphere.
 * @param options.draws T, at least 1; the paper takes 1000
 * @returns the bound with its witness z; the value is the norm of the gradient recomputed at the witness alone
 */
export function maximumRandomGradient(
  network: TwoLayerNetwork,
  options: { draws: number; random: RandomStream },
): Bound & { witness: Float64Array } {
  const { k, d, W, b, a } = network;
  const { draws, random } = options;
  if (!Number.isInteger(draws) || draws < 1)
    throw new RangeError(`draws must be an integer >= 1, got ${draws}`);
  const scale = 1 / Math.sqrt(d);
  let largest = -1;
  let witness = new Float64Array(d);
  for (let start = 0; start < draws; start += blockSize) {
    const count = Math.min(blockSize, draws - start);
    const Z = Float64Array.from({ length: count * d }, () => scale * random.gaussian());
    const products = multiplyTransposed(W, Z, k, d, count);
    const gains = new Float64Array(count * k);
    for (let l = 0; l < k; l++) {
      for (let t = 0; t < count; t++) if (products[l * count + t] + b[l] > 0) gains[t * k + l] = a[l];
    }
    const gradients = multiply(gains, W, count, k, d);
    for (let t = 0; t < count; t++) {
      const size = norm(gradients.subarray(t * d, (t + 1) * d));
      if (size > largest) {
        largest = size;
        witness = Z.slice(t * d, (t + 1) * d);
      }
    }
  }
  return { kind: "lower", value: norm(gradient(network, witness)), method: "random", witness };
}
