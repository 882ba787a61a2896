import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test from "node:test";
import { runLocally, threadsOf } from "../../src/execute/local.ts";
import type { Job } from "../../src/execute/task.ts";
import { expectedCost, planTrials, type Trial } from "../../src/experiment/plan.ts";
import { completeSpec, type PartialSpec } from "../../src/experiment/spec.ts";
import type { TrialResult } from "../../src/experiment/trial.ts";
import { obtainBlas } from "../train/obtain-blas.ts";

const job: Job = { engine: "wasm", measure: ["weight"], laws: [], save: [], directory: os.tmpdir() };

function trials(flags: PartialSpec): readonly Trial[] {
  return planTrials(completeSpec({}, undefined, flags, "test")).trials;
}

const quick = trials({ n: "40", d: "40", k: "20:50/4" });
/** More points than five neurons can memorise, and more steps than anybody waits for: it ends only by force. */
const [endless] = trials({ n: "500", d: "10", k: "5", max_steps: 1_000_000_000 });

const unlimited = { cores: 1, memory: Number.POSITIVE_INFINITY, need: () => 0 };

/** Process ids of this process's workers. */
function workers(): number[] {
  const lines = execFileSync("ps", ["-A", "-o", "ppid=,pid=,args="], { encoding: "utf8" }).split("\n");
  return lines
    .map((line) => /^\s*(\d+)\s+(\d+)\s.*execute.worker\.[jt]s/.exec(line))
    .flatMap((match) => (match && Number(match[1]) === process.pid ? [Number(match[2])] : []));
}

/** Runs the trials; what each found, but for the seconds, in the order of finishing. */
async function run(
  list: readonly Trial[],
  options: {
    workers: number;
    cores?: number;
    memory?: number;
    need?: (trial: Trial) => number;
    signal?: AbortSignal;
    timeout?: number;
    onProgress?: (trial: Trial) => void;
    job?: Job;
  },
): Promise<Map<string, Omit<TrialResult, "seconds">>> {
  const found = new Map<string, Omit<TrialResult, "seconds">>();
  await runLocally(options.job ?? job, list, {
    ...unlimited,
    ...(options.cores !== undefined && { cores: options.cores }),
    ...(options.memory !== undefined && { memory: options.memory }),
    ...(options.need && { need: options.need }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    workers: options.workers,
    signal: options.signal ?? new AbortController().signal,
    onFinished(trial, { seconds: _, ...rest }) {
      assert.ok(!found.has(trial.id), "a trial is finished once");
      found.set(trial.id, rest);
    },
    onProgress: (trial) => options.onProgress?.(trial),
  });
  assert.deepEqual(workers(), []);
  return found;
}

test("every trial is run once, the costliest first, whatever the number of workers", async () => {
  const alone = await run(quick, { workers: 1 });
  const costs = [...alone.keys()].map((id) => {
    const trial = quick.find((one) => one.id === id);
    assert.ok(trial);
    return expectedCost(trial);
  });
  assert.deepEqual(
    costs,
    costs.toSorted((p, q) => q - p),
  );
  assert.equal(alone.size, quick.length);
  assert.ok([...alone.values()].every(({ outcome }) => outcome === "kept"));
  const together = await run(quick, { workers: 3 });
  for (const { id } of quick) assert.deepEqual(together.get(id), alone.get(id));
});

test("trials that do not fit together wait for each other, and the workers' processes with them", async () => {
  let most = 0;
  const found = await run(quick, {
    workers: 3,
    memory: 100,
    need: ({ k }) => (k >= 40 ? 90 : 45),
    onProgress: () => {
      most = Math.max(most, workers().length);
    },
  });
  assert.equal(found.size, quick.length);
  assert.ok(most <= 2, `${most} workers`);
  const alone = await run(quick, { workers: 1 });
  for (const { id } of quick) assert.deepEqual(found.get(id), alone.get(id));
});

const blas = await obtainBlas();
test("the blas engine gives the same results with one worker and with two", {
  skip: typeof blas === "string" && blas,
}, async () => {
  const options = { job: { ...job, engine: "blas" as const } };
  const sizes = trials({ n: "60,200", d: "20,60", k: "10,64,200", max_steps: 100 });
  const alone = await run(sizes, { ...options, workers: 1 });
  const together = await run(sizes, { ...options, workers: 2 });
  assert.ok([...alone.values()].every(({ outcome }) => outcome !== "error"));
  for (const { id } of sizes) assert.deepEqual(together.get(id), alone.get(id));
});

test("cores that no worker needs become threads of those at work", () => {
  for (const [cores, atWork, threads] of [
    [8, 8, 1],
    [8, 5, 1],
    [8, 4, 2],
    [8, 3, 2],
    [8, 1, 8],
    [2, 3, 1],
    [1, 1, 1],
  ]) {
    assert.equal(threadsOf(cores, atWork), threads, `${cores} cores, ${atWork} at work`);
  }
});

test("a trial that is alone runs on all cores, with the same result", {
  skip: typeof blas === "string" ? blas : process.platform !== "linux" && "threads are counted in /proc",
}, async () => {
  // Large enough for slabs: products below some size stay on one thread.
  const [large] = trials({ n: "1200", d: "600", k: "1200", max_steps: 10 });
  const options = { job: { ...job, engine: "blas" as const }, workers: 1 };
  const watched = async (cores: number) => {
    let most = 0;
    const watch = setInterval(() => {
      const [pid] = workers();
      const tasks = `/proc/${pid}/task`;
      if (pid !== undefined && existsSync(tasks)) most = Math.max(most, readdirSync(tasks).length);
    }, 20);
    try {
      return { found: await run([large], { ...options, cores }), threads: () => most };
    } finally {
      clearInterval(watch);
    }
  };
  const alone = await watched(1);
  const threaded = await watched(2);
  assert.deepEqual(threaded.found, alone.found);
  assert.ok(threaded.threads() > alone.threads(), `${threaded.threads()} and ${alone.threads()} threads`);
});

/** Kills the worker at the trial's first word, so many times; tells how often it did. */
function killer(times: number) {
  const killed = new Set<number>();
  return {
    killed,
    onProgress() {
      if (killed.size >= times) return;
      const [pid, ...others] = workers().filter((one) => !killed.has(one));
      assert.deepEqual(others, []);
      if (pid === undefined) return;
      killed.add(pid);
      process.kill(pid, "SIGKILL");
    },
  };
}

test("a trial whose worker is killed is run once more, with the same result", async () => {
  const [slow] = trials({ n: "1000", d: "200", k: "5", max_steps: 3000 });
  const alone = await run([slow], { workers: 1 });
  const { killed, onProgress } = killer(1);
  const found = await run([slow, ...quick], { workers: 1, onProgress });
  assert.equal(killed.size, 1);
  assert.deepEqual(found.get(slow.id), alone.get(slow.id));
  assert.equal(found.size, 1 + quick.length);
});

test("a trial whose worker is killed twice is an error, and the run goes on with another", async () => {
  const { killed, onProgress } = killer(2);
  const found = await run([endless, ...quick], { workers: 1, onProgress });
  assert.equal(killed.size, 2);
  assert.equal(found.get(endless.id)?.outcome, "error");
  assert.match(found.get(endless.id)?.message ?? "", /^its worker was ended by SIGKILL$/);
  for (const { id } of quick) assert.equal(found.get(id)?.outcome, "kept");
});

test("a trial that takes longer than it may is an error, and the run goes on with another worker", async () => {
  const found = await run([endless, ...quick], { workers: 1, timeout: 4 });
  assert.deepEqual(found.get(endless.id), {
    outcome: "error",
    message: "took longer than --trial-timeout 4 s",
  });
  for (const { id } of quick) assert.equal(found.get(id)?.outcome, "kept");
});

test("a trial that throws is an error with its reason in one line, and the run goes on", async () => {
  const impossible: Trial = { ...quick[0], id: "impossible", n: 1 };
  const found = await run([impossible, quick[1]], { workers: 1 });
  assert.deepEqual(found.get("impossible"), {
    outcome: "error",
    message: "n must be an integer of at least 2, got 1",
  });
  assert.equal(found.get(quick[1].id)?.outcome, "kept");
});

test("an abort ends the workers, and no trial under way is called finished", async () => {
  const controller = new AbortController();
  const found = await run([endless, ...quick], {
    workers: 2,
    signal: controller.signal,
    onProgress: () => controller.abort(),
  });
  assert.ok(!found.has(endless.id));
  assert.ok([...found.values()].every(({ outcome }) => outcome === "kept"));
});

test("an abort before the start runs nothing", async () => {
  assert.equal((await run(quick, { workers: 2, signal: AbortSignal.abort() })).size, 0);
});

test("an error while recording ends the run and the workers", async () => {
  const running = runLocally(job, [endless, ...quick], {
    ...unlimited,
    workers: 2,
    signal: new AbortController().signal,
    onFinished() {
      throw new Error("no space left");
    },
  });
  await assert.rejects(running, { message: "no space left" });
  assert.deepEqual(workers(), []);
});

test("the arrays of a trial are saved under its id before it is finished", async (context) => {
  const directory = mkdtempSync(path.join(os.tmpdir(), "lawrob-execute-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  const names = () => readdirSync(path.join(directory, "networks")).sort();
  await runLocally({ ...job, directory, save: ["networks"] }, quick, {
    ...unlimited,
    workers: 1,
    signal: new AbortController().signal,
    onFinished: (trial) => assert.ok(names().includes(`${trial.id}.safetensors`)),
  });
  assert.deepEqual(names(), quick.map(({ id }) => `${id}.safetensors`).sort());
});
