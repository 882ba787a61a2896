import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { root } from "../cli/command.ts";
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

const manifest = readFileSync(path.join(root, "results", "exp1-smoke", "manifest.json"), "utf8");
fuzz(
  "manifests and tables of a run that was begun",
  250,
  fc.tuple(changedText([manifest]), changedText([published])).map(([json, csv]) => ({
    words: ["sweep", "--n", "20", "--d", "3", "--k", "2", "--engine", "wasm", "--dry-run", "--out", "."],
    files: { "manifest.json": json, "trials.csv": csv },
  })),
);
