import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { installFolder, readReceipt } from "../../src/native/installed-folder.ts";

let root: string;
let target: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "lawrob-test-"));
  target = join(root, "part-1.0.0");
});
afterEach(() => rmSync(root, { recursive: true }));

function install(text: string): Promise<void> {
  return installFolder(target, async (staging) => {
    writeFileSync(join(staging, "library"), text);
    return { versions: { part: "1.0.0" }, files: ["library"] };
  });
}

describe("an installed folder", () => {
  it("counts as installed once its build is done", async () => {
    assert.equal(readReceipt(target), undefined);
    await install("first");
    assert.deepEqual(readReceipt(target), { versions: { part: "1.0.0" }, files: { library: 5 } });
    assert.deepEqual(readdirSync(root), ["part-1.0.0"]);
  });

  it("does not count when a file is cut short or gone", async () => {
    await install("first");
    truncateSync(join(target, "library"), 3);
    assert.equal(readReceipt(target), undefined);
    rmSync(join(target, "library"));
    assert.equal(readReceipt(target), undefined);
  });

  it("stays as it was when a new build fails, and the failed build leaves nothing", async () => {
    await install("first");
    const failing = installFolder(target, async (staging) => {
      writeFileSync(join(staging, "library"), "half");
      throw new Error("no compiler");
    });
    await assert.rejects(failing, /no compiler/);
    assert.equal(readFileSync(join(target, "library"), "utf8"), "first");
    assert.deepEqual(readdirSync(root), ["part-1.0.0"]);
  });

  it("is not there when its build lacks a file that it promised", async () => {
    await assert.rejects(
      installFolder(target, async () => ({ versions: {}, files: ["library"] })),
      /ENOENT/,
    );
    assert.deepEqual(readdirSync(root), []);
  });

  it("is replaced by a second install, damaged or not", async () => {
    await install("first");
    await install("second");
    assert.equal(readFileSync(join(target, "library"), "utf8"), "second");
    truncateSync(join(target, "library"), 0);
    await install("third");
    assert.equal(readFileSync(join(target, "library"), "utf8"), "third");
    assert.deepEqual(readdirSync(root), ["part-1.0.0"]);
  });

  it("does not count after its builder was killed, and the next install clears what that left", async () => {
    const script = `
      import { writeFileSync } from "node:fs";
      import { installFolder } from ${JSON.stringify(new URL("../../src/native/installed-folder.ts", import.meta.url).href)};
      await installFolder(${JSON.stringify(target)}, async (staging) => {
        writeFileSync(staging + "/library", "half");
        process.kill(process.pid, "SIGKILL");
        await new Promise(() => setInterval(() => {}, 1000));
      });`;
    const builder = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
    assert.equal(builder.signal, "SIGKILL", builder.stderr.toString());
    const [left] = readdirSync(root);
    assert.match(left, /^part-1\.0\.0\.partial-/);
    assert.equal(readReceipt(target), undefined);
    await install("first");
    assert.deepEqual(readdirSync(root), ["part-1.0.0"]);
  });

  it("is removed from its temporary place when its builder exits in the middle", () => {
    const script = `
      import { installFolder } from ${JSON.stringify(new URL("../../src/native/installed-folder.ts", import.meta.url).href)};
      await installFolder(${JSON.stringify(target)}, async () => process.exit(130));`;
    const builder = spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script]);
    assert.equal(builder.status, 130, builder.stderr.toString());
    assert.deepEqual(readdirSync(root), []);
    assert.ok(!existsSync(target));
  });

  it("says in one line that the disk is full, and leaves nothing behind", async () => {
    for (const error of [
      Object.assign(new Error("write"), { code: "ENOSPC" }),
      new Error("download", { cause: Object.assign(new Error("write"), { code: "EDQUOT" }) }),
    ]) {
      const failing = installFolder(target, () => Promise.reject(error));
      await assert.rejects(failing, {
        name: "EngineUnavailableError",
        message: `the disk of ${root} is full`,
      });
    }
    assert.deepEqual(readdirSync(root), []);
    await assert.rejects(
      installFolder(target, () => Promise.reject(new Error("other"))),
      { message: "other" },
    );
  });
});
