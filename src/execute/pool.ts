/** The pool of worker processes: processes, not threads, because TensorFlow is unsafe in threads. */
import path from "node:path";
import { fileURLToPath } from "node:url";
import workerpool from "workerpool";

/** A pool of at most `workers` processes, each running worker.ts. */
export function openPool(workers: number): workerpool.Pool {
  const here = fileURLToPath(import.meta.url);
  return workerpool.pool(path.join(path.dirname(here), `worker${path.extname(here)}`), {
    workerType: "process",
    maxWorkers: workers,
    forkOpts: { execArgv: process.execArgv, serialization: "advanced" },
  });
}
