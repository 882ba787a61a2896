import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { describe } from "node:test";
import fc from "fast-check";
import { foldBatchNorm } from "../../src/network/batch-norm.ts";
import { isDeep, layersOf, type Network } from "../../src/network/deep.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { bytesSource } from "../../src/network/network-file.ts";
import { type ReadOptions, readNetwork } from "../../src/network/read.ts";
import { encodeSafetensors } from "../../src/network/safetensors.ts";
import { parseMap } from "../../src/network/tensor-names.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { evaluateDeep } from "./evaluate-deep.ts";

const text = (content: string) => bytesSource(new TextEncoder().encode(content));
const fromJson = (content: unknown, options?: ReadOptions) =>
  readNetwork(text(typeof content === "string" ? content : JSON.stringify(content)), "json", options);

/** A file of the format with any header and any bytes behind it. */
function safetensors(header: unknown, dataBytes = 0, headerLength?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

const tensors = {
  W: { shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) },
  b: { shape: [2], values: Float64Array.of(7, 8) },
  a: { shape: [2], values: Float64Array.of(9, 10) },
  c: { shape: [], values: Float64Array.of(11) },
};
const expected = {
  activation: "relu",
  k: 2,
  d: 3,
  W: tensors.W.values,
  b: tensors.b.values,
  a: tensors.a.values,
  c: 11,
};
const own = {
  activation: "relu",
  W: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  b: [7, 8],
  a: [9, 10],
  c: 11,
};

describe("the same network is read", () => {
  test("from JSON", () => {
    assert.deepEqual(fromJson(own), expected);
    assert.deepEqual(fromJson(`\uFEFF ${JSON.stringify(own)}\n`), expected);
  });
  test("from a list of two layers", () => {
    const layers = [
      { W: own.W, b: own.b },
      { W: [own.a], b: [own.c] },
    ];
    assert.deepEqual(fromJson({ layers }), expected);
  });
  test("from our safetensors, whatever else they hold", () => {
    const bytes = encodeSafetensors({ ...tensors, X: { shape: [1, 3], values: new Float64Array(3) } });
    assert.deepEqual(readNetwork(bytesSource(bytes), "safetensors"), expected);
  });
  test("without the format being told", () => {
    assert.deepEqual(readNetwork(bytesSource(encodeSafetensors(tensors)), undefined), expected);
    assert.deepEqual(readNetwork(text(JSON.stringify(own)), undefined), expected);
  });
  test("from mapped names", () => {
    const { W, b, a, c } = tensors;
    const bytes = encodeSafetensors({
      "x.in": W,
      "x.bias": b,
      "y.out": { ...a, shape: [1, 2] },
      "y.bias": { ...c, shape: [1] },
    });
    const options = { map: parseMap("W=x.in, b=x.bias, a=y.out, c=y.bias") };
    assert.deepEqual(readNetwork(bytesSource(bytes), "safetensors", options), expected);
    const numbered = { map: parseMap("W1=x.in,b1=x.bias,W2=y.out,b2=y.bias") };
    assert.deepEqual(readNetwork(bytesSource(bytes), "safetensors", numbered), expected);
  });
});

test("biases that are not there are zero, an activation that is not told is ReLU, or what the caller says", () => {
  const network = fromJson({ W: [[1], [2]], a: [1, 1] }) as TwoLayerNetwork;
  assert.deepEqual([...network.b, network.c, network.activation], [0, 0, 0, "relu"]);
  assert.equal(fromJson(own, { activation: "tanh" }).activation, "tanh");
  assert.equal(
    fromJson({ ...own, activation: "LeakyReLU".toLowerCase().replace("relu", "_relu") }).activation,
    "leaky-relu:0.01",
  );
});

test("names of PyTorch and numbers of 16 and 32 bits are read as NumPy reads them", () => {
  const folder = new URL("../fixtures/networks/", import.meta.url);
  const outputs = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8"));
  for (const [name, options, deep] of [
    ["batch-norm", {}, false],
    ["sequential-f16", {}, false],
    ["deep-bf16", { output: 1 }, true],
  ] as const) {
    const bytes = readFileSync(new URL(`${name}.safetensors`, folder));
    const network = readNetwork(bytesSource(bytes), "safetensors", options);
    assert.equal(isDeep(network), deep);
    const X = Float64Array.from(outputs[name].X.flat());
    const found = evaluateAny(network, X);
    found.forEach((value, i) => {
      const wanted = outputs[name].outputs[i];
      assert.ok(
        Math.abs(value - wanted) <= 1e-12 * (1 + Math.abs(wanted)),
        `${name}: ${value}, not ${wanted}`,
      );
    });
  }
});

function evaluateAny(network: Network, X: Float64Array): Float64Array {
  const outputs = evaluateDeep(layersOf(network), X);
  if (!isDeep(network)) {
    const again = evaluate(network, X);
    outputs.forEach((value, i) => {
      assert.ok(Math.abs(value - again[i]) <= 1e-12 * (1 + Math.abs(value)));
    });
  }
  return outputs;
}

test("batch normalisations are folded as after training, with the epsilon that is asked for", () => {
  const vector = (...values: number[]) => ({ shape: [values.length], values: Float64Array.from(values) });
  const bytes = encodeSafetensors({
    "fc1.weight": tensors.W,
    "bn.running_mean": vector(1, 2),
    "bn.running_var": vector(3, 4),
    "bn.weight": vector(5, 6),
    "bn.bias": vector(7, 8),
    "fc2.weight": { shape: [1, 2], values: Float64Array.of(9, 10) },
  });
  const folded = readNetwork(bytesSource(bytes), "safetensors", { batchNormEpsilon: 0.25 });
  const parameters = {
    W: tensors.W.values,
    a: Float64Array.of(9, 10),
    gamma: Float64Array.of(5, 6),
    beta: Float64Array.of(7, 8),
    mean: Float64Array.of(1, 2),
    variance: Float64Array.of(3, 4),
  };
  assert.deepEqual(folded, foldBatchNorm(parameters, 0.25));
  const mapped = parseMap(
    "W=fc1.weight,a=fc2.weight,mean=bn.running_mean,variance=bn.running_var,gamma=bn.weight,beta=bn.bias",
  );
  assert.deepEqual(
    readNetwork(bytesSource(bytes), "safetensors", { batchNormEpsilon: 0.25, map: mapped }),
    folded,
  );
});

test("every number of 16 bits that is finite is read as DataView and its definition have it", () => {
  for (const dtype of ["F16", "BF16"]) {
    const finite = Array.from({ length: 65536 }, (_, bits) => bits).filter((bits) => {
      const mask = dtype === "F16" ? 0x7c00 : 0x7f80;
      return (bits & mask) !== mask;
    });
    const header = {
      W: { dtype, shape: [finite.length, 1], data_offsets: [0, 2 * finite.length] },
      a: { dtype, shape: [finite.length], data_offsets: [2 * finite.length, 4 * finite.length] },
    };
    const bytes = safetensors(header, 4 * finite.length);
    const view = new DataView(bytes.buffer, bytes.length - 4 * finite.length);
    finite.forEach((bits, i) => {
      view.setUint16(2 * i, bits, true);
    });
    const { W } = readNetwork(bytesSource(bytes), "safetensors") as TwoLayerNetwork;
    const word = new DataView(new ArrayBuffer(4));
    finite.forEach((bits, i) => {
      // Binary16 moved to the place of binary32's exponent and fraction is 2⁻¹¹² times too small.
      word.setUint32(0, dtype === "BF16" ? bits * 65536 : (bits & 0x8000) * 65536 + (bits & 0x7fff) * 8192);
      assert.equal(W[i], word.getFloat32(0) * (dtype === "BF16" ? 1 : 2 ** 112));
    });
  }
});

describe("what is no network is refused in one line", () => {
  const refused = (
    source: Parameters<typeof readNetwork>[0],
    format: "json" | "safetensors",
    message: RegExp,
    options?: ReadOptions,
  ) =>
    assert.throws(
      () => readNetwork(source, format, options),
      (error: Error) => {
        assert.equal(error.name, "NetworkFileError", error.stack);
        assert.match(error.message, message);
        assert.ok(!error.message.includes("\n") && error.message.length < 400);
        return true;
      },
    );

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
    ["layers beside W", { layers: [], W: [[1]] }, /^unknown key "W"/],
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
  test("JSON that is too large", () =>
    refused(
      { size: 6e8, read: () => assert.fail("read") },
      "json",
      /has 600 MB of JSON, .* save it as safetensors/,
    ));
  test("an output that is not there", () =>
    refused(text(JSON.stringify(own)), "json", /there is no output 1/, { output: 1 }));

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
    ["no tensors", safetensors("{}"), /there is no tensor; say which tensor is which/],
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
    [
      "a negative offset",
      safetensors({ W: W([], [-8, 0]) }, 8),
      /data_offsets that are no two whole numbers/,
    ],
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
      /--map: there is no tensor "V", there are "W", "b", "a", "c"/,
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
});

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

test("maps are read or refused by what is wrong", () => {
  for (const [map, message] of [
    ["W", /"W" is not of the form/],
    ["W=", /is not of the form/],
    ["V=x", /"V" is no part: take W, b, a, c/],
    ["W=x,W=y,a=z", /W stands twice/],
    ["W=x", /a is missing/],
    ["W=x,a=y,gamma=g", /mean is missing/],
    ["W1=x,W3=y", /W2 is missing/],
    ["W1=x,b=y", /not both/],
    ["W1000000000=x", /W1 is missing/],
    ["__proto__=x", /is no part/],
  ] as const) {
    assert.throws(() => parseMap(map), { name: "RangeError", message }, map);
  }
});
