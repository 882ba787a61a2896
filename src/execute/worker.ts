/** A worker process: runs one trial at a time, each from its own streams, and keeps its engine between trials. */
import path from "node:path";
import { Worker as Thread } from "node:worker_threads";
import workerpool from "workerpool";
import { genericPoints, randomSigns } from "../data/generic.ts";
import type { Trial } from "../experiment/plan.ts";
import { runTrial, type TrialArrays, type TrialResult, trialData } from "../experiment/trial.ts";
import { isDeep, type Network } from "../network/deep.ts";
import { encodeSafetensors, type Tensor } from "../network/safetensors.ts";
import { stream } from "../numeric/random.ts";
import { makeWritableFolder, writeWhole } from "../record/files.ts";
import type { Engine, EngineName, Shape } from "../train/engine.ts";
import { loadEngine } from "../train/engines.ts";
import { initialParameters } from "../train/initial.ts";
import { defaultSettings } from "../train/train.ts";
import { networkFile, type Savable, type Task } from "./task.ts";

const engines = new Map<string, Promise<Engine>>();

function engineOf(name: EngineName, threads = 1): Promise<Engine> {
  const key = `${name} ${threads}`;
  const engine = engines.get(key) ?? loadEngine(name, threads);
  engines.set(key, engine);
  return engine;
}

async function run({ job, trial, threads }: Task): Promise<TrialResult> {
  const engine = await engineOf(job.engine, threads);
  const { result, arrays } = await runTrial(trial, engine, job, (steps, loss) =>
    workerpool.workerEmit({ steps, loss }),
  );
  const tensors = savedTensors(trial, arrays, job.save);
  if (Object.keys(tensors).length > 0) {
    const file = networkFile(job.directory, trial.id);
    makeWritableFolder(path.dirname(file));
    writeWhole(
      file,
      encodeSafetensors(tensors, {
        trial_id: trial.id,
        activation: arrays.network?.activation ?? trial.activation,
        engine: job.engine,
      }),
    );
  }
  return result;
}

/** The network and the witnesses of the maximum random gradient and of the lower bound; X (n × d) and y. */
function savedTensors(
  trial: Trial,
  { network, witness, lowerWitness }: TrialArrays,
  save: readonly Savable[],
): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  if (network && save.includes("networks")) {
    const { d } = network;
    Object.assign(tensors, networkTensors(network));
    if (witness) tensors.witness = { shape: [d], values: witness };
    if (lowerWitness) tensors.lower_witness = { shape: [d], values: lowerWitness };
  }
  if (save.includes("data")) {
    const data = trialData(trial);
    tensors.X = { shape: [data.n, data.d], values: data.X };
    tensors.y = { shape: [data.n], values: data.y };
  }
  return tensors;
}

/** W (k × d), b, a, c of two layers; W1, b1, W2, b2, … of more. */
function networkTensors(network: Network): Record<string, Tensor> {
  if (isDeep(network)) {
    return Object.fromEntries(
      network.layers.flatMap(({ rows, columns, W, b }, i) => [
        [`W${i + 1}`, { shape: [rows, columns], values: W }],
        [`b${i + 1}`, { shape: [rows], values: b }],
      ]),
    );
  }
  const { k, d, W, b, a, c } = network;
  return {
    W: { shape: [k, d], values: W },
    b: { shape: [k], values: b },
    a: { shape: [k], values: a },
    c: { shape: [], values: Float64Array.of(c) },
  };
}

/**
 * Ends this process soon after its parent's end, however that came. A thread of its own watches: the process itself may not come
 * up from a kernel for minutes.
 */
function endWithParent(): void {
  const watch = `
    const parent = process.ppid;
    setInterval(() => process.ppid === parent || process.kill(process.pid, "SIGKILL"), 500);
  `;
  new Thread(watch, { eval: true, execArgv: [] }).unref();
}

/** Median milliseconds of one Adam step on data of the given shape. */
async function measure(name: EngineName, shape: Shape): Promise<number> {
  const random = stream(0, "measure", "all");
  const data = { ...shape, X: genericPoints(shape, "gaussian", random), y: randomSigns(shape.n, random) };
  const session = (await engineOf(name)).open(data, initialParameters(shape, random), defaultSettings);
  const seconds: number[] = [];
  for (let step = 0; step < 40; step++) {
    const start = performance.now();
    session.evaluate();
    session.update();
    seconds.push(performance.now() - start);
  }
  session.dispose();
  return seconds.slice(10).sort((p, q) => p - q)[15];
}

// The terminal sends Ctrl-C to the whole group: what it means is for the parent to decide.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});
endWithParent();
// Without a parent there is nobody to tell: a message that cannot be sent ends the worker in silence.
process.on("uncaughtException", (error: NodeJS.ErrnoException) => {
  if (!process.connected || error.code === "EPIPE" || error.code === "ERR_IPC_CHANNEL_CLOSED")
    process.exit(1);
  throw error;
});
workerpool.worker({ run, measure });
