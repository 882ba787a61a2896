import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { contents, lawrob, root, temporaryFolder } from "./command.ts";

for (const command of [
  [],
  ["sweep"],
  ["reproduce"],
  ["plot"],
  ["lipschitz"],
  ["engines"],
  ["engines", "install"],
  ["engines", "remove"],
]) {
  const name = ["lawrob", ...command].join(" ");
  test(`${name} --help shows its usage and an example`, async (context) => {
    const folder = temporaryFolder(context);
    const { code, stdout, stderr } = await lawrob(folder, ...command, "--help");
    assert.equal(code, 0);
    assert.equal(stderr, "");
    assert.ok(stdout.startsWith(`Usage: ${name} `), stdout.slice(0, 80));
    assert.match(stdout, /\nExamples?:\n {2}lawrob /);
    assert.ok(
      stdout.slice(stdout.indexOf("\nExample")).includes(`  ${name} `),
      "the example is of this command",
    );
    assert.deepEqual(contents(folder), []);
  });
}

test("lawrob --help lists every command", async (context) => {
  const { stdout } = await lawrob(temporaryFolder(context), "--help");
  for (const command of ["sweep", "reproduce", "plot", "lipschitz", "engines"]) {
    assert.match(stdout, new RegExp(`\\n {2}${command} .*\\S`));
  }
});

test("lawrob alone shows its usage on stderr and exits 2", async (context) => {
  const { code, stdout, stderr } = await lawrob(temporaryFolder(context));
  assert.equal(code, 2);
  assert.equal(stdout, "");
  assert.match(stderr, /Usage: lawrob /);
});

test("lawrob --version prints the package's version", async (context) => {
  const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  assert.deepEqual(await lawrob(temporaryFolder(context), "--version"), {
    code: 0,
    stdout: `${version}\n`,
    stderr: "",
  });
});
