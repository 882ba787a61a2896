/** The examples of docs/cluster.md, as they stand there but for the size of the plan: they write the bytes of a single run. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { after, before, describe } from "node:test";
import { promisify } from "node:util";
import { parse } from "yaml";
import { lawrob, program, root, temporaryFolder } from "../cli/command.ts";
import { missing } from "./system-package.ts";

const text = readFileSync(path.join(root, "docs", "cluster.md"), "utf8");
const small = "--n 40 --d 10 --k 10,20,40 --replicates 2";

/** The blocks of code of one language, in order. */
function blocks(language: string): string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code]) => code);
}

describe("in docs/cluster.md", () => {
  const folder = temporaryFolder({ after });
  let expected = "";

  /** Runs a line with the small plan and a folder of the test's own. */
  const shell = async (line: string, env: Record<string, string> = {}) => {
    const own = line.replaceAll("--n 2000 --replicates 20", small).replaceAll("/runs/", `${folder}/`);
    assert.ok(!own.includes("2000"));
    const paths = [folder, process.env.PATH].join(path.delimiter);
    return await promisify(execFile)("/bin/sh", ["-c", own], {
      cwd: folder,
      env: { ...process.env, ...env, PATH: paths },
    });
  };
  const table = (run: string) => readFileSync(path.join(folder, run, "trials.csv"), "utf8");

  before(async () => {
    const shim = path.join(folder, "lawrob");
    writeFileSync(shim, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
    chmodSync(shim, 0o755);
    const { code, stderr } = await lawrob(
      folder,
      "sweep",
      ...small.split(" "),
      "--engine",
      "wasm",
      "--out",
      "one",
    );
    assert.equal(code, 0, stderr);
    expected = table("one");
    assert.equal(expected.split("\n").length, 8);
  });

  test("GNU parallel runs the shards", { skip: missing(["parallel"], ["parallel"]) }, async () => {
    const [lines] = blocks("sh");
    await shell(lines);
    assert.equal(table("runs/big"), expected);
  });

  test("a Kubernetes Job runs the shards, and another one merges them", async () => {
    const [shards, merge] = blocks("yaml").map((yaml) => parse(yaml).spec);
    assert.equal(shards.completionMode, "Indexed");
    const [container] = shards.template.spec.containers;
    assert.deepEqual(container.command, ["/bin/sh", "-c"]);
    for (let index = 0; index < shards.completions; index++) {
      await shell(container.args[0].replace("/runs/", "/runs/k-"), { JOB_COMPLETION_INDEX: String(index) });
    }
    const join: string[] = merge.template.spec.containers[0].command;
    await shell(join.join(" ").replace("/runs/", "/runs/k-"));
    assert.equal(table("k-big"), expected);
  });

  test("an array job of AWS Batch runs the shards", async () => {
    const [definition] = blocks("json").map((json) => JSON.parse(json).containerProperties);
    const [, submit] = blocks("sh");
    const [, size] = /--array-properties size=(\d+)/.exec(submit) ?? [];
    const [interpreter, flag, line] = definition.command;
    assert.deepEqual([interpreter, flag], ["/bin/sh", "-c"]);
    for (let index = 0; index < Number(size); index++) {
      await shell(line.replace("/runs/", "/runs/a-"), { AWS_BATCH_JOB_ARRAY_INDEX: String(index) });
    }
    const [, overrides] = /--container-overrides '(.*)'/.exec(submit) ?? [];
    await shell(JSON.parse(overrides).command.join(" ").replace("/runs/", "/runs/a-"));
    assert.equal(table("a-big"), expected);
  });
});
