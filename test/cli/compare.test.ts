import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { constructionMethods } from "../../src/construct/methods.ts";
import { readHeader, readTensor } from "../../src/network/safetensors-reader.ts";
import { bytesSource } from "../../src/numeric/byte-source.ts";
import { trialColumns } from "../../src/record/columns.ts";
import { parseTable } from "../../src/record/table.ts";
import { contents, lawrob, temporaryFolder } from "./command.ts";

test("compare builds every network on one data set beside trained ones: table, figure, verdict", async (context) => {
  const folder = temporaryFolder(context);
  const args = [
    "compare",
    "--n",
    "60",
    "--d",
    "40",
    "--k",
    "10,30",
    "--engine",
    "wasm",
    "--save",
    "data",
    "--out",
    "run",
  ];
  const { code, stdout, stderr } = await lawrob(folder, ...args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /│ +60 │ +40 │ gauss-newton +│ +10 │ kept/);
  assert.match(stdout, /upper\/√\(n\/k\)/);
  assert.match(stdout, /│ linear +│ +│ refused/);
  const rows = parseTable("", readFileSync(path.join(folder, "run", "trials.csv"), "utf8"), trialColumns);
  for (const { outcome, method } of rows) assert.match(String(outcome), /^(kept|refused)$/, String(method));
  // Every network has the same points and labels, also those of another k.
  const saved = rows.map(({ trial_id: id }) => path.join(folder, "run", "networks", `${id}.safetensors`));
  const data = saved.filter(existsSync).map((file) => {
    const source = bytesSource(readFileSync(file));
    const { tensors } = readHeader(source);
    return ["X", "y"].map((name) => {
      const entry = tensors.get(name);
      assert.ok(entry, name);
      return readTensor(source, entry);
    });
  });
  assert.ok(data.length >= 15);
  for (const one of data) assert.deepEqual(one, data[0]);
  const methods = rows.map(({ method }) => String(method).replace(/,.*/, ""));
  for (const { name, isFunction } of constructionMethods) {
    if (!isFunction) assert.ok(methods.includes(`construct:${name}`), name);
  }
  assert.ok(contents(folder).includes(path.join("run", "figures", "constructions.svg")));
  const verdict = JSON.parse(readFileSync(path.join(folder, "run", "verdict.json"), "utf8"));
  const ratio = verdict.networks.find(
    ({ method, neurons }: { method: string; neurons: number }) => method === "gauss-newton" && neurons === 10,
  ).upper_ratio;
  assert.ok(ratio > 1 && ratio < 10, `${ratio}`);
  // All over again: the same bytes, and nothing left to run.
  const again = await lawrob(folder, ...args.slice(0, -1), "other", "--workers", "1");
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual(
    readFileSync(path.join(folder, "other", "trials.csv")),
    readFileSync(path.join(folder, "run", "trials.csv")),
  );
});

test("a hypothesis that fails is a row and a reason, not an error of the run", async (context) => {
  const folder = temporaryFolder(context);
  const args = [
    "sweep",
    "--n",
    "60",
    "--d",
    "30",
    "--k",
    "10",
    "--method",
    "construct:linear",
    "--out",
    "run",
  ];
  const { code, stdout } = await lawrob(folder, ...args);
  assert.equal(code, 0);
  assert.match(stdout, /0 of 1 trial kept .*1 refused for their data/);
  assert.match(
    readFileSync(path.join(folder, "run", "timings.csv"), "utf8"),
    /linear: needs n <= d \(got n=60, d=30\)/,
  );
});
