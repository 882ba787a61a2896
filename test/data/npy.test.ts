import assert from "node:assert/strict";
import test from "node:test";
import { readNpy } from "../../src/data/npy.ts";
import { bytesSource } from "../../src/numeric/byte-source.ts";
import { npy } from "./npy-file.ts";

const limits = { mostNumbers: 1e9 };

const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer);
const read = (bytes: Uint8Array) => readNpy(bytesSource(bytes), limits);

test("doubles, floats, integers and bytes, of one or two dimensions", () => {
  const six = [1, -2, 3.5, 4, 5, 6];
  assert.deepEqual(read(npy("<f8", "2, 3", bytesOf(Float64Array.from(six)))), {
    rows: 2,
    columns: 3,
    values: Float64Array.from(six),
  });
  assert.deepEqual(Array.from(read(npy("<f4", "6,", bytesOf(Float32Array.from(six)))).values), six);
  assert.deepEqual(Array.from(read(npy("|u1", "3, 1", Uint8Array.of(0, 128, 255))).values), [0, 128, 255]);
  assert.deepEqual(Array.from(read(npy("<i8", "2,", bytesOf(BigInt64Array.of(-5n, 7n)))).values), [-5, 7]);
  assert.deepEqual(Array.from(read(npy(">i2", "2,", Uint8Array.of(0xff, 0xfe, 0, 3))).values), [-2, 3]);
  assert.deepEqual(
    Array.from(read(npy("<f8", "6,", bytesOf(Float64Array.from(six)), { version: 2 })).values),
    six,
  );
});

test("columns first become rows first", () => {
  const { values } = read(
    npy("<f8", "2, 3", bytesOf(Float64Array.of(1, 4, 2, 5, 3, 6)), { fortran: "True" }),
  );
  assert.deepEqual(Array.from(values), [1, 2, 3, 4, 5, 6]);
});

for (const [name, bytes, message] of [
  ["another format", new TextEncoder().encode("1,2,3,4,5,6\n"), /is no \.npy file/],
  [
    "a short file",
    npy("<f8", "2, 3", new Uint8Array(40)),
    /has 40 bytes of numbers, its shape needs 48: truncated\?/,
  ],
  ["three dimensions", npy("<f8", "1, 1, 1", new Uint8Array(8)), /has the shape \(1, 1, 1\)/],
  ["no rows", npy("<f8", "0, 3", new Uint8Array(0)), /has the shape \(0, 3\)/],
  ["complex numbers", npy("<c16", "1,", new Uint8Array(16)), /has the dtype c16/],
  ["records", npy("[('x', '<f8')]", "1,", new Uint8Array(8)), /no plain dtype/],
  [
    "a header as long as a file",
    npy(`<f8${" ".repeat(20_000)}`, "1,", new Uint8Array(8)),
    /has a header of 2\d{4} bytes, where at most 10000 are read/,
  ],
  ["a NaN", npy("<f8", "2, 2", bytesOf(Float64Array.of(1, 2, Number.NaN, 4))), /row 2, column 1 is NaN/],
] as const) {
  test(`refused: ${name}`, () => {
    assert.throws(
      () => read(bytes),
      (error: Error) => error.name === "DataFileError" && message.test(error.message),
    );
  });
}
