/** What no bound from data may depend on, and networks to hold bounds against. */
import type { Dataset } from "../../src/data/dataset.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { multiply } from "../../src/numeric/matrix.ts";
import { stream } from "../../src/numeric/random.ts";
import { networkOf, orthonormal } from "../lipschitz/networks.ts";

/** The same data turned, in another order, and with the labels' signs changed. */
export function equivalents(data: Dataset, seed = 1): Record<"turned" | "reordered" | "negated", Dataset> {
  const { n, d, X, y } = data;
  const random = stream(seed, "theory test", "equivalents");
  const order = Array.from({ length: n }, (_, i) => ({ i, at: random.uniform() }))
    .sort((one, other) => one.at - other.at)
    .map(({ i }) => i);
  return {
    turned: { ...data, X: multiply(X, orthonormal(d, d, random), n, d, d) },
    reordered: {
      ...data,
      X: Float64Array.from(order.flatMap((i) => [...X.subarray(i * d, (i + 1) * d)])),
      y: Float64Array.from(order, (i) => y[i]),
    },
    negated: { ...data, y: y.map((label) => -label) },
  };
}

export function scaledBy(factor: number, data: Dataset): Dataset {
  return { ...data, X: data.X.map((x) => factor * x) };
}

export function gaussianNetwork(k: number, d: number, seed: number, biases = true): TwoLayerNetwork {
  const random = stream(seed, "theory test", "network");
  const [W, a, b] = [random.gaussians(k * d), random.gaussians(k), random.gaussians(k)];
  return networkOf(d, W, a, biases ? b : new Float64Array(k));
}
