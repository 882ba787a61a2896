import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { completeSpec } from "../../src/experiment/spec.ts";
import {
  beginSession,
  endSession,
  isUnchanged,
  type RunIdentity,
  readManifest,
} from "../../src/record/manifest.ts";

const where = { packageDirectory: fileURLToPath(new URL("../..", import.meta.url)), workers: 2 };
const identity: RunIdentity = {
  spec: completeSpec({}, undefined, { n: "100" }, "test"),
  plan_hash: "0123456789abcdef",
  trials: 50,
  engine: { name: "wasm", version: "wasm simd 1", reason: "asked for" },
  save: ["networks"],
};

function folder(context: TestContext): string {
  const directory = mkdtempSync(path.join(os.tmpdir(), "lawrob-manifest-"));
  context.after(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

test("a folder without a manifest has none", (context) => {
  assert.equal(readManifest(folder(context)), undefined);
});

test("a manifest tells what was asked and how the work on it stands", (context) => {
  const directory = folder(context);
  const manifest = beginSession(directory, identity, where);
  const running = JSON.parse(JSON.stringify(manifest));
  const { sha256, ...found } = readManifest(directory) ?? assert.fail("no manifest");
  assert.deepEqual(found, running);
  assert.match(sha256 ?? "", /^[0-9a-f]{64}$/);
  assert.deepEqual({ ...running, ...identity }, running);
  assert.deepEqual([running.status, running.sessions.length], ["running", 1]);
  assert.deepEqual([running.sessions[0].ended, running.sessions[0].finished], [null, null]);

  endSession(directory, manifest, { status: "interrupted", finished: 3 });
  const ended = JSON.parse(readFileSync(path.join(directory, "manifest.json"), "utf8"));
  assert.deepEqual(
    [ended.status, ended.sessions[0].status, ended.sessions[0].finished],
    ["interrupted", "interrupted", 3],
  );
  assert.ok(Date.parse(ended.sessions[0].ended) >= Date.parse(ended.sessions[0].started));
  assert.deepEqual(readdirSync(directory), ["manifest.json"]);
});

test("a later session is added to the earlier ones", (context) => {
  const directory = folder(context);
  endSession(directory, beginSession(directory, identity, where), { status: "interrupted", finished: 3 });
  const [first] = JSON.parse(JSON.stringify(readManifest(directory)?.sessions));
  endSession(directory, beginSession(directory, identity, where), { status: "finished", finished: 47 });
  const found = JSON.parse(JSON.stringify(readManifest(directory)));
  assert.deepEqual(found.sessions[0], first);
  assert.deepEqual([found.status, found.sessions.length, found.sessions[1].finished], ["finished", 2, 47]);
});

test("a session names the version and the kind of machine, and nothing of who runs it", (context) => {
  const [session] = beginSession(folder(context), identity, where).sessions;
  assert.match(session.lawrob, /^\d+\.\d+\.\d+/);
  assert.equal(session.node, process.version);
  assert.equal(session.workers, 2);
  assert.ok(session.cores >= 1 && session.memory_bytes > 0 && session.cpu.length > 0);
  assert.match(session.commit ?? "0".repeat(40), /^[0-9a-f]{40}(-dirty)?$/);
  assert.deepEqual(
    Object.keys(session).sort(),
    "argv, commit, cores, cpu, ended, finished, lawrob, memory_bytes, node, platform, started, status, workers".split(
      ", ",
    ),
  );
});

test("a file that is not a manifest is refused in one line", (context) => {
  const directory = folder(context);
  const file = path.join(directory, "manifest.json");
  const { plan_hash: _, ...incomplete } = identity;
  for (const content of ["", "{", "[]", "null", JSON.stringify(incomplete)]) {
    writeFileSync(file, content);
    assert.throws(() => readManifest(directory), { message: `${file} is not a manifest of lawrob` });
  }
});

test("a manifest that somebody has changed is told from one that nobody has", (context) => {
  const directory = folder(context);
  const file = path.join(directory, "manifest.json");
  writeFileSync(path.join(directory, "trials.csv"), "trial_id\n");
  endSession(directory, beginSession(directory, identity, where), { status: "finished", finished: 3 });
  const read = () => readManifest(directory) ?? assert.fail("no manifest");
  assert.ok(isUnchanged(read()));
  assert.deepEqual(read().files, {
    "trials.csv": createHash("sha256").update("trial_id\n").digest("hex"),
  });
  const text = readFileSync(file, "utf8");
  writeFileSync(file, text.replace('"trials": 50', '"trials": 51'));
  assert.ok(!isUnchanged(read()));
  writeFileSync(file, text.replaceAll("\n", "\r\n"));
  assert.ok(isUnchanged(read()));
});
