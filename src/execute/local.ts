/** Runs trials in worker processes of this machine. */
import { expectedCost, type Trial } from "../experiment/plan.ts";
import type { TrialResult } from "../experiment/trial.ts";
import { openPool } from "./pool.ts";
import type { Job, Progress } from "./task.ts";

export interface LocalOptions {
  readonly workers: number;
  /** Stops the dispatch and ends the workers; trials under way are lost, finished ones are not. */
  readonly signal: AbortSignal;
  /** Called once for each finished trial, in order of finishing. */
  readonly onFinished: (trial: Trial, result: TrialResult) => void;
  readonly onProgress?: (trial: Trial, progress: Progress) => void;
}

/**
 * Runs all trials, the costliest first. A worker that dies or throws makes its trial an `error`, not the run.
 * @throws what `onFinished` throws, such as a full disk, after the workers have ended
 */
export async function runLocally(job: Job, trials: readonly Trial[], options: LocalOptions): Promise<void> {
  const { workers, signal, onFinished, onProgress } = options;
  const queue = [...trials].sort((p, q) => expectedCost(q) - expectedCost(p));
  const pool = openPool(workers);
  const stop = () => void pool.terminate(true);
  signal.addEventListener("abort", stop);
  const lane = async () => {
    for (let trial = queue.shift(); trial && !signal.aborted; trial = queue.shift()) {
      const current = trial;
      const result = await (
        pool.exec("run", [{ job, trial }], {
          on: (progress: Progress) => onProgress?.(current, progress),
        }) as unknown as Promise<TrialResult>
      ).catch(failure);
      if (signal.aborted) return;
      onFinished(trial, result);
    }
  };
  try {
    await Promise.all(Array.from({ length: workers }, lane));
  } finally {
    signal.removeEventListener("abort", stop);
    await pool.terminate(true);
  }
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
