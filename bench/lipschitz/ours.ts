/**
 * lawrob's own interval, as `lawrob lipschitz` finds it: `node --import tsx bench/lipschitz/ours.ts FILE`. Prints JSON like
 * the peers' scripts: the upper bound with its time, the lower bound with the norm of its witness, and the time of both
 * together. Reading the file does not count; compiling the kernels on first use does.
 */
import { searchLower } from "../../src/lipschitz/search.ts";
import { upperBound } from "../../src/lipschitz/upper.ts";
import { stream } from "../../src/numeric/random.ts";
import { readSaved } from "./saved.ts";

const network = readSaved(process.argv[2]);
const random = stream(1, "bench", "lipschitz");
const start = performance.now();
const { upper, relaxation } = upperBound(network, { random });
const middle = performance.now();
const lower = searchLower(network, { random, relaxation, steps: 300 });
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
