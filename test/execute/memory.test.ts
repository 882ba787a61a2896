import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import os from "node:os";
import test from "node:test";
import fc from "fast-check";
import { admittedWorkers, availableMemory, trialMemory } from "../../src/execute/memory.ts";
import { planTrials, type Trial } from "../../src/experiment/plan.ts";
import { completeSpec } from "../../src/experiment/spec.ts";
import { engineNames } from "../../src/train/engines.ts";

const [base] = planTrials(completeSpec({}, undefined, { n: "100", d: "50", k: "10" }, "test")).trials;
const trial = (n: number, d: number, k: number): Trial => ({ ...base, n, d, k });

const built = (module: string) => new URL(`../../dist/${module}`, import.meta.url).href;
const size = fc.integer({ min: 2, max: 3000 });

test("a trial needs at least its points and weights, and more when all its sizes double", () => {
  fc.assert(
    fc.property(fc.constantFrom(...engineNames), size, size, size, (engine, n, d, k) => {
      const need = trialMemory(trial(n, d, k), engine);
      assert.ok(need >= 8 * (n * d + k * d));
      assert.ok(trialMemory(trial(2 * n, 2 * d, 2 * k), engine) > need);
    }),
  );
});

test("each layer more needs more", () => {
  const needs = ["train", "train,depth=3", "train,depth=6"].map((method) =>
    trialMemory({ ...trial(500, 100, 300), method }, "tensorflow"),
  );
  assert.deepEqual(
    needs,
    needs.toSorted((p, q) => p - q),
  );
  assert.ok(needs[2] - needs[1] > 3 * 8 * 300 * 300);
});

for (const [n, d, k] of [
  [2000, 1000, 2000],
  [500, 1500, 3000],
]) {
  test(`a worker stays within what is expected of it at n = ${n}, d = ${d}, k = ${k}`, () => {
    const [large] = planTrials(
      completeSpec({}, undefined, { n: `${n}`, d: `${d}`, k: `${k}`, max_steps: 2 }, "test"),
    ).trials;
    const script = `
      const { runTrial } = await import(${JSON.stringify(built("experiment/trial.js"))});
      const { loadEngine } = await import(${JSON.stringify(built("train/engines.js"))});
      await runTrial(${JSON.stringify(large)}, await loadEngine("wasm"), { measure: ["bracket", "spectral", "weight"] });
      console.log(process.resourceUsage().maxRSS * 1024);
    `;
    const peak = Number(
      execFileSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" }),
    );
    const expected = trialMemory(large, "wasm");
    assert.ok(peak <= expected && peak >= 0.5 * expected, `${peak} of ${expected}`);
  });
}

test("the memory that may be used is a share of the machine's", () => {
  assert.ok(availableMemory() > 0 && availableMemory() < os.totalmem());
});

test("as many workers are admitted as trials that need least fit together, at most as many as wanted", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 0, max: 4000 }),
      (needs, wanted, memory) => {
        const workers = admittedWorkers(needs, wanted, memory);
        const least = needs.toSorted((p, q) => p - q);
        const sum = (count: number) => least.slice(0, count).reduce((total, need) => total + need, 0);
        assert.ok(workers <= wanted && workers <= needs.length);
        assert.ok(sum(workers) <= memory);
        if (workers < wanted && workers < needs.length) assert.ok(sum(workers + 1) > memory);
      },
    ),
  );
});
