import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { root } from "../cli/command.ts";
import { changedText, oddNumbers, oddWords } from "./mutations.ts";
import { fuzz } from "./session.ts";

const folder = path.join(root, "experiments");
const published = readdirSync(folder).map((file) => readFileSync(path.join(folder, file), "utf8"));
const own = [
  "name: wide\nn: [500, 1000]\nd: 100\nk: n/4:4*n/6\nepsilon: 0.02\nreplicates: 5\n",
  "title: 'a: b'\nn: &n 50\nd: *n\nk: [2, n/2]\nmethod: [train, construct:caps]\nlaws: [floor]\nmeasure: [bracket]\n",
  'n: 20\nscales:\n  smoke: {n: 10, d: "3,4"}\n  paper: {replicates: 2}\n# end\n',
];

const keys = [
  ..."name title figure n d k data method replicates seed epsilon learning_rate max_steps draws measure laws".split(
    " ",
  ),
  ...["scales", "__proto__", "constructor", "<<", "? [a]", "!!set", "&a", "*a", '""', "1", "null"],
];
const marks = [
  ..."- ? : | > & * ! % @ ` [ ] { } , # --- ... <<: !!binary !!js/function !!float !!timestamp &a *a %YAML".split(
    " ",
  ),
  ...["\t", "\n", "  ", '"', "'", "\r", "\u0000", "\ufeff", "|-\n  ", "{__proto__: {n: 5}}"],
];
const value = fc.oneof(
  fc.constantFrom(...oddNumbers, ...oddWords, ...marks),
  fc.json(),
  fc.double().map(String),
  fc.array(fc.constantFrom(...oddNumbers, ...oddWords), { maxLength: 4 }).map((items) => `[${items}]`),
);
const lines = fc
  .array(fc.tuple(fc.constantFrom("", "", " ", "  "), fc.constantFrom(...keys), value), { maxLength: 8 })
  .map((entries) => entries.map(([space, key, text]) => `${space}${key}: ${text}\n`).join(""));
const soup = fc.array(fc.oneof(fc.constantFrom(...marks, ...keys), value), { maxLength: 30 });

const specification = fc.oneof(
  { weight: 3, arbitrary: changedText([...published, ...own, ...own]) },
  { weight: 2, arbitrary: lines },
  { weight: 1, arbitrary: soup.map((parts) => parts.join("")) },
);
fuzz(
  "specifications",
  1750,
  fc.tuple(specification, fc.boolean()).map(([content, sized]) => ({
    words: ["sweep", "spec.yaml", ...(sized ? ["--n", "20"] : []), "--engine", "wasm", "--dry-run"],
    files: { "spec.yaml": content },
  })),
);
