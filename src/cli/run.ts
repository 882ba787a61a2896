/** A whole run: plan, run, record, report. `sweep` and `reproduce` are two ways to say what to run. */
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { runLocally } from "../execute/local.ts";
import { admittedWorkers, availableMemory, trialMemory } from "../execute/memory.ts";
import { networkFile, type Savable } from "../execute/task.ts";
import { expectedSteps, type Plan, planTrials } from "../experiment/plan.ts";
import type { Spec } from "../experiment/spec.ts";
import { cells, type Row, timingColumns, trialColumns } from "../record/columns.ts";
import { beginSession, endSession } from "../record/manifest.ts";
import { openStore } from "../record/store.ts";
import { writeReport } from "../report/files.ts";
import { counted } from "../report/words.ts";
import type { EngineName } from "../train/engine.ts";
import { chooseEngine, type EngineChoice, engineLimit, engineMemory, engineNames } from "../train/engines.ts";
import { exitCode, UsageError } from "./errors.ts";
import { checkSameRun, checkWritable, contentsOf, makeFolder } from "./folder.ts";
import { onInterrupt, resumeCommand } from "./interrupt.ts";
import { packageDirectory } from "./package.ts";
import { progressBar } from "./progress.ts";
import { dryRunForPrograms, printDryRun, printSummary, summaryForPrograms } from "./summary.ts";
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
  /** Whether what its folder holds is to be set aside. */
  readonly anew: boolean;
  readonly options: RunOptions;
}

/** How a run ended. */
export interface RunEnd {
  readonly code: number;
  /** The summary for programs; absent when the run was interrupted. */
  readonly summary?: object;
}

/**
 * Settles a run: its plan, engine, workers and folder. Leaves nothing behind.
 * @throws UsageError and the like where it cannot be run
 */
export function prepareRun(spec: Spec, options: RunOptions): PreparedRun {
  const plan = planTrials(spec);
  const { out, save, force, dryRun } = options;
  if (out?.trim() === "") throw new UsageError('--out: "" is no folder, name one or leave it out');
  const directory = path.resolve(out ?? `lawrob-${spec.name}-${plan.hash.slice(0, 8)}`);
  const found = contentsOf(directory);
  const begun = found.kind === "run" ? found.manifest : undefined;
  const engine = settleEngine(plan, options, begun?.engine.name);
  const workers = admit(plan, engine, options);
  if (!force && !dryRun) {
    if (found.kind === "other")
      throw new UsageError(`${found.what}, choose another --out, or --force to set it aside`);
    if (begun) checkSameRun(directory, begun, { plan, engine, save });
  }
  if (!dryRun) checkWritable(directory);
  return { plan, engine, workers, directory, anew: force && found.kind !== "nothing", options };
}

/**
 * Runs an experiment, or goes on with it where its folder holds a part.
 * @throws UsageError if the folder cannot be written, TableError if its tables cannot be read, before any work starts
 */
export async function runExperiment(prepared: PreparedRun): Promise<RunEnd> {
  const { plan, engine, workers, directory, anew, options } = prepared;
  const { spec } = plan;
  if (options.dryRun) {
    const dryRun = { plan, engine, workers, directory };
    if (!options.json) printDryRun(dryRun);
    return { code: exitCode.done, summary: dryRunForPrograms(dryRun) };
  }

  makeFolder(directory, anew);
  const store = openStore(directory, (row) => isUnfinished(row, directory, options));
  const order = plan.trials.map((trial) => trial.id);
  const remaining = plan.trials.filter((trial) => !store.rows.has(trial.id));
  const resumed = plan.trials.length - remaining.length;
  note(
    `${spec.name}: ${counted(remaining.length, "trial")} to run${resumed > 0 ? `, ${resumed} finished before` : ""}; ` +
      `engine ${engine.name} (${engine.reason}), ${counted(workers, "worker")}, into ${shortPath(directory)}`,
  );

  const start = performance.now();
  if (remaining.length === 0) {
    store.finish(order);
  } else {
    const identity = { spec, plan_hash: plan.hash, trials: plan.trials.length, engine, save: options.save };
    const manifest = beginSession(directory, identity, { packageDirectory, workers });
    const interruption = onInterrupt();
    const bar = progressBar(remaining);
    // Cores that no trial needs help with one: a run of few trials, or of trials that fill the memory.
    const threads = Math.max(1, Math.floor((options.workers ?? os.availableParallelism()) / workers));
    const job = { engine: engine.name, threads, measure: plan.measure, save: options.save, directory };
    let status: "finished" | "interrupted" | "failed" = "failed";
    try {
      await runLocally(job, remaining, {
        workers,
        signal: interruption.signal,
        onProgress: bar.advance,
        onFinished(trial, result) {
          const context = { experiment: spec.name, engine: engine.name, trial, result };
          store.append(cells(trialColumns, context), cells(timingColumns, context));
          bar.finish(trial);
        },
      });
      status = interruption.signal.aborted ? "interrupted" : "finished";
    } finally {
      bar.stop();
      interruption.dispose();
      try {
        store.finish(order);
      } finally {
        endSession(directory, manifest, { status, finished: store.rows.size - resumed });
      }
    }
    if (status === "interrupted") {
      note(
        `interrupted: ${store.rows.size} of ${counted(order.length, "trial")} are in ${shortPath(directory)}`,
      );
      note(`resume with: ${resumeCommand()}`);
      return { code: exitCode.interrupted };
    }
  }

  const rows = order.map((id) => store.rows.get(id)).filter((row) => row !== undefined);
  const report = await writeReport(directory, { kind: spec.figure, title: spec.title }, rows);
  const seconds = (performance.now() - start) / 1000;
  const summary = { directory, plan, engine, workers, seconds, resumed, rows, ...report };
  if (!options.json) printSummary(summary);
  const failed = rows.filter((row) => row.outcome === "error");
  if (failed.length > 0) {
    const reason = store.messageOf(String(failed[0].trial_id));
    note(`${counted(failed.length, "trial")} failed (${reason}): run again with --retry-failed`);
  }
  return { code: failed.length > 0 ? exitCode.failed : exitCode.done, summary: summaryForPrograms(summary) };
}

/** Whether a trial with a row is to be run again: it failed and that is asked for, or its saved arrays are gone. */
function isUnfinished(row: Row, directory: string, { retryFailed, save }: RunOptions): boolean {
  if (row.outcome === "error") return retryFailed;
  // A network that diverged is none to save.
  const saved = save.includes("data") || (save.includes("networks") && row.outcome !== "diverged");
  return saved && !existsSync(networkFile(directory, String(row.trial_id)));
}

/** The engine asked for; `auto` goes on with the engine of a run that was begun. */
function settleEngine(plan: Plan, options: RunOptions, begun: string | undefined): EngineChoice {
  const name = engineNames.find((known) => known === begun);
  if (options.engine === "auto" && !options.force && name !== undefined) {
    return { ...chooseEngine(name), reason: "auto: the engine this run was begun with" };
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
    note(`${workers} of ${counted(wanted, "worker")}: the largest trial takes about ${bytes(need)}`);
  }
  return workers;
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
