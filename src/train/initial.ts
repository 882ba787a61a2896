/** Initial parameters: the usual uniform law of scale one over root fan-in, drawn by us so that engines share them. */
import type { RandomStream } from "../numeric/random.ts";
import type { Parameters } from "./engine.ts";

/**
 * W ~ U(±1/√d), k × d; a ~ U(±1/√k); γ = 1; β = 0. Every number is rounded to f32, the precision of the engines.
 */
export function initialParameters(size: { d: number; k: number }, random: RandomStream): Parameters {
  const { d, k } = size;
  const uniform = (length: number, range: number) => {
    const draws = new Float64Array(length);
    for (let i = 0; i < length; i++) draws[i] = Math.fround((2 * random.uniform() - 1) * range);
    return draws;
  };
  return {
    W: uniform(k * d, 1 / Math.sqrt(d)),
    a: uniform(k, 1 / Math.sqrt(k)),
    gamma: new Float64Array(k).fill(1),
    beta: new Float64Array(k),
  };
}
