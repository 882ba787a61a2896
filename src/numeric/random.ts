/**
 * Seeded random streams. A stream is keyed by (seed, trial id, purpose), so that what a trial draws for one purpose
 * depends on nothing else: not on the order of trials, nor on how much another purpose consumed.
 *
 * Generator: xor4096 of the package seedrandom (R. Brent's xorgens, period about 2^4128), doubles of 53 bits.
 * Gaussians: Marsaglia's polar method (d3-random), which needs only log and sqrt.
 */
import { randomNormal } from "d3-random";
import seedrandom from "seedrandom";

export interface RandomStream {
  /** Uniform on [0, 1). */
  uniform(): number;
  /** Standard Gaussian N(0, 1). */
  gaussian(): number;
  /** The next `length` Gaussians, each times `scale` (1 unless given). */
  gaussians(length: number, scale?: number): Float64Array;
  /** −1 or +1 with probability one half each. */
  sign(): -1 | 1;
}

/**
 * The stream of one purpose of one trial.
 * @param seed the experiment's seed
 * @param trialId any string; trials with different ids have independent streams
 * @param purpose what the numbers are for, such as "points", "labels", "weights"
 */
export function stream(seed: number | string, trialId: string, purpose: string): RandomStream {
  const generator = seedrandom.xor4096(JSON.stringify([String(seed), trialId, purpose]));
  const uniform = () => generator.double();
  const gaussian = randomNormal.source(uniform)(0, 1);
  return {
    uniform,
    gaussian,
    gaussians(length, scale = 1) {
      // A plain loop takes half the time of Float64Array.from.
      const draws = new Float64Array(length);
      for (let i = 0; i < length; i++) draws[i] = scale * gaussian();
      return draws;
    },
    sign: () => (uniform() < 0.5 ? -1 : 1),
  };
}
