/** The flags that describe an experiment, shared by the commands that run one. */
import path from "node:path";
import type { Command } from "commander";
import { parseDocument } from "yaml";
import { familyForms, labelForms } from "../data/data-model.ts";
import {
  checkSpec,
  completeSpec,
  defaultSpec,
  type Measure,
  measures,
  type PartialSpec,
  partialSpecSchema,
  type Spec,
  type SpecFile,
  specFileSchema,
} from "../experiment/spec.ts";
import { fileLimits } from "../numeric/file-limits.ts";
import { oneLine, UsageError } from "./errors.ts";
import { readText } from "./open-file.ts";

export interface SpecFlags {
  n?: string | undefined;
  d?: string | undefined;
  k?: string | undefined;
  data?: string | undefined;
  method?: string[] | undefined;
  replicates?: string | undefined;
  seed?: string | undefined;
  epsilon?: string | undefined;
  filter?: string | undefined;
  learningRate?: string | undefined;
  maxSteps?: string | undefined;
  draws?: string | undefined;
  measure?: string | undefined;
  law?: string[] | undefined;
}

/** @param own what the command has in place of the usual defaults, for help alone */
export function addSpecOptions(command: Command, own: Partial<Omit<Spec, "n">> = {}): Command {
  const shown = { ...defaultSpec, ...own };
  const { d, k, data, method, replicates, seed, epsilon, filter, learning_rate, max_steps, draws, measure } =
    shown;
  return command
    .option("--n <grid>", "numbers of points")
    .option("--d <grid>", `dimensions (default: ${d})`)
    .option("--k <grid>", `numbers of neurons (default: ${k})`)
    .option(
      "--data <list>",
      `families of points: ${familyForms.join(", ")}, with ${labelForms}; several with commas between them (default: ${data})`,
    )
    .option(
      "--method <method>",
      `train, train,depth=D with D = 2 to 6 layers of weights (above 2 with the engine tensorflow), train,start=span with initial weights in the span of the points, or a network of lawrob construct on the same data: construct:NAME[,option=value…]; or data, no network, for --law alone; several times for several (default: ${method.join(", ")})`,
      collected,
    )
    .option("--replicates <count>", `networks of each size (default: ${replicates})`)
    .option("--seed <integer>", `seed of every random stream (default: ${seed})`)
    .option(
      "--epsilon <list>",
      `largest mean squared error of a kept network; of several each is a trial, on one path of training for all (default: ${epsilon.join(",")})`,
    )
    .option(
      "--filter <what>",
      `what a kept network has beside that error: signs, every sign right, or loss, no more (default: ${filter})`,
    )
    .option("--learning-rate <number>", `Adam's learning rate (default: ${learning_rate})`)
    .option("--max-steps <count>", `Adam steps after which training gives up (default: ${max_steps})`)
    .option("--draws <count>", `draws of the maximum random gradient (default: ${draws})`)
    .option(
      "--measure <list>",
      `measured beside the maximum random gradient: ${measures.join(",")} or none (default: ${measure.join(",")})`,
    )
    .option(
      "--law <law>",
      "a law of lawrob bound that each trial is asked about its data and network: NAME[,parameter=value…]; several times for several (default: none)",
      collected,
    );
}

/** An option that may come several times. */
export function collected(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** The flags as a partial specification. @throws SpecError naming the flag */
function specOfFlags(flags: SpecFlags): PartialSpec {
  const number = (text: string | undefined) =>
    text === undefined ? undefined : text.trim() === "" ? text : Number(text);
  const value = {
    n: flags.n,
    d: flags.d,
    k: flags.k,
    data: flags.data,
    method: flags.method,
    replicates: number(flags.replicates),
    seed: number(flags.seed),
    epsilon: flags.epsilon,
    filter: flags.filter,
    "learning-rate": number(flags.learningRate),
    "max-steps": number(flags.maxSteps),
    draws: number(flags.draws),
    measure: measureOf(flags.measure),
    law: flags.law,
  };
  const given = Object.entries(value).filter(([, entry]) => entry !== undefined);
  for (const [name, entry] of given) {
    const key = keyOf(name);
    checkSpec(partialSpecSchema, { [key]: entry }, `--${name}`, false);
  }
  return checkSpec(
    partialSpecSchema,
    Object.fromEntries(given.map(([name, entry]) => [keyOf(name), entry])),
    "command line",
  );
}

/** The key of a specification that a flag stands for. */
function keyOf(flag: string): string {
  return flag === "law" ? "laws" : flag.replace("-", "_");
}

function measureOf(text: string | undefined): Measure[] | undefined {
  if (text === undefined) return undefined;
  const names = text.split(",").map((name) => name.trim());
  if (names.join() === "none") return [];
  return names.map((name) => {
    const known = measures.find((measure) => measure === name);
    if (known) return known;
    throw new UsageError(
      `--measure: "${name}" cannot be measured, take ${measures.join(",")}, or none alone`,
    );
  });
}

/** Reads a specification file. @throws UsageError or SpecError in one line */
export function readSpecFile(file: string): SpecFile {
  const text = readText(file, "the path of a YAML specification", fileLimits.specificationBytes);
  const value = parseYaml(file, text);
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    throw new UsageError(`${file}: holds no keys, write lines such as "n: 500"`);
  }
  const parsed = checkSpec(specFileSchema, value, file);
  return { name: specName(file), ...parsed };
}

/** The value of a YAML file of one document. */
function parseYaml(file: string, text: string): unknown {
  const refuse = (problem: string): never => {
    throw new UsageError(`${file}: not YAML that can be used: ${oneLine(problem).replace(/:$/, "")}`);
  };
  try {
    // Without its own warnings on stderr.
    const document = parseDocument(text, { prettyErrors: true, logLevel: "error" });
    // A warning is a tag that is not understood.
    const [fault] = [...document.errors, ...document.warnings];
    if (fault?.message.startsWith("Maximum call stack")) refuse("it is nested too deep");
    if (fault?.code === "MULTIPLE_DOCS") refuse("it holds several documents, write one a file");
    if (fault) refuse(fault.message.split("\n\n")[0]);
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (error instanceof RangeError) return refuse("it is nested too deep");
    return refuse((error as Error).message);
  }
}

/** A name for a file that does not give one. */
function specName(file: string): string {
  const name = path
    .basename(file)
    .replace(/\.ya?ml$/i, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return name.slice(0, 64) || "sweep";
}

/** The complete specification of a command: the file's, then the scale's, then the flags'. */
export function specOf(file: string | undefined, flags: SpecFlags, scale?: string): Spec {
  const fromFlags = specOfFlags(flags);
  const fromFile = file === undefined ? {} : readSpecFile(file);
  return completeSpec(fromFile, scale, fromFlags, file ?? "sweep");
}
