/** Initial parameters: the usual uniform law of scale one over root fan-in, drawn by us so that engines share them. */
import type { Dataset } from "../data/dataset.ts";
import type { NormalizedNetwork } from "../network/normalized.ts";
import type { RandomStream } from "../numeric/random.ts";
import { projectOnSpan } from "../numeric/span.ts";
import type { Parameters } from "./engine.ts";

/**
 * W ~ U(±1/√d), k × d; a ~ U(±1/√k); γ = 1; β = 0. Every number is rounded to f32, the precision of the engines.
 */
export function initialParameters(size: { d: number; k: number }, random: RandomStream): Parameters {
  const { d, k } = size;
  return {
    W: uniform(k * d, 1 / Math.sqrt(d), random),
    a: uniform(k, 1 / Math.sqrt(k), random),
    gamma: new Float64Array(k).fill(1),
    beta: new Float64Array(k),
  };
}

/**
 * The same law for depth − 1 hidden layers of k neurons, drawn from the first layer to the output: W_1 ~ U(±1/√d), k × d;
 * further W_i ~ U(±1/√k), k × k; a ~ U(±1/√k); γ = 1; β = 0. In f32 as above.
 */
export function deepInitialParameters(
  size: { d: number; k: number; depth: number },
  random: RandomStream,
): NormalizedNetwork {
  const { d, k, depth } = size;
  const hidden = Array.from({ length: depth - 1 }, (_, i) => {
    const columns = i === 0 ? d : k;
    return {
      rows: k,
      columns,
      W: uniform(k * columns, 1 / Math.sqrt(columns), random),
      gamma: new Float64Array(k).fill(1),
      beta: new Float64Array(k),
    };
  });
  return { hidden, a: uniform(k, 1 / Math.sqrt(k), random) };
}

/**
 * Weights without what no point sees: each row projected onto the span of the points, in f32 as above. What is left out changes no
 * output on the data; no gradient of the loss would ever change it, but the network would carry it off the span.
 * @param W rows of d weights
 */
export function startOnSpan(W: Float64Array, { X, n, d }: Dataset): Float64Array {
  return projectOnSpan(W, { V: X, m: n, d }).map(Math.fround);
}

function uniform(length: number, range: number, random: RandomStream): Float64Array {
  const draws = new Float64Array(length);
  for (let i = 0; i < length; i++) draws[i] = Math.fround((2 * random.uniform() - 1) * range);
  return draws;
}
