import assert from "node:assert/strict";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { contents, lawrob, root, temporaryFolder } from "./command.ts";

test("reproduce plans an experiment at a scale, into a folder named after both", async (context) => {
  const folder = temporaryFolder(context);
  for (const [args, name] of [
    [["exp1", "--scale", "smoke"], "exp1-smoke"],
    [["exp2", "--scale", "smoke"], "exp2-smoke"],
    [["exp1", "--scale", "paper"], "exp1"],
  ] as const) {
    const { code, stdout, stderr } = await lawrob(folder, "reproduce", ...args, "--dry-run", "--json");
    assert.equal(code, 0, stderr);
    const [{ directory, spec, trials }, ...others] = JSON.parse(stdout);
    assert.deepEqual(others, []);
    assert.equal(directory, path.join(folder, "results", name));
    assert.equal(spec.name, args[0]);
    assert.ok(trials.length > 20);
  }
  assert.deepEqual(contents(folder), []);
});

test("reproduce all plans every experiment once, below --out", async (context) => {
  const folder = temporaryFolder(context);
  const args = ["reproduce", "all", "exp1", "--out", "mine", "--dry-run", "--engine", "wasm"];
  const { code, stdout, stderr } = await lawrob(folder, ...args);
  assert.equal(code, 0);
  const names = readdirSync(path.join(root, "experiments"), "utf8")
    .map((file) => file.replace(/\.yaml$/, ""))
    .sort();
  assert.ok(names.includes("exp1") && names.includes("theorem5"));
  const into = [...stdout.matchAll(/^into (.*); nothing was run$/gm)].map((match) => match[1]);
  assert.deepEqual(
    into,
    names.filter((name) => name !== "depth").map((name) => path.join("mine", `${name}-smoke`)),
  );
  assert.match(stderr, /^depth is left out: --engine: wasm trains two layers alone/m);
  assert.deepEqual(contents(folder), []);
});

test("every experiment is checked before the first one runs", async (context) => {
  const folder = temporaryFolder(context);
  const other = path.join(folder, "results", "exp2-smoke");
  mkdirSync(other, { recursive: true });
  writeFileSync(path.join(other, "trials.csv"), "n,d\n1,2\n");
  const before = contents(folder);
  const { code, stdout, stderr } = await lawrob(folder, "reproduce", "all");
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /^lawrob: [^\n]*exp2-smoke holds a trials\.csv without a manifest, choose another --out, or --force to set it aside\n$/,
  );
  assert.deepEqual(contents(folder), before);
});
