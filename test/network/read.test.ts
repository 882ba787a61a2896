import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test, { describe } from "node:test";
import { foldBatchNorm } from "../../src/network/batch-norm.ts";
import { isDeep, layersOf, type Network } from "../../src/network/deep.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { type ReadOptions, readNetwork } from "../../src/network/read.ts";
import { encodeSafetensors } from "../../src/network/safetensors.ts";
import { parseMap } from "../../src/network/tensor-map.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { bytesSource } from "../../src/numeric/byte-source.ts";
import { evaluateDeep } from "./evaluate-deep.ts";
import { own, safetensors, tensors, text } from "./files.ts";

const fromJson = (content: unknown, options?: ReadOptions) =>
  readNetwork(text(typeof content === "string" ? content : JSON.stringify(content)), "json", options);
const expected = {
  activation: "relu",
  k: 2,
  d: 3,
  W: tensors.W.values,
  b: tensors.b.values,
  a: tensors.a.values,
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
