/** A plan in shards, merged: the bytes of a single run; and every fault of a shard is found. */
import assert from "node:assert/strict";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import test, { after, before, describe } from "node:test";
import { contents, lawrob, temporaryFolder } from "./command.ts";

const grid = ["sweep", "--n", "60,80", "--d", "20", "--k", "10,20,30", "--law", "floor", "--engine", "wasm"];
const command = [...grid, "--save", "networks"];

/** A manifest with some of it changed. */
function edit(folder: string, change: (manifest: Record<string, unknown>) => void): void {
  const file = path.join(folder, "manifest.json");
  const manifest = JSON.parse(readFileSync(file, "utf8"));
  change(manifest);
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);
}

describe("shards", () => {
  const folder = temporaryFolder({ after });
  const shards = path.join(folder, "shards");
  const read = (...names: string[]) => readFileSync(path.join(folder, ...names));

  before(async () => {
    const single = await lawrob(folder, ...command, "--out", "single");
    assert.equal(single.code, 0, single.stderr);
    for (const shard of ["1/3", "2/3", "3/3"]) {
      const { code, stdout, stderr } = await lawrob(folder, ...command, "--out", "shards", "--shard", shard);
      assert.equal(code, 0, stderr);
      assert.match(stdout, /when all 3 shards are finished: lawrob merge shards\n$/);
    }
  });

  /** A copy of the shards in a folder of its own. */
  function copyOf(context: { after(clean: () => void): void }): { at: string; shard: (i: number) => string } {
    const at = temporaryFolder(context);
    cpSync(shards, path.join(at, "run"), { recursive: true });
    return { at, shard: (i) => path.join(at, "run", `shard-${i}-of-3`) };
  }

  test("merged they are the single run, byte for byte, with figures, verdict and networks", async () => {
    const { code, stdout, stderr } = await lawrob(folder, "merge", "shards", "--out", "whole");
    assert.equal(code, 0, stderr);
    assert.match(stdout, /6 trials of 3 folders merged in/);
    const tables = ["trials.csv", "laws.csv", "verdict.json"];
    for (const name of tables) assert.ok(read("whole", name).equals(read("single", name)), name);
    const networks = readdirSync(path.join(folder, "single", "networks"));
    assert.deepEqual(readdirSync(path.join(folder, "whole", "networks")), networks);
    assert.ok(networks.includes("SHA256SUMS") && networks.length === 7);
    for (const name of networks)
      assert.ok(read("whole", "networks", name).equals(read("single", "networks", name)));
    const manifest = JSON.parse(read("whole", "manifest.json").toString());
    assert.equal(manifest.plan_hash, JSON.parse(read("single", "manifest.json").toString()).plan_hash);
    assert.deepEqual(
      [
        manifest.status,
        manifest.trials,
        manifest.sessions.length,
        manifest.merged_from.length,
        manifest.shard,
      ],
      ["finished", 6, 3, 3, undefined],
    );
    // Again, and in place of what the sweep itself would write: nothing is left to run.
    assert.equal((await lawrob(folder, "merge", "shards", "--out", "whole", "--json")).code, 0);
    const resumed = await lawrob(folder, ...command, "--out", "whole");
    assert.equal(resumed.code, 0, resumed.stderr);
    assert.match(resumed.stderr, /0 trials to run, 6 finished before/);
  });

  test("into the folder of the shards, unless told otherwise", async (context) => {
    const { at } = copyOf(context);
    const { code, stdout } = await lawrob(at, "merge", "run", "--json");
    assert.equal(code, 0);
    const { directory, csv, merged } = JSON.parse(stdout);
    assert.deepEqual([directory, csv, merged], [path.join(at, "run"), path.join(at, "run", "trials.csv"), 3]);
    assert.ok(readFileSync(csv).equals(read("single", "trials.csv")));
    const { stdout: status } = await lawrob(at, "status", "run", "--json");
    const { finished, trials, lost, parts } = JSON.parse(status);
    assert.deepEqual([finished, trials, lost, parts.length], [6, 6, 0, 3]);
  });

  test("more shards than trials: some are empty, and the merge is whole", async (context) => {
    const at = temporaryFolder(context);
    for (let i = 1; i <= 8; i++) {
      const { code, stderr } = await lawrob(at, ...grid, "--out", "run", "--shard", `${i}/8`);
      assert.equal(code, 0, stderr);
    }
    assert.equal((await lawrob(at, "merge", "run")).code, 0);
    assert.ok(readFileSync(path.join(at, "run", "trials.csv")).equals(read("single", "trials.csv")));
  });

  for (const [fault, damage, wanted] of [
    [
      "a line cut",
      (shard: string) => {
        const file = path.join(shard, "trials.csv");
        writeFileSync(file, readFileSync(file, "utf8").trimEnd().split("\n").slice(0, -1).join("\n"));
      },
      /its trials\.csv is not as it was written/,
    ],
    [
      "a byte flipped",
      (shard: string) => {
        const file = path.join(shard, "trials.csv");
        const bytes = readFileSync(file);
        const at = bytes.lastIndexOf("1");
        bytes[at] = "2".charCodeAt(0);
        writeFileSync(file, bytes);
      },
      /its trials\.csv is not as it was written/,
    ],
    [
      "a byte of the laws",
      (shard: string) => appendFileSync(path.join(shard, "laws.csv"), "\n"),
      /its laws\.csv is not as it was written/,
    ],
    ["a table gone", (shard: string) => rmSync(path.join(shard, "trials.csv")), /its trials\.csv is gone/],
    [
      "a network gone",
      (shard: string) => {
        const [name] = readdirSync(path.join(shard, "networks")).filter((one) => one.endsWith("rs"));
        rmSync(path.join(shard, "networks", name));
      },
      /its networks\/\w+\.safetensors is gone/,
    ],
    [
      "a bit of a network",
      (shard: string) => {
        const [name] = readdirSync(path.join(shard, "networks")).filter((one) => one.endsWith("rs"));
        const file = path.join(shard, "networks", name);
        const bytes = readFileSync(file);
        bytes[bytes.length - 1] ^= 1;
        writeFileSync(file, bytes);
      },
      /its networks\/\w+\.safetensors is not as it was written/,
    ],
    [
      "the list of networks edited",
      (shard: string) => writeFileSync(path.join(shard, "networks", "SHA256SUMS"), ""),
      /its networks\/SHA256SUMS is not as it was written/,
    ],
    [
      "an edited manifest",
      (shard: string) =>
        edit(shard, (manifest) => {
          manifest.status = "finished";
          manifest.sessions = [];
        }),
      /its manifest\.json is not as it was written/,
    ],
    [
      "a shard that was interrupted",
      (shard: string) =>
        edit(shard, (manifest) => {
          manifest.status = "interrupted";
        }),
      /it is interrupted/,
    ],
  ] as const) {
    test(`${fault} is found, and the shard to run again is named`, async (context) => {
      const { at, shard } = copyOf(context);
      damage(shard(2));
      const { code, stdout, stderr } = await lawrob(at, "merge", "run");
      assert.equal(code, 3, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, wanted);
      assert.match(
        stderr,
        /^lawrob: missing are 1 of 6 trials: run shard 2\/3 again, as lawrob sweep .*--out run --shard 2\/3$/m,
      );
      assert.ok(!existsSync(path.join(at, "run", "trials.csv")));
    });
  }

  test("a shard that is not there is named; without its manifest it is nobody's", async (context) => {
    const { at, shard } = copyOf(context);
    rmSync(shard(3), { recursive: true });
    const gone = await lawrob(at, "merge", "run");
    assert.equal(gone.code, 3);
    assert.match(gone.stderr, /^lawrob: missing are 4 of 6 trials: run shard 3\/3 again, as .*\n$/);
    const { stdout } = await lawrob(at, "status", "run");
    assert.match(stdout, /3\/3 +│ waiting/);
    rmSync(path.join(shard(1), "manifest.json"));
    const { code, stderr } = await lawrob(at, "merge", "run");
    assert.equal(code, 2);
    assert.match(stderr, /^lawrob: .*shard-1-of-3 holds a trials\.csv without a manifest: move it away.*\n$/);
  });

  test("a specification edited with its checksum is still another plan", async (context) => {
    const { at, shard } = copyOf(context);
    edit(shard(1), (manifest) => {
      (manifest.spec as Record<string, unknown>).n = "60,90";
    });
    const { code, stderr } = await lawrob(at, "merge", "run");
    assert.equal(code, 2);
    assert.match(stderr, /its specification gives the plan \w{16}, and \w{16} was run/);
  });

  test("other plans, engines, --save, places and overlaps that disagree are refused", async (context) => {
    const { at, shard } = copyOf(context);
    const refused = async (pattern: RegExp, ...args: string[]) => {
      const { code, stdout, stderr } = await lawrob(at, "merge", ...args);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, pattern);
    };
    const other = ["sweep", "--n", "60", "--d", "20", "--k", "10", "--engine", "wasm", "--out", "other"];
    await lawrob(at, ...other);
    await refused(/are of different plans \(sweep \w{16}, sweep \w{16}\)/, shard(1), "other", "--out", "x");
    await refused(/--out: give the folder of the whole/, shard(1), shard(2));
    await refused(/is one of the parts/, shard(1), shard(2), "--out", shard(1));
    await refused(/other holds a run of its own/, "run", "--out", "other");
    await refused(/holds no manifest\.json/, at);
    await refused(/holds no manifest\.json/, "nowhere", "--out", "x");

    // The same shard twice is no harm where both say the same.
    cpSync(shard(1), path.join(at, "copy"), { recursive: true });
    assert.equal((await lawrob(at, "merge", "run", "copy", "--out", "x")).code, 0);
    assert.ok(readFileSync(path.join(at, "x", "trials.csv")).equals(read("single", "trials.csv")));
    // Another seed's numbers under the same ids: what a broken machine might give.
    const id = readFileSync(path.join(at, "copy", "trials.csv"), "utf8")
      .split("\n")[1]
      .split(",")[0];
    await forge(path.join(at, "copy"));
    await refused(new RegExp(`\\(copy\\) disagree about the trial ${id}`), "run", "copy", "--out", "y");

    edit(shard(2), (manifest) => {
      manifest.engine = { name: "wasm", version: "another", reason: "" };
    });
    await refused(/different engines, wasm \(.*\) and wasm \(another\)/, "run");
    edit(shard(2), (manifest) => {
      manifest.engine = JSON.parse(readFileSync(path.join(shard(1), "manifest.json"), "utf8")).engine;
      manifest.save = [];
    });
    await refused(/different --save \(networks, none\)/, "run");
  });

  test("mixed engines are merged where that is asked for, and the manifest says so", async (context) => {
    const at = temporaryFolder(context);
    const small = ["sweep", "--n", "60", "--d", "20", "--k", "10,20", "--max-steps", "50"];
    const { stdout } = await lawrob(at, "engines", "--json");
    const installed = (JSON.parse(stdout).engines as { name: string; available: boolean }[])
      .filter(({ available }) => available)
      .map(({ name }) => name);
    if (installed.length < 2) return context.skip("one engine alone is installed");
    for (const [i, engine] of installed.slice(0, 2).entries()) {
      const shard = ["--shard", `${i + 1}/2`, "--engine", engine, "--out", "run"];
      assert.equal((await lawrob(at, ...small, ...shard)).code, 0);
    }
    assert.equal((await lawrob(at, "merge", "run")).code, 2);
    assert.equal((await lawrob(at, "merge", "run", "--allow-mixed-engines")).code, 0);
    const { engines } = JSON.parse(readFileSync(path.join(at, "run", "manifest.json"), "utf8"));
    assert.deepEqual(engines.map(({ name }: { name: string }) => name).sort(), installed.slice(0, 2).sort());
  });

  test("a shard's folder is for that shard alone", async (context) => {
    const { at, shard } = copyOf(context);
    renameSync(shard(1), path.join(at, "run", "shard-1-of-2"));
    const { code, stderr } = await lawrob(at, ...command, "--out", "run", "--shard", "1/2");
    assert.equal(code, 2);
    assert.match(stderr, /shard-1-of-2 holds shard 1\/3 of this plan/);
    mkdirSync(path.join(at, "empty"));
    for (const args of [
      ["--shard", "4/3"],
      ["--shard", "x"],
      ["--trial-timeout", "0"],
      ["--trial-timeout", "x"],
    ]) {
      const bad = await lawrob(at, ...command, "--out", "empty", ...args);
      assert.equal(bad.code, 2);
      assert.match(bad.stderr, new RegExp(`^lawrob: ${args[0]}: "${args[1]}" .*\n$`));
    }
    const compared = await lawrob(at, ...command, "--out", "empty", "--shard", "1/2", "--compare", "blas");
    assert.equal(compared.code, 2);
    assert.match(compared.stderr, /--compare: goes with a whole run/);
    assert.deepEqual(contents(path.join(at, "empty")), []);
  });
});

/** Changes a number of the first trial, and everything that would tell of it. */
async function forge(folder: string): Promise<void> {
  const { checksumOf } = await import("../../src/record/manifest.ts");
  const table = path.join(folder, "trials.csv");
  const lines = readFileSync(table, "utf8").split("\n");
  const at = lines[0].split(",").indexOf("steps");
  lines[1] = lines[1].split(",").with(at, "7").join(",");
  writeFileSync(table, lines.join("\n"));
  edit(folder, (manifest) => {
    (manifest.files as Record<string, string>)["trials.csv"] = checksumOf(readFileSync(table));
    delete manifest.sha256;
    manifest.sha256 = checksumOf(JSON.stringify(manifest));
  });
}
