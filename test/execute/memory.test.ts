import assert from "node:assert/strict";
import os from "node:os";
import test from "node:test";
import fc from "fast-check";
import { admittedWorkers, availableMemory, trialMemory } from "../../src/execute/memory.ts";
import { planTrials, type Trial } from "../../src/experiment/plan.ts";
import { completeSpec } from "../../src/experiment/spec.ts";
import { engineNames } from "../../src/train/engines.ts";

const [base] = planTrials(completeSpec({}, undefined, { n: "100", d: "50", k: "10" }, "test")).trials;
const trial = (n: number, d: number, k: number): Trial => ({ ...base, n, d, k });

const size = fc.integer({ min: 2, max: 3000 });
const trialOf = fc.tuple(size, size, size).map(([n, d, k]) => trial(n, d, k));

test("a trial needs at least its points and weights, and more when all its sizes double", () => {
  fc.assert(
    fc.property(fc.constantFrom(...engineNames), size, size, size, (engine, n, d, k) => {
      const need = trialMemory(trial(n, d, k), engine);
      assert.ok(need >= 8 * (n * d + k * d));
      assert.ok(trialMemory(trial(2 * n, 2 * d, 2 * k), engine) > need);
    }),
  );
});

test("the memory that may be used is a share of the machine's", () => {
  assert.ok(availableMemory() > 0 && availableMemory() < os.totalmem());
});

test("as many workers are admitted as the costliest trials fit together, at most as many as wanted", () => {
  fc.assert(
    fc.property(
      fc.array(trialOf, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 10 }),
      fc.double({ min: 0, max: 4e9, noNaN: true }),
      (trials, wanted, memory) => {
        const workers = admittedWorkers(trials, "wasm", wanted, memory);
        const needs = trials.map((one) => trialMemory(one, "wasm")).sort((p, q) => q - p);
        const sum = (count: number) => needs.slice(0, count).reduce((total, need) => total + need, 0);
        assert.ok(workers <= wanted && workers <= trials.length);
        assert.ok(sum(workers) <= memory);
        if (workers < wanted && workers < trials.length) assert.ok(sum(workers + 1) > memory);
      },
    ),
  );
});

test("no worker is admitted where the largest trial does not fit", () => {
  const large = trial(2000, 2000, 2000);
  const need = trialMemory(large, "wasm");
  assert.equal(admittedWorkers([base, large], "wasm", 2, need - 1), 0);
  assert.equal(admittedWorkers([base, large], "wasm", 2, need), 1);
  assert.equal(admittedWorkers([base, large], "wasm", 2, need + trialMemory(base, "wasm")), 2);
});
