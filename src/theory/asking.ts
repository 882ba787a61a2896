/** How a law is asked: its parameters from texts, what it is asked about, its answer or why there is none. */
import type { DataModel } from "../data/data-model.ts";
import type { Dataset } from "../data/dataset.ts";
import { isDeep, type Network } from "../network/deep.ts";
import { namedOptions } from "../numeric/named-options.ts";
import { type Finding, type Law, MissingError, type Question } from "./law.ts";
import { laws } from "./laws.ts";
import { originValues } from "./origin.ts";

/** A law or a parameter that cannot be: which, and what it can be. */
export class ParameterError extends Error {
  override readonly name = "ParameterError";
}

type Values = Pick<Question, "numbers" | "choices">;

/**
 * The values of a law's parameters, defaults in place of those left out.
 * @param given texts by name; other names are ignored
 * @throws ParameterError where a text is no value of its parameter
 */
export function parameterValues(law: Law, given: Readonly<Record<string, string | undefined>>): Values {
  const numbers: Record<string, number | undefined> = {};
  const choices: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(law.parameters)) {
    const text = given[name];
    if (parameter.kind === "choice") {
      if (text !== undefined && !parameter.choices.includes(text)) {
        throw new ParameterError(`${name}: "${text}" is none of ${parameter.choices.join(", ")}`);
      }
      choices[name] = text ?? parameter.default;
    } else numbers[name] = text === undefined ? parameter.default : numberFrom(name, text);
  }
  return { numbers, choices };
}

function numberFrom(name: string, text: string): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw new ParameterError(`${name}: "${text}" is no number`);
  return value;
}

/** A law with parameters, as text: "total-weight" or "undercomplete,pairing=matching". */
export interface AskedLaw {
  readonly law: Law;
  readonly given: Readonly<Record<string, string>>;
  /** Its one spelling. */
  readonly text: string;
}

/** @throws ParameterError where the name, a parameter or a value is none */
export function parseLaw(text: string): AskedLaw {
  const { name, given, malformed } = namedOptions(text);
  const law = laws.find((known) => known.name === name);
  if (!law) {
    throw new ParameterError(`"${name}" is no law, there are ${laws.map((known) => known.name).join(", ")}`);
  }
  const known = Object.keys(law.parameters);
  if (malformed !== undefined) {
    throw new ParameterError(`${name}: "${malformed}" is no parameter=value, or comes twice`);
  }
  const unknown = Object.keys(given).find((parameter) => !known.includes(parameter));
  if (unknown !== undefined) {
    throw new ParameterError(
      `${name} has no parameter ${unknown}${known.length > 0 ? `, its parameters are ${known.join(", ")}` : " nor any other"}`,
    );
  }
  parameterValues(law, given);
  const pairs = Object.entries(given).map(([parameter, value]) => `${parameter}=${value}`);
  return { law, given, text: [name, ...pairs].join(",") };
}

/** What laws are asked about. */
export interface Subject {
  readonly data?: Dataset;
  readonly origin?: DataModel;
  readonly network?: Network;
  readonly random: Question["random"];
}

/**
 * The question with as much of its subject as the law takes; n and d are those of the data, and c and components those of their
 * family, where they are not given.
 * @param given texts by name, as parameterValues has them
 * @throws ParameterError where a text is no value of its parameter
 */
export function questionAbout(
  law: Law,
  given: Readonly<Record<string, string | undefined>>,
  { data, origin, network, random }: Subject,
): Question {
  const own = originValues(law, { ...(data && { data }), ...(origin && { origin }) });
  const told = Object.entries(given).filter(([, text]) => text !== undefined);
  const { numbers, choices } = parameterValues(law, { ...own, ...Object.fromEntries(told) });
  return {
    numbers: {
      ...numbers,
      ...(data && "n" in law.parameters && { n: data.n }),
      ...(data && "d" in law.parameters && { d: data.d }),
    },
    choices,
    ...(data && law.takes.includes("data") && { data, ...(origin && { origin }) }),
    ...(network && !isDeep(network) && law.takes.includes("network") && { network }),
    ...(network && isDeep(network) && law.takes.includes("deep") && { deep: network }),
    random,
  };
}

/** What a law said, or why it said nothing. */
export interface Answer {
  readonly law: Law;
  readonly finding?: Finding;
  readonly reason?: string;
}

/** One law's answer among those of several: what does not apply says why. */
export function answerOf(law: Law, question: Question): Answer {
  try {
    return { law, finding: law.ask(question) };
  } catch (error) {
    if (error instanceof MissingError) return { law, reason: error.message };
    if (error instanceof RangeError) return { law, reason: `${law.name}: ${error.message}` };
    throw error;
  }
}
