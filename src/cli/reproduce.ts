/** `lawrob reproduce`: the published experiments, from their specifications in experiments/. */
import { readdirSync } from "node:fs";
import path from "node:path";
import type { Command } from "commander";
import { exitCode, UsageError } from "./errors.ts";
import { packageDirectory } from "./package.ts";
import { prepareRun, whyNotTrained } from "./prepare-run.ts";
import { runExperiment } from "./run.ts";
import { readSpecFile, specOf } from "./spec-options.ts";
import { addRunOptions, type RunFlags, runOptions } from "./sweep.ts";
import { note } from "./terminal.ts";

const folder = path.join(packageDirectory, "experiments");

/** Names of the published experiments. */
function experimentNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();
}

interface ReproduceFlags extends RunFlags {
  scale: string;
  seed?: string;
  replicates?: string;
}

export function addReproduce(program: Command): void {
  const command = program
    .command("reproduce")
    .summary("run a published experiment and write its table, figure and verdict")
    .description(
      "Runs experiments of the papers as experiments/*.yaml state them, each into its folder: NAME at the scale of " +
        `the paper, NAME-smoke at the small one. There are: ${experimentNames().join(", ")}.`,
    )
    .argument("<names...>", "names of experiments, or all that can run here")
    .option("--scale <name>", "smoke (a minute) or paper (the paper's sizes)", "smoke")
    .option("--seed <integer>", "another seed than the published one")
    .option("--replicates <count>", "another number of networks of each size than the published one");
  addRunOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n  lawrob reproduce exp1 --scale smoke\n  lawrob reproduce exp1 exp2 --scale paper --out results",
    )
    .action(async (names: string[], flags: ReproduceFlags) => {
      process.exitCode = await reproduce(names, flags);
    });
}

async function reproduce(names: readonly string[], flags: ReproduceFlags): Promise<number> {
  const known = experimentNames();
  const all = names.includes("all");
  const chosen = all ? known : [...new Set(names)];
  const unknown = chosen.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`there is no experiment "${unknown}", there are: ${known.join(", ")}`);
  }
  const parent = flags.out ?? "results";
  // All are read and checked before the first one runs.
  const runs = chosen.flatMap((name) => {
    const file = path.join(folder, `${name}.yaml`);
    const scales = Object.keys(readSpecFile(file).scales ?? {});
    if (!scales.includes(flags.scale)) {
      throw new UsageError(
        `--scale: "${flags.scale}" is not a scale of ${name}, take ${scales.join(" or ")}`,
      );
    }
    const out = path.join(parent, flags.scale === "paper" ? name : `${name}-${flags.scale}`);
    const spec = specOf(file, { seed: flags.seed, replicates: flags.replicates }, flags.scale);
    const options = runOptions(flags);
    const problem = all ? whyNotTrained(spec, options) : undefined;
    if (problem !== undefined) {
      note(`${name} is left out: ${problem}`);
      return [];
    }
    return [prepareRun(spec, { ...options, out })];
  });
  let worst: number = exitCode.done;
  const summaries: object[] = [];
  for (const run of runs) {
    const { code, summary } = await runExperiment(run);
    if (code === exitCode.interrupted) return code;
    if (summary) summaries.push(summary);
    worst = Math.max(worst, code);
  }
  if (flags.json) process.stdout.write(`${JSON.stringify(summaries, null, 2)}\n`);
  return worst;
}
