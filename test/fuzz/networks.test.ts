import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { encodeSafetensors } from "../../src/network/safetensors.ts";
import { root } from "../cli/command.ts";
import { own, safetensors, tensors } from "../network/files.ts";
import { changedBytes, changedText, oddNumbers, oddWords } from "./mutations.ts";
import { fuzz } from "./session.ts";

const deep = {
  activation: "tanh",
  layers: [
    {
      W: [
        [1, 2],
        [3, -4],
        [0, 1],
      ],
      b: [0, 1, -1],
    },
    {
      W: [
        [1, 0.5, 2],
        [2, 2, 2],
      ],
    },
    { W: [[1, -1]], b: [3] },
  ],
};
const ways = fc.constantFrom(
  [],
  ["--exact"],
  ["--radius", "1.5"],
  ["--json"],
  ["--output", "0", "--activation", "leaky-relu:0.1"],
  ["--activation", "polynomial:0,1,1", "--radius", "1"],
);
const bounded = ["--draws", "5", "--budget", "0.01"];

const odd = fc.oneof(
  fc.constantFrom<unknown>(0, -0, 1, -1.5, 1e308, -1e308, 5e-324, 1e200, 1e-200, null, true, [], {}, ""),
  fc.constantFrom<unknown>(...oddWords),
  fc.double(),
);
const vector = fc.array(odd, { maxLength: 4 });
const matrix = fc.array(vector, { maxLength: 4 });
const weights = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
);
/** Of shapes that fit, with any weights: these are networks, mostly. */
const fitting = fc
  .record({ d: fc.integer({ min: 1, max: 4 }), k: fc.integer({ min: 1, max: 4 }) })
  .chain(({ d, k }) => {
    const row = (length: number) => fc.array(weights, { minLength: length, maxLength: length });
    return fc.record({ W: fc.array(row(d), { minLength: k, maxLength: k }), b: row(k), a: row(k) });
  });
const built = fc.oneof(
  fitting,
  fc.record({ W: matrix, b: vector, a: vector, c: odd, activation: odd }, { requiredKeys: ["W"] }),
  fc.record({ layers: fc.array(fc.record({ W: matrix, b: vector }, { requiredKeys: [] })) }),
  fc.dictionary(fc.constantFrom("W", "b", "a", "c", "layers", "__proto__", "constructor"), fc.jsonValue()),
);
const json = fc.oneof(
  changedText([own, deep].map((network) => JSON.stringify(network))),
  built.map((value) => JSON.stringify(value)),
  fc.constantFrom(...oddNumbers, ...oddWords, "[".repeat(100_000), '{"W":'.repeat(50_000)),
);
fuzz(
  "networks as JSON",
  1500,
  fc.tuple(json, ways).map(([content, way]) => ({
    words: ["lipschitz", "net.json", ...way, ...bounded],
    files: { "net.json": content },
  })),
);

const fixtures = ["batch-norm", "deep-bf16", "sequential-f16"].map((name) =>
  readFileSync(path.join(root, "test", "fixtures", "networks", `${name}.safetensors`)),
);
const entry = fc.record({
  dtype: fc.constantFrom<unknown>("F64", "F32", "F16", "BF16", "I64", "BOOL", "__proto__", 1),
  shape: fc.oneof(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }), vector),
  data_offsets: fc.oneof(fc.tuple(fc.nat(64), fc.nat(64)), vector),
});
const tensorNames = fc.constantFrom(
  ..."W b a c W1 W2 b1 X y __metadata__ __proto__ fc1.weight fc1.bias fc2.weight 0.weight 2.weight".split(
    " ",
  ),
  ...["bn1.running_mean", "bn1.running_var", "1".repeat(900), `${"1".repeat(5000)}.weight`, ""],
);
const header = fc.dictionary(tensorNames, fc.oneof(entry, entry, fc.jsonValue()));
const tensorFile = fc.oneof(
  { weight: 2, arbitrary: changedBytes([encodeSafetensors(tensors), ...fixtures]) },
  {
    weight: 1,
    arbitrary: fc.tuple(header, fc.nat(64)).map(([value, length]) => safetensors(value, length)),
  },
);
const maps = fc.constantFrom(
  [],
  [],
  ["--map", "W=W,a=a"],
  ["--map", "W1=W,W2=a"],
  ["--map", "W=0.weight,a=2.weight"],
);
fuzz(
  "networks as safetensors",
  1500,
  fc.tuple(tensorFile, ways, maps).map(([content, way, map]) => ({
    words: ["lipschitz", "net.safetensors", ...way, ...map, ...bounded],
    files: { "net.safetensors": content },
  })),
);
