/** `lawrob compare`: all constructions on one data set, beside trained networks. */
import path from "node:path";
import type { Command } from "commander";
import { packageDirectory } from "./package.ts";
import { prepareRun } from "./prepare-run.ts";
import { runExperiment } from "./run.ts";
import { addSpecOptions, type SpecFlags, specOf } from "./spec-options.ts";
import { addRunOptions, type RunFlags, runOptions } from "./sweep.ts";

/** What is compared, where no flag says otherwise. */
const standard = path.join(packageDirectory, "experiments", "constructions.yaml");

export function addCompare(program: Command): void {
  const command = program
    .command("compare")
    .summary("build all explicit networks on the same data, beside trained ones")
    .description(
      "Builds every network of lawrob construct on one data set, trains others on it, and writes their sizes, errors, " +
        "certified Lipschitz constants and total weights as a table and a figure, with √(n/k) drawn in: the trade-off " +
        "of COLT 2021, Conjecture 1. It is the sweep of experiments/constructions.yaml at sizes of your own.",
    );
  addSpecOptions(command, {
    d: "n/5",
    k: "3*n/d, n/10 and n/2",
    data: "sphere",
    method: ["train and all of lawrob construct"],
    measure: ["bracket", "spectral", "weight", "sphere"],
  });
  addRunOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  lawrob compare --n 500 --d 100\n" +
        "  lawrob compare --n 1000 --d 500 --k 50,500 --method train --method construct:gauss-newton --json",
    )
    .action(async (flags: SpecFlags & RunFlags) => {
      const { code, summary } = await runExperiment(prepareRun(specOf(standard, flags), runOptions(flags)));
      if (flags.json && summary) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
      process.exitCode = code;
    });
}
