import assert from "node:assert/strict";
import test from "node:test";
import { bytesSource } from "../../src/numeric/byte-source.ts";
import { own, refused, text } from "./files.ts";

for (const [what, content, message] of [
  ["an empty file", "", /^the file is empty$/],
  ["blanks", " \n", /^the file is empty$/],
  ["not JSON", "{W", /^the file is not JSON: /],
  ["a list", "[1]", /is not a JSON object/],
  ["null", "null", /is not a JSON object/],
  ["nothing in it", "{}", /^W must be a list of rows, got nothing/],
  ["a string for a number", { ...own, b: [1, "2"] }, /^b\[1\] must be a number, got the string "2"/],
  [
    "a string in W",
    {
      ...own,
      W: [
        [1, 2, 3],
        [4, "x", 6],
      ],
    },
    /^W\[1\]\[1\] must be a number, got the string "x"/,
  ],
  ["null", { ...own, a: [1, null] }, /^a\[1\] must be a number, got null/],
  ["a number beyond f64", '{"W":[[1e999]],"a":[1]}', /^W\[0\]\[0\] is beyond the range of f64/],
  ["NaN", '{"W":[[NaN]],"a":[1]}', /not JSON/],
  [
    "ragged rows",
    {
      ...own,
      W: [
        [1, 2, 3],
        [4, 5],
      ],
    },
    /^W\[1\] has 2 numbers, the row before it 3/,
  ],
  ["rows that are none", { ...own, W: [1, 2] }, /^W must be a list of rows/],
  ["a row that is none", { ...own, W: [[1, 2, 3], 4] }, /^W\[1\] must be a row, got 4/],
  ["empty rows", { ...own, W: [[], []] }, /^W must be a list of rows, at least one number/],
  ["too few biases", { ...own, b: [1] }, /^b has shape \[1\], W has 2 rows/],
  ["too many output weights", { ...own, a: [1, 2, 3] }, /^a has 3 columns, W has 2 rows/],
  ["a bias that is a list", { ...own, c: [1] }, /^c must be a number, got a list/],
  ["an unknown key", { ...own, V: 1 }, /^unknown key "V", the keys are activation, W, b, a, c/],
  ["a prototype's key", '{"__proto__":{"W":1},"W":[[1]],"a":[1]}', /^unknown key "__proto__"/],
  ["a key twice", '{"W":[[1]],"a":[1],"W":[[2]]}', /has the key "W" twice/],
  ["an escaped key twice", '{"W":[[1]],"a":[1],"\\u0057":[[2]]}', /has the key "W" twice/],
  [
    "an unknown activation",
    { ...own, activation: "swish" },
    /^activation "swish" is not an activation, take relu, /,
  ],
  ["an activation that is no string", { ...own, activation: 3 }, /^activation must be a string, got 3/],
  ["an activation of a prototype", { ...own, activation: "constructor" }, /is not an activation/],
  ["layers that are none", { layers: {} }, /^layers must be a list/],
  ["layers beside W", { layers: [], W: [[1]] }, /^has both W and layers, give one of them$/],
  ["a layer that is none", { layers: [3] }, /^layers\[0\] must be an object with W and b, got 3/],
  ["an unknown key of a layer", { layers: [{ W: [[1]], c: 0 }] }, /^unknown key of layers\[0\] "c"/],
  [
    "layers that do not fit",
    { layers: [{ W: [[1]] }, { W: [[1, 2]] }] },
    /^layers\[1\]\.W has 2 columns, layers\[0\]\.W has 1 rows/,
  ],
  [
    "several outputs",
    { layers: [{ W: [[1], [2]] }] },
    /^layers\[0\]\.W gives 2 outputs, choose one with --output INDEX \(0 to 1\)/,
  ],
] as const) {
  test(`JSON with ${what}`, () =>
    refused(text(typeof content === "string" ? content : JSON.stringify(content)), "json", message));
}

test("JSON that is not UTF-8", () =>
  refused(bytesSource(Uint8Array.of(0x7b, 0xff, 0x7d)), "json", /is not UTF-8/));
test("JSON of more lists than a network has neurons, or of more objects, before they fill the memory", () => {
  refused(
    text(`{"a":[${"[],".repeat(4e6)}1]}`),
    "json",
    /^the file has more objects and lists than a network/,
  );
  refused(
    text(`{"a":[${"{},".repeat(1e6)}1]}`),
    "json",
    /^the file has more objects and lists than a network/,
  );
});
test("JSON that is nested without end", () =>
  refused(
    text(`{"W":${"[".repeat(1e6)}${"]".repeat(1e6)},"a":[1]}`),
    "json",
    /^W\[0\]\[0\] must be a number/,
  ));
test("JSON that is too large", () =>
  refused(
    { size: 6e8, read: () => assert.fail("read") },
    "json",
    /has 600 MB of JSON, .* save it as safetensors/,
  ));
test("an output that is not there", () =>
  refused(text(JSON.stringify(own)), "json", /there is no output 1/, { output: 1 }));
