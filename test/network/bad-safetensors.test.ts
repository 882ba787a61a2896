import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { readNetwork } from "../../src/network/read.ts";
import { encodeSafetensors } from "../../src/network/safetensors.ts";
import { parseMap } from "../../src/network/tensor-map.ts";
import { bytesSource } from "../../src/numeric/byte-source.ts";
import { refused, safetensors, tensors } from "./files.ts";

const W = (shape: unknown, data_offsets: unknown, dtype: unknown = "F64") => ({
  dtype,
  shape,
  data_offsets,
});
const good = { W: W([1, 1], [0, 8]), a: W([1], [8, 16]) };
for (const [what, bytes, message] of [
  ["no bytes", new Uint8Array(0), /^the file is empty$/],
  ["seven bytes", new Uint8Array(7), /ends within the eight bytes/],
  [
    "a header of 10 GB",
    safetensors("{}", 0, 10_000_000_000n),
    /its header has 10000000000 bytes, where at most/,
  ],
  [
    "a negative header length",
    safetensors("{}", 0, 2n ** 64n - 1n),
    /its header has 18446744073709551615 bytes/,
  ],
  [
    "a header that is cut off",
    safetensors("{}", 0, 1000n),
    /its header has 1000 bytes, but ends after 2: truncated/,
  ],
  ["a header that is not JSON", safetensors("{W"), /the header is not JSON/],
  ["a header that is a list", safetensors("[]"), /the header is not a JSON object/],
  [
    "a name twice",
    safetensors('{"W":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"W":{}}', 8),
    /has the key "W" twice/,
  ],
  ["no tensors", safetensors("{}"), /there is no tensor in the file/],
  [
    "data that are cut off",
    safetensors(good, 15),
    /tensor "a" ends at byte \d+, the file at byte \d+: truncated/,
  ],
  ["data that are left over", safetensors(good, 17), /1 bytes after tensor "a" belong to nothing/],
  [
    "a hole",
    safetensors({ W: W([1, 1], [0, 8]), a: W([1], [9, 17]) }, 17),
    /1 bytes between tensor "W" and tensor "a"/,
  ],
  [
    "tensors that overlap",
    safetensors({ W: W([1, 1], [0, 8]), a: W([1], [4, 12]) }, 12),
    /tensor "a" overlaps tensor "W"/,
  ],
  ["a tensor that ends first", safetensors({ W: W([], [8, 0]) }, 8), /ends before it begins/],
  ["a negative offset", safetensors({ W: W([], [-8, 0]) }, 8), /data_offsets that are no two whole numbers/],
  [
    "offsets that are strings",
    safetensors({ W: W([], ["0", "8"]) }, 8),
    /data_offsets that are no two whole/,
  ],
  [
    "a shape that does not match",
    safetensors({ W: W([2, 1], [0, 8]) }, 8),
    /tensor "W" has 8 bytes, F64 of shape \[2,1\] has 16/,
  ],
  [
    "a shape beyond all numbers",
    safetensors({ W: W([2 ** 52, 2 ** 52], [0, 8]) }, 8),
    /has 8 bytes, F64 of shape/,
  ],
  ["a negative shape", safetensors({ W: W([-1, -1], [0, 8]) }, 8), /a shape that is no list of sizes/],
  ["no shape", safetensors({ W: { dtype: "F64" } }), /a shape that is no list/],
  [
    "an unknown dtype",
    safetensors({ W: W([1, 1], [0, 8], "F128") }, 8),
    /tensor "W" has the unknown dtype "F128"/,
  ],
  [
    "a dtype of a prototype",
    safetensors({ W: W([1, 1], [0, 8], "toString") }, 8),
    /unknown dtype "toString"/,
  ],
  [
    "whole numbers",
    safetensors({ W: W([1, 1], [0, 8], "I64"), a: W([1], [8, 16]) }, 16),
    /tensor "W" has dtype I64, save it as/,
  ],
  ["a tensor that is no object", safetensors({ W: 3 }), /tensor "W" is not described by an object/],
  [
    "metadata that are none",
    safetensors({ __metadata__: { x: 1 } }),
    /__metadata__ has "x", which is no string/,
  ],
  [
    "a vector for W",
    safetensors({ W: W([1], [0, 8]), a: W([1], [8, 16]) }, 16),
    /W has shape \[1\], not that of a matrix/,
  ],
  [
    "no numbers",
    safetensors({ W: W([0, 1], [0, 0]), a: W([0], [0, 0]) }),
    /W has shape \[0,1\], not that of a matrix/,
  ],
  [
    "a prototype's name",
    safetensors('{"__proto__":{"dtype":"F64","shape":[],"data_offsets":[0,8]}}', 8),
    /"__proto__": no name of a layer|no name of a layer|there is no tensor/,
  ],
  [
    "strange names",
    safetensors({ "conv.weight": W([1, 1], [0, 8]) }, 8),
    /tensor "conv.weight": no name of a layer; say which .* --map/,
  ],
  [
    "two stems",
    safetensors({ "fc1.weight": W([1, 1], [0, 8]), "out2.weight": W([1, 1], [8, 16]) }, 16),
    /tensor "out2.weight": another stem/,
  ],
  [
    "two layers of a Sequential without an activation between",
    safetensors({ "0.weight": W([1, 1], [0, 8]), "1.weight": W([1, 1], [8, 16]) }, 16),
    /tensor "1.weight": right behind 0.weight, no activation between/,
  ],
  [
    "a layer missing",
    safetensors({ "fc1.weight": W([1, 1], [0, 8]), "fc3.weight": W([1, 1], [8, 16]) }, 16),
    /tensor "fc3.weight": there is no fc2.weight before it/,
  ],
  [
    "more than layers",
    safetensors({ "fc1.weight": W([1, 1], [0, 8]), scale: W([], [8, 16]) }, 16),
    /tensor "scale": no part of a known network/,
  ],
] as const) {
  test(`safetensors with ${what}`, () => refused(bytesSource(bytes), "safetensors", message));
}

test("what is neither JSON nor safetensors is told how to become that", () => {
  const zip = Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0);
  refused(bytesSource(zip), undefined, /^is neither JSON nor safetensors: .*torch.save_file/);
  refused(bytesSource(new Uint8Array(0)), undefined, /^the file is empty$/);
});

test("numbers that are not finite, by tensor and index", () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const values = tensors.W.values.slice();
    values[4] = value;
    const bytes = encodeSafetensors({ ...tensors, W: { shape: [2, 3], values } });
    refused(bytesSource(bytes), "safetensors", new RegExp(`tensor "W" is ${value} at index \\[1,1\\]`));
  }
});
test("a name that is mapped and not there", () =>
  refused(
    bytesSource(encodeSafetensors(tensors)),
    "safetensors",
    /--map: there is no tensor "V", the file has "W", "b", "a", "c"/,
    {
      map: parseMap("W=V,a=a"),
    },
  ));
test("more parameters than memory holds, before they are read", () =>
  refused(
    bytesSource(encodeSafetensors(tensors)),
    "safetensors",
    /has 11 parameters, where this machine's memory holds 10/,
    {
      mostNumbers: 10,
    },
  ));
test("a name that patterns would take hours to search", () =>
  refused(
    bytesSource(safetensors({ ["1".repeat(500_000)]: W([], [0, 8]) }, 8)),
    "safetensors",
    /has a name of 500000 characters, give it a shorter one$/,
  ));
test("more tensors than networks have", () =>
  refused(
    bytesSource(
      safetensors(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`t${i}`, W([0], [0, 0])]))),
    ),
    "safetensors",
    /^has 10001 tensors, where at most 10000 are read$/,
  ));
test("any bytes at all are read or refused, never anything else", () => {
  const survives = (bytes: Uint8Array, format: "json" | "safetensors" | undefined) => {
    try {
      readNetwork(bytesSource(bytes), format);
    } catch (error) {
      assert.equal((error as Error).name, "NetworkFileError", (error as Error).stack);
    }
  };
  const start = encodeSafetensors(tensors);
  fc.assert(
    fc.property(fc.nat(start.length - 1), fc.nat(255), fc.nat(start.length), (at, value, length) => {
      const bytes = start.slice();
      bytes[at] = value;
      survives(bytes, "safetensors");
      survives(bytes.slice(0, length), undefined);
    }),
    { numRuns: 500 },
  );
  fc.assert(fc.property(fc.json(), (json) => survives(new TextEncoder().encode(json), "json")));
  fc.assert(fc.property(fc.json(), (json) => survives(safetensors(json), "safetensors")));
});
