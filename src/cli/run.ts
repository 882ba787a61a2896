/** A whole run: run, record, report. `sweep` and `reproduce` are two ways to say what to run. */
import { existsSync } from "node:fs";
import os from "node:os";
import { runLocally } from "../execute/local.ts";
import { trialMemory } from "../execute/memory.ts";
import { networkFile } from "../execute/task.ts";
import { cells, lawColumns, type Row, timingColumns, trialColumns } from "../record/columns.ts";
import { type Lock, takeLock } from "../record/lock.ts";
import { beginSession, endSession, readManifest } from "../record/manifest.ts";
import { openStore, type Store } from "../record/store.ts";
import { compareEngines } from "../report/engine-comparison.ts";
import { writeReport } from "../report/files.ts";
import { counted } from "../report/words.ts";
import { exitCode } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { onInterrupt, resumeCommand } from "./interrupt.ts";
import { launch } from "./launch.ts";
import { packageDirectory } from "./package.ts";
import { type Batch, memoryOf, type PreparedRun, type RunOptions } from "./prepare-run.ts";
import { progressBar } from "./progress.ts";
import {
  dryRunForPrograms,
  printDryRun,
  printShard,
  printSummary,
  shardForPrograms,
  summaryForPrograms,
} from "./summary.ts";
import { note, shortPath } from "./terminal.ts";

/** How a run ended. */
export interface RunEnd {
  readonly code: number;
  /** The summary for programs; absent when the run was interrupted. */
  readonly summary?: object;
}

/**
 * Runs an experiment, or goes on with it where its folder holds a part; or submits what is to run.
 * @throws UsageError if the folder cannot be written, TableError if its tables cannot be read, before any work starts
 */
export async function runExperiment(prepared: PreparedRun): Promise<RunEnd> {
  const { plan, engine, workers, directory, anew, options } = prepared;
  if (options.launcher) return launch(prepared, options.launcher);
  if (options.dryRun) {
    const dryRun = { plan, engine, workers, directory };
    if (!options.json) printDryRun(dryRun);
    return { code: exitCode.done, summary: dryRunForPrograms(dryRun) };
  }

  makeFolder(directory, anew);
  const lock = await takeLock(directory, note);
  try {
    return await runLocked(prepared, lock);
  } finally {
    lock.release();
  }
}

async function runLocked(prepared: PreparedRun, lock: Lock): Promise<RunEnd> {
  const { plan, engine, workers, directory, comparison, options } = prepared;
  const { spec } = plan;
  const start = performance.now();
  const main = await runBatch(prepared, options, lock);
  if (!main) return { code: exitCode.interrupted };
  let others = prepared.compared;
  if (comparison) {
    makeFolder(comparison.directory, false);
    const other = await runBatch(comparison, options, lock);
    if (!other) return { code: exitCode.interrupted };
    others = other.rows;
  }

  const { rows, resumed, store } = main;
  const seconds = () => (performance.now() - start) / 1000;
  const code = failureCode(rows, store);
  if (plan.shard) {
    const part = { directory, plan, engine, workers, seconds: seconds(), resumed, rows };
    if (!options.json) printShard(part);
    return { code, summary: shardForPrograms(part) };
  }
  const compared = others && compareEngines(rows, others);
  const laws = rows.flatMap((row) => store.lawsOf(String(row.trial_id)));
  const report = await writeReport(
    directory,
    { kind: spec.figure, title: spec.title },
    { rows, laws },
    compared,
  );
  const timings = rows.map((row) => store.timingOf(String(row.trial_id))).filter((row) => row !== undefined);
  const summary = { directory, plan, engine, workers, seconds: seconds(), resumed, rows, timings, ...report };
  if (!options.json) printSummary(summary);
  return { code, summary: summaryForPrograms(summary) };
}

/** The exit code of finished rows; trials that failed are told of. */
function failureCode(rows: readonly Row[], store: Store): number {
  const failed = rows.filter((row) => row.outcome === "error");
  if (failed.length === 0) return exitCode.done;
  const reason = store.messageOf(String(failed[0].trial_id));
  note(`${counted(failed.length, "trial")} failed (${reason}): run again with --retry-failed`);
  return exitCode.failed;
}

/** Runs what is left of a batch, and records it. @returns undefined where it was interrupted */
async function runBatch({ plan, engine, workers, directory }: Batch, options: RunOptions, lock: Lock) {
  const { spec } = plan;
  const store = openStore(directory, {
    forget: (row) => isUnfinished(row, directory, options),
    withLaws: plan.laws.length > 0,
  });
  const order = plan.trials.map((trial) => trial.id);
  const remaining = plan.trials.filter((trial) => !store.rows.has(trial.id));
  const resumed = plan.trials.length - remaining.length;
  note(
    `${spec.name}: ${counted(remaining.length, "trial")} to run${resumed > 0 ? `, ${resumed} finished before` : ""}; ` +
      `engine ${engine.name} (${engine.reason}), ${counted(workers, "worker")}, into ${shortPath(directory)}`,
  );

  const identity = {
    spec,
    plan_hash: plan.hash,
    trials: plan.trials.length,
    engine,
    save: options.save,
    ...(plan.shard && { shard: plan.shard }),
  };
  if (remaining.length === 0) {
    store.finish(order);
    // It may have been killed between its last trial and its end.
    if (readManifest(directory)?.status !== "finished") {
      const manifest = beginSession(directory, identity, { packageDirectory, workers });
      endSession(directory, manifest, { status: "finished", finished: 0 });
    }
  } else {
    const manifest = beginSession(directory, identity, { packageDirectory, workers });
    const interruption = onInterrupt();
    const bar = progressBar(remaining);
    const running = new Set<string>();
    const job = {
      engine: engine.name,
      measure: plan.measure,
      laws: plan.laws,
      save: options.save,
      directory,
    };
    let status: "finished" | "interrupted" | "failed" = "failed";
    try {
      await runLocally(job, remaining, {
        workers,
        cores: options.workers ?? os.availableParallelism(),
        memory: memoryOf(options),
        need: (trial) => trialMemory(trial, engine.name, plan.laws.length > 0),
        signal: interruption.signal,
        timeout: options.trialTimeout,
        onBegun(trial) {
          running.add(trial.id);
          lock.running([...running]);
        },
        onProgress: bar.advance,
        onFinished(trial, result) {
          lock.check();
          const context = { experiment: spec.name, engine: engine.name, trial, result };
          store.append({
            trial: cells(trialColumns, context),
            timing: cells(timingColumns, context),
            laws: (result.laws ?? []).map((answer, i) =>
              cells(lawColumns, { trialId: trial.id, place: i + 1, answer }),
            ),
          });
          running.delete(trial.id);
          bar.finish(trial, result.steps);
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
      return undefined;
    }
  }
  const rows = order.map((id) => store.rows.get(id)).filter((row) => row !== undefined);
  return { rows, resumed, store };
}

/** Whether a trial with a row is to be run again: it failed and that is asked for, or its saved arrays are gone. */
function isUnfinished(row: Row, directory: string, { retryFailed, save }: RunOptions): boolean {
  if (row.outcome === "error") return retryFailed;
  // A network that diverged is none to save.
  const saved = save.includes("data") || (save.includes("networks") && row.outcome !== "diverged");
  return saved && !existsSync(networkFile(directory, String(row.trial_id)));
}
