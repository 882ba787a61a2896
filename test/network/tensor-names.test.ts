import assert from "node:assert/strict";
import test from "node:test";
import { readNetwork } from "../../src/network/read.ts";
import { encodeSafetensors } from "../../src/network/safetensors.ts";
import { parseMap } from "../../src/network/tensor-map.ts";
import { bytesSource } from "../../src/numeric/byte-source.ts";
import { refused, tensors } from "./files.ts";

const ones = (...shape: number[]) => ({
  shape,
  values: new Float64Array(shape.reduce((product, size) => product * size, 1)).fill(1),
});
const pair = {
  "fc1.weight": ones(4, 3),
  "fc1.bias": ones(4),
  "fc2.weight": ones(1, 4),
  "fc2.bias": ones(1),
};
const { "fc1.weight": _, ...withoutFirst } = pair;
const { "fc2.weight": __, ...withoutLast } = pair;
const statistics = { "bn1.running_mean": ones(4), "bn1.running_var": ones(4) };
const scales = { "bn1.weight": ones(4), "bn1.bias": ones(4) };

for (const [what, named, message] of [
  [
    "no weights of the first layer",
    withoutFirst,
    /^there is no tensor "fc1.weight" beside "fc1.bias": .* the file has "fc1.bias", "fc2.weight", "fc2.bias"$/,
  ],
  [
    "no weights of the last layer",
    withoutLast,
    /^there is no tensor "fc2.weight" beside "fc2.bias": .* the file has/,
  ],
  ["W without a", { W: ones(2, 2), b: ones(2) }, /^there is no tensor "a" beside "W": .* has "W", "b"$/],
  [
    "a gap in own numbers",
    { W1: ones(2, 2), W2: ones(2, 2), W4: ones(1, 2) },
    /^there is no tensor "W3" beside "W4"/,
  ],
  ["a without W", { b: ones(2), a: ones(2) }, /^there is no tensor "W" beside "a"/],
  [
    "a normalisation without its variances",
    { ...pair, "bn1.running_mean": ones(4), ...scales },
    /^there is no tensor "bn1.running_var" beside "bn1.running_mean"/,
  ],
  [
    "a normalisation without its means",
    { ...pair, "bn1.running_var": ones(4), ...scales },
    /^there is no tensor "bn1.running_mean" beside "bn1.running_var"/,
  ],
  [
    "a normalisation with half of its scales",
    { ...pair, ...statistics, "bn1.weight": ones(4) },
    /^there is no tensor "bn1.bias" beside "bn1.weight"/,
  ],
  [
    "a normalisation with the other half",
    { ...pair, ...statistics, "bn1.bias": ones(4) },
    /^there is no tensor "bn1.weight" beside "bn1.bias"/,
  ],
  [
    "a normalisation without statistics",
    { ...pair, ...scales },
    /^tensor "bn1.weight": has shape \[4\], not that of a linear layer's matrix, and without "bn1.running_mean"/,
  ],
  [
    "a normalisation of another size",
    { ...pair, "bn1.running_mean": ones(5), "bn1.running_var": ones(5) },
    /^bn1.running_mean has shape \[5\], fc1.weight has 4 rows/,
  ],
  ["a vector of weights", { ...pair, "fc1.weight": ones(4) }, /^tensor "fc1.weight": has shape \[4\]/],
  [
    "a convolution",
    { ...pair, "fc1.weight": ones(4, 3, 1, 1) },
    /^tensor "fc1.weight": has shape \[4,3,1,1\], not that of a linear layer's matrix; say which .* --map/,
  ],
  [
    "a normalisation beyond the range",
    {
      ...pair,
      ...statistics,
      ...scales,
      "bn1.weight": { shape: [4], values: new Float64Array(4).fill(1e308) },
      "fc1.weight": { shape: [4, 3], values: new Float64Array(12).fill(1e10) },
    },
    /^bn1.running_var belongs to a normalisation that takes neuron \[0\] beyond the range/,
  ],
] as const) {
  test(`names with ${what}`, () => refused(bytesSource(encodeSafetensors(named)), "safetensors", message));
}

test("own numbered names are layers in order, with or without biases, whatever a trial saves beside them", () => {
  const own = { W1: ones(4, 3), b1: ones(4), W2: ones(2, 4), W3: ones(1, 2), b3: ones(1) };
  const told: string[] = [];
  const network = readNetwork(
    bytesSource(
      encodeSafetensors({ ...own, witness: ones(3), lower_witness: ones(3), X: ones(5, 3), y: ones(5) }),
    ),
    "safetensors",
    { onLeftOut: (names) => told.push(...names) },
  );
  assert.deepEqual(told, []);
  assert.ok("layers" in network);
  assert.deepEqual(
    network.layers.map(({ rows, columns, b }) => [rows, columns, b[0]]),
    [
      [4, 3, 1],
      [2, 4, 0],
      [1, 2, 1],
    ],
  );
});

test("a map that leaves out the bias of a hidden layer is refused, and told what to add", () => {
  const bytes = encodeSafetensors(pair);
  for (const map of ["W=fc1.weight,a=fc2.weight", "W1=fc1.weight,W2=fc2.weight"]) {
    const message =
      /^--map: leaves out "fc1.bias" beside "fc1.weight", add b=fc1.bias \(b1=fc1.bias beside W1\)$/;
    refused(bytesSource(bytes), "safetensors", message, { map: parseMap(map) });
  }
  const third = { "fc3.weight": ones(1, 1), "fc3.bias": ones(1) };
  refused(
    bytesSource(encodeSafetensors({ ...pair, ...third })),
    "safetensors",
    /^--map: leaves out "fc2.bias" beside "fc2.weight", add b2=fc2.bias$/,
    { map: parseMap("W1=fc1.weight,b1=fc1.bias,W2=fc2.weight,W3=fc3.weight") },
  );
});

test("tensors that are no part of the network are told, but for those known to do nothing", () => {
  const told = (named: Parameters<typeof encodeSafetensors>[0], map?: string) => {
    const names: string[] = [];
    readNetwork(bytesSource(encodeSafetensors(named)), "safetensors", {
      onLeftOut: (left) => names.push(...left),
      ...(map !== undefined && { map: parseMap(map) }),
    });
    return names;
  };
  assert.deepEqual(told(pair), []);
  // The bias of the output changes no gradient.
  assert.deepEqual(told(pair, "W=fc1.weight,b=fc1.bias,a=fc2.weight"), []);
  assert.deepEqual(
    told(
      { ...pair, ...statistics, "bn1.num_batches_tracked": ones() },
      "W=fc1.weight,b=fc1.bias,a=fc2.weight",
    ),
    ["bn1.running_mean", "bn1.running_var"],
  );
  assert.deepEqual(told({ ...tensors, X: ones(1, 3), y: ones(1), witness: ones(3) }), []);
  assert.deepEqual(told({ ...tensors, bias: ones(2) }), ["bias"]);
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
