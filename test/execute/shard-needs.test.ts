import assert from "node:assert/strict";
import test from "node:test";
import {
  expectedSeconds,
  memoryLimits,
  speedOf,
  timeLimit,
  usualShards,
} from "../../src/execute/shard-needs.ts";
import { arrayText } from "../../src/execute/slurm.ts";
import { expectedCost, planTrials } from "../../src/experiment/plan.ts";
import { defaultSpec } from "../../src/experiment/spec.ts";

const plan = planTrials({ ...defaultSpec, n: "400", d: "100", k: "50,200", replicates: 10 });
const costs = plan.trials.map(expectedCost);
const total = costs.reduce((sum, cost) => sum + cost, 0);

test("a step of the measured shape takes as long as was measured", () => {
  assert.equal(speedOf(2), (500 * 100 * 500) / 0.002);
});

test("workers share the time, but for the largest trial", () => {
  assert.equal(expectedSeconds(plan.trials, 1, 1e9), total / 1e9);
  assert.equal(expectedSeconds(plan.trials, 2, 1e9), total / 2e9);
  assert.equal(expectedSeconds(plan.trials, 1000, 1e9), Math.max(...costs) / 1e9);
  assert.equal(expectedSeconds([], 1, 1e9), 0);
});

test("a time limit is four times what is expected, and ten minutes at least", () => {
  assert.equal(timeLimit(0), 10);
  assert.equal(timeLimit(150), 10);
  assert.equal(timeLimit(1800), 120);
  assert.equal(timeLimit(1801), 121);
});

test("shards take half an hour each, are no more than the trials, and at least one", () => {
  assert.equal(usualShards(plan, 1, total / 1800), 1);
  assert.equal(usualShards(plan, 1, total / (3 * 1800 + 1)), 4);
  assert.equal(usualShards(plan, 1, 1), plan.trials.length);
  const many = planTrials({ ...defaultSpec, n: "400", d: "100", k: "50", replicates: 2000 });
  assert.equal(usualShards(many, 1, 1), 1000);
});

test("memory is the largest trial for each worker, within what they may take, and the parent's", () => {
  const one = memoryLimits(plan, { engine: "wasm", workers: 1, most: 1e12 });
  const three = memoryLimits(plan, { engine: "wasm", workers: 3, most: 1e12 });
  assert.equal(three.forWorkers, 3 * one.forWorkers);
  assert.ok(one.inAll - one.forWorkers >= 200e6);
  assert.equal(three.inAll - three.forWorkers, one.inAll - one.forWorkers);
  assert.equal(memoryLimits(plan, { engine: "wasm", workers: 3, most: 2e8 }).forWorkers, 2e8);
});

test("places of an array are written as runs", () => {
  assert.equal(arrayText([]), "");
  assert.equal(arrayText([4]), "4");
  assert.equal(arrayText([1, 2, 3, 5, 7, 8]), "1-3,5,7-8");
});
