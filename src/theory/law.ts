/** What a law of the papers says: bounds with their theorem, their hypotheses checked, and whether they say anything. */
import type { DataModel } from "../data/data-model.ts";
import type { Dataset } from "../data/dataset.ts";
import type { DeepNetwork } from "../network/deep.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";

/** A condition of a theorem: left <= right, < and so on as its name says, with the two numbers. */
export interface Hypothesis {
  readonly name: string;
  readonly ok: boolean;
  readonly left: number;
  readonly right: number;
}

/** A number with its direction. A failed hypothesis is reported, not thrown: the value is what the formula gives. */
export interface Bound {
  /** Of the quantity: nothing sampled is called an upper bound. "rate" is a law whose constant the paper leaves open. */
  readonly kind: "lower" | "upper" | "exact" | "rate";
  /** What is bounded, such as "Lip(f) on R^d", "‖a‖ ‖W‖op" or "neurons". */
  readonly quantity: string;
  readonly value: number;
  /** How the number was found, in a few words. */
  readonly method: string;
  /** Paper and statement; "derived" where the constant is proved here from the paper's argument. */
  readonly theorem: string;
  /** That it holds over random data, where it is below 1. */
  readonly probability?: number;
  readonly hypotheses: readonly Hypothesis[];
  /** A lower bound on Lip below what these or generic data need anyway, a number of neurons of n or more. */
  readonly vacuous: boolean;
}

/** What a law says in one case. */
export interface Finding {
  readonly bounds: readonly Bound[];
  /** Further numbers, by name. */
  readonly details?: Readonly<Record<string, number | string | boolean>>;
  /** What its reader should know, a sentence each. */
  readonly warnings?: readonly string[];
}

/** A parameter of a law, as a flag: its name in words joined by hyphens, as "total-weight". */
export type Parameter = { readonly description: string } & (
  | {
      readonly kind: "number";
      readonly default?: number;
      /** Whether it is the mean squared error that labels of ±1 are fitted with. */
      readonly isError?: boolean;
    }
  | { readonly kind: "choice"; readonly choices: readonly string[]; readonly default: string }
);

/** What a law is asked about: numbers, and data and a network where there are. */
export interface Question {
  /** The parameters of kind number, defaults filled in; n and d are those of the data where there are data. */
  readonly numbers: Readonly<Record<string, number | undefined>>;
  /** The parameters of kind choice. */
  readonly choices: Readonly<Record<string, string>>;
  readonly data?: Dataset;
  /** The distribution that the data were sampled from; absent where they are a file's. */
  readonly origin?: DataModel;
  readonly network?: TwoLayerNetwork;
  /** A network of several hidden layers; a two-layer one comes as `network` alone. */
  readonly deep?: DeepNetwork;
  /** The stream of one purpose. */
  readonly random: (purpose: string) => RandomStream;
}

/** A law that can be asked by name. */
export interface Law {
  readonly name: string;
  /** Where it is from: paper and theorem. */
  readonly theorem: string;
  /** One line for people. */
  readonly summary: string;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** What it can be asked about beside numbers. */
  readonly takes: readonly ("data" | "network" | "deep")[];
  /** A question that has an answer, as flags, for help. */
  readonly example: string;
  /**
   * @throws MissingError where what it needs is not given
   * @throws RangeError where a parameter lies outside its set
   */
  ask(question: Question): Finding;
}

/** A law was asked without what it needs: which flags would do. */
export class MissingError extends Error {
  override readonly name = "MissingError";
}

/**
 * The numbers of these names.
 * @throws MissingError naming those that are not there
 */
export function needed<Name extends string>(
  law: string,
  { numbers }: Question,
  ...names: readonly Name[]
): Record<Name, number> {
  const missing = names.filter((name) => numbers[name] === undefined);
  if (missing.length > 0) {
    throw new MissingError(`${law}: give ${missing.map((name) => `--${name}`).join(", ")}`);
  }
  return Object.fromEntries(names.map((name) => [name, numbers[name]])) as Record<Name, number>;
}
