import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { obtainBlas } from "../train/obtain-blas.ts";
import { contents, lawrob, outcome, start, temporaryFolder } from "./command.ts";

const grid = ["sweep", "--n", "60", "--d", "30,60", "--k", "20,40", "--out", "run"];

test("--compare trains by another engine as well, and the verdict keeps what was compared", async (context) => {
  const blas = await obtainBlas();
  if (typeof blas === "string") return context.skip(blas);
  const folder = temporaryFolder(context);
  const verdict = () => JSON.parse(readFileSync(path.join(folder, "run", "verdict.json"), "utf8"));
  const args = [...grid, "--engine", "wasm"];
  const first = await lawrob(folder, ...args, "--compare", "blas");
  assert.equal(first.code, 0, first.stderr);
  const compared = verdict();
  assert.deepEqual(compared.engine_comparison.engines, ["wasm", "blas"]);
  assert.equal(compared.engine_comparison.trials, 4);
  assert.match(first.stdout, /4 trials trained by blas as well/);
  assert.ok(contents(folder).includes(path.join("run", "compared-with-blas", "trials.csv")));

  // Without the flag, and where that engine is gone: nothing finished is lost.
  const again = await lawrob(folder, ...args);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(verdict(), compared);
  const none = { LAWROB_BLAS: path.join(folder, "none.so") };
  const without = await outcome(start(folder, [...args, "--compare", "blas"], none));
  assert.equal(without.code, 0, without.stderr);
  assert.deepEqual(verdict(), compared);

  // A comparison that is not finished is none.
  rmSync(path.join(folder, "run", "compared-with-blas", "trials.csv"));
  await lawrob(folder, ...args);
  assert.equal(verdict().engine_comparison, undefined);
});

test("the engine of the run itself is refused, and one that does not exist", async (context) => {
  const folder = temporaryFolder(context);
  for (const [engine, message] of [
    ["wasm", /--compare: wasm is the engine of the run itself/],
    ["gpu", /--compare: "gpu" is not an engine/],
  ] as const) {
    const { code, stderr } = await lawrob(folder, ...grid, "--engine", "wasm", "--compare", engine);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
  assert.deepEqual(contents(folder), []);
});
