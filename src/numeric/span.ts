/** Projection onto the span of vectors. In f64; no certificate. */
import { independentVectors } from "./pivoted-qr.ts";

/** Vectors nearer to the span of those before them than this share of the largest add no direction. */
const dependent = 1e-10;

/**
 * Each row of W projected onto the span of the rows of V.
 * @param W any number of rows of R^d
 * @param of.V m × d, row-major
 */
export function projectOnSpan(
  W: Float64Array,
  { V, m, d }: { V: Float64Array; m: number; d: number },
): Float64Array {
  const projected = new Float64Array(W.length);
  for (const direction of basisOf(V, m, d)) {
    for (let row = 0; row < W.length; row += d) {
      let along = 0;
      for (let j = 0; j < d; j++) along += W[row + j] * direction[j];
      for (let j = 0; j < d; j++) projected[row + j] += along * direction[j];
    }
  }
  return projected;
}

/** Orthonormal vectors with the span of the rows: Gram and Schmidt, on rows far from dependent, twice for the rounding. */
function basisOf(V: Float64Array, m: number, d: number): Float64Array[] {
  const { chosen, sizes } = independentVectors(V, m, d, Math.min(m, d));
  const basis: Float64Array[] = [];
  for (let i = 0; i < chosen.length && sizes[i] > dependent * sizes[0]; i++) {
    const direction = V.slice(chosen[i] * d, (chosen[i] + 1) * d);
    for (let pass = 0; pass < 2; pass++) {
      for (const before of basis) {
        let along = 0;
        for (let j = 0; j < d; j++) along += direction[j] * before[j];
        for (let j = 0; j < d; j++) direction[j] -= along * before[j];
      }
    }
    const size = Math.sqrt(direction.reduce((sum, value) => sum + value * value, 0));
    basis.push(direction.map((value) => value / size));
  }
  return basis;
}
