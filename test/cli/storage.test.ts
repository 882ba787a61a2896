/** Folders and disks that do not do what a run needs. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { contents, lawrob, outcome, program as programPath, start, temporaryFolder } from "./command.ts";

const small = ["sweep", "--n", "60", "--d", "20", "--k", "20,30", "--engine", "wasm", "--out", "run"];
const linux = process.platform === "linux" ? false : "needs /proc and /dev/zero";
const table = (folder: string) => path.join(folder, "run", "trials.csv");

test("a folder that the system does not let exist is refused at once", { skip: linux }, async (context) => {
  const folder = temporaryFolder(context);
  for (const out of ["/proc/lawrob", "/proc/lawrob/deeper", "/proc"]) {
    const { code, stderr } = await lawrob(folder, "sweep", "--n", "60", "--out", out);
    assert.equal(code, 2, out);
    assert.match(stderr, /^lawrob: \/proc\S* cannot be written \(\w+\), choose another --out\n$/);
  }
});

test("a device in the place of a specification is refused", { skip: linux }, async (context) => {
  const { code, stderr } = await lawrob(temporaryFolder(context), "sweep", "/dev/zero");
  assert.equal(code, 2);
  assert.match(stderr, /^lawrob: \/dev\/zero: is no file, .*\n$/);
});

test("an unusable folder of the second experiment is met before the first one runs", async (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(path.join(folder, "out"));
  writeFileSync(path.join(folder, "out", "exp2-smoke"), "");
  const { code } = await lawrob(folder, "reproduce", "exp1", "exp2", "--out", "out");
  assert.equal(code, 2);
  assert.deepEqual(contents(path.join(folder, "out")), ["exp2-smoke"]);
});

test("on a full disk a run stops with one line, and goes on to the same bytes when there is room", {
  skip: process.getuid?.() === 0 && !linux ? false : "only root can mount a small disk",
}, async (context) => {
  const folder = temporaryFolder(context);
  const disk = path.join(folder, "disk");
  mkdirSync(disk);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk]);
  try {
    const command = [
      "sweep",
      "--n",
      "100",
      "--d",
      "50",
      "--k",
      "20:100:20",
      "--engine",
      "wasm",
      "--save",
      "networks",
    ];
    const { code, stderr } = await lawrob(folder, ...command, "--out", "disk/run");
    // A network that does not fit fails its trial; a table that does not fit stops the run.
    assert.equal(code, 1, stderr);
    assert.match(stderr, /no space left on the device: free some/);
    assert.doesNotMatch(stderr, /\n\s+at /);
    const saved = path.join(disk, "run", "networks");
    for (const name of existsSync(saved) ? readdirSync(saved) : []) {
      assert.match(name, /^[0-9a-f]{16}\.safetensors$/);
      const bytes = readFileSync(path.join(saved, name));
      const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString("utf8"));
      const end = Math.max(
        ...Object.values<{ data_offsets?: number[] }>(header).map((tensor) => tensor.data_offsets?.[1] ?? 0),
      );
      assert.equal(bytes.length, 8 + Number(bytes.readBigUInt64LE(0)) + end, "a network is whole or absent");
    }
    execFileSync("mount", ["-o", "remount,size=16m", disk]);
    const again = await lawrob(folder, ...command, "--out", "disk/run", "--retry-failed");
    assert.equal(again.code, 0, again.stderr);
    const calm = await lawrob(folder, ...command, "--out", "calm");
    assert.equal(calm.code, 0, calm.stderr);
    assert.equal(
      readFileSync(path.join(disk, "run", "trials.csv"), "utf8"),
      readFileSync(path.join(folder, "calm", "trials.csv"), "utf8"),
    );
  } finally {
    execFileSync("umount", ["-l", disk]);
  }
});

test("a table with line ends and a mark of another system is read, and mended", async (context) => {
  const folder = temporaryFolder(context);
  await lawrob(folder, ...small);
  const expected = readFileSync(table(folder), "utf8");
  writeFileSync(table(folder), `\uFEFF${expected.replaceAll("\n", "\r\n")}`);
  const { code, stderr } = await lawrob(folder, ...small);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /0 trials to run, 2 finished before/);
  assert.equal(readFileSync(table(folder), "utf8"), expected);
});

test("a trial whose saved network is gone is run again", async (context) => {
  const folder = temporaryFolder(context);
  await lawrob(folder, ...small, "--save", "networks");
  const expected = readFileSync(table(folder), "utf8");
  const saved = path.join(folder, "run", "networks");
  const [lost, ...others] = readdirSync(saved);
  const bytes = readFileSync(path.join(saved, lost));
  rmSync(path.join(saved, lost));
  const { code, stderr } = await lawrob(folder, ...small, "--save", "networks");
  assert.equal(code, 0, stderr);
  assert.match(stderr, /1 trial to run, 1 finished before/);
  assert.equal(others.length, 1);
  assert.deepEqual(readFileSync(path.join(saved, lost)), bytes);
  assert.equal(readFileSync(table(folder), "utf8"), expected);
});

test("two interrupts at once, as npx passes them on, are one", async (context) => {
  const folder = temporaryFolder(context);
  const child = start(folder, ["sweep", "--n", "600", "--engine", "wasm", "--out", "run"]);
  const ending = outcome(child);
  while (!existsSync(path.join(folder, "run", "manifest.json"))) await sleep(20);
  child.kill("SIGINT");
  await sleep(20);
  child.kill("SIGINT");
  const { code, stderr } = await ending;
  assert.equal(code, 130);
  assert.match(stderr, /\ninterrupted: \d+ of 50 trials are in run\nresume with: lawrob sweep --n 600 .*\n$/);
  assert.doesNotMatch(stderr, /\n\s+at /);
});

test("standard output that cannot be written ends in one line", { skip: linux }, async (context) => {
  const folder = temporaryFolder(context);
  try {
    execFileSync("sh", ["-c", `"${process.execPath}" "${programPath}" plot --help > /dev/full`], {
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
      encoding: "utf8",
    });
    assert.fail("a full device took the text");
  } catch (error) {
    const { status, stderr } = error as { status?: number; stderr?: string };
    assert.equal(status, 1);
    assert.match(
      String(stderr),
      /^lawrob: standard output cannot be written \(ENOSPC\), send it elsewhere\n$/,
    );
  }
});
