/** `lawrob construct`: the papers' explicit networks, built, checked and measured. */
import { type Command, Option } from "commander";
import type {
  Construction,
  ConstructionMethod,
  FunctionConstruction,
  OptionValues,
} from "../construct/construction.ts";
import {
  type Fit,
  fitOf,
  type LipschitzNumbers,
  lipschitzNumbers,
  smallestConstant,
  weightOverBound,
} from "../construct/describe.ts";
import { constructionMethods, OptionError, optionValues, placeholder } from "../construct/methods.ts";
import { unusable } from "../construct/unusable.ts";
import type { Dataset } from "../data/dataset.ts";
import { evaluate, totalWeight } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { stream } from "../numeric/random.ts";
import { constructionText } from "./construction-text.ts";
import { addDataOptions, type DataFlags, labelsOf, openData, openPoints } from "./data-source.ts";
import { UsageError } from "./errors.ts";
import { checkNetworkFile, readBack, writeNetwork } from "./network-output.ts";
import { wholeFrom } from "./numbers.ts";
import { phases } from "./phases.ts";
import { duration, jsonText, note, shortPath } from "./terminal.ts";

type Flags = DataFlags & {
  readonly seed: string;
  readonly draws?: string;
  readonly out?: string;
  readonly check?: boolean;
  readonly points?: string;
  readonly json?: boolean;
} & Record<string, string | boolean | undefined>;

/** Everything that is said about a construction. */
export interface ConstructionReport extends Fit {
  readonly name: string;
  readonly theorem: string;
  readonly options: OptionValues;
  readonly n: number;
  readonly d: number;
  /** Where the labels of a file are from. */
  readonly labels?: string;
  /** Neurons, constants among them; absent for a function that is no network. */
  readonly k?: number;
  readonly activation?: string;
  /** Σ |a_l| √(‖w_l‖² + b_l²). */
  readonly total_weight?: number;
  /** Over √n/(8L) of Proposition 1; absent where that says nothing. */
  readonly total_weight_over_bound?: number;
  readonly lipschitz: LipschitzNumbers;
  readonly guarantee: Construction["guarantee"];
  readonly hypotheses: Construction["hypotheses"];
  readonly details: NonNullable<Construction["details"]>;
  readonly warnings: readonly string[];
  readonly seed: number;
  readonly seconds: { readonly build: number; readonly measure: number };
  readonly file?: string;
  /** f at the points of --points. */
  readonly values?: readonly number[];
}

const standardDraws = "1000";
/** Of plain loops, on the machines of today, for a word on how long it takes. */
const operationsPerSecond = 1e9;

export function addConstruct(program: Command): void {
  const construct = program
    .command("construct")
    .summary("build an explicit network of the papers")
    .description(
      "Builds a network that a theorem of the papers says there is, on sampled data or a file, and prints its error, " +
        "size, total weight and Lipschitz constants beside what the theorem promises, with every hypothesis checked.",
    )
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  lawrob construct linear --n 200 --d 500\n" +
        "  lawrob construct caps --data sphere --n 1000 --d 200 --out caps.safetensors --json\n" +
        "  lawrob construct mcshane --data points.csv --label-column label",
    );
  for (const method of constructionMethods) addMethod(construct, method);
}

function addMethod(construct: Command, method: ConstructionMethod): void {
  const command = construct
    .command(method.name)
    .summary(method.summary)
    .description(`${method.summary[0].toUpperCase()}${method.summary.slice(1)} (${method.theorem}).`);
  for (const [name, option] of Object.entries(method.options)) {
    const choices = option.kind === "choice" ? [`choices: ${option.choices.join(", ")}`] : [];
    // Told, but not filled in: only what is given is checked as given.
    const usual = option.default === undefined ? [] : [`default: ${option.default}`];
    const notes = [...choices, ...usual].join("; ");
    command.option(
      `--${name} <${placeholder(option)}>`,
      `${option.description}${notes === "" ? "" : ` (${notes})`}`,
    );
  }
  addDataOptions(command).option("--seed <integer>", "of the data and of what the construction draws", "1");
  if (!method.isFunction) {
    command
      .option("--draws <count>", "of the proxy, the largest of random gradients", standardDraws)
      .option("--out <file>", "write the network, .json or .safetensors, in f64")
      .option("--check", "read the file of --out back and report from its weights alone");
  }
  command
    .option("--points <file>", "evaluate the function there too: .csv, .npy or .safetensors (X)")
    .option("--json", "print as JSON")
    .addHelpText("after", `\nExample:\n  ${exampleOf(method)}`)
    .action((flags: Flags) => build(method, flags));
}

function exampleOf({ name, options }: ConstructionMethod): string {
  const choice = Object.entries(options).find(([, option]) => option.kind === "choice");
  const chosen = choice?.[1].kind === "choice" ? ` --${choice[0]} ${choice[1].choices.at(-1)}` : "";
  const sizes = name === "linear" ? "--n 200 --d 500" : "--n 500 --d 100";
  return `lawrob construct ${name}${chosen} ${sizes} --json`;
}

async function build(method: ConstructionMethod, flags: Flags): Promise<void> {
  const seed = wholeFrom("--seed", flags.seed, 0, Number.MAX_SAFE_INTEGER);
  const draws = wholeFrom("--draws", flags.draws ?? standardDraws, 1, 1e9);
  if (flags.check && flags.out === undefined)
    throw new UsageError("--check: reads the file of --out back, give it");
  if (flags.out !== undefined) checkNetworkFile(flags.out);
  const given = Object.keys(method.options).map(
    (name) => [name, flags[new Option(`--${name}`).attributeName()] as string | undefined] as const,
  );
  const options = chosenOptions(method, Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  const random = (purpose: string) => stream(seed, `construct ${method.name}`, purpose);
  const data = openData(flags, (purpose) => stream(seed, "construct", purpose));
  const problem = unusable(method, data);
  if (problem) throw new UsageError(problem);
  const labels = labelsOf(flags);
  const seconds = (method.operations?.(data) ?? 0) / operationsPerSecond;
  if (seconds > 30) note(`${method.name}: about ${duration(seconds)} for ${data.n} points`);
  const { run, stop } = phases();
  try {
    const { value: construction, seconds: building } = await run(method.name, () =>
      method.build(data, options, random),
    );
    const points = flags.points === undefined ? undefined : openPoints(flags.points, data.d);
    const report = await run("measuring", () =>
      "network" in construction
        ? networkReport(construction.network, construction, data, { flags, random, draws })
        : functionReport(construction, data),
    );
    const complete: ConstructionReport = {
      name: method.name,
      theorem: method.theorem,
      options,
      n: data.n,
      d: data.d,
      ...(labels && { labels }),
      ...report.value,
      guarantee: construction.guarantee,
      hypotheses: construction.hypotheses,
      details: construction.details ?? {},
      warnings: construction.warnings ?? [],
      seed,
      seconds: { build: building, measure: report.seconds },
      ...(flags.out !== undefined && { file: shortPath(flags.out) }),
      ...(points && { values: Array.from(valuesAt(construction, points.values, data.d)) }),
    };
    stop();
    process.stdout.write(`${flags.json ? jsonText(complete) : constructionText(complete)}\n`);
  } finally {
    stop();
  }
}

/** As a flag is written. */
function chosenOptions(method: ConstructionMethod, given: Record<string, string | undefined>): OptionValues {
  try {
    return optionValues(method, given);
  } catch (error) {
    if (error instanceof OptionError) throw new UsageError(`--${error.message}`);
    throw error;
  }
}

interface Measuring {
  readonly flags: Flags;
  readonly random: (purpose: string) => ReturnType<typeof stream>;
  readonly draws: number;
}

function networkReport(
  built: TwoLayerNetwork,
  { exact }: Construction,
  data: Dataset,
  { flags, random, draws }: Measuring,
) {
  if (flags.out !== undefined) writeNetwork(flags.out, built);
  const network = flags.out !== undefined && flags.check ? readBack(flags.out) : built;
  const { k, activation } = network;
  const fit = fitOf(evaluate(network, data.X), data.y);
  const weight = totalWeight(network);
  return {
    k,
    activation,
    ...fit,
    total_weight: weight,
    ...weightOverBound(activation, data.y, weight, fit),
    lipschitz: {
      ...lipschitzNumbers(network, data, { random, draws }),
      ...(exact && { exact }),
      ...smallestConstant(data),
    },
  };
}

function functionReport(construction: FunctionConstruction, data: Dataset) {
  const { exact } = construction;
  return {
    ...fitOf(valuesAt(construction, data.X, data.d), data.y),
    lipschitz: { ...(exact && { exact }), ...smallestConstant(data) },
  };
}

/** f at the rows of X. */
function valuesAt(construction: Construction, X: Float64Array, d: number): Float64Array {
  if ("network" in construction) return evaluate(construction.network, X);
  return Float64Array.from({ length: X.length / d }, (_, i) =>
    construction.evaluate(X.subarray(i * d, (i + 1) * d)),
  );
}
