import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import test, { describe, type TestContext } from "node:test";
import { contents, lawrob, temporaryFolder } from "./command.ts";

const table = `trial_id,n,d,k,outcome,max_random_gradient
a,100,50,10,kept,3.5
b,100,50,20,kept,3.1
c,100,50,50,kept,2.2
d,100,50,100,loss,9
`;

function folderWithTable(context: TestContext): string {
  const folder = temporaryFolder(context);
  writeFileSync(path.join(folder, "trials.csv"), table);
  return folder;
}

describe("plot", { concurrency: 2 }, () => {
  for (const [file, isRight] of [
    ["f.svg", (bytes: Buffer) => bytes.toString("utf8").startsWith("<svg")],
    ["f.png", (bytes: Buffer) => bytes.subarray(0, 8).equals(Buffer.from("\x89PNG\r\n\x1a\n", "latin1"))],
    ["f.html", (bytes: Buffer) => /^<!doctype html>[\s\S]*<svg/i.test(bytes.toString("utf8"))],
    [
      "f.vl.json",
      (bytes: Buffer) => String(JSON.parse(bytes.toString("utf8")).$schema).includes("vega-lite"),
    ],
    ["F.SVG", (bytes: Buffer) => bytes.toString("utf8").startsWith("<svg")],
  ] as const) {
    test(`draws ${file} by its extension, from a folder or a file`, async (context) => {
      const folder = folderWithTable(context);
      const drawings = [];
      for (const source of [".", "trials.csv"]) {
        const { code, stdout, stderr } = await lawrob(
          folder,
          "plot",
          source,
          "--fit",
          "--color",
          "k",
          "--out",
          file,
        );
        assert.deepEqual({ code, stdout, stderr }, { code: 0, stdout: `${file}\n`, stderr: "" });
        drawings.push(readFileSync(path.join(folder, file)));
      }
      assert.ok(isRight(drawings[0]));
      assert.deepEqual(drawings[0], drawings[1]);
      assert.deepEqual(contents(folder), [file, "trials.csv"].sort());
    });
  }

  test("--json tells the file and the number of rows", async (context) => {
    const folder = folderWithTable(context);
    const { stdout } = await lawrob(folder, "plot", ".", "--json", "--out", "f.vl.json");
    assert.deepEqual(JSON.parse(stdout), {
      file: path.join(folder, "f.vl.json"),
      rows: 4,
      drawn: 3,
    });
  });

  test("only kept trials are drawn unless all are asked for", async (context) => {
    const folder = folderWithTable(context);
    const drawn = async (...flags: string[]) => {
      await lawrob(folder, "plot", ".", ...flags, "--out", "f.vl.json");
      return readFileSync(path.join(folder, "f.vl.json"), "utf8");
    };
    const [kept, all] = [await drawn(), await drawn("--all")];
    assert.ok(!/":\s*9[,\s}]/.test(kept) && /":\s*9[,\s}]/.test(all));
  });
});
