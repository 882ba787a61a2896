import fc from "fast-check";
import { encodeSafetensors } from "../../src/network/safetensors.ts";
import { npy } from "../data/npy-file.ts";
import { changedBytes, changedText, oddNumbers, oddWords } from "./mutations.ts";
import { fuzz } from "./session.ts";

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer);
const uses = fc.constantFrom(
  ["construct", "mcshane"],
  ["construct", "linear", "--json"],
  ["construct", "caps", "--draws", "5"],
  ["bound", "genericity"],
  ["bound", "all"],
  ["construct", "mcshane", "--label-column", "1"],
  ["construct", "mcshane", "--label-column", "label"],
);

const square = Float64Array.of(1, 0, 0.5, 1, 0, 1, 0.5, -1, 1, 1, 0, 1);
const arrays = [
  npy("<f8", "3, 4", bytesOf(square)),
  npy("<f4", "2, 6", bytesOf(Float32Array.from(square)), { version: 2 }),
  npy(">i2", "3, 2", bytesOf(Int16Array.of(1, 2, 3, 4, 5, 6)), { fortran: "True" }),
];
const descriptions = fc
  .record({
    type: fc.constantFrom("<f8", "|u1", "<i8", ">f4", "<c16", "|O", "<f99", "constructor", ""),
    shape: fc.constantFrom(
      ..."1,|2,2|0,0|-1,2|99999999999,99999999999|9007199254740991,9007199254740991|1e3,2|0x2,2".split("|"),
      ...["4294967296, 4294967296", "", "1,1,1", "2, NaN", "(2", "2.5, 1"],
    ),
    length: fc.nat(64),
    version: fc.constantFrom(0, 1, 2, 3, 255),
    fortran: fc.constantFrom("True", "False", "Maybe"),
  })
  .map(({ type, shape, length, version, fortran }) =>
    npy(type, shape, new Uint8Array(length), { version, fortran }),
  );
fuzz(
  "data as .npy",
  1000,
  fc.tuple(fc.oneof(changedBytes(arrays), descriptions), uses).map(([content, use]) => ({
    words: [...use, "--data", "points.npy"],
    files: { "points.npy": content },
  })),
);

const tables = [
  "x,y,label\n1,0,1\n0,1,-1\n-1,0,1\n0.5,0.5,-1\n",
  "1;2;1\n3;4;-1\n5;6.25;1\n",
  '\ufeff"x"\t"label"\r\n1\t-1\r\n2e-3\t1\r\n\r\n',
];
const cell = fc.constantFrom(...oddNumbers, ...oddWords, "1", "2", "3", "-1", "1", "2", "3", "-1");
const grid = fc
  .tuple(fc.constantFrom(",", ";", "\t"), fc.array(fc.array(cell, { maxLength: 4 }), { maxLength: 6 }))
  .map(([separator, rows]) => rows.map((row) => row.join(separator)).join("\n"));
fuzz(
  "data as CSV",
  500,
  fc.tuple(fc.oneof(changedText(tables), grid), uses).map(([content, use]) => ({
    words: [...use, "--data", "points.csv"],
    files: { "points.csv": content },
  })),
);

const X = { shape: [3, 2], values: Float64Array.of(1, 0, 0, 1, -1, 0) };
const y = { shape: [3], values: Float64Array.of(1, -1, 1) };
fuzz(
  "data as safetensors",
  250,
  fc.tuple(changedBytes([encodeSafetensors({ X, y })]), uses).map(([content, use]) => ({
    words: [...use, "--data", "points.safetensors"],
    files: { "points.safetensors": content },
  })),
);
