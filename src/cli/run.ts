/** A whole run: plan, run, record, report. `sweep` and `reproduce` are two ways to say what to run. */
import os from "node:os";
import path from "node:path";
import { runLocally } from "../execute/local.ts";
import { admittedWorkers, availableMemory, trialMemory } from "../execute/memory.ts";
import type { Savable } from "../execute/task.ts";
import { expectedSteps, type Plan, planTrials } from "../experiment/plan.ts";
import type { Spec } from "../experiment/spec.ts";
import { cells, timingColumns, trialColumns } from "../record/columns.ts";
import { beginSession, endSession } from "../record/manifest.ts";
import { openStore } from "../record/store.ts";
import { writeReport } from "../report/files.ts";
import type { EngineName } from "../train/engine.ts";
import { chooseEngine, type EngineChoice, engineLimit, engineMemory } from "../train/engines.ts";
import { exitCode, UsageError } from "./errors.ts";
import { checkSameRun, existingRun, makeFolder } from "./folder.ts";
import { onInterrupt, resumeCommand } from "./interrupt.ts";
import { packageDirectory } from "./package.ts";
import { progressBar } from "./progress.ts";
import { printDryRun, printSummary } from "./summary.ts";
import { bytes, shortPath } from "./terminal.ts";

export interface RunOptions {
  readonly engine: "auto" | EngineName;
  readonly workers?: number | undefined;
  readonly save: readonly Savable[];
  /** Folder of the run; by default one named after the experiment and its plan, in the working directory. */
  readonly out?: string | undefined;
  readonly dryRun: boolean;
  readonly retryFailed: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** A run that is settled and can start. */
export interface PreparedRun {
  readonly plan: Plan;
  readonly engine: EngineChoice;
  readonly workers: number;
  readonly directory: string;
  /** Whether its folder holds a run already. */
  readonly begun: boolean;
  readonly options: RunOptions;
}

/**
 * Settles a run: its plan, engine, workers and folder. Writes nothing.
 * @throws UsageError and the like where it cannot be run
 */
export function prepareRun(spec: Spec, options: RunOptions): PreparedRun {
  const plan = planTrials(spec);
  const directory = path.resolve(options.out ?? `lawrob-${spec.name}-${plan.hash.slice(0, 8)}`);
  const found = existingRun(directory);
  const engine = settleEngine(plan, options, found?.engine.name);
  const workers = admit(plan, engine, options);
  const { save, force, dryRun } = options;
  if (found && !force && !dryRun) checkSameRun(directory, found, { plan, engine, save });
  return { plan, engine, workers, directory, begun: found !== undefined, options };
}

/**
 * Runs an experiment, or goes on with it where its folder holds a part.
 * @returns the exit code
 * @throws UsageError if the folder cannot be written, TableError if its tables cannot be read, before any work starts
 */
export async function runExperiment(prepared: PreparedRun): Promise<number> {
  const { plan, engine, workers, directory, begun, options } = prepared;
  const { spec } = plan;
  if (options.dryRun) {
    printDryRun(plan, { engine, workers, directory, json: options.json });
    return exitCode.done;
  }

  makeFolder(directory, begun && options.force);
  const store = openStore(directory, (row) => options.retryFailed && row.outcome === "error");
  const remaining = plan.trials.filter((trial) => !store.rows.has(trial.id));
  const resumed = plan.trials.length - remaining.length;
  note(
    `${spec.name}: ${remaining.length} trials to run${resumed > 0 ? `, ${resumed} finished before` : ""}; ` +
      `engine ${engine.name} (${engine.reason}), ${workers} worker${workers === 1 ? "" : "s"}, into ${shortPath(directory)}`,
  );

  const start = performance.now();
  if (remaining.length > 0) {
    const identity = { spec, plan_hash: plan.hash, trials: plan.trials.length, engine, save: options.save };
    const manifest = beginSession(directory, identity, { packageDirectory, workers });
    const interruption = onInterrupt();
    const bar = progressBar(remaining);
    const job = { engine: engine.name, measure: plan.measure, save: options.save, directory };
    let failure: unknown;
    await runLocally(job, remaining, {
      workers,
      signal: interruption.signal,
      onProgress: bar.advance,
      onFinished(trial, result) {
        const context = { experiment: spec.name, engine: engine.name, trial, result };
        store.append(cells(trialColumns, context), cells(timingColumns, context));
        bar.finish(trial);
      },
    })
      .catch((error) => {
        failure = error;
      })
      .finally(bar.stop);
    const interrupted = interruption.signal.aborted;
    store.finish(plan.trials.map((trial) => trial.id));
    const status = failure ? "failed" : interrupted ? "interrupted" : "finished";
    endSession(directory, manifest, { status, finished: store.rows.size - resumed });
    interruption.dispose();
    if (failure) throw failure;
    if (interrupted) {
      note(`interrupted: ${store.rows.size} of ${plan.trials.length} trials are in ${shortPath(directory)}`);
      note(`resume with: ${resumeCommand()}`);
      return exitCode.interrupted;
    }
  } else {
    store.finish(plan.trials.map((trial) => trial.id));
  }

  const rows = plan.trials.map((trial) => store.rows.get(trial.id)).filter((row) => row !== undefined);
  const report = await writeReport(directory, { kind: spec.figure, title: spec.title }, rows);
  const seconds = (performance.now() - start) / 1000;
  printSummary({ directory, plan, engine, workers, seconds, resumed, rows, ...report }, options.json);
  return rows.some((row) => row.outcome === "error") ? exitCode.failed : exitCode.done;
}

/** The engine asked for; `auto` goes on with the engine of a run that was begun. */
function settleEngine(plan: Plan, options: RunOptions, begun: string | undefined): EngineChoice {
  if (options.engine === "auto" && !options.force && (begun === "wasm" || begun === "tensorflow")) {
    return { ...chooseEngine(begun), reason: "auto: the engine this run was begun with" };
  }
  const work = plan.trials.map((trial) => ({ shape: trial, steps: expectedSteps(trial) }));
  return chooseEngine(options.engine, work, (name) => largestTrial(plan, name).fits);
}

/** The trial that takes the most memory, how much, and whether it can run at all. */
function largestTrial(plan: Plan, engine: EngineName) {
  let largest = plan.trials[0];
  let need = 0;
  for (const trial of plan.trials) {
    const bytes = trialMemory(trial, engine);
    if (bytes > need) [largest, need] = [trial, bytes];
  }
  const limit = engineLimit(engine);
  const available = availableMemory();
  const fits = need <= available && engineMemory(engine, largest) <= limit;
  return { trial: largest, need, available: Math.min(available, limit), fits };
}

/** Checks that the largest trial fits and says how many workers may run. */
function admit(plan: Plan, engine: EngineChoice, options: RunOptions): number {
  const { trial, need, available, fits } = largestTrial(plan, engine.name);
  if (!fits) {
    throw new UsageError(
      `n = ${trial.n}, d = ${trial.d}, k = ${trial.k} needs about ${bytes(need)} with the engine ${engine.name}, ` +
        `and ${bytes(available)} can be used: take smaller sizes`,
    );
  }
  const wanted = options.workers ?? os.availableParallelism();
  const workers = admittedWorkers(plan.trials, engine.name, wanted, availableMemory());
  if (workers < Math.min(wanted, plan.trials.length)) {
    note(`${workers} of ${wanted} workers: the largest trial takes about ${bytes(need)}`);
  }
  return workers;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
