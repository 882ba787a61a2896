import assert from "node:assert/strict";
import test from "node:test";
import { planTrials } from "../../src/experiment/plan.ts";
import { completeSpec } from "../../src/experiment/spec.ts";
import type { TrialResult } from "../../src/experiment/trial.ts";
import { cells, timingColumns, trialColumns } from "../../src/record/columns.ts";
import { headerLine, line, parseTable } from "../../src/record/table.ts";

const [trial] = planTrials(completeSpec({}, undefined, { n: "100", d: "50", k: "10" }, "test")).trials;

function row(result: TrialResult) {
  const context = { experiment: "mine", engine: "wasm", trial, result };
  return parseTable("", headerLine(trialColumns) + line(cells(trialColumns, context)), trialColumns)[0];
}

test("trials.csv begins with the 21 columns of the contract", () => {
  assert.deepEqual(
    trialColumns.slice(0, 21).map((column) => column.name),
    (
      "trial_id, experiment, n, d, k, data, activation, engine, seed, replicate, epsilon, learning_rate, steps, " +
      "loss, sign_errors, outcome, max_random_gradient, lipschitz_lower, lipschitz_upper, spectral_bound, total_weight"
    ).split(", "),
  );
});

test("column names are words of lower-case letters, each once, each described in one line", () => {
  for (const columns of [trialColumns, timingColumns]) {
    const names = columns.map((column) => column.name);
    assert.equal(new Set(names).size, names.length);
    for (const { name, description } of columns) {
      assert.match(name, /^[a-z]+(_[a-z]+)*$/);
      assert.match(description, /^[^\n]+$/);
    }
  }
});

test("a row holds the trial's configuration and what was found", () => {
  const found = row({
    outcome: "kept",
    steps: 70,
    loss: 0.0125,
    signErrors: 0,
    labelSum: -4,
    maxRandomGradient: 3.5,
    spectralBound: 7,
    totalWeight: 11,
    neurons: 10,
    sphereGradient: 9,
    sphereTangential: 8,
  });
  assert.deepEqual(found, {
    trial_id: trial.id,
    experiment: "mine",
    n: 100,
    d: 50,
    k: 10,
    data: "gaussian",
    activation: "relu",
    engine: "wasm",
    seed: 1,
    replicate: 1,
    epsilon: 0.02,
    learning_rate: 0.003,
    steps: 70,
    loss: 0.0125,
    sign_errors: 0,
    outcome: "kept",
    max_random_gradient: 3.5,
    lipschitz_lower: null,
    lipschitz_upper: null,
    spectral_bound: 7,
    total_weight: 11,
    max_steps: 5000,
    gradient_draws: 1000,
    label_sum: -4,
    method: "train",
    neurons: 10,
    max_error: null,
    sphere_gradient: 9,
    sphere_tangential: 8,
  });
});

test("what a failed trial did not find is empty, not 0", () => {
  const found = row({ outcome: "error", message: "out of memory" });
  for (const name of ["steps", "loss", "sign_errors", "max_random_gradient", "spectral_bound", "label_sum"]) {
    assert.equal(found[name], null);
  }
  assert.equal(found.outcome, "error");
  assert.equal(found.n, 100);
});

test("a trial's message and seconds are in timings.csv, which is not compared between runs", () => {
  const seconds = { data: 0.123456, training: 2, proxy: 0.25, spectral: 0, bracket: 0.5 };
  const result: TrialResult = { outcome: "error", message: "out of memory", seconds };
  assert.deepEqual(cells(timingColumns, { experiment: "mine", engine: "wasm", trial, result }), [
    trial.id,
    0.1235,
    2,
    0.25,
    0,
    0.5,
    "out of memory",
  ]);
});
