/** An eigenvector of the largest eigenvalue, where its direction is wanted and not a certified eigenvalue (lanczos.ts). */
import type { RandomStream } from "./random.ts";

/** Steps after which the direction is taken as it is. */
const mostSteps = 500;

/**
 * Power iteration from a random start, until a step turns the vector by less than 10⁻⁹ or 500 steps are made.
 * @param apply v ↦ M v for M symmetric and positive semidefinite, v of length `size`
 * @returns a unit vector; the start where M v = 0
 */
export function largestEigenvector(
  apply: (v: Float64Array) => Float64Array,
  size: number,
  random: RandomStream,
): Float64Array {
  let v = unit(random.gaussians(size));
  for (let step = 0; step < mostSteps; step++) {
    const next = unit(apply(v));
    const turned = next.reduce((sum, value, j) => sum + (value - v[j]) ** 2, 0);
    if (!(turned > 0)) return v;
    v = next;
    if (turned < 1e-18) return v;
  }
  return v;
}

/** NaN of a vector of zeros. */
function unit(v: Float64Array): Float64Array {
  const length = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0));
  return v.map((value) => value / length);
}
