/**
 * Any process of a run killed at any moment: the run goes on to the bytes that it would have written undisturbed. LAWROB_KILLS
 * says how many kills; 200 take some minutes.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { lawrob, outcome, start, temporaryFolder } from "../cli/command.ts";

const kills = Number(process.env.LAWROB_KILLS ?? 10);
const linux = process.platform === "linux" ? false : "needs the process table of Linux";
const command = ["reproduce", "exp1", "--scale", "smoke", "--engine", "wasm", "--retry-failed", "--out"];

/** Ids of the whole lines of a table that are results, in the order in which they were written. */
function recorded(folder: string, out: string): string[] {
  const file = path.join(folder, out, "exp1-smoke", "trials.csv");
  if (!existsSync(file)) return [];
  const [head, ...lines] = readFileSync(file, "utf8").split("\n").slice(0, -1);
  const at = head.split(",").indexOf("outcome");
  return lines.map((line) => line.split(",")).flatMap((cells) => (cells[at] === "error" ? [] : [cells[0]]));
}

/** The process and its workers. */
function tree(pid: number): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "ppid=,pid="], { encoding: "utf8" }).trim().split("\n");
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  return [pid, ...pairs.filter(([parent]) => parent === pid).map(([, child]) => child)];
}

function isThere(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
}

test(`${kills} kills, and the table is that of a quiet machine`, { skip: linux }, async (context) => {
  const folder = temporaryFolder(context);
  const quiet = await lawrob(folder, ...command, "quiet");
  assert.equal(quiet.code, 0, quiet.stderr);
  const expected = readFileSync(path.join(folder, "quiet", "exp1-smoke", "trials.csv"));
  let [killed, runs, rounds, parents] = [0, 0, 0, 0];
  let known: string[] = [];
  while (killed < kills) {
    const out = `round-${rounds}`;
    const child = start(folder, [...command, out, "--workers", "2"]);
    const ending = outcome(child);
    runs++;
    let ended = false;
    void ending.then(() => {
      ended = true;
    });
    while (!ended && killed < kills) {
      await sleep(50 + 1200 * Math.random());
      if (ended || child.pid === undefined) break;
      const processes = tree(child.pid).filter(isThere);
      const victim = processes[Math.floor(Math.random() * processes.length)];
      if (victim === undefined) continue;
      try {
        process.kill(victim, "SIGKILL");
      } catch {
        continue;
      }
      killed++;
      if (victim !== child.pid) continue;
      parents++;
      await ending;
      const before = recorded(folder, out);
      assert.deepEqual(before, [...new Set(before)], "a trial was run again after it was recorded");
      assert.ok(
        known.every((id) => before.includes(id)),
        "a recorded trial was lost",
      );
      known = before;
      // Without their parent the workers end too.
      await sleep(1500);
      assert.deepEqual(processes.filter(isThere), []);
    }
    const { code, stderr } = await ending;
    if (code === null) continue;
    // A trial whose worker was killed twice is an error, and run again.
    if (code === 1) {
      assert.match(stderr, /was ended by SIGKILL/);
      continue;
    }
    assert.equal(code, 0, stderr);
    check(out);
    rounds++;
    known = [];
  }
  const last = await lawrob(folder, ...command, `round-${rounds}`);
  assert.equal(last.code, 0, last.stderr);
  assert.match(last.stderr, known.length > 0 ? new RegExp(`, ${known.length} finished before`) : /./);
  check(`round-${rounds}`);
  context.diagnostic(`${killed} kills, ${parents} of the parent, over ${runs} runs in ${rounds + 1} folders`);

  function check(out: string): void {
    const table = path.join(folder, out, "exp1-smoke", "trials.csv");
    assert.ok(readFileSync(table).equals(expected), `${out} differs`);
  }
});
