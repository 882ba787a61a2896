/** `lawrob sweep`: a grid of trials. */
import type { Command } from "commander";
import { savable } from "../execute/task.ts";
import { mostShards, parseShard, type Shard } from "../experiment/shard.ts";
import type { EngineName } from "../train/engine.ts";
import { engineNames } from "../train/engines.ts";
import { UsageError } from "./errors.ts";
import { byteCount, wholeFrom } from "./numbers.ts";
import { type Launcher, prepareRun, type RunOptions } from "./prepare-run.ts";
import { runExperiment } from "./run.ts";
import { hasControlCharacters } from "./slurm-scripts.ts";
import { addSpecOptions, collected, type SpecFlags, specOf } from "./spec-options.ts";

export interface RunFlags {
  engine: string;
  workers?: string;
  memory?: string;
  compare?: string;
  save?: string;
  shard?: string;
  launcher?: string;
  shards?: string;
  slurmOption?: string[];
  trialTimeout?: string;
  out?: string;
  dryRun?: boolean;
  retryFailed?: boolean;
  force?: boolean;
  json?: boolean;
}

export function addSweep(program: Command): void {
  const command = program
    .command("sweep")
    .summary("train networks over a grid of sizes, measure them, write the table and the figure")
    .description(
      "Trains a two-layer ReLU network with batch normalisation to memorise labels, random signs unless --data says otherwise, for every (n, d, k) of a " +
        "grid, measures each, and writes trials.csv, figures, verdict.json and manifest.json into one folder. " +
        "A grid is a list (50,100), a range (100:2000:100), even steps (50:n/5) or a formula of the others (10*n/d). " +
        "The same command again goes on where the last one stopped.",
    )
    .argument("[spec]", "YAML file with the same keys as the flags, which override it");
  addSpecOptions(command);
  addRunOptions(command)
    .addHelpText(
      "after",
      "\nExamples:\n" +
        "  lawrob sweep --n 2000\n" +
        "  lawrob sweep --n 500,1000 --d 50:n/4 --k 10,100,n --replicates 3 --out runs/pilot\n" +
        "  lawrob sweep my-conjecture.yaml --seed 2 --dry-run\n" +
        "  lawrob sweep --n 2000 --shard 1/3 --out runs/big\n" +
        "  lawrob sweep --n 2000 --replicates 20 --launcher slurm --slurm-option=--partition=long --out runs/big",
    )
    .action(async (file: string | undefined, flags: SpecFlags & RunFlags) => {
      const { code, summary } = await runExperiment(prepareRun(specOf(file, flags), runOptions(flags)));
      if (flags.json && summary) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
      process.exitCode = code;
    });
}

/** What a timer can wait, in seconds: 24 days. */
const longestTimeout = 2_000_000;

const oneOf = new Intl.ListFormat("en-GB", { type: "disjunction" });

/** The flags that say how to run, not what: they never change a number in trials.csv, but for --engine. */
export function addRunOptions(command: Command): Command {
  return command
    .option("--engine <name>", oneOf.format(["auto", ...engineNames]), "auto")
    .option(
      "--compare <engine>",
      "train up to 60 of the trials by another engine too, and compare in the verdict",
    )
    .option(
      "--workers <count>",
      "worker processes (default: one a core, as memory allows; one for each shard with --launcher)",
    )
    .option(
      "--memory <size>",
      "what the workers may take together, as 8G (default: 80% of the machine's or cgroup's)",
    )
    .option("--save <list>", `arrays to keep as networks/<trial_id>.safetensors: ${savable.join(",")}`)
    .option(
      "--shard <i/N>",
      "run the i-th of N parts of about the same cost, into <out>/shard-i-of-N; lawrob merge joins them",
    )
    .option(
      "--launcher <name>",
      "slurm: submit the shards as an array job, and a job that merges them; given again, what is not finished",
    )
    .option("--shards <count>", "with --launcher: number of shards (default: of half an hour each)")
    .option(
      "--slurm-option <option>",
      "with --launcher: a further option of sbatch, as --slurm-option=--partition=long; several times for several",
      collected,
    )
    .option("--trial-timeout <seconds>", "give a trial up after so long: its outcome is error")
    .option("--out <folder>", "folder of the results")
    .option("--dry-run", "print the plan, or with --launcher the scripts, and stop")
    .option("--retry-failed", "run trials of outcome error again")
    .option("--force", "start anew where the folder holds other results, which are set aside")
    .option("--json", "print the summary as JSON");
}

/** @throws UsageError naming the flag */
export function runOptions(flags: RunFlags): RunOptions {
  const engine = flags.engine === "auto" ? "auto" : engineNamed("--engine", flags.engine, ["auto"]);
  return {
    engine,
    workers: flags.workers === undefined ? undefined : wholeFrom("--workers", flags.workers, 1, 1024),
    memory: byteCount("--memory", flags.memory),
    compare: flags.compare === undefined ? undefined : engineNamed("--compare", flags.compare),
    save: savedArrays(flags.save),
    shard: shardOption(flags.shard),
    launcher: launcherOption(flags),
    trialTimeout: secondsOption(flags.trialTimeout),
    out: flags.out,
    dryRun: flags.dryRun ?? false,
    retryFailed: flags.retryFailed ?? false,
    force: flags.force ?? false,
    json: flags.json ?? false,
  };
}

function engineNamed(flag: string, text: string, beside: readonly string[] = []): EngineName {
  const name = engineNames.find((known) => known === text);
  if (name) return name;
  throw new UsageError(
    `${flag}: "${text}" is not an engine, take ${oneOf.format([...beside, ...engineNames])}`,
  );
}

function shardOption(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined;
  const shard = parseShard(text);
  if (shard) return shard;
  throw new UsageError(`--shard: "${text}" is no part, take i/N with i from 1 to N, N at most ${mostShards}`);
}

function launcherOption({ launcher, shards, slurmOption = [] }: RunFlags): Launcher | undefined {
  if (launcher === undefined) {
    const alone = shards !== undefined ? "--shards" : slurmOption.length > 0 ? "--slurm-option" : undefined;
    if (alone) throw new UsageError(`${alone}: goes with --launcher slurm`);
    return undefined;
  }
  if (launcher !== "slurm") throw new UsageError(`--launcher: "${launcher}" is no launcher, take slurm`);
  for (const option of slurmOption) checkSlurmOption(option);
  return {
    shards: shards === undefined ? undefined : wholeFrom("--shards", shards, 1, mostShards),
    slurmOptions: slurmOption,
  };
}

/** What sbatch is to do is settled here; how, is the user's. */
function checkSlurmOption(option: string): void {
  const refused = (why: string) => new UsageError(`--slurm-option: "${option}" ${why}`);
  // A word without a dash would be taken for the script.
  if (!/^-(-[a-z]|[A-Za-z])/.test(option)) {
    throw refused("is no option of sbatch, write --slurm-option=--partition=long");
  }
  if (hasControlCharacters(option)) throw refused("holds characters that no script can hold");
  if (/^(-[ad]|--(array|dependency|wrap)(=|$))/.test(option)) {
    throw refused("is for lawrob to say: the shards are the array, and the merge depends on it");
  }
}

function secondsOption(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = text.trim() === "" ? Number.NaN : Number(text);
  if (seconds > 0 && seconds <= longestTimeout) return seconds;
  throw new UsageError(`--trial-timeout: "${text}" must be seconds above 0 and at most ${longestTimeout}`);
}

function savedArrays(text: string | undefined): RunOptions["save"] {
  const names = text?.split(",").map((name) => name.trim()) ?? [];
  const unknown = names.find((name) => !savable.some((known) => known === name));
  if (unknown !== undefined)
    throw new UsageError(`--save: "${unknown}" cannot be saved, take ${savable.join(",")}`);
  return savable.filter((name) => names.includes(name));
}
