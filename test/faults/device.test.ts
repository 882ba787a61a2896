/** Devices that fail, memory that runs out, trials that do not end: what the run says, and that it goes on afterwards. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { lawrob, outcome, program, start, temporaryFolder } from "../cli/command.ts";

const command = ["sweep", "--n", "60", "--d", "20", "--k", "10:60:10", "--engine", "wasm", "--workers", "1"];
const linux = process.platform === "linux" ? false : "needs Linux";

/** A library that, loaded before libc, lets fsync of trials.csv fail with EIO from its second call on. */
const shim = `
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <unistd.h>
static int fails(int fd) {
  static int calls = 0;
  char link[64], file[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, file, sizeof file - 1);
  if (length < 0) return 0;
  file[length] = 0;
  const char *name = strrchr(file, '/');
  return name && !strcmp(name, "/trials.csv") && ++calls > 1;
}
extern "C" int fsync(int fd) {
  if (fails(fd)) { errno = EIO; return -1; }
  return ((int (*)(int)) dlsym(RTLD_NEXT, "fsync"))(fd);
}
`;

test("where the device fails to write, the run stops with one line and exit code 1, and goes on later", {
  skip: linux,
}, async (context) => {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, "shim.cc"), shim);
  try {
    execFileSync("g++", ["-shared", "-fPIC", "-o", "shim.so", "shim.cc", "-ldl"], { cwd: folder });
  } catch (error) {
    if (process.env.CI === "true") throw error;
    return context.skip("g++ is missing");
  }
  const expected = await tableOf(context);
  const child = start(folder, [...command, "--out", "run"], { LD_PRELOAD: path.join(folder, "shim.so") });
  const { code, stderr } = await outcome(child);
  assert.equal(code, 1, stderr);
  assert.match(
    stderr,
    /^lawrob: \S*trials\.csv: the device failed to read or write: check it, then give the same command again$/m,
  );
  const resumed = await lawrob(folder, ...command, "--out", "run");
  assert.equal(resumed.code, 0, resumed.stderr);
  assert.equal(readFileSync(path.join(folder, "run", "trials.csv"), "utf8"), expected);
});

test("a trial that takes too long is an error that says so, and may be run again with more time", async (context) => {
  const folder = temporaryFolder(context);
  const endless = ["sweep", "--n", "500", "--d", "10", "--k", "5,200", "--max-steps", "1000000000"];
  const run = [...endless, "--engine", "wasm", "--out", "run", "--trial-timeout"];
  const { code, stderr } = await lawrob(folder, ...run, "5");
  assert.equal(code, 1, stderr);
  assert.match(
    stderr,
    /1 trial failed \(took longer than --trial-timeout 5 s\): run again with --retry-failed/,
  );
  const table = readFileSync(path.join(folder, "run", "trials.csv"), "utf8");
  assert.match(table, /,error,/);
  const again = await lawrob(folder, ...run, "1", "--retry-failed");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /1 trial to run, 1 finished before/);
});

test("a second run in a folder at work is refused, and says who is there; one that was killed is not in its way", async (context) => {
  const folder = temporaryFolder(context);
  const long = [
    "sweep",
    "--n",
    "500",
    "--d",
    "10",
    "--k",
    "5",
    "--max-steps",
    "1000000000",
    "--engine",
    "wasm",
  ];
  const child = start(folder, [...long, "--out", "run"]);
  const ending = outcome(child);
  while (!existsSync(path.join(folder, "run", "lock.json"))) await sleep(20);
  while (!/"running": \[\s+"/.test(readFileSync(path.join(folder, "run", "lock.json"), "utf8")))
    await sleep(20);
  for (const force of [[], ["--force"]]) {
    const { code, stdout, stderr } = await lawrob(folder, ...long, "--out", "run", ...force);
    assert.deepEqual([code, stdout], [2, ""]);
    assert.match(stderr, new RegExp(`^lawrob: .*run is in use by process ${child.pid} on \\S+ since .*\\n$`));
  }
  const running = JSON.parse((await lawrob(folder, "status", "run", "--json")).stdout);
  assert.deepEqual([running.running, running.lost, running.parts[0].state], [1, 0, "running"]);
  child.kill("SIGKILL");
  await ending;
  const lost = JSON.parse((await lawrob(folder, "status", "run", "--json")).stdout);
  assert.deepEqual([lost.running, lost.lost, lost.parts[0].state], [0, 1, "lost"]);
  const short = await lawrob(folder, ...long, "--out", "run", "--trial-timeout", "1");
  assert.equal(short.code, 1, short.stderr);
  assert.ok(!existsSync(path.join(folder, "run", "lock.json")));
});

/** A memory cgroup of so many bytes; undefined where none can be made. */
function memoryGroup(context: TestContext, bytes: number): { join: string } | undefined {
  const name = `lawrob-test-${process.pid}`;
  const [v1, v2] = ["/sys/fs/cgroup/memory", "/sys/fs/cgroup"];
  const [parent, limit] = existsSync(path.join(v1, "memory.limit_in_bytes"))
    ? [v1, "memory.limit_in_bytes"]
    : [v2, "memory.max"];
  const group = path.join(parent, name);
  try {
    mkdirSync(group);
    context.after(() => rmdirSync(group));
    writeFileSync(path.join(group, limit), String(bytes));
    return { join: path.join(group, "cgroup.procs") };
  } catch {
    return undefined;
  }
}

test("where the kernel kills a worker for lack of memory, the trial is tried alone, and then says what it was", {
  skip: linux,
}, async (context) => {
  const group = memoryGroup(context, 220e6);
  if (!group) return context.skip("no memory cgroup can be made here");
  const folder = temporaryFolder(context);
  // The run itself fits into the group, and a worker with small data; the points alone of the large trial do not.
  const args = [
    "--n",
    "60,3000",
    "--d",
    "5000",
    "--k",
    "10",
    "--engine",
    "wasm",
    "--max-steps",
    "20",
    "--out",
    "run",
  ];
  const line = `echo $$ > ${group.join} && exec ${process.execPath} ${program} sweep ${args.join(" ")} --memory 8G --workers 1`;
  const { spawn } = await import("node:child_process");
  const child = spawn("sh", ["-c", line], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const { code, stderr } = await outcome(child);
  if (code === null) return context.skip("the kernel chose the run itself, not its worker");
  assert.equal(code, 1, stderr);
  assert.match(stderr, /1 trial failed \(the kernel ran out of memory and killed its worker, twice: give /);
});

/** The table of the command, run undisturbed. */
async function tableOf(context: TestContext): Promise<string> {
  const folder = temporaryFolder(context);
  const { code, stderr } = await lawrob(folder, ...command, "--out", "run");
  assert.equal(code, 0, stderr);
  return readFileSync(path.join(folder, "run", "trials.csv"), "utf8");
}
