/** What every explicit network of the papers is made from and comes with. */
import type { Dataset } from "../data/dataset.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Hypothesis } from "../theory/law.ts";

export { dot, row } from "../numeric/vector-products.ts";

/** What a theorem promises of the network. */
export interface Guarantee {
  readonly statement: string;
  /** The promised number on these data; absent where the theorem leaves a constant open. */
  readonly value?: number;
}

/** A Lipschitz constant in closed form. */
export interface ClosedForm {
  readonly value: number;
  /**
   * Which constant: of f on R^d, on the unit ball, of f along the unit sphere, or the largest norm of the gradient on the
   * unit sphere.
   */
  readonly domain: "space" | "ball" | "sphere" | "sphere-gradient";
  /** How it follows. */
  readonly formula: string;
}

/** What comes with every construction. */
interface Described {
  readonly hypotheses: readonly Hypothesis[];
  readonly guarantee: Guarantee;
  readonly exact?: readonly ClosedForm[];
  /** Further numbers of this construction, by name. */
  readonly details?: Readonly<Record<string, number | string | boolean>>;
  /** What its reader should know, a sentence each. */
  readonly warnings?: readonly string[];
}

export interface NetworkConstruction extends Described {
  readonly network: TwoLayerNetwork;
}

/** A function that interpolates and is no two-layer network. */
export interface FunctionConstruction extends Described {
  /** f(x), x of length d. */
  evaluate(x: Float64Array): number;
}

export type Construction = NetworkConstruction | FunctionConstruction;

/** An option of a construction, as a flag and as a key of a sweep's method. */
export type ConstructionOption = {
  readonly description: string;
} & (
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default: string }
  | { readonly kind: "whole"; readonly least: number; readonly most?: number; readonly default?: number }
  | { readonly kind: "number"; readonly least: number; readonly most?: number; readonly default?: number }
);

export type OptionValues = Readonly<Record<string, string | number | undefined>>;

/** One explicit network of the papers. */
export interface ConstructionMethod {
  readonly name: string;
  /** Where it is from: paper and theorem. */
  readonly theorem: string;
  /** One line for people. */
  readonly summary: string;
  /** By name, in words joined by hyphens. */
  readonly options: Readonly<Record<string, ConstructionOption>>;
  /** Whether its option k is its number of neurons; where it has one, unless said otherwise. */
  readonly takesNeurons?: (options: OptionValues) => boolean;
  /** Set where what is built is no two-layer network but a function. */
  readonly isFunction?: true;
  /** Whether labels must be signs; else they are any numbers. */
  readonly signs: boolean;
  /** Set where points must differ from each other and from 0: the network has a neuron or an equation for each. */
  readonly distinct?: true;
  /** Multiply-adds, where data of a size that can be read may take minutes. */
  readonly operations?: (data: Dataset) => number;
  /**
   * Builds the network.
   * @param random the stream of one purpose; what is drawn depends on nothing else
   * @throws HypothesisError where the network does not exist on these data
   */
  build(data: Dataset, options: OptionValues, random: (purpose: string) => RandomStream): Construction;
}

/** The network cannot be built: which hypothesis fails, with its numbers, in one line. */
export class HypothesisError extends Error {
  override readonly name = "HypothesisError";
}

/** x ↦ a ψ(⟨w, x⟩ + b). */
export interface Neuron {
  readonly w: Float64Array;
  readonly b: number;
  readonly a: number;
}

/** A network of neurons; a constant is the neuron of w = 0, b = 1 and counts as one. */
export function networkOfNeurons(
  d: number,
  neurons: readonly Neuron[],
  activation: TwoLayerNetwork["activation"] = "relu",
): TwoLayerNetwork {
  const k = neurons.length;
  const W = new Float64Array(k * d);
  neurons.forEach(({ w }, l) => {
    W.set(w, l * d);
  });
  return {
    activation,
    k,
    d,
    W,
    b: Float64Array.from(neurons, ({ b }) => b),
    a: Float64Array.from(neurons, ({ a }) => a),
    c: 0,
  };
}
