/** The timed trials of a published experiment, from results/NAME. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Trial } from "../../src/experiment/plan.ts";
import { timingColumns, trialColumns } from "../../src/record/columns.ts";
import { parseTable } from "../../src/record/table.ts";
import { numberIn } from "../../src/report/rows.ts";
import type { Timed } from "./cost-model.ts";

/** A timed trial, with what expectedSteps asks of it. */
export interface TimedTrial extends Timed {
  readonly trial: Trial;
}

export function readTimed(experiment: string): TimedTrial[] {
  const read = (name: string, columns: typeof trialColumns) => {
    const file = fileURLToPath(new URL(`../../results/${experiment}/${name}`, import.meta.url));
    return parseTable(file, readFileSync(file, "utf8"), columns);
  };
  const timings = new Map(read("timings.csv", timingColumns).map((row) => [row.trial_id, row]));
  return read("trials.csv", trialColumns).map((row) => {
    const number = (name: string) => numberIn(row, name) ?? Number.NaN;
    const timing = timings.get(row.trial_id) ?? {};
    const seconds = (part: string) => numberIn(timing, `seconds_${part}`) ?? 0;
    const sizes = { n: number("n"), d: number("d"), k: number("k") };
    const trial: Trial = {
      ...sizes,
      id: String(row.trial_id),
      dataId: String(row.trial_id),
      networkId: String(row.trial_id),
      method: String(row.method),
      data: String(row.data),
      activation: "relu",
      seed: number("seed"),
      replicate: number("replicate"),
      epsilon: number("epsilon"),
      learningRate: number("learning_rate"),
      maxSteps: number("max_steps"),
      draws: number("gradient_draws"),
    };
    return {
      ...sizes,
      experiment,
      trial,
      steps: number("steps"),
      draws: trial.draws,
      seconds: {
        data: seconds("data"),
        training: seconds("training"),
        proxy: seconds("proxy"),
        spectral: seconds("spectral"),
        bracket: seconds("bracket"),
      },
    };
  });
}
