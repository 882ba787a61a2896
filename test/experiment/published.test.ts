import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import { readSpecFile, specOf } from "../../src/cli/spec-options.ts";
import { planTrials } from "../../src/experiment/plan.ts";

const folder = fileURLToPath(new URL("../../experiments", import.meta.url));
const files = readdirSync(folder).map((name) => path.join(folder, name));
const experiment = (name: string, scale: string) =>
  planTrials(specOf(path.join(folder, `${name}.yaml`), {}, scale)).trials;

for (const file of files) {
  test(`${path.basename(file)} is a specification whose small and large scales can be planned`, () => {
    const { scales = {}, name } = readSpecFile(file);
    assert.equal(`${name}.yaml`, path.basename(file));
    assert.deepEqual(Object.keys(scales).sort(), ["paper", "smoke"]);
    const [paper, smoke] = ["paper", "smoke"].map(
      (scale) => planTrials(specOf(file, {}, scale)).trials.length,
    );
    assert.ok(smoke > 0 && smoke < paper, `${smoke} and ${paper} trials`);
  });
}

test("experiment 1 has the paper's sizes", () => {
  const trials = experiment("exp1", "paper");
  const range = (key: "n" | "d" | "k") => {
    const values = trials.map((trial) => trial[key]);
    return [Math.min(...values), Math.max(...values)];
  };
  assert.deepEqual(
    [range("n"), range("d"), range("k")],
    [
      [100, 2000],
      [50, 2000],
      [10, 2000],
    ],
  );
  // The paper kept 906 networks: at least as many are tried.
  assert.ok(trials.length >= 906, `${trials.length} trials`);
  assert.ok(
    trials.every(({ epsilon, draws, data }) => epsilon === 0.02 && draws === 1000 && data === "gaussian"),
  );
});

test("experiment 2 has k = n and k = 10 n/d for each d, and d = 10, where they coincide, once", () => {
  const trials = experiment("exp2", "paper").filter((trial) => trial.replicate === 1);
  const dimensions = [...new Set(trials.map((trial) => trial.d))];
  assert.deepEqual([dimensions[0], dimensions.at(-1)], [10, 5000]);
  for (const d of dimensions) {
    const k = trials.filter((trial) => trial.d === d).map((trial) => trial.k);
    assert.deepEqual(k, d === 10 ? [10_000] : [Math.round(100_000 / d), 10_000]);
  }
  assert.ok(trials.every(({ n, epsilon }) => n === 10_000 && epsilon === 0.1));
});
