/**
 * lawrob's own bracket: `node --import tsx bench/lipschitz/ours.ts FILE`. Prints JSON like the peers' scripts: the upper
 * bound with its time, the lower bound with the norm of its witness, and the time of both together. Reading the file
 * does not count; compiling the kernels on first use does.
 */
import { readFileSync } from "node:fs";
import { lowerBound, upperBound } from "../../src/lipschitz/bracket.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";

/** The starts of the lower bound: 4 · 8 of them, with longer ascents than a sweep takes. */
const effort = { ascents: 4, steps: 300 };

function read(path: string): { network: TwoLayerNetwork; radius: number } {
  const bytes = readFileSync(path);
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString("utf8", 8, 8 + length));
  const tensor = (name: string) => {
    const [start, end] = header[name].data_offsets;
    return new Float64Array(
      bytes.buffer.slice(bytes.byteOffset + 8 + length + start, bytes.byteOffset + 8 + length + end),
    );
  };
  const [k, d] = header.W.shape;
  const [n] = header.X.shape;
  const squares = tensor("X").reduce((sum, value) => sum + value * value, 0);
  const network = {
    activation: "relu",
    k,
    d,
    W: tensor("W"),
    b: tensor("b"),
    a: tensor("a"),
    c: tensor("c")[0],
  } as const;
  return { network, radius: Math.sqrt(squares / n) };
}

const { network, radius } = read(process.argv[2]);
const random = stream(1, "bench", "lipschitz");
const start = performance.now();
const upper = upperBound(network, random);
const middle = performance.now();
const lower = lowerBound(network, { random, radius, ...effort });
const end = performance.now();
const result = {
  value: upper.value,
  seconds: (middle - start) / 1000,
  status: "certified",
  lower: lower.value,
  witness_norm: Math.hypot(...lower.witness),
  bracket_seconds: (end - start) / 1000,
};
console.log(JSON.stringify(result));
