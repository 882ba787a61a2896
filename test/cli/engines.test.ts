import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { obtainBlas } from "../train/obtain-blas.ts";
import { contents, lawrob, outcome, start, temporaryFolder } from "./command.ts";

test("engines lists every engine, whether it works here, and the embedded one always does", async (context) => {
  const folder = temporaryFolder(context);
  const { code, stdout, stderr } = await lawrob(folder, "engines", "--no-measure", "--json");
  assert.equal(code, 0, stderr);
  const { engines } = JSON.parse(stdout);
  assert.deepEqual(
    engines.map((engine: { name: string }) => engine.name),
    ["wasm", "blas", "tensorflow"],
  );
  assert.equal(engines[0].available, true);
  for (const { available, version, whyNot, remedy } of engines) {
    assert.ok(available ? version : whyNot && remedy);
  }
  assert.deepEqual(contents(folder), []);
});

test("engines shows the same as a table, with the measured time of a step", async (context) => {
  const { code, stdout } = await lawrob(temporaryFolder(context), "engines");
  assert.equal(code, 0);
  assert.match(stdout, /wasm .*yes .*wasm simd 1 .*\d ms/);
  assert.match(stdout, /blas .*(yes|no) /);
  assert.match(stdout, /tensorflow .*(yes|no) /);
});

const blas = await obtainBlas();
const missing = typeof blas === "string" && blas;
const openblas = typeof blas !== "string" && blas.name === "openblas" && process.arch === "x64";

test("OPENBLAS_CORETYPE is honoured, and is part of the version", { skip: !openblas }, async (context) => {
  const folder = temporaryFolder(context);
  const env = { OPENBLAS_CORETYPE: "Nehalem" };
  const { stdout } = await outcome(start(folder, ["engines", "--no-measure", "--json"], env));
  assert.match(JSON.parse(stdout).engines[1].version, /^blas openblas \d\S* Nehalem$/);
});

test("a run with blas says which library, on the terminal and in its files", {
  skip: missing,
}, async (context) => {
  const folder = temporaryFolder(context);
  const size = ["--n", "60", "--d", "30", "--k", "20"];
  const { code, stdout, stderr } = await lawrob(folder, "sweep", ...size, "--engine", "blas", "--out", "run");
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^sweep: 1 trial to run; engine blas \(asked for\)/);
  assert.match(stdout, /^engine {3}blas \(asked for\)$/m);
  const manifest = JSON.parse(readFileSync(path.join(folder, "run", "manifest.json"), "utf8"));
  assert.ok(typeof blas !== "string");
  assert.deepEqual(manifest.engine, {
    name: "blas",
    version: `blas ${blas.description}`,
    reason: "asked for",
  });
  assert.match(readFileSync(path.join(folder, "run", "trials.csv"), "utf8"), /,relu,blas,/);
});

test("a library in LAWROB_BLAS that does not work ends a run with blas, and auto says so and goes on", async (context) => {
  const folder = temporaryFolder(context);
  const sweep = (...args: string[]) =>
    outcome(start(folder, ["sweep", "--n", "60", ...args], { LAWROB_BLAS: path.join(folder, "none.so") }));
  const asked = await sweep("--engine", "blas");
  assert.equal(asked.code, 2);
  assert.match(
    asked.stderr,
    /^lawrob: the engine blas does not work here: LAWROB_BLAS names \S*none\.so, which does not exist; name a library .*\n$/,
  );
  const auto = await sweep("--engine", "auto", "--dry-run");
  assert.equal(auto.code, 0);
  assert.match(auto.stdout, /^engine (wasm|tensorflow) \(auto: .*none\.so, which does not exist/m);
});

test("engines remove takes away what engines install put there, and nothing else", async (context) => {
  const folder = temporaryFolder(context);
  const installed = path.join(folder, "cache", "openblas-0.3.30.1-linux-x64");
  mkdirSync(installed, { recursive: true });
  const remove = (name: string) =>
    outcome(start(folder, ["engines", "remove", name], { LAWROB_CACHE: path.join(folder, "cache") }));
  assert.equal((await remove("tensorflow")).stdout, "nothing was installed\n");
  assert.equal((await remove("blas")).stdout, `removed ${installed}\n`);
  assert.equal((await remove("blas")).stdout, "nothing was installed\n");
  assert.deepEqual(contents(folder), ["cache"]);
});
