/**
 * lawrob's own bracket: `node --import tsx bench/lipschitz/ours.ts FILE`. Prints JSON like the peers' scripts: the upper
 * bound with its time, the lower bound with the norm of its witness, and the time of both together. Reading the file
 * does not count; compiling the kernels on first use does.
 */
import { lowerBound, upperBound } from "../../src/lipschitz/bracket.ts";
import { stream } from "../../src/numeric/random.ts";
import { readSaved } from "./saved.ts";

/** The starts of the lower bound: 4 · 8 of them, with longer ascents than a sweep takes. */
const effort = { ascents: 4, steps: 300 };

const { network, radius } = readSaved(process.argv[2]);
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
