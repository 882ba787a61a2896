/**
 * Saved networks, recomputed in NumPy. Python is LAWROB_PYTHON, or the first of python3 and /usr/bin/python3 that has
 * NumPy. Where there is none the test is skipped, but under CI it fails.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { trialColumns } from "../../src/record/columns.ts";
import { parseTable } from "../../src/record/table.ts";
import { contents, lawrob, root, temporaryFolder } from "./command.ts";

const script = path.join(root, "test", "fixtures", "recompute.py");
const candidates = [process.env.LAWROB_PYTHON, "python3", "/usr/bin/python3"].filter(
  (name) => name !== undefined,
);
const python = candidates.find((name) => {
  try {
    execFileSync(name, ["-c", "import numpy"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});
const missing = `no Python with NumPy among ${candidates.join(", ")}: set LAWROB_PYTHON`;
const skip = python === undefined && process.env.CI !== "true" ? missing : false;

test("NumPy finds in the saved arrays what the rows say", { skip }, async (context) => {
  assert.ok(python, missing);
  const folder = temporaryFolder(context);
  // Kept networks and rejected ones, on both families of data.
  const grid = [
    "--n",
    "40,90",
    "--d",
    "7,60",
    "--k",
    "1,5,33",
    "--max-steps",
    "400",
    "--save",
    "data,networks",
  ];
  for (const data of ["gaussian", "sphere"]) {
    const run = await lawrob(folder, "sweep", ...grid, "--engine", "wasm", "--data", data, "--out", data);
    assert.equal(run.code, 0, run.stderr);
    const rows = parseTable("", readFileSync(path.join(folder, data, "trials.csv"), "utf8"), trialColumns);
    const outcomes = new Set(rows.map((row) => row.outcome));
    assert.ok(rows.length === 12 && outcomes.has("kept") && outcomes.has("loss"));
    const networks = path.join(folder, data, "networks");
    const found = JSON.parse(execFileSync(python, [script, networks], { encoding: "utf8" }));
    assert.deepEqual(Object.keys(found).sort(), rows.map((row) => row.trial_id).sort());
    for (const row of rows) {
      const { shapes, sign_errors, ...numbers } = found[String(row.trial_id)];
      const [n, d, k] = [row.n, row.d, row.k];
      const saved = { W: [k, d], b: [k], a: [k], c: [], witness: [d], lower_witness: [d], X: [n, d], y: [n] };
      assert.deepEqual(shapes, saved);
      assert.equal(sign_errors, row.sign_errors);
      // The lower bound is rounded down and the spectral one up.
      assert.ok(Number(row.lipschitz_lower) <= numbers.lipschitz_lower);
      assert.ok(Number(row.spectral_bound) >= numbers.spectral_bound);
      assert.ok(Number(row.lipschitz_upper) >= numbers.lipschitz_lower);
      for (const [name, value] of Object.entries(numbers as Record<string, number>)) {
        const expected = Number(row[name]);
        assert.ok(
          Math.abs(value - expected) <= 1e-4 * Math.abs(expected),
          `${name}: ${value}, not ${expected}`,
        );
      }
    }
  }
});

test("without --save no arrays are kept, and with --save data only the data", async (context) => {
  const folder = temporaryFolder(context);
  const size = ["--n", "30", "--d", "20", "--k", "9"];
  await lawrob(folder, "sweep", ...size, "--out", "bare");
  assert.ok(!contents(folder).includes(path.join("bare", "networks")));
  await lawrob(folder, "sweep", ...size, "--out", "data", "--save", "data");
  const [file] = contents(path.join(folder, "data", "networks"));
  const bytes = readFileSync(path.join(folder, "data", "networks", file));
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString("utf8"));
  assert.deepEqual(Object.keys(header).sort(), ["X", "__metadata__", "y"]);
});
