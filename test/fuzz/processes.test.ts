import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { contents, lawrob, root, temporaryFolder } from "../cli/command.ts";
import { safetensors } from "../network/files.ts";
import { assertPlain } from "./session.ts";

/** A file of so many bytes that takes no room: what is not given is zeros. */
function sparse(file: string, size: number, start: string | Uint8Array = ""): void {
  const descriptor = openSync(file, "w");
  writeSync(descriptor, Buffer.from(start));
  ftruncateSync(descriptor, size);
  closeSync(descriptor);
}
const tenGigabytes = 10e9;
const bounded = ["--draws", "5", "--budget", "0.01"];

/** What must be refused: how it is made, the words, the reason. */
const attacks: readonly [string, (folder: string) => void, string[], RegExp][] = [
  [
    "10 GB of YAML",
    (folder) => sparse(path.join(folder, "s.yaml"), tenGigabytes, "n: 5\n"),
    ["sweep", "s.yaml"],
    /s\.yaml: has 10000000000 bytes, where at most 64000 are read/,
  ],
  [
    "a table of 10 GB",
    (folder) => sparse(path.join(folder, "trials.csv"), tenGigabytes, "n,k\n1,2\n"),
    ["plot", "."],
    /trials\.csv: has 10000000000 bytes, where at most 400000000 are read/,
  ],
  [
    "a network of 10 GB in JSON",
    (folder) => sparse(path.join(folder, "n.json"), tenGigabytes, '{"W":[[1]]'),
    ["lipschitz", "n.json", ...bounded],
    /n\.json: has 10000 MB of JSON, where at most 100 MB are read/,
  ],
  [
    "10 GB of zeros as CSV",
    (folder) => sparse(path.join(folder, "p.csv"), tenGigabytes),
    ["construct", "caps", "--data", "p.csv"],
    /p\.csv: is binary, not CSV/,
  ],
  [
    "a terabyte as CSV",
    (folder) => sparse(path.join(folder, "p.csv"), 1e12, "1,2\n"),
    ["construct", "caps", "--data", "p.csv"],
    /p\.csv: (has 1000000000000 bytes|line 2)/,
  ],
  [
    "a header of .npy of 4 GB",
    (folder) =>
      sparse(
        path.join(folder, "p.npy"),
        5e9,
        Uint8Array.of(0x93, ...Buffer.from("NUMPY"), 2, 0, 255, 255, 255, 255),
      ),
    ["construct", "caps", "--data", "p.npy"],
    /p\.npy: has a header of 4294967295 bytes, where at most 10000 are read/,
  ],
  [
    "a safetensors header of 2^63 bytes",
    (folder) => writeFileSync(path.join(folder, "n.safetensors"), safetensors("{}", 0, 2n ** 63n)),
    ["lipschitz", "n.safetensors", ...bounded],
    /its header has 9223372036854775808 bytes/,
  ],
  [
    "a terabyte of weights",
    (folder) => {
      const [rows, columns] = [2 ** 17, 10 ** 6];
      const size = 8 * rows * columns;
      const bytes = safetensors({
        W: { dtype: "F64", shape: [rows, columns], data_offsets: [0, size] },
        a: { dtype: "F64", shape: [rows], data_offsets: [size, size + 8 * rows] },
      });
      sparse(path.join(folder, "n.safetensors"), bytes.length + size + 8 * rows, bytes);
    },
    ["lipschitz", "n.safetensors", ...bounded],
    /has 131072131072 parameters, where this machine's memory holds/,
  ],
  [
    "brackets without end in JSON",
    (folder) => writeFileSync(path.join(folder, "n.json"), "[".repeat(3e6)),
    ["lipschitz", "n.json", ...bounded],
    /n\.json: the file is not JSON/,
  ],
  [
    "thousands of keys in YAML",
    (folder) =>
      writeFileSync(path.join(folder, "s.yaml"), Array.from({ length: 9000 }, (_, i) => `k${i}:\n`).join("")),
    ["sweep", "s.yaml"],
    /s\.yaml: unknown key "k0"/,
  ],
  [
    "a million columns",
    (folder) =>
      writeFileSync(path.join(folder, "t.csv"), `${Array.from({ length: 1e6 }, (_, i) => `c${i}`).join()}\n`),
    ["plot", "t.csv"],
    /t\.csv: has 1000000 columns, where at most 10000 are read/,
  ],
  [
    "escape codes in the names of columns",
    (folder) => writeFileSync(path.join(folder, "t.csv"), "n,\u001b]0;owned\u0007\n1,2\n"),
    ["plot", "t.csv", "--x", "m"],
    /unknown column m, there are: n, \]0;owned/,
  ],
  [
    "a link to itself",
    (folder) => symlinkSync("n.json", path.join(folder, "n.json")),
    ["lipschitz", "n.json", ...bounded],
    /n\.json: cannot be read \(ELOOP\)/,
  ],
  [
    "a folder",
    (folder) => mkdirSync(path.join(folder, "n.json")),
    ["lipschitz", "n.json", ...bounded],
    /n\.json: is no file/,
  ],
  [
    "a manifest of a shard among 9e15",
    (folder) => {
      const written = readFileSync(path.join(root, "results", "exp1-smoke", "manifest.json"), "utf8");
      const shard = { index: 1, count: 9e15 };
      writeFileSync(path.join(folder, "manifest.json"), JSON.stringify({ ...JSON.parse(written), shard }));
    },
    ["status", "."],
    /its manifest says shard 1\/9000000000000000, where there are at most 100000: run it again/,
  ],
  ["a device", () => {}, ["plot", "/dev/zero"], /\/dev\/zero: is no file/],
];

/** A pipe that nobody writes into: who opens it waits for ever. */
const readers: readonly (readonly string[])[] = [
  ["sweep", "pipe.yaml"],
  ["plot", "pipe.csv"],
  ["lipschitz", "pipe.json", ...bounded],
  ["construct", "caps", "--data", "pipe.npy"],
];

// Two processes at a time.
describe("a process that is given a file made to harm it says why not, within five seconds", {
  concurrency: 2,
}, () => {
  for (const [what, make, words, expected] of attacks) {
    test(what, async (context) => {
      const folder = temporaryFolder(context);
      make(folder);
      const before = contents(folder);
      const start = performance.now();
      const outcome = await lawrob(folder, ...words);
      assert.ok(performance.now() - start < 5000, `${performance.now() - start} ms`);
      assertPlain(outcome);
      assert.equal(outcome.code, 2);
      assert.match(outcome.stderr, expected);
      assert.deepEqual(contents(folder), before);
    });
  }
  for (const words of readers) {
    const pipe = words.find((word) => word.startsWith("pipe.")) as string;
    test(`a pipe: ${words.join(" ")}`, { skip: process.platform === "win32" }, async (context) => {
      const folder = temporaryFolder(context);
      execFileSync("mkfifo", [path.join(folder, pipe)]);
      const outcome = await lawrob(folder, ...words);
      assertPlain(outcome);
      assert.match(outcome.stderr, /: is no file, give /);
    });
  }
});
