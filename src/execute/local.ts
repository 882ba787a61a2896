/** Runs trials in worker processes of this machine. */
import { expectedCost, type Trial } from "../experiment/plan.ts";
import type { TrialResult } from "../experiment/trial.ts";
import { Admission } from "./admission.ts";
import { outOfMemoryKills } from "./memory.ts";
import { openWorker, type Worker, WorkerDiedError } from "./pool.ts";
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
  /** Seconds after which a trial is given up; none unless given. */
  readonly timeout?: number | undefined;
  /** Called when a worker begins a trial. */
  readonly onBegun?: (trial: Trial) => void;
  /** Called once for each finished trial, in order of finishing. */
  readonly onFinished: (trial: Trial, result: TrialResult) => void;
  readonly onProgress?: (trial: Trial, progress: Progress) => void;
}

/**
 * Runs all trials: of those that fit into what memory is free, the costliest first. A trial whose worker dies is run once
 * more, alone where the kernel had run out of memory; one that dies again, throws, or takes too long is an `error`, not the
 * end of the run.
 * @throws what `onFinished` throws, such as a full disk, after the workers have ended
 */
export async function runLocally(job: Job, trials: readonly Trial[], options: LocalOptions): Promise<void> {
  const { cores, memory, need, signal, onFinished, onProgress, onBegun } = options;
  const queue = trials
    .map((trial) => ({ trial, cost: expectedCost(trial) }))
    .sort((p, q) => q.cost - p.cost)
    .map(({ trial }) => ({ trial, need: need(trial), again: false }));
  const workers = Array.from({ length: options.workers }, openWorker);
  const admission = new Admission(queue, workers.length, memory);
  const stop = () => {
    admission.close();
    for (const worker of workers) void worker.end();
  };
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  let running = 0;
  const lane = async (worker: Worker, index: number) => {
    for (;;) {
      // A worker keeps the memory it has once had: one that waits for others gives it back by ending.
      const next = await admission.take(index, () => worker.end());
      if (!next) return;
      const { trial, again } = next;
      const threads = threadsOf(cores, Math.min(workers.length, running + 1 + admission.left));
      const killsBefore = outOfMemoryKills();
      running++;
      onBegun?.(trial);
      const result = await withTimeout(
        worker,
        worker.run({ job, trial, threads }, (progress) => onProgress?.(trial, progress)),
        options.timeout,
      ).catch((error: unknown) => {
        if (signal.aborted || !(error instanceof WorkerDiedError)) return failure(error);
        const starved = error.signal === "SIGKILL" && outOfMemoryKills() > killsBefore;
        if (again) return failure(starved ? new Error(STARVED) : error);
        // With all memory as its need it runs alone.
        admission.again({ ...next, again: true, need: starved ? memory : next.need });
        return undefined;
      });
      running--;
      if (signal.aborted) return;
      if (result) onFinished(trial, result);
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

const STARVED =
  "the kernel ran out of memory and killed its worker, twice: give a smaller --memory, fewer --workers, or smaller sizes";

/** The result, or an error and the end of the worker's process when the time is over. */
async function withTimeout(
  worker: Worker,
  result: Promise<TrialResult>,
  seconds: number | undefined,
): Promise<TrialResult> {
  if (seconds === undefined) return result;
  let over = false;
  const timer = setTimeout(() => {
    over = true;
    void worker.end();
  }, 1000 * seconds);
  try {
    return await result;
  } catch (error) {
    throw over ? new Error(`took longer than --trial-timeout ${seconds} s`) : error;
  } finally {
    clearTimeout(timer);
  }
}

/** Threads of each worker: what the cores leave it while so many are at work, and one where they leave none. */
export function threadsOf(cores: number, atWork: number): number {
  return Math.max(1, Math.floor(cores / atWork));
}

function failure(error: unknown): TrialResult {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\s+/g, " ").trim();
  return { outcome: "error", message };
}
