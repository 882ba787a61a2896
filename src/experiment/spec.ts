/** What an experiment is, as a value: the schema of experiments/*.yaml and of the command's flags. */
import { z } from "zod";
import { OptionError } from "../construct/methods.ts";
import { familyForms, parseDataModel } from "../data/data-model.ts";
import { ParameterError, parseLaw } from "../theory/asking.ts";
import { type Filter, filters } from "../train/memorize.ts";
import { checkMethod, trainingOf } from "./method.ts";

/** What can be measured on each network beside the maximum random gradient, which is always measured. */
export const measures = ["bracket", "spectral", "weight", "sphere"] as const;
export type Measure = (typeof measures)[number];

/** The figures an experiment can ask for. */
const figureKinds = [
  "sweep",
  "experiment1",
  "experiment2",
  "constructions",
  "depth",
  "theorem5",
  "theorem6",
  "theorem8-9",
  "total-weight",
  "generic-check",
  "lemma14",
  "universal-rate",
  "lower-bounds",
  "isoperimetry",
  "noise-level",
  "prediction",
] as const;
export type FigureKind = (typeof figureKinds)[number];

const gridError = "must be a number, a grid such as 50:n/5, or a list of them";
/** A grid as a number, a text, or a list of both; kept as text. */
const grid = z
  .union([z.number(), z.string(), z.array(z.union([z.number(), z.string()])).min(1, gridError)], {
    error: gridError,
  })
  .transform((value) => (Array.isArray(value) ? value.join(",") : String(value)));

const methodsError = "must be train, train,depth=D, construct:NAME or data, or a list of them";
/** How trials get their networks: trained, or built by a construction with its options; or data alone. */
const methods = z
  .union([z.string(), z.array(z.string()).min(1, methodsError)], { error: methodsError })
  .transform((value, context) => {
    try {
      return [...new Set([value].flat().map(checkMethod))];
    } catch (error) {
      if (!(error instanceof OptionError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });

const lawsError = "must be a law such as undercomplete,pairing=matching, or a list of them";
/** The laws that each trial is asked about, each in its one spelling. */
const laws = z.union([z.string(), z.array(z.string())], { error: lawsError }).transform((value, context) => {
  try {
    return [...new Set([value].flat().map((text) => parseLaw(text).text))];
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
    return z.NEVER;
  }
});

const dataError = `must be one of ${familyForms.join(", ")}, or a list of them`;
/** Distributions of points with labels, each once in its one spelling, as text with commas between them. */
const data = z
  .union([z.string(), z.array(z.string()).min(1, dataError)], { error: dataError })
  .transform((value, context) => {
    try {
      const families = [value].flat().flatMap((text) => text.split(","));
      return [...new Set(families.map((text) => parseDataModel(text).text))].join(",");
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });

const epsilonError = "must be a number greater than 0, or a list of them";
/** The thresholds of the filter, as a number, a text such as "0.5,0.1", or a list of numbers; each once. */
const epsilons = z
  .union([z.number(), z.string(), z.array(z.number({ error: epsilonError })).min(1, epsilonError)], {
    error: epsilonError,
  })
  .transform((value, context) => {
    const items = typeof value === "string" ? value.split(",") : [value].flat();
    const numbers = items.map((item) => (String(item).trim() === "" ? Number.NaN : Number(item)));
    if (numbers.every((number) => number > 0 && number < Number.POSITIVE_INFINITY))
      return [...new Set(numbers)];
    context.addIssue({ code: "custom", message: epsilonError });
    return z.NEVER;
  });

const positive = z.number({ error: "must be a number greater than 0" }).positive("must be greater than 0");
const count = (most: number) => {
  const error = `must be a whole number from 1 to ${most}`;
  return z.int({ error }).min(1, error).max(most, error);
};
const seedError = "must be a whole number from 0 to 9007199254740991";
const oneOf = (names: readonly string[]) => ({ error: `must be one of ${names.join(", ")}` });

const fields = {
  n: grid.optional(),
  d: grid.optional(),
  k: grid.optional(),
  data: data.optional(),
  method: methods.optional(),
  replicates: count(1_000_000).optional(),
  seed: z.int({ error: seedError }).min(0, seedError).optional(),
  epsilon: epsilons.optional(),
  filter: z.enum(filters, oneOf(filters)).optional(),
  learning_rate: positive.optional(),
  max_steps: count(1_000_000_000).optional(),
  draws: count(1_000_000_000).optional(),
  measure: z
    .array(z.enum(measures, oneOf(measures)), { error: `must be a list of ${measures.join(", ")}` })
    .optional(),
  laws: laws.optional(),
} as const;

/** Part of a specification: what one scale of an experiment changes, or what the flags override. */
export const partialSpecSchema = z.strictObject(fields, {
  error: (issue) => (issue.code === "invalid_type" ? "must hold keys such as n" : undefined),
});
export type PartialSpec = z.infer<typeof partialSpecSchema>;

const nameError = "must be lower-case letters, digits and hyphens, at most 64 of them";
const name = z.string({ error: nameError }).regex(/^[a-z0-9][a-z0-9-]{0,63}$/, nameError);
const scalesError = (issue: { code?: string }) =>
  issue.code === "invalid_key" ? nameError : "must hold names of scales, with keys such as n under each";

/** The schema of a specification file. */
export const specFileSchema = z.strictObject({
  name: name.optional(),
  title: z.string({ error: "must be a text" }).max(200, "must be at most 200 characters").optional(),
  figure: z.enum(figureKinds, oneOf(figureKinds)).optional(),
  scales: z.record(name, partialSpecSchema, { error: scalesError }).optional(),
  ...fields,
});
export type SpecFile = z.infer<typeof specFileSchema>;

/** A complete specification: every choice made. */
export interface Spec {
  readonly name: string;
  /** Title of the figure, where it is not the usual one. */
  readonly title?: string | undefined;
  readonly figure: FigureKind;
  readonly n: string;
  readonly d: string;
  readonly k: string;
  /** Families with their labels, each in the one spelling of `parseDataModel`, with commas between them. */
  readonly data: string;
  /** Each as `checkMethod` spells it. */
  readonly method: readonly string[];
  readonly replicates: number;
  readonly seed: number;
  /** Largest mean squared error of a kept network. Of several each is a trial of its own, on one path of training. */
  readonly epsilon: readonly number[];
  /** What a kept network has beside that error. */
  readonly filter: Filter;
  readonly learning_rate: number;
  readonly max_steps: number;
  /** T, the draws of the maximum random gradient. */
  readonly draws: number;
  readonly measure: readonly Measure[];
  /** What each trial is asked, as `parseLaw` reads it; the answers are laws.csv. */
  readonly laws: readonly string[];
}

/** What holds where neither a specification nor a flag says otherwise; only n has no default. */
export const defaultSpec: Omit<Spec, "n"> = {
  name: "sweep",
  figure: "sweep",
  d: "min(50,n):n/5",
  k: "min(10,n):n/10",
  data: "gaussian",
  method: ["train"],
  replicates: 1,
  seed: 1,
  epsilon: [0.02],
  filter: "signs",
  learning_rate: 0.003,
  max_steps: 5000,
  draws: 1000,
  measure: ["bracket", "spectral", "weight"],
  laws: [],
};

/** A specification that cannot be used, in one line: what, where, how to mend it. */
export class SpecError extends Error {
  override readonly name = "SpecError";
}

/**
 * Checks a parsed file, or the flags, against a schema.
 * @param source what to call it in messages, such as "exp.yaml"
 * @param withPath whether messages name the key; not needed where the source is a flag
 * @throws SpecError naming the first offending key
 */
export function checkSpec<T>(schema: z.ZodType<T>, value: unknown, source: string, withPath = true): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const path = issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = Object.keys(path.startsWith("scales.") ? fields : specFileSchema.shape);
    const where = path ? ` under ${path}` : "";
    throw new SpecError(
      `${source}: unknown key "${issue.keys[0]}"${where}, the keys are ${known.join(", ")}`,
    );
  }
  throw new SpecError(`${source}: ${path && withPath ? `${path} ` : ""}${issue.message}`);
}

/**
 * Completes a specification: defaults, then the file, then the named scale, then the flags.
 * @throws SpecError if n is nowhere given, the scale does not exist, or there is nothing to do
 */
export function completeSpec(
  file: SpecFile,
  scale: string | undefined,
  flags: PartialSpec,
  source: string,
): Spec {
  const { scales = {}, ...base } = file;
  if (scale !== undefined && !Object.hasOwn(scales, scale)) {
    const known = Object.keys(scales).join(", ") || "none";
    throw new SpecError(`${source}: there is no scale "${scale}", there are: ${known}`);
  }
  const chosen = scale === undefined ? {} : scales[scale];
  const merged = { ...defaultSpec, ...defined(base), ...defined(chosen), ...defined(flags) };
  if (merged.n === undefined)
    throw new SpecError(`${source}: no n, give the numbers of points such as --n 500`);
  if (merged.method.includes("data") && merged.laws.length === 0) {
    throw new SpecError(`${source}: the method data asks laws and nothing else, give some, as genericity`);
  }
  // One line through several methods would say nothing.
  const given = { ...defined(base), ...defined(chosen) } as { figure?: FigureKind };
  const figure = given.figure ?? figureOf(merged.method);
  return { ...merged, figure, n: merged.n };
}

function figureOf(methods: readonly string[]): FigureKind {
  if (methods.some((method) => (trainingOf(method)?.depth ?? 0) > 2)) return "depth";
  return methods.some((method) => method !== "train") ? "constructions" : defaultSpec.figure;
}

function defined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as never;
}
