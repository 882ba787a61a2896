import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { program, temporaryFolder } from "./command.ts";

const run = promisify(execFile);
const own = process.versions.node.split(".")[0];
const platform = process.platform === "win32" ? "win" : process.platform;
const sweep = ["sweep", "--n", "60", "--k", "10,30,60", "--engine", "wasm", "--out"];

for (const version of ["20", "22", "24"].filter((other) => other !== own)) {
  test(`Node ${version} writes the bytes of trials.csv that Node ${own} writes, with the engine wasm`, async (context) => {
    const folder = temporaryFolder(context);
    const name = `node-${platform}-${process.arch}`;
    const node = path.join(folder, "node_modules", name, "bin", "node");
    const install = [
      "install",
      "--prefix",
      folder,
      "--no-save",
      "--no-audit",
      "--no-fund",
      `${name}@${version}`,
    ];
    try {
      await run("npm", install);
    } catch (error) {
      if (process.env.CI === "true") throw error;
      return context.skip(`npm has no ${name}@${version} here`);
    }
    for (const binary of [process.execPath, node]) {
      const out = path.join(folder, binary === node ? "other" : "own");
      await run(binary, [program, ...sweep, out], { env: { ...process.env, NODE_OPTIONS: "" } });
    }
    const [expected, found] = ["own", "other"].map((out) =>
      readFileSync(path.join(folder, out, "trials.csv")),
    );
    assert.ok(expected.length > 1000 && expected.equals(found));
  });
}
