/** Runs trials in worker processes of this machine. */
import { expectedCost, type Trial } from "../experiment/plan.ts";
import type { TrialResult } from "../experiment/trial.ts";
import { Admission } from "./admission.ts";
import { openWorker } from "./pool.ts";
import type { Job, Progress } from "./task.ts";

export interface LocalOptions {
  readonly workers: number;
  /** Cores for all workers: where fewer trials are left, each gets several threads. */
  readonly cores: number;
  /** Bytes that the workers may take together. */
  readonly memory: number;
  /** Bytes that a worker takes for a trial; of the largest, not above `memory`. */
  readonly need: (trial: Trial) => number;
  /** Stops the dispatch and ends the workers; trials under way are lost, finished ones are not. */
  readonly signal: AbortSignal;
  /** Called once for each finished trial, in order of finishing. */
  readonly onFinished: (trial: Trial, result: TrialResult) => void;
  readonly onProgress?: (trial: Trial, progress: Progress) => void;
}

/**
 * Runs all trials: of those that fit into what memory is free, the costliest first. A worker that dies or throws makes
 * its trial an `error`, not the run.
 * @throws what `onFinished` throws, such as a full disk, after the workers have ended
 */
export async function runLocally(job: Job, trials: readonly Trial[], options: LocalOptions): Promise<void> {
  const { cores, memory, need, signal, onFinished, onProgress } = options;
  const queue = trials
    .toSorted((p, q) => expectedCost(q) - expectedCost(p))
    .map((trial) => ({ trial, need: need(trial) }));
  const workers = Array.from({ length: options.workers }, openWorker);
  const admission = new Admission(queue, workers.length, memory);
  const stop = () => {
    admission.close();
    for (const worker of workers) void worker.end();
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  let running = 0;
  const lane = async (worker: (typeof workers)[number], index: number) => {
    for (;;) {
      // A worker keeps the memory it has once had: one that waits for others gives it back by ending.
      const next = await admission.take(index, () => worker.end());
      if (!next) return;
      const { trial } = next;
      running++;
      const threads = threadsOf(cores, Math.min(workers.length, running + admission.left));
      const result = await worker
        .run({ job, trial, threads }, (progress) => onProgress?.(trial, progress))
        .catch(failure);
      running--;
      if (signal.aborted) return;
      onFinished(trial, result);
    }
  };
  try {
    await Promise.all(workers.map(lane));
  } finally {
    signal.removeEventListener("abort", stop);
    admission.close();
    await Promise.all(workers.map((worker) => worker.end()));
  }
}

/** Threads of each worker: what the cores leave it while so many are at work, and one where they leave none. */
export function threadsOf(cores: number, atWork: number): number {
  return Math.max(1, Math.floor(cores / atWork));
}

function failure(error: unknown): TrialResult {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim();
  const signal = /terminated Unexpectedly.*signalCode: `(SIG\w+)`/.exec(message)?.[1];
  const exit = /terminated Unexpectedly exitCode: `(\d+)`/.exec(message)?.[1];
  if (signal === "SIGKILL") {
    return { outcome: "error", message: "its worker was ended by SIGKILL, as happens where memory runs out" };
  }
  if (signal !== undefined) return { outcome: "error", message: `its worker was ended by ${signal}` };
  if (exit !== undefined) return { outcome: "error", message: `its worker ended with exit code ${exit}` };
  return { outcome: "error", message };
}
