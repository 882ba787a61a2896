import assert from "node:assert/strict";
import { existsSync, readFileSync, truncateSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { lawrob, temporaryFolder } from "./command.ts";

const sweep = ["sweep", "--n", "40", "--d", "30", "--k", "10,20", "--method", "train", "--method", "data"];
const laws = ["--law", "undercomplete,pairing=matching", "--law", "genericity", "--engine", "wasm"];

test("laws of a sweep are a table of their own, the same for any workers, and after an interruption", async (context) => {
  const folder = temporaryFolder(context);
  const read = (run: string, file = "laws.csv") => readFileSync(path.join(folder, run, file), "utf8");
  for (const [run, workers] of [
    ["one", "1"],
    ["two", "2"],
  ]) {
    const { code, stderr, stdout } = await lawrob(
      folder,
      ...sweep,
      ...laws,
      "--out",
      run,
      "--workers",
      workers,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`^laws {5}${run}/laws\\.csv$`, "m"));
  }
  const whole = read("one");
  assert.equal(read("two"), whole);
  assert.equal(read("two", "trials.csv"), read("one", "trials.csv"));
  // As a crash leaves them: the laws torn within the last trial's lines, its line in trials.csv not yet there.
  truncateSync(path.join(folder, "one", "laws.csv"), Buffer.byteLength(whole) - 200);
  const trials = read("one", "trials.csv");
  const last = trials.trimEnd().lastIndexOf("\n") + 1;
  truncateSync(path.join(folder, "one", "trials.csv"), Buffer.byteLength(trials.slice(0, last)));
  const again = await lawrob(folder, ...sweep, ...laws, "--out", "one", "--json");
  assert.equal(again.code, 0, again.stderr);
  assert.equal(read("one"), whole);
  assert.equal(read("one", "trials.csv"), trials);
  assert.equal(JSON.parse(again.stdout).laws_csv, path.join(folder, "one", "laws.csv"));
});

test("a sweep without laws has no laws.csv, and the same trials", async (context) => {
  const folder = temporaryFolder(context);
  const bare = ["sweep", "--n", "40", "--d", "30", "--k", "10", "--engine", "wasm"];
  await lawrob(folder, ...bare, "--out", "bare");
  await lawrob(folder, ...bare, "--law", "floor", "--out", "asked");
  const trials = (run: string) => readFileSync(path.join(folder, run, "trials.csv"), "utf8");
  assert.equal(trials("asked"), trials("bare"));
  assert.ok(!existsSync(path.join(folder, "bare", "laws.csv")));
  const { code, stderr } = await lawrob(folder, ...bare, "--law", "linear", "--out", "asked");
  assert.equal(code, 2);
  assert.match(stderr, /asked holds another plan/);
});

for (const [args, message] of [
  [["--law", "gravity"], /^lawrob: --law: "gravity" is no law, there are floor, /],
  [["--law", "tensor-norm,degree=x"], /^lawrob: --law: degree: "x" is no number/],
  [["--method", "data"], /^lawrob: sweep: the method data asks laws and nothing else, give some/],
] as const) {
  test(`refused before any work: ${args.join(" ")}`, async (context) => {
    const { code, stderr } = await lawrob(temporaryFolder(context), "sweep", "--n", "40", ...args);
    assert.equal(code, 2);
    assert.match(stderr, message);
  });
}

test("an experiment on a law is reproduced with its figure and its verdict", async (context) => {
  const folder = temporaryFolder(context);
  const { code, stderr } = await lawrob(folder, "reproduce", "theorem5", "--engine", "wasm");
  assert.equal(code, 0, stderr);
  const run = path.join(folder, "results", "theorem5-smoke");
  const verdict = JSON.parse(readFileSync(path.join(run, "verdict.json"), "utf8"));
  assert.ok(["confirmed", "refuted", "undecided"].includes(verdict.reading));
  assert.ok(verdict.checks[0].count > 5);
  assert.ok(existsSync(path.join(run, "figures", "theorem5.svg")));
});
