import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { parse } from "csv-parse/sync";
import { obtainTensorflow } from "../train/obtain-tensorflow.ts";
import { contents, lawrob, temporaryFolder } from "./command.ts";

const methods = ["--method", "train", "--method", "train,depth=3"];
const grid = ["sweep", "--n", "60", "--d", "20", "--k", "20", ...methods];

test("more than two layers: trained, measured, saved and certified again, the same bytes with two workers", async (context) => {
  const tensorflow = await obtainTensorflow();
  if (typeof tensorflow === "string") return context.skip(tensorflow);
  const folder = temporaryFolder(context);
  for (const workers of ["1", "2"]) {
    const run = ["--engine", "tensorflow", "--save", "networks", "--workers", workers, "--out", workers];
    const { code, stderr } = await lawrob(folder, ...grid, ...run);
    assert.equal(code, 0, stderr);
  }
  const text = readFileSync(path.join(folder, "1", "trials.csv"), "utf8");
  assert.equal(readFileSync(path.join(folder, "2", "trials.csv"), "utf8"), text);
  const networks = readdirSync(path.join(folder, "1", "networks"));
  for (const name of networks) {
    const bytes = ["1", "2"].map((run) => readFileSync(path.join(folder, run, "networks", name)));
    assert.ok(bytes[0].equals(bytes[1]));
  }

  const rows: Record<string, string>[] = parse(text, { columns: true });
  const deep = rows.find(({ method }) => method === "train,depth=3");
  assert.ok(deep && rows.length === 2 && networks.length === 2);
  assert.deepEqual([deep.outcome, deep.k, deep.neurons, deep.total_weight], ["kept", "20", "40", ""]);
  const [proxy, lower, upper, product] = [
    "max_random_gradient",
    "lipschitz_lower",
    "lipschitz_upper",
    "spectral_bound",
  ].map((name) => Number(deep[name]));
  assert.ok(proxy <= lower && lower <= upper && upper <= product && product < 1e3);

  const file = path.join("1", "networks", `${deep.trial_id}.safetensors`);
  const again = await lawrob(folder, "lipschitz", file, "--json");
  assert.equal(again.code, 0, again.stderr);
  const found = JSON.parse(again.stdout);
  assert.ok(found.lower.value <= upper && lower <= found.upper.value);
  assert.ok(found.lower.value <= found.upper.value);

  // Depth 2 is the network of two layers, on the same data.
  const named = [...grid.slice(0, -4), "--method", "train,depth=2", "--method", "train,depth=3"];
  await lawrob(folder, ...named, "--engine", "tensorflow", "--out", "named");
  assert.equal(readFileSync(path.join(folder, "named", "trials.csv"), "utf8"), text);
});

test("auto takes tensorflow for them, and says so", async (context) => {
  const tensorflow = await obtainTensorflow();
  if (typeof tensorflow === "string") return context.skip(tensorflow);
  const { code, stdout } = await lawrob(temporaryFolder(context), ...grid, "--dry-run");
  assert.equal(code, 0);
  assert.match(stdout, /engine tensorflow \(auto: alone trains more than two layers\)/);
});

test("another engine is refused before any work, for the run and for a comparison", async (context) => {
  const folder = temporaryFolder(context);
  const asked = await lawrob(folder, ...grid, "--engine", "wasm");
  assert.equal(asked.code, 2);
  assert.match(
    asked.stderr,
    /--engine: wasm trains two layers alone, train,depth=3 needs --engine tensorflow/,
  );
  const tensorflow = await obtainTensorflow();
  if (typeof tensorflow !== "string") {
    const compared = await lawrob(folder, ...grid, "--compare", "wasm");
    assert.equal(compared.code, 2);
    assert.match(compared.stderr, /--compare: wasm trains two layers alone/);
  }
  assert.deepEqual(contents(folder), []);
});
