/** Networks of any depth with one output, f = A_L ∘ ψ ∘ A_{L−1} ∘ … ∘ ψ ∘ A_1 with affine maps A_i. */
import type { Activation } from "./activation.ts";
import type { TwoLayerNetwork } from "./two-layer.ts";

/** x ↦ W x + b. */
export interface Layer {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns, row-major. */
  readonly W: Float64Array;
  /** rows. */
  readonly b: Float64Array;
}

export interface DeepNetwork {
  readonly activation: Activation;
  readonly d: number;
  /** At least one; each takes what the one before gives, the last gives one number. */
  readonly layers: readonly Layer[];
}

export type Network = TwoLayerNetwork | DeepNetwork;

export function isDeep(network: Network): network is DeepNetwork {
  return "layers" in network;
}

/** The same function as a list of layers. */
export function layersOf(network: Network): DeepNetwork {
  if (isDeep(network)) return network;
  const { activation, k, d, W, b, a, c } = network;
  const layers = [
    { rows: k, columns: d, W, b },
    { rows: 1, columns: k, W: a, b: Float64Array.of(c) },
  ];
  return { activation, d, layers };
}

/** Two layers as what they are elsewhere, more or fewer as they stand. */
export function networkOf(activation: Activation, layers: readonly Layer[]): Network {
  const [first, last] = layers;
  if (layers.length !== 2) return { activation, d: first.columns, layers };
  const { rows: k, columns: d, W, b } = first;
  return { activation, k, d, W, b, a: last.W, c: last.b[0] };
}
