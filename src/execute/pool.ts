/** Worker processes: processes, not threads, because TensorFlow is unsafe in threads. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import workerpool from "workerpool";
import type { TrialResult } from "../experiment/trial.ts";
import type { Progress, Task } from "./task.ts";

/** A pool of one process that runs worker.ts. */
export function openPool(): workerpool.Pool {
  const here = fileURLToPath(import.meta.url);
  return workerpool.pool(path.join(path.dirname(here), `worker${path.extname(here)}`), {
    workerType: "process",
    maxWorkers: 1,
    forkOpts: { execArgv: process.execArgv, serialization: "advanced" },
  });
}

/** A worker's process ended in the middle of a trial. */
export class WorkerDiedError extends Error {
  override readonly name = "WorkerDiedError";
  /** The signal that ended it, where it was one. */
  readonly signal: string | undefined;

  constructor(signal: string | undefined, exit: string | undefined) {
    super(
      signal === undefined
        ? `its worker ended with exit code ${exit ?? "unknown"}`
        : `its worker was ended by ${signal}`,
    );
    this.signal = signal;
  }
}

/** What workerpool tells of a process that ended, as an error of our own. */
function translated(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error);
  if (!message.includes("terminated Unexpectedly")) return error;
  const [, signal] = /signalCode: `(SIG\w+)`/.exec(message) ?? [];
  const [, exit] = /exitCode: `(\d+)`/.exec(message) ?? [];
  return new WorkerDiedError(signal, exit);
}

/** One worker, started when it has something to run. */
export interface Worker {
  /** Rejects with WorkerDiedError where the process dies, or as the trial throws; the next run starts another process. */
  run(task: Task, onProgress: (progress: Progress) => void): Promise<TrialResult>;
  /** Ends its process, at once. */
  end(): Promise<void>;
}

export function openWorker(): Worker {
  let pool: workerpool.Pool | undefined;
  let ending: ReturnType<workerpool.Pool["terminate"]> | undefined;
  return {
    async run(task, onProgress) {
      pool ??= openPool();
      try {
        return (await pool.exec("run", [task], { on: onProgress })) as unknown as TrialResult;
      } catch (error) {
        throw translated(error);
      }
    },
    async end() {
      if (pool) ending = pool.terminate(true);
      pool = undefined;
      // Who asks again waits for the same end.
      await ending;
    },
  };
}
