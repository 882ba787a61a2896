import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { contents, lawrob, outcome, start, temporaryFolder } from "./command.ts";

// Nine trials of a few milliseconds each.
const grid = ["--n", "60", "--d", "30,45,60", "--k", "20,40,60", "--engine", "wasm"];
const read = (...parts: string[]) => readFileSync(path.join(...parts), "utf8");

test("a sweep writes its table, figures, verdict and manifest, and says where", async (context) => {
  const folder = temporaryFolder(context);
  const { code, stdout, stderr } = await lawrob(folder, "sweep", ...grid, "--out", "run");
  assert.equal(code, 0, stderr);
  assert.deepEqual(contents(folder), [
    "run",
    ...[
      "figures",
      "figures/max-gradient.png",
      "figures/max-gradient.svg",
      "figures/max-gradient.vl.json",
      "manifest.json",
      "timings.csv",
      "trials.csv",
      "verdict.json",
    ].map((name) => path.join("run", name)),
  ]);
  const [header, ...rows] = read(folder, "run", "trials.csv").trimEnd().split("\n");
  assert.ok(
    header.startsWith(
      "trial_id,experiment,n,d,k,data,activation,engine,seed,replicate,epsilon,learning_rate,steps,loss," +
        "sign_errors,outcome,max_random_gradient,lipschitz_lower,lipschitz_upper,spectral_bound,total_weight,",
    ),
  );
  const sizes = rows.map((row) => row.split(",").slice(2, 5).join());
  assert.deepEqual(
    sizes,
    [30, 45, 60].flatMap((d) => [20, 40, 60].map((k) => `60,${d},${k}`)),
  );
  const timings = read(folder, "run", "timings.csv").trimEnd().split("\n");
  assert.deepEqual(
    timings.slice(1).map((line) => line.split(",")[0]),
    rows.map((row) => row.split(",")[0]),
  );
  const manifest = JSON.parse(read(folder, "run", "manifest.json"));
  assert.equal(manifest.status, "finished");
  assert.equal(manifest.spec.d, "30,45,60");
  assert.match(stdout, /max random gradient/);
  assert.ok(stdout.includes(path.join("run", "trials.csv")));
  assert.match(stderr, /^sweep: 9 trials to run; engine wasm/);
});

test("a family with its labels goes from the flag to the table, the figures and the next run", async (context) => {
  const folder = temporaryFolder(context);
  const size = ["--n", "60", "--d", "20", "--k", "20", "--engine", "wasm", "--out", "run"];
  const { code, stderr } = await lawrob(folder, "sweep", ...size, "--data", "clusters:2 + flip:.1");
  assert.equal(code, 0, stderr);
  const [header, row] = read(folder, "run", "trials.csv").trimEnd().split("\n");
  const at = (name: string) => row.split(",")[header.split(",").indexOf(name)];
  assert.equal(at("data"), "clusters:2+flip:0.1");
  assert.equal(at("outcome"), "kept");
  assert.ok(existsSync(path.join(folder, "run", "figures", "max-gradient.svg")));
  assert.equal(JSON.parse(read(folder, "run", "verdict.json")).trials.kept, 1);
  // The other spelling is the same plan.
  const again = await lawrob(folder, "sweep", ...size, "--data", "clusters:2+flip:0.1");
  assert.equal(again.code, 0, again.stderr);
  const other = await lawrob(folder, "sweep", ...size, "--data", "clusters:2");
  assert.equal(other.code, 2);
});

test("--json prints one JSON document on stdout, whose files exist", async (context) => {
  const folder = temporaryFolder(context);
  const { code, stdout } = await lawrob(folder, "sweep", ...grid, "--json");
  assert.equal(code, 0);
  const summary = JSON.parse(stdout);
  for (const file of [summary.directory, summary.csv, ...summary.files]) assert.ok(existsSync(file), file);
  assert.equal(path.dirname(summary.directory), folder);
  assert.match(path.basename(summary.directory), /^lawrob-sweep-/);
  assert.deepEqual(summary.verdict, JSON.parse(read(summary.directory, "verdict.json")));
});

test("nothing but plain text goes into a pipe, under CI too", async (context) => {
  const folder = temporaryFolder(context);
  for (const env of [{}, { CI: "true" }, { NO_COLOR: "1" }, { NO_COLOR: "1", FORCE_COLOR: "1" }]) {
    const { code, stdout, stderr } = await outcome(
      start(folder, ["sweep", ...grid, "--force", "--out", "run"], env),
    );
    assert.equal(code, 0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for.
    assert.doesNotMatch(stdout + stderr, /[\u0000-\u0009\u000b-\u001f\u007f]/);
  }
});

test("--dry-run prints the plan and writes nothing", async (context) => {
  const folder = temporaryFolder(context);
  const shown = await lawrob(folder, "sweep", ...grid, "--dry-run");
  assert.equal(shown.code, 0);
  assert.match(shown.stdout, /9 trials, gaussian data, epsilon 0\.02/);
  const { code, stdout } = await lawrob(folder, "sweep", "--n", "2000", "--dry-run", "--json");
  assert.equal(code, 0);
  const { trials, plan_hash, directory } = JSON.parse(stdout);
  assert.equal(trials.length, 50);
  assert.match(plan_hash, /^[0-9a-f]{16}$/);
  assert.equal(path.dirname(directory), folder);
  assert.deepEqual(contents(folder), []);
});

test("flags override a specification file, whose name is the experiment's", async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, "My guess.yaml"), "n: 60\nd: [30, 60]\nk: 10*n/d\nseed: 7\n");
  const args = ["sweep", "My guess.yaml", "--k", "n/2,n", "--seed", "8", "--dry-run", "--json"];
  const { spec, trials } = JSON.parse((await lawrob(folder, ...args)).stdout);
  assert.equal(spec.name, "my-guess");
  assert.deepEqual(
    trials.map((trial: Record<string, number>) => [trial.n, trial.d, trial.k, trial.seed]),
    [
      [60, 30, 30, 8],
      [60, 30, 60, 8],
      [60, 60, 30, 8],
      [60, 60, 60, 8],
    ],
  );
});

test("a second run of the same command runs nothing and says the same", async (context) => {
  const folder = temporaryFolder(context);
  const first = await lawrob(folder, "sweep", ...grid, "--out", "run");
  const before = read(folder, "run", "trials.csv");
  const timings = read(folder, "run", "timings.csv");
  const second = await lawrob(folder, "sweep", ...grid, "--out", "run");
  assert.equal(second.code, 0);
  assert.match(second.stderr, /^sweep: 0 trials to run, 9 finished before/);
  assert.equal(read(folder, "run", "trials.csv"), before);
  assert.equal(read(folder, "run", "timings.csv"), timings);
  const findings = (text: string) => text.replace(/\n9 trials in .*/, "");
  assert.equal(findings(second.stdout), findings(first.stdout));
});

test("a folder of another run is refused, and with --force set aside whole", async (context) => {
  const folder = temporaryFolder(context);
  await lawrob(folder, "sweep", ...grid, "--out", "run");
  const files = contents(path.join(folder, "run"));
  const before = read(folder, "run", "trials.csv");
  writeFileSync(path.join(folder, "other.yaml"), "name: other\n");
  for (const [args, expected] of [
    [
      [...grid, "--seed", "2"],
      /run holds another plan \(sweep, 9 trials\): choose another --out, or --force/,
    ],
    [[...grid, "--measure", "none"], /run holds another plan/],
    [[...grid, "--save", "data"], /run holds a run with no --save: choose another --out, or --force/],
    [["other.yaml", ...grid], /run holds results of the experiment sweep: choose another --out, or --force/],
  ] as const) {
    const { code, stdout, stderr } = await lawrob(folder, "sweep", ...args, "--out", "run");
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(stderr, /^lawrob: [^\n]+\n$/);
    assert.match(stderr, expected);
  }
  assert.equal(read(folder, "run", "trials.csv"), before);
  assert.deepEqual(contents(folder), ["other.yaml", "run", ...files.map((file) => path.join("run", file))]);

  const forced = await lawrob(folder, "sweep", ...grid, "--seed", "2", "--out", "run", "--force");
  assert.equal(forced.code, 0);
  assert.match(forced.stderr, /set the old results aside in run\.old-1/);
  assert.equal(read(folder, "run.old-1", "trials.csv"), before);
  assert.deepEqual(contents(path.join(folder, "run.old-1")), files);
  assert.notEqual(read(folder, "run", "trials.csv"), before);
});

test("a table of other columns or without a manifest is refused and left alone", async (context) => {
  const folder = temporaryFolder(context);
  await lawrob(folder, "sweep", ...grid, "--out", "run");
  const file = path.join(folder, "run", "trials.csv");
  const manifest = read(folder, "run", "manifest.json");
  const older = read(folder, "run", "trials.csv").replaceAll(/,[^,\n]*\n/g, "\n");
  writeFileSync(file, older);
  const refused = await lawrob(folder, "sweep", ...grid, "--out", "run");
  assert.equal(refused.code, 2);
  assert.match(
    refused.stderr,
    /^lawrob: .*trials\.csv: has other columns than this version writes, choose another folder\n$/,
  );
  assert.equal(read(folder, "run", "trials.csv"), older);
  assert.equal(read(folder, "run", "manifest.json"), manifest);

  writeFileSync(path.join(folder, "trials.csv"), "n,d\n1,2\n");
  const alone = await lawrob(folder, "sweep", ...grid, "--out", ".");
  assert.equal(alone.code, 2);
  assert.match(
    alone.stderr,
    /^lawrob: [^\n]* holds a trials\.csv without a manifest, choose another --out, or --force to set it aside\n$/,
  );
});

test("a trial that failed makes the exit code 1, and --retry-failed runs it again", async (context) => {
  const folder = temporaryFolder(context);
  await lawrob(folder, "sweep", ...grid, "--out", "run");
  const file = path.join(folder, "run", "trials.csv");
  const before = read(file);
  writeFileSync(file, before.replace(/,kept,/, ",error,"));
  const failed = read(file);
  assert.notEqual(failed, before);

  const again = await lawrob(folder, "sweep", ...grid, "--out", "run");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /\n1 trial failed \(no reason recorded\): run again with --retry-failed\n$/);
  assert.equal(read(file), failed);

  const retried = await lawrob(folder, "sweep", ...grid, "--out", "run", "--retry-failed");
  assert.equal(retried.code, 0);
  assert.match(retried.stderr, /^sweep: 1 trials? to run, 8 finished before/);
  assert.equal(read(file), before);
});

const asRoot = process.getuid?.() === 0;
test("a folder without the right to write is refused", {
  skip: asRoot && "root may write anywhere",
}, async (context) => {
  const folder = temporaryFolder(context);
  const { chmodSync, mkdirSync } = await import("node:fs");
  mkdirSync(path.join(folder, "run"), { mode: 0o555 });
  const { code, stderr } = await lawrob(folder, "sweep", ...grid, "--out", "run");
  chmodSync(path.join(folder, "run"), 0o755);
  assert.equal(code, 2);
  assert.match(stderr, /^lawrob: run cannot be written \(EACCES\), choose another --out\n$/);
  assert.deepEqual(contents(folder), ["run"]);
});
