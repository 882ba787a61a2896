import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { checkFree, type Holder, LockedError, lockFile, readLock, takeLock } from "../../src/record/lock.ts";

function folder(context: TestContext): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), "lawrob-lock-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

const silent = () => assert.fail("nothing to wait for");

function holderOf(directory: string): Holder {
  return JSON.parse(readFileSync(path.join(directory, lockFile), "utf8"));
}

/** Leaves a lock such as this process's, but for some of it. */
async function leave(directory: string, change: Partial<Holder>): Promise<void> {
  const lock = await takeLock(directory, silent);
  const holder = holderOf(directory);
  lock.release();
  writeFileSync(path.join(directory, lockFile), JSON.stringify({ ...holder, ...change }));
}

test("a folder has one holder at a time, who is named", async (context) => {
  const directory = folder(context);
  assert.equal(readLock(directory), undefined);
  checkFree(directory);
  const lock = await takeLock(directory, silent);
  const wanted = new RegExp(
    `^${directory} is in use by process ${process.pid} on ${os.hostname()} since \\d{4}-\\S+: wait for its end`,
  );
  assert.throws(() => checkFree(directory), { name: "LockedError", message: wanted });
  await assert.rejects(takeLock(directory, silent), { name: "LockedError", message: wanted });
  lock.check();
  lock.running(["a", "b"]);
  assert.deepEqual(readLock(directory)?.holder?.running, ["a", "b"]);
  assert.equal(readLock(directory)?.alive, true);
  lock.release();
  assert.deepEqual(readdirSync(directory), []);
  (await takeLock(directory, silent)).release();
});

test("the lock of a process that is gone is taken over at once, with what it left half written", async (context) => {
  const directory = folder(context);
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  await leave(directory, { pid: child.pid ?? 0, running: ["x"] });
  writeFileSync(path.join(directory, `trials.csv.${child.pid}.tmp`), "half");
  writeFileSync(path.join(directory, `trials.csv.${process.pid}.tmp`), "of one that lives");
  assert.equal(readLock(directory)?.alive, false);
  assert.deepEqual(readLock(directory)?.holder?.running, ["x"]);
  const lock = await takeLock(directory, silent);
  assert.equal(holderOf(directory).pid, process.pid);
  assert.deepEqual(readdirSync(directory).sort(), [lockFile, `trials.csv.${process.pid}.tmp`]);
  lock.release();
});

test("a process number that another process has got since is no holder", {
  skip: existsSync("/proc/self/stat") ? false : "needs /proc",
}, async (context) => {
  const directory = folder(context);
  await leave(directory, { born: "1" });
  (await takeLock(directory, silent)).release();
});

test("of another machine only signs of life tell", async (context) => {
  const directory = folder(context);
  const file = path.join(directory, lockFile);
  await leave(directory, { host: "elsewhere" });
  assert.equal(readLock(directory)?.alive, "unknown");
  // Nothing is known at once: that is for the one who wants the folder to wait for.
  checkFree(directory);
  const waits: string[] = [];
  const taking = takeLock(directory, (who) => waits.push(who));
  setTimeout(() => utimesSync(file, new Date(), new Date(Date.now() + 5000)), 1500);
  await assert.rejects(taking, /in use by process \d+ on elsewhere/);
  assert.equal(waits.length, 1);
  assert.match(waits[0], /elsewhere has left a lock in .*: waiting up to 60 s/);
  assert.equal(holderOf(directory).host, "elsewhere");
  // Its holder may end in the meantime.
  const again = takeLock(directory, (who) => waits.push(who));
  setTimeout(() => rmSync(file), 1500);
  (await again).release();
});

test("who has lost the folder to another finds out, and leaves that one's lock alone", async (context) => {
  const directory = folder(context);
  const lock = await takeLock(directory, silent);
  const other = { ...holderOf(directory), token: "another", host: "elsewhere" };
  writeFileSync(path.join(directory, lockFile), JSON.stringify(other));
  assert.throws(() => lock.check(), LockedError);
  lock.running(["a"]);
  lock.release();
  assert.deepEqual(holderOf(directory), other);
});

test("of many who want a folder at once one gets it", async (context) => {
  const directory = folder(context);
  await leave(directory, { pid: 2 ** 22 + 1 });
  const all = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(directory, silent)));
  const got = all.filter((one) => one.status === "fulfilled");
  assert.equal(got.length, 1);
  got[0].value.check();
  got[0].value.release();
});

test("what is no file is not taken for a lock", async (context) => {
  const directory = folder(context);
  symlinkSync("/nowhere", path.join(directory, lockFile));
  await assert.rejects(takeLock(directory, silent), /lock\.json is no file of lawrob: move it away/);
});
