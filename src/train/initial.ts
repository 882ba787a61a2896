/** Initial parameters: the usual uniform law of scale one over root fan-in, drawn by us so that engines share them. */
import type { NormalizedNetwork } from "../network/normalized.ts";
import type { RandomStream } from "../numeric/random.ts";
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

function uniform(length: number, range: number, random: RandomStream): Float64Array {
  const draws = new Float64Array(length);
  for (let i = 0; i < length; i++) draws[i] = Math.fround((2 * random.uniform() - 1) * range);
  return draws;
}
