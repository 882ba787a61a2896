import assert from "node:assert/strict";
import test from "node:test";
import type { Row } from "../../src/record/columns.ts";
import { compareEngines } from "../../src/report/engine-comparison.ts";

const row = (
  engine: string,
  trial_id: string,
  outcome: string,
  steps: number | null,
  gradient: number | null,
): Row => ({
  trial_id,
  engine,
  outcome,
  steps,
  max_random_gradient: gradient,
});

test("trials of both engines are compared by id, and those that differ are named", () => {
  const rows = [
    row("wasm", "a", "kept", 20, 10),
    row("wasm", "b", "kept", 30, 8),
    row("wasm", "c", "signs", 5000, 4),
    row("wasm", "only here", "kept", 1, 1),
    row("wasm", "d", "diverged", 3, null),
  ];
  const others = [
    row("tensorflow", "c", "kept", 4990, 4),
    row("tensorflow", "a", "kept", 20, 10.001),
    row("tensorflow", "b", "kept", 31, 8),
    row("tensorflow", "d", "diverged", 3, null),
    row("tensorflow", "only there", "kept", 1, 1),
  ];
  const { words, ...found } = compareEngines(rows, others);
  assert.deepEqual(found, {
    engines: ["wasm", "tensorflow"],
    trials: 4,
    same_outcome: 3,
    same_steps: 2,
    largest_step_difference: 10,
    median_gradient_difference: (10.001 - 10) / 10,
    differing: [
      { trial_id: "c", outcomes: ["signs", "kept"], steps: [5000, 4990] },
      { trial_id: "b", outcomes: ["kept", "kept"], steps: [30, 31] },
    ],
  });
  assert.deepEqual(words, [
    "4 trials trained by tensorflow as well: 3 have the same outcome as by wasm.",
    "2 of them take the same number of steps, the others up to 10 steps more or fewer.",
    "In the median their maximum random gradients differ by 0.0100%.",
  ]);
});

test("nothing in common is told as such", () => {
  const found = compareEngines([], [row("tensorflow", "a", "kept", 1, 1)]);
  assert.equal(found.trials, 0);
  assert.equal(found.median_gradient_difference, null);
  assert.match(found.words[0], /^0 trials trained by tensorflow/);
});
