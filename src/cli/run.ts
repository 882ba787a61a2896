/** A whole run: plan, run, record, report. `sweep` and `reproduce` are two ways to say what to run. */
import { existsSync, mkdirSync, renameSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { runLocally } from "../execute/local.ts";
import { admittedWorkers, availableMemory, trialMemory } from "../execute/memory.ts";
import type { Savable } from "../execute/task.ts";
import { type Plan, planTrials } from "../experiment/plan.ts";
import type { Spec } from "../experiment/spec.ts";
import { cells, timingColumns, trialColumns } from "../record/columns.ts";
import { environment, type Manifest, readManifest, writeManifest } from "../record/manifest.ts";
import { openStore } from "../record/store.ts";
import { writeReport } from "../report/files.ts";
import { chooseEngine, type EngineChoice, engineLimit, engineMemory } from "../train/engines.ts";
import { exitCode, UsageError } from "./errors.ts";
import { progressBar } from "./progress.ts";
import { printDryRun, printSummary, type Summary } from "./summary.ts";
import { bytes, shellCommand, shortPath } from "./terminal.ts";

export interface RunOptions {
  readonly engine: "auto" | EngineChoice["name"];
  readonly workers?: number | undefined;
  readonly save: readonly Savable[];
  /** Folder of the run; by default one named after the experiment and its plan, in the working directory. */
  readonly out?: string | undefined;
  readonly dryRun: boolean;
  readonly retryFailed: boolean;
  readonly force: boolean;
  readonly json: boolean;
}

/** Root of the installed package: holds package.json and experiments/. */
export const packageDirectory = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Runs an experiment, or goes on with it where its folder holds a part.
 * @returns the exit code
 * @throws UsageError and the like before any work starts
 */
export async function runExperiment(spec: Spec, options: RunOptions): Promise<number> {
  const plan = planTrials(spec);
  const engine = chooseEngine(options.engine);
  const workers = admit(plan, engine, options);
  const directory = path.resolve(options.out ?? defaultDirectory(plan, engine));
  if (options.dryRun) {
    printDryRun(plan, { engine, workers, directory, json: options.json });
    return exitCode.done;
  }

  claim(directory, plan, engine, options);
  const manifest: Manifest = {
    ...environment(packageDirectory),
    spec,
    plan_hash: plan.hash,
    trials: plan.trials.length,
    engine,
    save: options.save,
    workers,
    argv: process.argv.slice(2),
    started: new Date().toISOString(),
    ended: null,
    status: "running",
  };
  writeManifest(directory, manifest);
  const store = openStore(directory, (row) => options.retryFailed && row.outcome === "error");
  const remaining = plan.trials.filter((trial) => !store.rows.has(trial.id));
  const resumed = plan.trials.length - remaining.length;
  note(
    `${spec.name}: ${remaining.length} trials to run${resumed > 0 ? `, ${resumed} finished before` : ""}; ` +
      `engine ${engine.name} (${engine.reason}), ${workers} worker${workers === 1 ? "" : "s"}, into ${shortPath(directory)}`,
  );

  const interruption = onInterrupt();
  const start = performance.now();
  let failure: unknown;
  if (remaining.length > 0) {
    const bar = progressBar(remaining);
    const job = { engine: engine.name, measure: plan.measure, save: options.save, directory };
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
  }
  const interrupted = interruption.signal.aborted;
  store.finish(plan.trials.map((trial) => trial.id));
  const status = failure ? "failed" : interrupted ? "interrupted" : "finished";
  writeManifest(directory, { ...manifest, ended: new Date().toISOString(), status });
  interruption.dispose();
  if (failure) throw failure;
  if (interrupted) {
    note(`interrupted: ${store.rows.size} of ${plan.trials.length} trials are in ${shortPath(directory)}`);
    note(`resume with: ${resumeCommand()}`);
    return exitCode.interrupted;
  }

  const rows = plan.trials.map((trial) => store.rows.get(trial.id)).filter((row) => row !== undefined);
  const { files, verdict } = await writeReport(directory, { kind: spec.figure, title: spec.title }, rows);
  const summary: Summary = {
    directory,
    plan,
    engine,
    workers,
    seconds: (performance.now() - start) / 1000,
    resumed,
    rows,
    files,
    verdict,
  };
  printSummary(summary, options.json);
  return rows.some((row) => row.outcome === "error") ? exitCode.failed : exitCode.done;
}

/** Checks that the largest trial fits and says how many workers may run. */
function admit(plan: Plan, engine: EngineChoice, options: RunOptions): number {
  const memory = availableMemory();
  const wanted = options.workers ?? os.availableParallelism();
  const workers = admittedWorkers(plan.trials, engine.name, wanted, memory);
  const largest = plan.trials.reduce((p, q) =>
    trialMemory(q, engine.name) > trialMemory(p, engine.name) ? q : p,
  );
  const limit = engineLimit(engine.name);
  const need = trialMemory(largest, engine.name);
  if (workers === 0 || engineMemory(engine.name, largest) > limit) {
    throw new UsageError(
      `n = ${largest.n}, d = ${largest.d}, k = ${largest.k} needs about ${bytes(need)}, ` +
        `and ${bytes(Math.min(memory, limit))} can be used: take smaller sizes`,
    );
  }
  if (workers < Math.min(wanted, plan.trials.length)) {
    note(`${workers} of ${wanted} workers: the largest trial takes about ${bytes(need)} of ${bytes(memory)}`);
  }
  return workers;
}

function defaultDirectory(plan: Plan, engine: EngineChoice): string {
  return `lawrob-${plan.spec.name}-${plan.hash.slice(0, 8)}-${engine.name}`;
}

/**
 * Makes the folder of the run, or makes sure that what it holds is a part of this very run.
 * @throws UsageError if it cannot be written or holds something else
 */
function claim(directory: string, plan: Plan, engine: EngineChoice, options: RunOptions): void {
  const name = shortPath(directory);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `${name} cannot be written (${(error as NodeJS.ErrnoException).code}), choose another --out`,
    );
  }
  const found = existingManifest(directory);
  if (!found) return;
  const differences = [
    found.plan_hash !== plan.hash && `another plan (${found.spec.name}, ${found.trials} trials)`,
    found.engine.name !== engine.name && `results of the engine ${found.engine.name}`,
    found.engine.version !== engine.version &&
      `results of ${found.engine.version}, this is ${engine.version}`,
    found.save.join() !== options.save.join() && `a run with --save ${found.save.join() || "nothing"}`,
  ].filter((text) => text !== false);
  if (differences.length === 0 && !options.force) return;
  if (!options.force) {
    throw new UsageError(
      `${name} holds ${differences[0]}: choose another --out, or --force to set it aside and start anew`,
    );
  }
  for (let i = 1; ; i++) {
    const aside = `${directory}.old-${i}`;
    if (existsSync(aside)) continue;
    renameSync(directory, aside);
    mkdirSync(directory);
    note(`set the old results aside in ${shortPath(aside)}`);
    return;
  }
}

function existingManifest(directory: string) {
  try {
    const found = readManifest(directory);
    if (!found && existsSync(path.join(directory, "trials.csv"))) {
      throw new Error(`${shortPath(directory)} holds a trials.csv without a manifest`);
    }
    return found;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}, choose another --out`);
  }
}

/** Ctrl-C and friends end the run; what is finished stays. A second one ends it at once. */
function onInterrupt(): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const handler = () => (controller.signal.aborted ? process.exit(exitCode.interrupted) : controller.abort());
  for (const name of signals) process.on(name, handler);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of signals) process.off(name, handler);
    },
  };
}

function resumeCommand(): string {
  const words = process.argv.slice(2).filter((word) => word !== "--force");
  return shellCommand(["lawrob", ...words]);
}

function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
