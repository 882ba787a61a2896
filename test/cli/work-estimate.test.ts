import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { WorkEstimate } from "../../src/cli/work-estimate.ts";
import { planTrials, type Trial } from "../../src/experiment/plan.ts";
import { completeSpec } from "../../src/experiment/spec.ts";
import { trialColumns } from "../../src/record/columns.ts";
import { parseTable } from "../../src/record/table.ts";

const { trials } = planTrials(completeSpec({}, undefined, { n: "500", d: "100", k: "50,500" }, "test"));

test("the share grows from 0 to 1 with the steps, and is 1 when all trials are finished", () => {
  const estimate = new WorkEstimate(trials);
  assert.equal(estimate.share, 0);
  let last = 0;
  for (const steps of [1, 5, 10]) {
    estimate.advance(trials[1], steps);
    assert.ok(estimate.share > last);
    last = estimate.share;
  }
  estimate.finish(trials[1], 14);
  assert.ok(estimate.share > last && estimate.share < 1);
  estimate.finish(trials[0], 40);
  assert.equal(estimate.share, 1);
});

test("a training that takes far more steps than expected never seems finished, and counts for what it is", () => {
  const estimate = new WorkEstimate(trials);
  estimate.finish(trials[0], 30);
  for (let steps = 1; steps < 5000; steps += 7) {
    estimate.advance(trials[1], steps);
    assert.ok(estimate.share < 0.95, `${steps} ${estimate.share}`);
  }
  const { share } = estimate;
  estimate.finish(trials[1], 5000);
  assert.ok(share > 0.8);
});

for (const [name, folder, worst] of [
  ["Experiment 1", "exp1", 2],
  ["Experiment 2", "exp2", 3.5],
] as const) {
  // What a user sees: the time left at some moments of a run on one worker, against what it then took.
  test(`the time left is within a factor of ${worst} for ${name} at the paper's sizes`, () => {
    const read = (file: string) =>
      readFileSync(new URL(`../../results/${folder}/${file}`, import.meta.url), "utf8");
    const columns = new Set(read("trials.csv").split("\n", 1)[0].split(","));
    const rows = parseTable(
      "trials.csv",
      read("trials.csv"),
      trialColumns.filter(({ name: column }) => columns.has(column)),
    );
    const run = rows.map((row) => {
      const [n, d, k, steps] = [row.n, row.d, row.k, row.steps].map(Number);
      const trial: Trial = {
        ...trials[0],
        id: String(row.trial_id),
        n,
        d,
        k,
        maxSteps: Number(row.max_steps),
      };
      return { trial, steps, cost: n * d * k * steps };
    });
    const estimate = new WorkEstimate(run.map(({ trial }) => trial));
    const total = run.reduce((sum, { cost }) => sum + cost, 0);
    let spent = 0;
    for (const { trial, steps, cost } of run.toSorted((p, q) => q.cost - p.cost)) {
      estimate.finish(trial, steps);
      spent += cost;
      const share = spent / total;
      if (share < 0.05 || share > 0.9) continue;
      const left = (spent * (1 - estimate.share)) / estimate.share;
      const ratio = left / (total - spent);
      assert.ok(ratio < worst && ratio > 1 / worst, `at ${share.toFixed(2)}: ${ratio}`);
    }
  });
}
