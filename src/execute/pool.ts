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

/** One worker, started when it has something to run. */
export interface Worker {
  /** Rejects where the process dies or the trial throws; the next run starts another process. */
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
      return pool.exec("run", [task], { on: onProgress }) as unknown as Promise<TrialResult>;
    },
    async end() {
      if (pool) ending = pool.terminate(true);
      pool = undefined;
      // Who asks again waits for the same end.
      await ending;
    },
  };
}
