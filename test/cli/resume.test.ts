/** The same bytes whatever the workers and the interruptions, on the default grid at n = 500: 50 trials. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { after, before, describe } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { lawrob, outcome, program, start, temporaryFolder } from "./command.ts";

const command = ["sweep", "--n", "500", "--seed", "1", "--engine", "wasm"];

/** The whole lines of a table as it stands. */
function lines(folder: string): string[] {
  const file = path.join(folder, "run", "trials.csv");
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
}

/** Waits until some trials, but not all, are on disk; fails if the run ends before. */
async function someTrials(folder: string, child: ChildProcess): Promise<void> {
  while (lines(folder).length < 6) {
    assert.equal(child.exitCode, null, "the run ended before it could be interrupted");
    await sleep(20);
  }
}

/** A signal to the whole process group: what a terminal sends at Ctrl-C. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  assert.ok(child.pid);
  process.kill(-child.pid, signal);
}

describe("a sweep of 50 trials gives the same bytes", () => {
  let expected = "";
  const folder = temporaryFolder({ after });
  before(async () => {
    const { code, stderr } = await lawrob(folder, ...command, "--workers", "1", "--out", "run");
    assert.equal(code, 0, stderr);
    expected = readFileSync(path.join(folder, "run", "trials.csv"), "utf8");
    assert.equal(lines(folder).length, 51);
  });

  test("with two workers", async (context) => {
    const folder = temporaryFolder(context);
    const { code } = await lawrob(folder, ...command, "--workers", "2", "--out", "run");
    assert.equal(code, 0);
    assert.equal(readFileSync(path.join(folder, "run", "trials.csv"), "utf8"), expected);
  });

  test("after Ctrl-C, which exits 130, keeps what is finished and prints how to go on", async (context) => {
    const folder = temporaryFolder(context);
    const child = start(folder, [...command, "--workers", "2", "--out", "run"]);
    const ending = outcome(child);
    await someTrials(folder, child);
    signalGroup(child, "SIGINT");
    const { code, stdout, stderr } = await ending;
    assert.equal(code, 130, stderr);
    assert.equal(stdout, "");
    const kept = lines(folder);
    assert.ok(kept.length >= 6 && kept.length < 51, `${kept.length} lines`);
    const all = expected.split("\n");
    assert.deepEqual(
      kept,
      all.filter((line) => kept.includes(line)),
      "whole lines, in the order of the plan",
    );
    assert.match(stderr, new RegExp(`interrupted: ${kept.length - 1} of 50 trials are in run`));
    const manifest = JSON.parse(readFileSync(path.join(folder, "run", "manifest.json"), "utf8"));
    assert.equal(manifest.status, "interrupted");

    const resume = /resume with: (lawrob .*)/.exec(stderr)?.[1];
    assert.ok(resume, stderr);
    // `lawrob` as a shell finds it.
    const shim = path.join(folder, "lawrob");
    writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(shim, 0o755);
    const env = { ...process.env, PATH: `${folder}${path.delimiter}${process.env.PATH}` };
    const resumed = await outcome(spawn("/bin/sh", ["-c", resume], { cwd: folder, env }));
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, new RegExp(`, ${kept.length - 1} finished before`));
    assert.equal(readFileSync(path.join(folder, "run", "trials.csv"), "utf8"), expected);
  });

  test("after the process and its workers were killed, a line torn", async (context) => {
    const folder = temporaryFolder(context);
    const child = start(folder, [...command, "--workers", "2", "--out", "run"]);
    const ending = outcome(child);
    await someTrials(folder, child);
    signalGroup(child, "SIGKILL");
    await ending;
    const finished = lines(folder).length - 1;
    const file = path.join(folder, "run", "trials.csv");
    writeFileSync(file, `${lines(folder).join("\n")}\n0123456789ab,sweep,500,`);
    rmSync(path.join(folder, "run", "timings.csv"));

    const { code, stderr } = await lawrob(folder, ...command, "--workers", "2", "--out", "run");
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`, ${finished} finished before`));
    assert.equal(readFileSync(file, "utf8"), expected);
  });
});

test("the workers end with a process that is killed", async (context) => {
  const folder = temporaryFolder(context);
  // Five neurons cannot memorise 500 points: it would train for days.
  const endless = [
    "sweep",
    "--n",
    "500",
    "--d",
    "10",
    "--k",
    "5",
    "--max-steps",
    "1000000000",
    "--out",
    "run",
  ];
  const child = start(folder, [...endless, "--workers", "1"]);
  assert.ok(child.pid);
  const ending = outcome(child);
  const group = child.pid;
  const alive = async () => {
    const ps = spawn("ps", ["-A", "-o", "pgid=,stat=,args="], { stdio: ["ignore", "pipe", "ignore"] });
    const { stdout } = await outcome(ps);
    const members = stdout.split("\n").filter((line) => Number(line.trim().split(/\s+/)[0]) === group);
    // A zombie waits for its parent's attention only.
    return members.filter((line) => !/^\s*\d+\s+Z/.test(line) && /execute.worker\.js/.test(line));
  };
  while ((await alive()).length === 0) await sleep(50);
  process.kill(child.pid, "SIGKILL");
  await ending;
  const deadline = Date.now() + 20_000;
  while ((await alive()).length > 0 && Date.now() < deadline) await sleep(50);
  assert.deepEqual(await alive(), []);
});
