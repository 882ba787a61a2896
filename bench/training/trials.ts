/**
 * Writes trials for all competitors: `node --import tsx bench/training/trials.ts FOLDER n,d,k … [--sweep n]`.
 *
 * FOLDER/<name>/{X,y,W,a}.f64 hold the data and the initial weights that lawrob's own trial would draw (row-major, little
 * endian), FOLDER/trials.json the sizes and the filter. With --sweep, all trials of `lawrob sweep --n <n>` follow.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { planTrials, type Trial } from "../../src/experiment/plan.ts";
import { completeSpec } from "../../src/experiment/spec.ts";
import { trialData } from "../../src/experiment/trial.ts";
import { stream } from "../../src/numeric/random.ts";
import { initialParameters } from "../../src/train/initial.ts";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { sweep: { type: "string" } } });
const [folder, ...shapes] = positionals;

function planned(n: string, d?: string, k?: string): readonly Trial[] {
  return planTrials(completeSpec({}, undefined, { n, ...(d && { d }), ...(k && { k }), seed: 1 }, "bench"))
    .trials;
}

function write(trial: Trial, purpose: "step" | "sweep"): object {
  const { id, n, d, k, epsilon, maxSteps, learningRate } = trial;
  const name = `${purpose}-n${n}-d${d}-k${k}`;
  const directory = path.join(folder, name);
  mkdirSync(directory, { recursive: true });
  const { X, y } = trialData(trial);
  const { W, a } = initialParameters(trial, stream(trial.seed, id, "weights"));
  for (const [tensor, numbers] of Object.entries({ X, y, W, a })) {
    writeFileSync(path.join(directory, `${tensor}.f64`), numbers);
  }
  return { name, purpose, n, d, k, epsilon, max_steps: maxSteps, learning_rate: learningRate };
}

const trials = [
  ...shapes.flatMap((shape) => {
    const [n, d, k] = shape.split(",");
    return planned(n, d, k).map((trial) => write(trial, "step"));
  }),
  ...(values.sweep === undefined ? [] : planned(values.sweep).map((trial) => write(trial, "sweep"))),
];
writeFileSync(path.join(folder, "trials.json"), JSON.stringify(trials, null, 1));
