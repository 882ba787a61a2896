/** A whole run: run, record, report. `sweep` and `reproduce` are two ways to say what to run. */
import { existsSync } from "node:fs";
import os from "node:os";
import { runLocally } from "../execute/local.ts";
import { trialMemory } from "../execute/memory.ts";
import { networkFile } from "../execute/task.ts";
import { cells, lawColumns, type Row, timingColumns, trialColumns } from "../record/columns.ts";
import { beginSession, endSession } from "../record/manifest.ts";
import { openStore } from "../record/store.ts";
import { compareEngines } from "../report/engine-comparison.ts";
import { writeReport } from "../report/files.ts";
import { counted } from "../report/words.ts";
import { exitCode } from "./errors.ts";
import { makeFolder } from "./folder.ts";
import { onInterrupt, resumeCommand } from "./interrupt.ts";
import { packageDirectory } from "./package.ts";
import { type Batch, memoryOf, type PreparedRun, type RunOptions } from "./prepare-run.ts";
import { progressBar } from "./progress.ts";
import { dryRunForPrograms, printDryRun, printSummary, summaryForPrograms } from "./summary.ts";
import { note, shortPath } from "./terminal.ts";

/** How a run ended. */
interface RunEnd {
  readonly code: number;
  /** The summary for programs; absent when the run was interrupted. */
  readonly summary?: object;
}

/**
 * Runs an experiment, or goes on with it where its folder holds a part.
 * @throws UsageError if the folder cannot be written, TableError if its tables cannot be read, before any work starts
 */
export async function runExperiment(prepared: PreparedRun): Promise<RunEnd> {
  const { plan, engine, workers, directory, anew, comparison, options } = prepared;
  const { spec } = plan;
  if (options.dryRun) {
    const dryRun = { plan, engine, workers, directory };
    if (!options.json) printDryRun(dryRun);
    return { code: exitCode.done, summary: dryRunForPrograms(dryRun) };
  }

  const start = performance.now();
  makeFolder(directory, anew);
  const main = await runBatch(prepared, options);
  if (!main) return { code: exitCode.interrupted };
  let others = prepared.compared;
  if (comparison) {
    makeFolder(comparison.directory, false);
    const other = await runBatch(comparison, options);
    if (!other) return { code: exitCode.interrupted };
    others = other.rows;
  }

  const { rows, resumed, store } = main;
  const compared = others && compareEngines(rows, others);
  const laws = rows.flatMap((row) => store.lawsOf(String(row.trial_id)));
  const report = await writeReport(
    directory,
    { kind: spec.figure, title: spec.title },
    { rows, laws },
    compared,
  );
  const seconds = (performance.now() - start) / 1000;
  const timings = rows.map((row) => store.timingOf(String(row.trial_id))).filter((row) => row !== undefined);
  const summary = { directory, plan, engine, workers, seconds, resumed, rows, timings, ...report };
  if (!options.json) printSummary(summary);
  const failed = rows.filter((row) => row.outcome === "error");
  if (failed.length > 0) {
    const reason = store.messageOf(String(failed[0].trial_id));
    note(`${counted(failed.length, "trial")} failed (${reason}): run again with --retry-failed`);
  }
  return { code: failed.length > 0 ? exitCode.failed : exitCode.done, summary: summaryForPrograms(summary) };
}

/** Runs what is left of a batch, and records it. @returns undefined where it was interrupted */
async function runBatch({ plan, engine, workers, directory }: Batch, options: RunOptions) {
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

  if (remaining.length === 0) {
    store.finish(order);
  } else {
    const identity = { spec, plan_hash: plan.hash, trials: plan.trials.length, engine, save: options.save };
    const manifest = beginSession(directory, identity, { packageDirectory, workers });
    const interruption = onInterrupt();
    const bar = progressBar(remaining);
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
        onProgress: bar.advance,
        onFinished(trial, result) {
          const context = { experiment: spec.name, engine: engine.name, trial, result };
          store.append({
            trial: cells(trialColumns, context),
            timing: cells(timingColumns, context),
            laws: (result.laws ?? []).map((answer, i) =>
              cells(lawColumns, { trialId: trial.id, place: i + 1, answer }),
            ),
          });
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
