/**
 * Generic data (COLT 2021, §1 and §5): independent isotropic points of norm about one, independent random signs.
 */
import type { RandomStream } from "../numeric/random.ts";
import { familyPoints } from "./families.ts";

/** The families that the papers call generic. */
export type DataKind = "gaussian" | "sphere";

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
  return familyPoints({ name: kind }, size, random).X;
}

/** n independent uniform signs. They may all be equal when n is small: `label_sum` of a trial's row shows it. */
export function randomSigns(n: number, random: RandomStream): Float64Array {
  return Float64Array.from({ length: n }, () => random.sign());
}
