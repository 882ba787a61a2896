/** Data of size one: what iterations and tolerances are made for, whatever the units of the points. */
import type { Dataset } from "../data/dataset.ts";
import { norm } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";

interface Sizes {
  readonly points: number;
  readonly labels: number;
}

/** Root mean squares of ‖x_i‖ and y_i as powers of two, which scale without rounding; 1 on the sphere with signs. */
export function sizesOf({ n, X, y }: Dataset): Sizes {
  const powerOfTwo = (length: number) => (length > 0 ? 2 ** Math.round(Math.log2(length)) : 1);
  return { points: powerOfTwo(norm(X) / Math.sqrt(n)), labels: powerOfTwo(norm(y) / Math.sqrt(n)) };
}

/** The data as they would be at size one. */
export function divided({ n, d, X, y }: Dataset, { points, labels }: Sizes): Dataset {
  return { n, d, X: X.map((value) => value / points), y: y.map((value) => value / labels) };
}

/** The ReLU network on the data as they were. */
export function undivided(network: TwoLayerNetwork, { points, labels }: Sizes): TwoLayerNetwork {
  return {
    ...network,
    W: network.W.map((value) => value / points),
    a: network.a.map((value) => value * labels),
  };
}
