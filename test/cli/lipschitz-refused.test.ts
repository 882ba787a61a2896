import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import test, { describe } from "node:test";
import { lawrob, temporaryFolder } from "./command.ts";

describe("what cannot be used is refused in one line with code 2", { concurrency: 2 }, () => {
  const header = (length: bigint, text: string) => {
    const bytes = Buffer.alloc(8 + text.length);
    bytes.writeBigUInt64LE(length);
    bytes.write(text, 8);
    return bytes;
  };
  const files: Record<string, string | Buffer> = {
    "good.json": JSON.stringify({ W: [[1], [-1]], b: [0, 0], a: [1, 1] }),
    "empty.json": "",
    "model.pt": "PK\u0003\u0004 and so on",
    "empty.safetensors": "",
    "words.json": '{"W":[["1"]],"b":[0],"a":[1]}',
    "ragged.json": '{"W":[[1,2],[3]],"b":[0,0],"a":[1,1]}',
    "cut.safetensors": header(100n, '{"W":{"dtype":"F64"'),
    "huge.safetensors": header(10_000_000_000n, "{}"),
    "dtype.safetensors": header(53n, '{"W":{"dtype":"Q4","shape":[1],"data_offsets":[0,0]}}'),
    "overflow.json": '{"W":[[1e200]],"b":[0],"a":[1e200]}',
    "square.json": '{"activation":"polynomial:0,0,1","W":[[1]],"a":[1]}',
    "deep.json": JSON.stringify({ layers: [{ W: [[1, 2]] }, { W: [[1]] }, { W: [[-2]] }] }),
  };
  for (const [line, message] of [
    ["empty.json", /^lawrob: empty\.json: the file is empty$/],
    ["empty.safetensors", /empty\.safetensors: the file is empty/],
    ["words.json", /words\.json: W\[0\]\[0\] must be a number, got the string "1"/],
    ["ragged.json", /W\[1\] has 1 numbers, the row before it 2/],
    ["cut.safetensors", /its header has 100 bytes, but ends after 19: truncated\?/],
    ["huge.safetensors", /its header has 10000000000 bytes, where at most 100000000 are read/],
    ["dtype.safetensors", /tensor "W" has the unknown dtype "Q4"/],
    ["none.json", /none\.json: there is no such file, give a network's \.json or \.safetensors/],
    [".", /is no file|EISDIR/],
    ["overflow.json", /beyond the range of f64/],
    [
      "square.json",
      /slopes of polynomial have no bound on all of R\^d, give the radius of a ball with --radius/,
    ],
    ["good.json --radius 0", /--radius: "0" is not a positive number/],
    ["good.json --radius x", /--radius: "x" is not a positive number/],
    ["good.json --budget -1", /--budget: "-1" is not a positive number/],
    ["good.json --draws 0", /--draws: "0" is not a whole number from 1/],
    ["good.json --seed 1.5", /--seed: "1\.5" is not a whole number from 0/],
    ["good.json --output 3", /--output: there is no output 3/],
    ["good.json --activation swish", /--activation: "swish" is not an activation, take relu, /],
    ["good.json --map W=x,a=y", /--map is for safetensors, not for JSON/],
    ["good.json --map W=x", /--map: a is missing/],
    ["deep.json --exact", /--exact: exact constants are for two-layer networks of relu, leaky-relu or abs/],
    ["good.json --exact --activation tanh", /--exact: exact constants are for two-layer networks of relu/],
    ["model.pt", /^lawrob: model\.pt: is neither JSON nor safetensors: .*save_file/],
    ["", /missing required argument 'file'/],
  ] as const) {
    test(`lawrob lipschitz ${line}`, async (context) => {
      const folder = temporaryFolder(context);
      for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
      const { code, stdout, stderr } = await lawrob(folder, "lipschitz", ...line.split(" ").filter(Boolean));
      assert.equal(code, 2, stderr);
      assert.equal(stdout, "");
      assert.match(stderr, /^lawrob: [^\n]+\n$/);
      assert.match(stderr.trim(), message);
    });
  }
});
