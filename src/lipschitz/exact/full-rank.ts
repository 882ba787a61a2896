/** Networks whose gates are independent: x ↦ Wx + b is onto, so that every pattern occurs on an open set. */
import { cholesky, solveCholesky } from "../../numeric/cholesky.ts";
import { multiplyTransposed } from "../../numeric/matrix.ts";
import { isPositiveSemidefinite } from "../../numeric/positive-semidefinite.ts";
import type { Gates } from "./gates.ts";

const unit = 2 ** -53;

/** Whether the normals are linearly independent for certain; false where they are not, or too close to tell. */
export function normalsIndependent({ normals, m, d }: Gates): boolean {
  if (m === 0) return true;
  if (m > d) return false;
  const G = multiplyTransposed(normals, normals, m, d, m);
  let trace = 0;
  for (let i = 0; i < m; i++) trace += G[i * m + i];
  // ‖G − exact‖ <= γ_d ‖normals‖_F²; twice that leaves the smallest eigenvalue positive.
  const error = (d + 2) * unit * trace * 1.01 + Number.MIN_VALUE * m * d;
  return isPositiveSemidefinite(G, m, 2 * error);
}

/**
 * Points with wanted gates, by least squares: N x = margin·z − offset for normals N, shortest x.
 * @param z K signs, z_0 not used
 * @returns candidates with growing margins, to be verified; none where the factorisation fails
 */
export function pointsOfPattern({ normals, offsets, m, d }: Gates, z: ArrayLike<number>): Float64Array[] {
  if (m === 0) return [new Float64Array(d)];
  const G = multiplyTransposed(normals, normals, m, d, m);
  const L = cholesky(G, m);
  if (!L) return [];
  const largest = offsets.reduce((most, value) => Math.max(most, Math.abs(value)), 0) || 1;
  return [0.1, 1, 10, 1000].map((factor) => {
    const wanted = Float64Array.from(offsets, (offset, i) => factor * largest * z[i + 1] - offset);
    const weights = solveCholesky(L, m, wanted);
    const x = new Float64Array(d);
    for (let i = 0; i < m; i++) for (let j = 0; j < d; j++) x[j] += weights[i] * normals[i * d + j];
    return x;
  });
}
