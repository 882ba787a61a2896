/** What is settled before a run starts: its plan, engine, workers and folder. */
import os from "node:os";
import path from "node:path";
import { admittedWorkers, availableMemory, trialMemory } from "../execute/memory.ts";
import type { Savable } from "../execute/task.ts";
import { expectedSteps, type Plan, planTrials, shapeOf, type Trial } from "../experiment/plan.ts";
import { type Shard, shardOf } from "../experiment/shard.ts";
import type { Spec } from "../experiment/spec.ts";
import { EngineUnavailableError } from "../native/errors.ts";
import type { Row } from "../record/columns.ts";
import { checkFree } from "../record/lock.ts";
import { readSubmission } from "../record/submission.ts";
import { counted } from "../report/words.ts";
import type { EngineName } from "../train/engine.ts";
import {
  chooseEngine,
  deepEngine,
  type EngineChoice,
  engineLimit,
  engineMemory,
  engineNames,
} from "../train/engines.ts";
import { comparedPlan, comparisonFolder, finishedComparison } from "./comparison.ts";
import { UsageError } from "./errors.ts";
import { type Contents, checkSameRun, checkWritable, contentsOf, shardFolder } from "./folder.ts";
import { bytes, note, shortPath } from "./terminal.ts";

export interface RunOptions {
  readonly engine: "auto" | EngineName;
  readonly workers?: number | undefined;
  /** Bytes that the workers may take together; a share of the machine's unless given. */
  readonly memory?: number | undefined;
  /** Another engine that trains a part of the trials too. */
  readonly compare?: EngineName | undefined;
  readonly save: readonly Savable[];
  /** The part of the plan to run, into a folder of its own below that of the run. */
  readonly shard?: Shard | undefined;
  /** What runs the shards elsewhere; this machine does where there is none. */
  readonly launcher?: Launcher | undefined;
  /** Seconds after which a trial is given up. */
  readonly trialTimeout?: number | undefined;
  /** Folder of the run; by default one named after the experiment and its plan, in the working directory. */
  readonly out?: string | undefined;
  readonly dryRun: boolean;
  readonly retryFailed: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** Slurm runs the shards, as array tasks. */
export interface Launcher {
  /** Number of shards; by their expected time unless given. */
  readonly shards?: number | undefined;
  /** Further options of sbatch. */
  readonly slurmOptions: readonly string[];
}

/** A plan with what runs it, in a folder of its own. */
export interface Batch {
  readonly plan: Plan;
  readonly engine: EngineChoice;
  readonly workers: number;
  readonly directory: string;
}

/** A run that is settled and can start. */
export interface PreparedRun extends Batch {
  /** A part of the plan that is left for another engine. */
  readonly comparison: Batch | undefined;
  /** What another engine has found before. */
  readonly compared: readonly Row[] | undefined;
  /** Whether what its folder holds is to be set aside. */
  readonly anew: boolean;
  readonly options: RunOptions;
}

/**
 * Settles a run: its plan, engine, workers and folder. Leaves nothing behind.
 * @throws UsageError and the like where it cannot be run
 */
export function prepareRun(spec: Spec, options: RunOptions): PreparedRun {
  const whole = planTrials(spec);
  const { out, force, dryRun, compare, shard, launcher } = options;
  if (out?.trim() === "") throw new UsageError('--out: "" is no folder, name one or leave it out');
  if (shard && launcher) throw new UsageError("--launcher: runs all shards, leave --shard out");
  if (compare && (shard || launcher)) {
    throw new UsageError(
      `--compare: goes with a whole run here, not with ${shard ? "--shard" : "--launcher"}`,
    );
  }
  const plan = shard ? shardOf(whole, shard) : whole;
  const run = path.resolve(out ?? `lawrob-${spec.name}-${plan.hash.slice(0, 8)}`);
  const directory = shard ? path.join(run, shardFolder(shard)) : run;
  const found = contentsOf(directory);
  const begun = found.kind === "run" ? found.manifest : undefined;
  // By the whole plan: all shards are to take the same engine.
  const launched = launcher && readSubmission(directory);
  const engine = settleEngine(whole, options, directory, (begun ?? launched)?.engine.name);
  const batch = settleBatch(plan, engine, { directory, found }, options);
  if (compare === engine.name) {
    throw new UsageError(`--compare: ${compare} is the engine of the run itself, name another one`);
  }
  const compared = force ? undefined : finishedComparison(directory, plan, compare);
  if (compare && plan.trials.some(isDeeper)) throw new UsageError(notCompared(compare));
  const comparison = compare && !compared ? settleComparison(plan, compare, directory, options) : undefined;
  if (!dryRun) {
    checkWritable(directory);
    if (found.kind !== "nothing") checkFree(directory);
  }
  return { ...batch, comparison, compared, anew: force && found.kind !== "nothing", options };
}

function settleComparison(plan: Plan, engine: EngineName, run: string, options: RunOptions): Batch {
  const directory = comparisonFolder(run, engine);
  const found = contentsOf(directory);
  return settleBatch(comparedPlan(plan), chooseEngine(engine), { directory, found }, options);
}

/** @throws UsageError where it does not fit into memory, or its folder holds something else */
function settleBatch(
  plan: Plan,
  engine: EngineChoice,
  { directory, found }: { directory: string; found: Contents },
  options: RunOptions,
): Batch {
  const { save, force, dryRun } = options;
  const workers = admit(plan, engine, options);
  if (!force && !dryRun) {
    if (found.kind === "other")
      throw new UsageError(`${found.what}, choose another --out, or --force to set it aside`);
    if (found.kind === "run") checkSameRun(directory, found.manifest, { plan, engine, save });
  }
  return { plan, engine, workers, directory };
}

/** The engine asked for; `auto` goes on with the engine of a run that was begun. */
function settleEngine(
  plan: Plan,
  options: RunOptions,
  directory: string,
  begun: string | undefined,
): EngineChoice {
  const deeper = plan.trials.find(isDeeper);
  if (deeper) return engineOfDeep(deeper, options.engine);
  const name = engineNames.find((known) => known === begun);
  if (options.engine === "auto" && !options.force && name !== undefined) {
    try {
      return { ...chooseEngine(name), reason: "auto: the engine this run was begun with" };
    } catch (error) {
      if (!(error instanceof EngineUnavailableError)) throw error;
      throw new EngineUnavailableError(
        `${shortPath(directory)} holds results of the engine ${name}: ${error.message}`,
        `${error.remedy}; or choose another --out to start anew`,
      );
    }
  }
  const work = plan.trials.map((trial) => ({ shape: trial, steps: expectedSteps(trial) }));
  return chooseEngine(options.engine, work, (name) => largestTrial(plan, name, memoryOf(options)).fits);
}

/** @throws UsageError where another engine is asked for than the one that can */
function engineOfDeep({ method }: Trial, wanted: RunOptions["engine"]): EngineChoice {
  if (wanted === "auto") return deepEngine();
  if (wanted === "tensorflow") return chooseEngine(wanted);
  throw new UsageError(`--engine: ${wanted} trains two layers alone, ${method} needs --engine tensorflow`);
}

/** Why the engine asked for, or what is installed, cannot train what a specification has; undefined where it can. */
export function whyNotTrained(spec: Spec, options: RunOptions): string | undefined {
  const deeper = planTrials(spec).trials.find(isDeeper);
  if (!deeper) return undefined;
  try {
    if (options.compare) return notCompared(options.compare);
    engineOfDeep(deeper, options.engine);
    return undefined;
  } catch (error) {
    if (error instanceof EngineUnavailableError) return `${error.message}; ${error.remedy}`;
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

function notCompared(compare: EngineName): string {
  return `--compare: ${compare} trains two layers alone, and there are trials with more`;
}

/** Whether a trial trains more than two layers. */
function isDeeper(trial: Trial): boolean {
  return (shapeOf(trial)?.depth ?? 0) > 2;
}

/** Bytes that the workers may take together. */
export function memoryOf(options: RunOptions): number {
  return options.memory ?? availableMemory();
}

/** Workers where memory allows them all: a node of a cluster is not this machine, and gives the cores it is asked for. */
export function wantedWorkers({ workers, launcher }: RunOptions): number {
  return workers ?? (launcher ? 1 : os.availableParallelism());
}

/** What each trial takes of memory, which takes the most, and whether that one can run at all. */
function largestTrial(plan: Plan, engine: EngineName, available: number) {
  const needs = plan.trials.map((trial) => trialMemory(trial, engine, plan.laws.length > 0));
  const at = needs.reduce((most, need, i) => (need > needs[most] ? i : most), 0);
  const [trial, need] = [plan.trials[at], needs[at]];
  const limit = engineLimit(engine);
  const fits = need <= available && engineMemory(engine, shapeOf(trial) ?? trial) <= limit;
  return { trial, need, needs, available: Math.min(available, limit), fits };
}

/** Checks that the largest trial fits and says how many workers may run. */
function admit(plan: Plan, engine: EngineChoice, options: RunOptions): number {
  // There may be more shards than trials.
  if (plan.trials.length === 0) return 1;
  const memory = memoryOf(options);
  const { trial, need, needs, available, fits } = largestTrial(plan, engine.name, memory);
  if (!fits) {
    throw new UsageError(
      `n = ${trial.n}, d = ${trial.d}, k = ${trial.k} needs about ${bytes(need)} with the engine ${engine.name}, ` +
        `and ${bytes(available)} can be used: take smaller sizes${options.memory === undefined && !options.launcher ? "" : " or more --memory"}`,
    );
  }
  const wanted = wantedWorkers(options);
  const workers = admittedWorkers(needs, wanted, memory);
  if (workers < Math.min(wanted, needs.length)) {
    note(`${workers} of ${counted(wanted, "worker")}: no more fit into ${bytes(memory)}`);
  }
  return workers;
}
