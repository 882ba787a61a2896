/** The explicit constructions by name. */
import { namedOptions } from "../numeric/named-options.ts";
import { baumRelu } from "./baum-relu.ts";
import { baumThreshold } from "./baum-threshold.ts";
import { blocks } from "./blocks.ts";
import { caps } from "./caps.ts";
import type { ConstructionMethod, ConstructionOption, OptionValues } from "./construction.ts";
import { gaussNewtonMethod } from "./gauss-newton.ts";
import { harmonic } from "./harmonic.ts";
import { linear } from "./linear.ts";
import { mcshaneMethod } from "./mcshane.ts";
import { ntk } from "./ntk.ts";
import { oneParameter } from "./one-parameter.ts";
import { quadratic } from "./quadratic.ts";
import { randomFeatures } from "./random-features.ts";
import { tensor } from "./tensor.ts";

export const constructionMethods: readonly ConstructionMethod[] = [
  linear,
  caps,
  blocks,
  tensor,
  quadratic,
  randomFeatures,
  baumThreshold,
  baumRelu,
  ntk,
  harmonic,
  gaussNewtonMethod,
  oneParameter,
  mcshaneMethod,
];

/** An option that cannot be: which, and what it can be. */
export class OptionError extends Error {
  override readonly name = "OptionError";
}

/**
 * The values of a method's options, defaults in place of those left out.
 * @param given texts by name
 * @throws OptionError where a name or a value is none
 */
export function optionValues(
  { name: method, options }: ConstructionMethod,
  given: Readonly<Record<string, string | undefined>>,
): OptionValues {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(options, name));
  if (unknown !== undefined) {
    const names = Object.keys(options);
    throw new OptionError(
      `${method} has no option ${unknown}${names.length > 0 ? `, its options are ${names.join(", ")}` : " nor any other"}`,
    );
  }
  return Object.fromEntries(
    Object.entries(options).map(([name, option]) => [name, optionValue(name, option, given[name])]),
  );
}

function optionValue(
  name: string,
  option: ConstructionOption,
  text: string | undefined,
): string | number | undefined {
  if (text === undefined) return option.default;
  if (option.kind === "choice") {
    if (option.choices.includes(text)) return text;
    throw new OptionError(`${name}: "${text}" is none of ${option.choices.join(", ")}`);
  }
  const value = text.trim() === "" ? Number.NaN : Number(text);
  const { least, most = Number.POSITIVE_INFINITY } = option;
  const whole = option.kind === "whole";
  if (
    !(value >= least && value <= most) ||
    !Number.isFinite(value) ||
    (whole && !Number.isSafeInteger(value))
  ) {
    const range = most === Number.POSITIVE_INFINITY ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new OptionError(`${name}: "${text}" is not a ${whole ? "whole number" : "number"} ${range}`);
  }
  return value;
}

/** A construction with its options, as text: "caps" or "caps,form=disjoint,threshold=0.8". */
export interface ChosenMethod {
  readonly method: ConstructionMethod;
  readonly given: Readonly<Record<string, string>>;
}

/** @throws OptionError where the name, an option or a value is none */
export function parseConstruction(text: string): ChosenMethod {
  const { name, given, malformed } = namedOptions(text);
  const method = constructionMethods.find((known) => known.name === name);
  if (!method) {
    const names = constructionMethods.map((known) => known.name).join(", ");
    throw new OptionError(`"${name}" is no construction, there are ${names}`);
  }
  if (malformed !== undefined)
    throw new OptionError(`${name}: "${malformed}" is no option=value, or comes twice`);
  optionValues(method, given);
  return { method, given };
}

/** Whether a number of neurons is still to be chosen for it. */
export function takesNeurons({ method, given }: ChosenMethod): boolean {
  if (!("k" in method.options) || given.k !== undefined) return false;
  return method.takesNeurons?.(optionValues(method, given)) ?? true;
}

/** What a flag of the option takes, for help. */
export function placeholder({ kind }: ConstructionOption): string {
  return { choice: "name", whole: "count", number: "number" }[kind];
}
