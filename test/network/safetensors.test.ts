import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { encodeSafetensors, type Tensor } from "../../src/network/safetensors.ts";

/** Reads the format as its specification tells, sharing nothing with the writer. */
function parse(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = Number(view.getBigUint64(0, true));
  const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(8, 8 + headerLength));
  const { __metadata__, ...entries } = JSON.parse(text) as Record<string, never>;
  const start = 8 + headerLength;
  let end = start;
  const tensors = Object.fromEntries(
    Object.entries(entries as Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>).map(
      ([name, { dtype, shape, data_offsets }]) => {
        assert.equal(dtype, "F64");
        assert.equal(start + data_offsets[0], end, "tensors follow each other without holes");
        const length = shape.reduce((product, size) => product * size, 1);
        const values = Float64Array.from({ length }, (_, i) =>
          view.getFloat64(start + data_offsets[0] + 8 * i, true),
        );
        end = start + data_offsets[1];
        return [name, { shape, values }];
      },
    ),
  );
  assert.equal(end, bytes.length, "the file ends with the last tensor");
  return { start, text, metadata: __metadata__ as unknown, tensors };
}

const tensor = fc.array(fc.nat({ max: 4 }), { maxLength: 3 }).chain((shape) => {
  const length = shape.reduce((product, size) => product * size, 1);
  return fc.array(fc.double(), { minLength: length, maxLength: length }).map((values): Tensor => {
    return { shape, values: Float64Array.from(values) };
  });
});

test("any tensors read back bit for bit, on a multiple of eight bytes", () => {
  const name = fc.string({ unit: "grapheme", minLength: 1 }).filter((text) => !/^(__|\d)/.test(text));
  const metadata = fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), fc.string({ unit: "grapheme" }));
  fc.assert(
    fc.property(
      fc.dictionary(name, tensor, { maxKeys: 5, noNullPrototype: true }),
      metadata,
      (tensors, notes) => {
        const read = parse(encodeSafetensors(tensors, notes));
        assert.equal(read.start % 8, 0);
        assert.ok(read.text.startsWith("{"), "the header begins with a brace");
        assert.deepEqual({ ...(read.metadata as object) }, { ...notes });
        assert.deepEqual(Object.keys(read.tensors), Object.keys(tensors));
        for (const [key, { shape, values }] of Object.entries(tensors)) {
          assert.deepEqual(read.tensors[key].shape, shape);
          assert.deepEqual(read.tensors[key].values, values);
        }
      },
    ),
  );
});

test("an array that is part of a larger buffer is written alone", () => {
  const values = Float64Array.of(1, 2, 3, 4, 5).subarray(1, 4);
  assert.deepEqual(parse(encodeSafetensors({ b: { shape: [3], values } })).tensors.b.values, values.slice());
});

test("a scalar has the empty shape", () => {
  const { tensors } = parse(encodeSafetensors({ c: { shape: [], values: Float64Array.of(7) } }));
  assert.deepEqual(tensors.c, { shape: [], values: Float64Array.of(7) });
});

test("a tensor that does not fill its shape is refused by name", () => {
  assert.throws(() => encodeSafetensors({ W: { shape: [2, 3], values: new Float64Array(5) } }), {
    name: "RangeError",
    message: "tensor W has 5 numbers for shape [2,3]",
  });
});
