/** `--launcher slurm` with a real Slurm of one node: the bytes of a single run, whatever happens to the jobs. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { type Outcome, outcome, start, temporaryFolder } from "../cli/command.ts";
import { noSlurm, type SlurmNode, startSlurm, until } from "./slurm-node.ts";

/** Twenty trials of half a second: long enough to be stopped between two of them. */
const plan = "sweep --n 300 --d 50 --k 300 --replicates 20 --epsilon 1e-8 --engine wasm".split(" ");

interface Launched {
  /** Null where all shards are finished. */
  readonly array_job: number | null;
  readonly merge_job: number;
  readonly to_run: readonly number[];
}

interface Status {
  readonly finished: number;
  readonly trials: number;
  readonly parts: readonly {
    shard: string;
    state: string;
    finished: number;
    lost: readonly string[];
    job?: string;
  }[];
}

describe("with --launcher slurm", { skip: noSlurm() }, () => {
  let slurm: SlurmNode;
  // Before the folder is removed.
  after(() => slurm?.stop());
  const folder = temporaryFolder({ after });
  let expected = "";

  const lawrob = (...args: string[]): Promise<Outcome> => outcome(start(folder, args, slurm.env));
  const launch = async (out: string, ...flags: string[]): Promise<Launched> => {
    const { code, stdout, stderr } = await lawrob(
      ...plan,
      "--launcher",
      "slurm",
      "--out",
      out,
      "--json",
      ...flags,
    );
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const status = async (out: string): Promise<Status> => {
    const { code, stdout, stderr } = await lawrob("status", out, "--json");
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const read = (...names: string[]) => readFileSync(path.join(folder, ...names), "utf8");
  /** Whole lines of a table of a shard, without its header. */
  const lines = (out: string, shard: string, name: string): string[] =>
    existsSync(path.join(folder, out, shard, name)) ? read(out, shard, name).split("\n").slice(1, -1) : [];
  const begun = (out: string, shard: string) =>
    until(`${shard} has two trials`, 60, () => lines(out, shard, "trials.csv").length >= 2);

  before(async () => {
    mkdirSync(path.join(folder, "slurm-node"));
    slurm = await startSlurm(path.join(folder, "slurm-node"));
    const { code, stderr } = await lawrob(...plan, "--out", "here");
    assert.equal(code, 0, stderr);
    expected = read("here", "trials.csv");
  });
  test("an array job and its merge write the bytes of a single run", async () => {
    const out = "whole 100%";
    const options = ["--slurm-option=--partition=second", "--slurm-option=--comment=of two words"];
    const { array_job, merge_job, to_run } = await launch(out, "--shards", "3", ...options);
    assert.deepEqual(to_run, [1, 2, 3]);
    const atOnce = await status(out);
    assert.equal(atOnce.trials, 20);
    assert.deepEqual(
      atOnce.parts.map(({ shard }) => shard),
      ["1/3", "2/3", "3/3"],
    );
    const third = atOnce.parts[2];
    assert.equal(third.state, "queued", "two run at a time");
    assert.match(third.job ?? "", new RegExp(`^${array_job}_3 PENDING`));

    for (const job of [array_job, merge_job]) {
      const shown = slurm.ask("scontrol", "show", "job", String(job));
      assert.match(shown, /Partition=second/);
      assert.match(shown, /Comment=of two words/);
      assert.match(shown, /Requeue=1/);
    }
    const refused = await lawrob(...plan, "--launcher", "slurm", "--out", out);
    assert.equal(refused.code, 2);
    assert.equal(refused.stdout, "");
    assert.match(refused.stderr, /^lawrob: whole 100% is in the queue \(job \d+ .*wait for its end.*\n$/);

    await slurm.ended([array_job, merge_job]);
    assert.equal(read(out, "trials.csv"), expected, read(out, "slurm", "merge.log"));
    assert.ok(existsSync(path.join(folder, out, "figures", "max-gradient.png")));
    assert.equal((await status(out)).finished, 20);

    const again = await lawrob(...plan, "--launcher", "slurm", "--out", out);
    assert.equal(again.code, 0, again.stderr);
    assert.equal(again.stdout, "all 3 shards finished and merged before, in whole 100%\n");
  });

  test("a task that is queued again goes on where it was", async () => {
    const { array_job, merge_job } = await launch("requeued", "--shards", "2");
    await begun("requeued", "shard-1-of-2");
    slurm.ask("scontrol", "requeue", `${array_job}_1`);
    // To look at it before it begins again.
    slurm.ask("scontrol", "hold", `${array_job}_1`);
    await until("it has ended", 20, () =>
      read("requeued", "shard-1-of-2", "manifest.json").includes('"interrupted"'),
    );
    const finished = lines("requeued", "shard-1-of-2", "timings.csv");
    const [first] = (await status("requeued")).parts;
    assert.equal(first.state, "queued");
    assert.equal(first.finished, finished.length);
    assert.ok(finished.length >= 2 && finished.length < 10, `${finished.length} of 10 trials`);

    slurm.ask("scontrol", "release", `${array_job}_1`);
    await slurm.ended([array_job, merge_job]);
    assert.equal(read("requeued", "trials.csv"), expected, read("requeued", "slurm", "merge.log"));
    // The same times to the digit: no finished trial was run again.
    const all = lines("requeued", "shard-1-of-2", "timings.csv");
    assert.equal(all.length, 10);
    assert.deepEqual(
      finished.filter((line) => !all.includes(line)),
      [],
    );
    assert.match(read("requeued", "slurm", "1.log"), new RegExp(`, ${finished.length} finished before`));
  });

  test("after scancel and after a kill the same command submits the rest", async () => {
    const { array_job, merge_job } = await launch("cancelled", "--shards", "3");
    await Promise.all([
      begun("cancelled", "shard-1-of-3").then(() => slurm.ask("scancel", `${array_job}_1`)),
      // As the kernel does where memory runs out.
      begun("cancelled", "shard-2-of-3").then(() =>
        process.kill(JSON.parse(read("cancelled", "shard-2-of-3", "lock.json")).pid, "SIGKILL"),
      ),
    ]);
    await slurm.ended([array_job, merge_job]);
    const log = read("cancelled", "slurm", "merge.log");
    assert.match(log, /missing are \d+ of 20 trials: run shard 1\/3, 2\/3 again/);
    assert.match(log, /lawrob merge: exit code 3\n/);
    assert.match(log, /run what is missing with: lawrob sweep --n 300 .* --launcher slurm --out cancelled/);
    assert.ok(!existsSync(path.join(folder, "cancelled", "trials.csv")));
    const { parts } = await status("cancelled");
    assert.deepEqual(
      parts.map(({ state }) => state),
      ["interrupted", "lost", "finished"],
    );
    assert.equal(parts[1].lost.length, 1);
    const { stderr } = await lawrob("status", "cancelled");
    assert.match(stderr, /no job of this run is in the queue; lawrob sweep .* submits what is not finished/);
    const finished = [1, 2].flatMap((shard) => lines("cancelled", `shard-${shard}-of-3`, "timings.csv"));

    const rest = await launch("cancelled");
    assert.deepEqual(rest.to_run, [1, 2]);
    await slurm.ended([rest.array_job, rest.merge_job]);
    assert.equal(read("cancelled", "trials.csv"), expected, read("cancelled", "slurm", "merge.log"));
    const all = lines("cancelled", ".", "timings.csv");
    assert.equal(all.length, 20);
    assert.deepEqual(
      finished.filter((line) => !all.includes(line)),
      [],
    );
  });

  test("trials that failed, and a merge that was cancelled, are run by the same command", async () => {
    const small = ["--n", "40", "--d", "10", "--k", "20", "--replicates", "4"];
    const { array_job, merge_job } = await launch(
      "failed",
      ...small,
      "--shards",
      "2",
      "--trial-timeout",
      "0.001",
    );
    await slurm.ended([array_job, merge_job]);
    const log = read("failed", "slurm", "merge.log");
    assert.match(log, /lawrob merge: exit code 1\nlawrob: run what has failed with: .* --retry-failed\n$/);
    const outcomes = () => read("failed", "trials.csv").match(/,(kept|error),/g);
    assert.deepEqual(outcomes(), Array(4).fill(",error,"));

    const retried = await launch("failed", ...small, "--retry-failed");
    assert.deepEqual(retried.to_run, [1, 2]);
    slurm.ask("scancel", String(retried.merge_job));
    await slurm.ended([retried.array_job, retried.merge_job]);
    assert.deepEqual(outcomes(), Array(4).fill(",error,"), "the old table");

    const merged = await launch("failed", ...small);
    assert.deepEqual([merged.to_run, merged.array_job], [[], null]);
    await slurm.ended([merged.merge_job]);
    assert.deepEqual(outcomes(), Array(4).fill(",kept,"));
  });

  test("what sbatch refuses is said in its own words", async () => {
    const flags = ["--launcher", "slurm", "--out", "refused", "--slurm-option=--partition=nowhere"];
    const { code, stdout, stderr } = await lawrob(...plan, ...flags);
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^lawrob: sbatch: invalid partition specified: nowhere; [^\n]*Invalid partition name[^\n]*\n$/,
    );
    const refused = await lawrob("status", "refused");
    assert.equal(refused.code, 2, "nothing was submitted there");
  });
});
