/**
 * One of lawrob's engines, or TF.js autodiff, as a competitor: `node --import tsx bench/training/ours.ts ENGINE FOLDER`.
 * Reads tasks as lines of JSON on stdin and answers each with a line on stdout, like peers.py.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { loadTensorflow } from "../../src/native/tensorflow.ts";
import type { EngineName } from "../../src/train/engine.ts";
import { loadEngine } from "../../src/train/engines.ts";
import { defaultSettings, train } from "../../src/train/train.ts";
import { autodiff } from "./autodiff.ts";

interface TrialFile {
  readonly name: string;
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly epsilon: number;
  readonly max_steps: number;
  readonly learning_rate: number;
}

type Task =
  | { readonly task: "steps"; readonly trial: TrialFile; readonly seconds: number }
  | { readonly task: "train"; readonly trial: TrialFile }
  | { readonly task: "memory" };

interface Outcome {
  readonly steps: number;
  readonly kept: boolean;
}

/** What a competitor does with a problem. */
interface Competitor {
  readonly version: string;
  /** Evaluates and takes one step, again and again. */
  stepper(trial: TrialFile): { step(): void; dispose(): void };
  /** Trains until the filter passes or steps run out. */
  train(trial: TrialFile): Promise<Outcome>;
}

const [name, folder] = process.argv.slice(2);

function problemOf({ name: directory, n, d, k }: TrialFile) {
  const tensor = (file: string) => {
    const bytes = readFileSync(path.join(folder, directory, `${file}.f64`));
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  };
  const [gamma, beta] = [new Float64Array(k).fill(1), new Float64Array(k)];
  return {
    data: { n, d, X: tensor("X"), y: tensor("y") },
    initial: { W: tensor("W"), a: tensor("a"), gamma, beta },
  };
}

async function engineCompetitor(engineName: EngineName): Promise<Competitor> {
  const engine = await loadEngine(engineName);
  const settingsOf = (trial: TrialFile) => ({ ...defaultSettings, learningRate: trial.learning_rate });
  return {
    version: engine.version,
    stepper(trial) {
      const { data, initial } = problemOf(trial);
      const session = engine.open(data, initial, settingsOf(trial));
      return {
        step() {
          session.evaluate();
          session.update();
        },
        dispose: () => session.dispose(),
      };
    },
    async train(trial) {
      const { data, initial } = problemOf(trial);
      const { epsilon, max_steps: maxSteps } = trial;
      const { steps, outcome } = await train(engine, data, () => initial, {
        epsilon,
        maxSteps,
        settings: settingsOf(trial),
      });
      return { steps, kept: outcome === "kept" };
    },
  };
}

function autodiffCompetitor(): Competitor {
  const { tf, runtimeVersion } = loadTensorflow();
  const open = (trial: TrialFile) => {
    const { data, initial } = problemOf(trial);
    const { epsilon, learning_rate: learningRate } = trial;
    return autodiff(tf, data, initial, { epsilon, learningRate });
  };
  return {
    version: `tfjs autodiff on tensorflow ${runtimeVersion}`,
    stepper(trial) {
      const session = open(trial);
      return {
        step() {
          session.evaluate();
          session.step();
        },
        dispose: () => session.dispose(),
      };
    },
    async train(trial) {
      const session = open(trial);
      let steps = 0;
      let kept = session.evaluate();
      for (; !kept && steps < trial.max_steps; steps++) {
        session.step();
        kept = session.evaluate();
      }
      session.dispose();
      return { steps, kept };
    },
  };
}

/** Seconds of each of the steps that fit into the time, after three that warm up. */
function stepTimes(
  competitor: Competitor,
  { trial, seconds }: { trial: TrialFile; seconds: number },
): number[] {
  const session = competitor.stepper(trial);
  const times: number[] = [];
  for (let step = 0; step < 3; step++) session.step();
  for (let spent = 0; times.length < 3 || (spent < seconds && times.length < 2000); ) {
    const start = performance.now();
    session.step();
    times.push((performance.now() - start) / 1000);
    spent += times[times.length - 1];
  }
  session.dispose();
  return times;
}

const competitor =
  name === "tfjs-autodiff" ? autodiffCompetitor() : await engineCompetitor(name as EngineName);
for await (const line of createInterface({ input: process.stdin })) {
  const task = JSON.parse(line) as Task;
  let answer: object;
  if (task.task === "steps") answer = { times: stepTimes(competitor, task) };
  else if (task.task === "train") {
    const start = performance.now();
    answer = { ...(await competitor.train(task.trial)), seconds: (performance.now() - start) / 1000 };
  } else answer = { version: competitor.version, peak_bytes: process.resourceUsage().maxRSS * 1024 };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
