/** Outputs and gradients of two-layer networks, in f64. */
import type { DoubleProducts } from "../numeric/kernels/products.ts";
import { multiplyTransposed } from "../numeric/matrix.ts";
import { activationFunction } from "./activation.ts";
import type { TwoLayerNetwork } from "./two-layer.ts";

/** Points handled at once: bounds the scratch memory to about k·256 numbers. */
const blockSize = 256;

/**
 * Outputs f(x_i).
 * @param X points, n × d, row-major
 * @param products what multiplies; the kernels unless given
 * @returns n outputs
 * @throws RangeError if the length of X is not a multiple of d
 */
export function evaluate(network: TwoLayerNetwork, X: Float64Array, products?: DoubleProducts): Float64Array {
  const { k, d, W, b, a, c } = network;
  const n = X.length / d;
  if (!Number.isInteger(n)) throw new RangeError(`X has ${X.length} numbers, not a multiple of d = ${d}`);
  const outputs = new Float64Array(n).fill(c);
  const relu = network.activation === "relu";
  const { value } = activationFunction(network.activation);
  for (let start = 0; start < n; start += blockSize) {
    const count = Math.min(blockSize, n - start);
    const points = X.subarray(start * d, (start + count) * d);
    const inner = multiplyTransposed(W, points, k, d, count, products);
    for (let l = 0; l < k; l++) {
      for (let i = 0; i < count; i++) {
        const z = inner[l * count + i] + b[l];
        // Not z > 0: a pre-activation that is not a number must show in the output.
        if (!relu) outputs[start + i] += a[l] * value(z);
        else if (!(z <= 0)) outputs[start + i] += a[l] * z;
      }
    }
  }
  return outputs;
}

/**
 * The gradient ∇f(x) = Σ_l ψ'(⟨w_l, x⟩ + b_l) a_l w_l, where f is differentiable; for ReLU a sum over active neurons.
 * @param x a point, length d
 * @returns length d
 */
export function gradient(network: TwoLayerNetwork, x: Float64Array): Float64Array {
  const { k, d, W, b, a } = network;
  const sum = new Float64Array(d);
  const relu = network.activation === "relu";
  const { slope } = activationFunction(network.activation);
  for (let l = 0; l < k; l++) {
    const row = W.subarray(l * d, (l + 1) * d);
    let z = b[l];
    for (let j = 0; j < d; j++) z += row[j] * x[j];
    const gain = relu ? (z <= 0 ? 0 : a[l]) : a[l] * slope(z);
    if (gain !== 0) for (let j = 0; j < d; j++) sum[j] += gain * row[j];
  }
  return sum;
}

/** Euclidean norm; scaled where the squares alone would overflow or vanish. */
export function norm(x: Float64Array): number {
  let squared = 0;
  for (const value of x) squared += value * value;
  if (squared > 1e-290 && squared < 1e290) return Math.sqrt(squared);
  let most = 0;
  for (const value of x) most = Math.max(most, Math.abs(value));
  if (most === 0 || !Number.isFinite(most)) return most;
  squared = 0;
  for (const value of x) squared += (value / most) ** 2;
  return most * Math.sqrt(squared);
}

/** Total weight Σ_l |a_l| √(‖w_l‖² + b_l²) (Network size and weights size for memorization, §1). */
export function totalWeight(network: TwoLayerNetwork): number {
  const { k, d, W, b, a } = network;
  let total = 0;
  for (let l = 0; l < k; l++) {
    const rowNorm = norm(W.subarray(l * d, (l + 1) * d));
    total += Math.abs(a[l]) * Math.hypot(rowNorm, b[l]);
  }
  return total;
}
