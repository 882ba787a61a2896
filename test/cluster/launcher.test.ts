/** `--launcher` without Slurm: what it refuses, and what it would submit. */
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { describe } from "node:test";
import { contents, lawrob, outcome, start, temporaryFolder } from "../cli/command.ts";

/** Six trials. */
const plan = "sweep --n 40 --d 10 --k 10,20,40 --replicates 2 --engine wasm".split(" ");
/** An environment in which no program is found. */
const bare = { PATH: "/nowhere" };

describe("refused in one line, with nothing written", { concurrency: 2 }, () => {
  for (const [flags, expected] of [
    ["--launcher pbs", /--launcher: "pbs" is no launcher, take slurm/],
    ["--launcher slurm --shard 1/2", /--launcher: runs all shards, leave --shard out/],
    ["--launcher slurm --compare blas", /--compare: goes with a whole run here, not with --launcher/],
    ["--launcher slurm --shards 7", /--shards: "7" is more than the plan has trials, 6/],
    ["--launcher slurm --shards 0", /--shards: "0" is not a whole number from 1 to 100000/],
    ["--shards 2", /--shards: goes with --launcher slurm/],
    ["--slurm-option=--partition=long", /--slurm-option: goes with --launcher slurm/],
    [
      "--launcher slurm --slurm-option=long",
      /--slurm-option: "long" is no option of sbatch, write --slurm-option=/,
    ],
    ["--launcher slurm --slurm-option=--array=1-9", /--slurm-option: "--array=1-9" is for lawrob to say/],
    ["--launcher slurm --slurm-option=-d1", /--slurm-option: "-d1" is for lawrob to say/],
    [
      "--launcher slurm --slurm-option=--comment=a\nb",
      /--slurm-option: .* holds characters that no script can hold/,
    ],
    ["--launcher slurm --out a\nb", /--out: the folder's name holds characters that no script can hold/],
    ["--launcher slurm --memory 1MB", /needs about .* can be used: take smaller sizes or more --memory/],
    ["--launcher slurm --out /dev/null/below", /\/dev\/null\/below cannot be written/],
  ] as const) {
    test(JSON.stringify(flags), async (context) => {
      const folder = temporaryFolder(context);
      // Only a dry run needs no sbatch to come so far.
      const dry = flags.includes("/dev/null") ? [] : ["--dry-run"];
      const { code, stdout, stderr } = await lawrob(folder, ...plan, ...flags.split(" "), ...dry);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /^lawrob: [^\n]+\n$/);
      assert.match(stderr, expected);
      assert.deepEqual(contents(folder), []);
    });
  }

  test("where there is no sbatch", async (context) => {
    const folder = temporaryFolder(context);
    const { code, stdout, stderr } = await outcome(start(folder, [...plan, "--launcher", "slurm"], bare));
    assert.equal(code, 2);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^lawrob: there is no sbatch here: give the command on a machine that submits [^\n]*\n$/,
    );
    assert.deepEqual(contents(folder), []);
  });

  test("a folder with shards of another number", async (context) => {
    const folder = temporaryFolder(context);
    const { code, stderr } = await lawrob(folder, ...plan, "--shard", "1/3", "--out", "run");
    assert.equal(code, 0, stderr);
    const before = contents(folder);
    const flags = ["--launcher", "slurm", "--out", "run", "--dry-run"];
    const other = await lawrob(folder, ...plan, ...flags, "--shards", "2");
    assert.equal(other.code, 2);
    assert.match(other.stderr, /^lawrob: run holds shards of 3: give --shards 3, or --force [^\n]*\n$/);
    // The finished one is not run again.
    const { stdout } = await lawrob(folder, ...plan, ...flags, "--json");
    assert.deepEqual(JSON.parse(stdout).to_run, [2, 3]);
    assert.deepEqual(contents(folder), before);
  });

  test("a folder with a run of its own, or a record of jobs that is none", async (context) => {
    const folder = temporaryFolder(context);
    const { code, stderr } = await lawrob(folder, ...plan, "--out", "run");
    assert.equal(code, 0, stderr);
    const own = await lawrob(folder, ...plan, "--launcher", "slurm", "--out", "run", "--dry-run");
    assert.equal(own.code, 2);
    assert.match(
      own.stderr,
      /^lawrob: run holds a run of its own \(sweep\): choose another --out, or --force/,
    );

    mkdirSync(path.join(folder, "broken", "slurm"), { recursive: true });
    writeFileSync(path.join(folder, "broken", "slurm", "submitted.json"), "{}");
    for (const args of [
      [...plan, "--launcher", "slurm", "--out", "broken"],
      ["status", "broken"],
    ]) {
      const broken = await lawrob(folder, ...args);
      assert.equal(broken.code, 2);
      assert.match(broken.stderr, /^lawrob: \S*submitted\.json is not of lawrob: move it away\n$/);
    }
  });
});

test("a dry run prints both scripts, and writes nothing", async (context) => {
  const folder = temporaryFolder(context);
  const flags = [
    "--launcher",
    "slurm",
    "--shards",
    "2",
    "--workers",
    "2",
    "--save",
    "networks",
    "--out",
    "a b",
  ];
  const options = ["--slurm-option=--partition=long", '--slurm-option=--comment=a "b"', "--dry-run"];
  const { code, stdout, stderr } = await outcome(start(folder, [...plan, ...flags, ...options], bare));
  assert.equal(code, 0, stderr);
  const [job, merge] = stdout.split("# a b/slurm/merge.sh\n");
  for (const script of [job, merge]) {
    assert.match(script, /^#SBATCH --partition=long\n#SBATCH "--comment=a \\"b\\""\n\n/m);
  }
  assert.match(job, /^#SBATCH --array=1-2$/m);
  assert.match(job, /^#SBATCH --cpus-per-task=2$/m);
  assert.match(job, /^#SBATCH --time=10$/m);
  assert.match(job, /^#SBATCH --mem=\d+M$/m);
  assert.match(
    job,
    /^exec .* --workers 2 --memory \d+MB --save networks --shard "\$SLURM_ARRAY_TASK_ID\/2"$/m,
  );
  assert.match(merge, / merge '.*a b'$/m);
  assert.match(merge, /run what is missing with: lawrob sweep --n 40/);
  assert.ok(!merge.includes("--dry-run"), "the command that goes on submits");
  assert.match(stdout, /nothing was submitted\n$/);
  assert.deepEqual(contents(folder), []);
});
