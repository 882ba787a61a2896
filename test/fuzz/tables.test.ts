import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after } from "node:test";
import fc from "fast-check";
import { checksumOf } from "../../src/record/manifest.ts";
import { lawrob, root } from "../cli/command.ts";
import { changedText, oddNumbers, oddWords } from "./mutations.ts";
import { fuzz } from "./session.ts";

const published = readFileSync(path.join(root, "results", "exp1-smoke", "trials.csv"), "utf8");
const short = published.split("\n").slice(0, 5).join("\n");
const tables = ["n,d,k,word\n1,2,3,a\n4,5,6,b\n7,8,9,\n", short, `${short}\n`, '"n","a b"\r\n1,"2\n3"\r\n'];
const cell = fc.constantFrom(...oddNumbers, ...oddWords, "n", "k", "1", "2", "3", '"a,b"', '"', '""');
const rows = fc
  .array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 })
  .map((lines) => lines.map((line) => line.join(",")).join("\n"));
const axes = fc.constantFrom(
  [],
  ["--x", "n", "--y", "k", "--all"],
  ["--x", "n", "--y", "k", "--color", "word", "--facet", "d", "--fit", "--all"],
  ["--x", "n/d", "--y", "log(k)", "--log", "xy", "--json"],
  ["--x", "__proto__", "--y", "constructor"],
);
const outs = fc.constantFrom("out.vl.json", "out.vl.json", "out.vl.json", "out.svg", "out.png", "out.html");
fuzz(
  "tables to plot",
  500,
  fc.tuple(fc.oneof(changedText(tables), rows), axes, outs).map(([content, chosen, out]) => ({
    words: ["plot", "t.csv", ...chosen, "--out", out],
    files: { "t.csv": content },
  })),
);

/** A shard of a run as it was written. */
const folder = mkdtempSync(path.join(os.tmpdir(), "lawrob-fuzz-"));
after(() => rmSync(folder, { recursive: true, force: true }));
const sizes = ["--n", "20", "--d", "3", "--k", "2,3", "--engine", "wasm"];
const { code, stderr } = await lawrob(
  folder,
  "sweep",
  ...sizes,
  "--shard",
  "1/2",
  "--save",
  "networks",
  "--out",
  "run",
);
assert.equal(code, 0, stderr);
const written = (name: string) => readFileSync(path.join(folder, "run", "shard-1-of-2", name), "utf8");
const [manifest, trials, timings] = ["manifest.json", "trials.csv", "timings.csv"].map(written);

/** The manifest with the checksums that whoever changed the files would give it. */
function forged(text: string, files: Readonly<Record<string, string>>): string {
  try {
    const { sha256: _, ...content } = JSON.parse(text);
    const checksums = Object.entries(files).map(([name, table]) => [name, checksumOf(table)]);
    const changed = { ...content, files: Object.fromEntries(checksums) };
    return JSON.stringify({ ...changed, sha256: checksumOf(JSON.stringify(changed)) });
  } catch {
    return text;
  }
}

const looks = fc.constantFrom(
  ["sweep", ...sizes, "--shard", "1/2", "--dry-run", "--out", "."],
  ["sweep", ...sizes, "--dry-run", "--out", "."],
  ["status", "."],
  ["status", ".", "--json"],
  ["merge", ".", "--out", "out"],
  ["merge", ".", "--out", "out", "--allow-mixed-engines", "--json"],
);
const shared = fc.constantFrom('"shard":{"index":1,"count":2}', '"shard":{"index":9e15,"count":1}');
const manifests = fc.oneof(
  changedText([manifest]),
  fc
    .tuple(changedText([manifest]), shared, fc.constantFrom("1", "2", "1000000000", "9007199254740991"))
    .map(([text, shard, count]) => text.replace(/"shard":\s*\{[^}]*\}/, shard.replace(/\d+\}/, `${count}}`))),
);
const tablesOfRun = fc.tuple(
  fc.oneof(fc.constant(trials), changedText([trials])),
  fc.oneof(fc.constant(timings), changedText([timings])),
);
fuzz(
  "manifests and tables of a run that was begun",
  500,
  fc.tuple(manifests, tablesOfRun, looks, fc.boolean()).map(([json, [table, times], words, forge]) => {
    const files = { "trials.csv": table, "timings.csv": times };
    return { words, files: { ...files, "manifest.json": forge ? forged(json, files) : json } };
  }),
);
