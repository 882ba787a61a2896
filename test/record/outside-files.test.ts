import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { trialColumns } from "../../src/record/columns.ts";
import { writeWhole } from "../../src/record/files.ts";
import { openJournal } from "../../src/record/journal.ts";
import { readManifest } from "../../src/record/manifest.ts";
import { headerLine, line } from "../../src/record/table.ts";
import { root, temporaryFolder } from "../cli/command.ts";

const published = path.join(root, "results", "exp1-smoke", "manifest.json");

test("a table that is too large, a pipe or a folder is refused before it is read", (context) => {
  const file = path.join(temporaryFolder(context), "trials.csv");
  const refused = (why: RegExp) =>
    assert.throws(
      () => openJournal(file, trialColumns),
      (error: Error) => {
        assert.equal(error.name, "TableError");
        assert.match(error.message, why);
        return true;
      },
    );
  writeFileSync(file, headerLine(trialColumns));
  truncateSync(file, 10e9);
  refused(/trials\.csv: has 10000000000 bytes, where at most 400000000 are read/);
  execFileSync("rm", [file]);
  execFileSync("mkfifo", [file]);
  refused(/trials\.csv: is no file, move it away$/);
  execFileSync("rm", [file]);
  mkdirSync(file);
  refused(/trials\.csv: is no file, move it away$/);
});

test("an id that leads out of the folder is none", (context) => {
  const file = path.join(temporaryFolder(context), "trials.csv");
  for (const id of ["../../escape", "/etc/passwd", "..", "__proto__", "a b"]) {
    writeFileSync(file, headerLine(trialColumns) + line(trialColumns.map((_, i) => (i === 0 ? id : null))));
    assert.throws(
      () => openJournal(file, trialColumns),
      /^TableError: .*" is no trial_id, choose another folder$/,
    );
  }
});

test("a manifest of 10 GB, of 1e300 trials, or that is a pipe is none; a prototype's key does nothing", (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, "manifest.json");
  const none = () => assert.throws(() => readManifest(folder), /manifest\.json is not a manifest of lawrob$/);
  copyFileSync(published, file);
  assert.ok(readManifest(folder));
  const content = readFileSync(published, "utf8");
  writeFileSync(file, content.replace(/"trials": \d+/, '"trials": 1e300'));
  none();
  writeFileSync(file, content.replace("{", '{"__proto__": {"polluted": 1},'));
  assert.ok(readManifest(folder));
  assert.equal(({} as { polluted?: number }).polluted, undefined);
  truncateSync(file, 10e9);
  none();
  execFileSync("rm", [file]);
  execFileSync("mkfifo", [file]);
  none();
});

test("a link under the temporary name is not written through", (context) => {
  const folder = temporaryFolder(context);
  const [file, victim] = [path.join(folder, "table.csv"), path.join(folder, "victim")];
  writeFileSync(victim, "precious");
  symlinkSync(victim, `${file}.${process.pid}.tmp`);
  writeWhole(file, "new");
  assert.equal(readFileSync(victim, "utf8"), "precious");
  assert.equal(readFileSync(file, "utf8"), "new");
});
