/**
 * Proofs that no open set has some pattern, from multipliers that a floating-point solver gives.
 *
 * Signs z_i with weights y >= 0, y ≠ 0: if x had z_i(⟨n_i, x⟩ + o_i) > 0 for all i, then Σ y_i z_i(⟨n_i, x⟩ + o_i) > 0
 * (Farkas). With r = Σ y_i z_i n_i and β = Σ y_i z_i o_i that is impossible
 *
 *   in the ball ‖x‖ <= R   if β + R‖r‖ <= 0,
 *   in all of R^d          if r = 0 and β <= 0, for some weights near y: where the normals used have rank d with least
 *                          singular value σ, weights y + δ with r = 0 exist with ‖δ‖ <= ‖r‖/σ.
 *
 * What rounding leaves open is tried once more in integers where few gates are used.
 */
import { norm } from "../../network/evaluate.ts";
import { isPositiveSemidefinite } from "../../numeric/positive-semidefinite.ts";
import type { Gates } from "./gates.ts";
import { commonIntegers, dependence, signOf } from "./integers.ts";

const unit = 2 ** -53;
/** Gates of an integer elimination: its numbers grow with their count. */
const mostExact = 24;

/**
 * Whether the multipliers prove that no open set (in the open ball, where a radius is given) has the signs.
 * @param signs K, 0 where a gate does not matter
 * @param weights m, not negative, one a gate; any numbers are safe
 */
export function provesEmpty(
  gates: Gates,
  signs: Int8Array,
  weights: Float64Array,
  radius = Number.POSITIVE_INFINITY,
): boolean {
  const { m } = gates;
  let most = 0;
  for (let i = 0; i < m; i++) if (signs[i + 1] !== 0) most = Math.max(most, weights[i]);
  if (!(most > 0 && most < Number.POSITIVE_INFINITY)) return false;
  const support = Array.from({ length: m }, (_, i) => i).filter(
    (i) => signs[i + 1] !== 0 && weights[i] > 1e-9 * most,
  );
  const y = support.map((i) => weights[i] / most);
  if (provesInFloats(gates, signs, support, y, radius)) return true;
  if (provesInIntegers(gates, signs, support)) return true;
  return radius !== Number.POSITIVE_INFINITY && touchesFromOutside(gates, signs, support, radius);
}

function provesInFloats(
  { normals, offsets, d }: Gates,
  signs: Int8Array,
  support: number[],
  y: number[],
  radius: number,
): boolean {
  const count = support.length;
  const r = new Float64Array(d);
  let beta = 0;
  let offsetSizes = 0;
  let normalSizes = 0;
  let offsetSquares = 0;
  for (const [at, i] of support.entries()) {
    const weight = y[at] * signs[i + 1];
    let squared = 0;
    for (let j = 0; j < d; j++) {
      const entry = normals[i * d + j];
      r[j] += weight * entry;
      squared += entry * entry;
    }
    normalSizes += y[at] * Math.sqrt(squared);
    beta += weight * offsets[i];
    offsetSizes += y[at] * Math.abs(offsets[i]);
    offsetSquares += offsets[i] * offsets[i];
  }
  const rounding = (count + d + 16) * unit;
  const residual = norm(r) * (1 + rounding) + 2 * rounding * normalSizes + Number.MIN_VALUE * count * d;
  const betaAbove = beta + 2 * rounding * offsetSizes + Number.MIN_VALUE * count;
  if (radius !== Number.POSITIVE_INFINITY) {
    return betaAbove + radius * residual * (1 + rounding) + 4 * unit * Math.abs(betaAbove) < 0;
  }
  const sigma = leastSingularValue(normals, support, d);
  if (sigma === 0) return false;
  const shift = (residual / sigma) * (1 + 1e-10);
  if (!(Math.min(...y) > shift)) return false;
  return offsetSizes === 0 || betaAbove + shift * Math.sqrt(offsetSquares) * (1 + 1e-10) < 0;
}

/** A number not above the d-th singular value of the rows, 0 where none is found. */
function leastSingularValue(normals: Float64Array, rows: number[], d: number): number {
  if (rows.length < d) return 0;
  const G = new Float64Array(d * d);
  for (const i of rows) {
    for (let p = 0; p < d; p++) {
      const value = normals[i * d + p];
      for (let q = 0; q < d; q++) G[p * d + q] += value * normals[i * d + q];
    }
  }
  let trace = 0;
  for (let p = 0; p < d; p++) trace += G[p * d + p];
  const error = (rows.length + 4) * unit * trace + Number.MIN_VALUE * rows.length * d;
  for (const share of [1e-2, 1e-4, 1e-7, 1e-10]) {
    const square = (share * trace) / d;
    if (isPositiveSemidefinite(G, d, error + square)) return Math.sqrt(square) * (1 - 2 ** -45);
  }
  return 0;
}

/** The weights are the one dependence of the normals used, if there is one: then all signs are exact. */
function provesInIntegers({ normals, offsets, d }: Gates, signs: Int8Array, support: number[]): boolean {
  if (support.length > Math.min(mostExact, d + 1)) return false;
  const rows = support.map((i) => commonIntegers([...normals.subarray(i * d, (i + 1) * d), offsets[i]]));
  const y = dependence(rows.map((row) => row.slice(0, d)));
  if (!y) return false;
  // Signed weights y_i z_i of the rows, all of one sign or none of the other.
  const sides = new Set(y.map((value, at) => signOf(value) * signs[support[at] + 1]).filter((s) => s !== 0));
  if (sides.size !== 1) return false;
  const [side] = sides;
  let beta = 0n;
  for (const [at, row] of rows.entries()) beta += y[at] * row[d];
  return signOf(beta) * side <= 0;
}

/**
 * The same in a ball whose sphere the cell may just touch: the weights at the point of the gates' intersection nearest to
 * 0, N Nᵀ y = −o for the signed rows, are exact where the rows are independent.
 */
function touchesFromOutside(
  { normals, offsets, d }: Gates,
  signs: Int8Array,
  support: number[],
  radius: number,
): boolean {
  if (support.length > Math.min(mostExact, d)) return false;
  const rows = support.map((i) =>
    commonIntegers([...normals.subarray(i * d, (i + 1) * d), offsets[i]]).map(
      (value) => value * BigInt(signs[i + 1]),
    ),
  );
  const product = (p: readonly bigint[], q: readonly bigint[]) => {
    let sum = 0n;
    for (let j = 0; j < d; j++) sum += p[j] * q[j];
    return sum;
  };
  const equations = [...rows.map((p) => rows.map((q) => product(p, q))), rows.map((p) => p[d])];
  const solution = dependence(equations);
  const scale = solution?.[support.length];
  if (!solution || !scale) return false;
  const y = solution.slice(0, -1).map((value) => (scale > 0n ? value : -value));
  if (y.some((value) => value < 0n) || y.every((value) => value === 0n)) return false;
  const combined = Array.from({ length: d + 1 }, (_, j) =>
    rows.reduce((sum, row, at) => sum + y[at] * row[j], 0n),
  );
  // β + R‖r‖ <= 0, R a quotient of two integers.
  const [numerator, one] = commonIntegers([radius, 1]);
  const beta = combined[d];
  return beta <= 0n && (beta * one) ** 2n >= numerator ** 2n * product(combined, combined);
}
