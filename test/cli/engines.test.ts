import assert from "node:assert/strict";
import test from "node:test";
import { contents, lawrob, temporaryFolder } from "./command.ts";

test("engines lists every engine, whether it works here, and the embedded one always does", async (context) => {
  const folder = temporaryFolder(context);
  const { code, stdout, stderr } = await lawrob(folder, "engines", "--no-measure", "--json");
  assert.equal(code, 0, stderr);
  const { engines } = JSON.parse(stdout);
  assert.deepEqual(
    engines.map((engine: { name: string }) => engine.name),
    ["wasm", "tensorflow"],
  );
  assert.equal(engines[0].available, true);
  for (const { available, version, whyNot, remedy } of engines) {
    assert.ok(available ? version : whyNot && remedy);
  }
  assert.deepEqual(contents(folder), []);
});

test("engines shows the same as a table, with the measured time of a step", async (context) => {
  const { code, stdout } = await lawrob(temporaryFolder(context), "engines");
  assert.equal(code, 0);
  assert.match(stdout, /wasm .*yes .*wasm simd 1 .*\d ms/);
  assert.match(stdout, /tensorflow .*(yes|no) /);
});
