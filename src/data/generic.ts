/**
 * Generic data (COLT 2021, §1 and §5): independent isotropic points of norm about one, independent random signs.
 */
import type { RandomStream } from "../numeric/random.ts";

/** The families of points that can be sampled. */
export const dataKinds = ["gaussian", "sphere"] as const;
export type DataKind = (typeof dataKinds)[number];

/**
 * Samples n points of R^d.
 * - `gaussian`: N(0, I/d), so that E‖x‖² = 1.
 * - `sphere`: uniform on the unit sphere, a Gaussian vector divided by its norm.
 * @returns X, n × d, row-major
 * @throws RangeError if n < 1, d < 1, or d < 2 for the sphere
 */
export function genericPoints(
  size: { n: number; d: number },
  kind: DataKind,
  random: RandomStream,
): Float64Array {
  const { n, d } = size;
  const leastDimension = kind === "sphere" ? 2 : 1;
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`n must be an integer >= 1, got ${n}`);
  if (!Number.isInteger(d) || d < leastDimension) {
    throw new RangeError(`d must be an integer >= ${leastDimension} for ${kind} data, got ${d}`);
  }
  if (kind === "gaussian") return random.gaussians(n * d, 1 / Math.sqrt(d));
  const X = new Float64Array(n * d);
  for (let i = 0; i < n; i++) sampleDirection(X.subarray(i * d, (i + 1) * d), random);
  return X;
}

/** Fills `row` with a uniform point of the unit sphere. */
function sampleDirection(row: Float64Array, random: RandomStream): void {
  let squared = 0;
  while (squared === 0) {
    for (let j = 0; j < row.length; j++) {
      row[j] = random.gaussian();
      squared += row[j] * row[j];
    }
  }
  const norm = Math.sqrt(squared);
  for (let j = 0; j < row.length; j++) row[j] /= norm;
}

/** n independent uniform signs. They may all be equal when n is small: `label_sum` of a trial's row shows it. */
export function randomSigns(n: number, random: RandomStream): Float64Array {
  return Float64Array.from({ length: n }, () => random.sign());
}
