/** Where among the data the gradient is largest. */
import { activationFunction } from "../network/activation.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { multiply, multiplyTransposed } from "../numeric/matrix.ts";
import { dot, row } from "./construction.ts";

/** Points handled at once. */
const blockSize = 256;
/** Pre-activations are on a kink when they are no farther from it than this part of the numbers they are summed from. */
const rounding = 2 ** -40;

export interface SteepestPoint {
  /** A view of its row. */
  readonly x: Float64Array;
  /** ‖∇f(x)‖. */
  readonly gradient: number;
  /** Points that lie on a kink of some neuron that has an effect. */
  readonly onKinks: number;
}

/**
 * The point with the largest ‖∇f(x_i)‖; 4nkd operations. Explicit networks like to have points on their kinks, where rounding
 * would choose between both sides: the slope before the kink is taken, as PyTorch does at a ReLU's 0.
 * @param X n × d, row-major
 */
export function steepestPoint(network: TwoLayerNetwork, X: Float64Array, n: number): SteepestPoint {
  const { activation, k, d, W, b, a } = network;
  const { slope, pieces } = activationFunction(activation);
  const kinks = (pieces?.kinks ?? []).filter((_, p) => pieces?.slopes[p] !== pieces?.slopes[p + 1]);
  const lengths = Float64Array.from({ length: k }, (_, l) => Math.sqrt(dot(row(W, l, d), row(W, l, d))));
  let [most, steepest, onKinks] = [-1, 0, 0];
  for (let start = 0; start < n; start += blockSize) {
    const count = Math.min(blockSize, n - start);
    const points = X.subarray(start * d, (start + count) * d);
    const Z = multiplyTransposed(points, W, count, d, k);
    for (let i = 0; i < count; i++) {
      const size = Math.sqrt(dot(row(points, i, d), row(points, i, d)));
      let met = false;
      for (let l = 0; l < k; l++) {
        const z = Z[i * k + l] + b[l];
        const room = rounding * (lengths[l] * size + Math.abs(b[l]));
        const kink = kinks.find((at) => Math.abs(z - at) <= room);
        if (kink !== undefined && a[l] * lengths[l] !== 0) met = true;
        Z[i * k + l] = a[l] * slope(kink ?? z);
      }
      if (met) onKinks++;
    }
    const gradients = multiply(Z, W, count, k, d);
    for (let i = 0; i < count; i++) {
      const g = row(gradients, i, d);
      const length = Math.sqrt(dot(g, g));
      if (length > most) [most, steepest] = [length, start + i];
    }
  }
  return { x: row(X, steepest, d), gradient: most, onKinks };
}
