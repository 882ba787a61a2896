/** What the laws say of a trial: of its data, and of its network where it has one. */
import { parseDataModel } from "../data/data-model.ts";
import type { Dataset } from "../data/dataset.ts";
import { isDeep, type Network } from "../network/deep.ts";
import { stream } from "../numeric/random.ts";
import {
  type Answer,
  type AskedLaw,
  answerOf,
  parameterValues,
  parseLaw,
  questionAbout,
} from "../theory/asking.ts";
import type { Hypothesis } from "../theory/law.ts";
import { isoperimetryConstant } from "../theory/noise.ts";
import type { Trial } from "./plan.ts";

/** A line of laws.csv: a bound, a further number of the law, or why it says nothing. */
export interface LawLine {
  /** The law with its parameters, as the specification has it. */
  readonly law: string;
  readonly kind: "lower" | "upper" | "exact" | "rate" | "detail" | "silent";
  readonly quantity?: string;
  readonly value?: number;
  readonly probability?: number;
  readonly vacuous?: boolean;
  readonly hypotheses?: readonly Hypothesis[];
  readonly theorem?: string;
  /** How the number was found; of a silent law the reason. */
  readonly method?: string;
}

/**
 * The answers of these laws, in their order.
 * @param texts as parseLaw has them; n, d, k, the error and the family of the trial stand in for what a text leaves out
 * @throws ParameterError where a text is no law
 */
export function askLaws(
  texts: readonly string[],
  trial: Trial,
  { data, network }: { data: Dataset; network: Network | undefined },
): LawLine[] {
  return texts.flatMap((text) => {
    const { law, given } = parseLaw(text);
    const random = (purpose: string) => stream(trial.seed, trial.id, `law ${law.name} ${purpose}`);
    const values = parameterValues(law, { ...ofTrial({ law, given, trial, network }), ...given });
    const question = questionAbout(law, values, { data, random, ...(network && { network }) });
    return linesOf(text, answerOf(law, question));
  });
}

/** What the trial says of the parameters of a law. */
function ofTrial({
  law: { parameters },
  given,
  trial,
  network,
}: Pick<AskedLaw, "law" | "given"> & { trial: Trial; network: Network | undefined }): Record<string, string> {
  const errors = Object.entries(parameters).filter(([, one]) => one.kind === "number" && one.isError);
  return {
    ...("k" in parameters && { k: String(network && !isDeep(network) ? network.k : trial.k) }),
    ...("components" in parameters && { components: String(componentsOf(trial)) }),
    ...Object.fromEntries(errors.map(([name]) => [name, String(trial.epsilon)])),
    // The numbers of one family are none of another's.
    ...("family" in parameters && !("family" in given) && familyOf(trial)),
  };
}

/** The family as parameters of the law `noise`. */
function familyOf({ data }: Trial): Record<string, string> {
  const { family, labels } = parseDataModel(data);
  return {
    family: family.name,
    ...(family.number !== undefined && { number: String(family.number) }),
    flip: String(labels.flip),
    noise: String(labels.noise),
  };
}

/** Isoperimetric parts of the mixture that the points are from. */
function componentsOf({ data, d }: Trial): number {
  return isoperimetryConstant(parseDataModel(data).family, d).components;
}

function linesOf(law: string, { finding, reason }: Answer): LawLine[] {
  if (!finding) return [{ law, kind: "silent", ...(reason !== undefined && { method: reason }) }];
  const further = Object.entries(finding.details ?? {}).flatMap(([quantity, value]) =>
    typeof value === "number" ? [{ law, kind: "detail", quantity, value } as const] : [],
  );
  return [...finding.bounds.map((bound) => ({ law, ...bound })), ...further];
}
