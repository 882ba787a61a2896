/** Symmetric tensors T = Σ_i β_i x_i^{⊗p}, as the functions ⟨T, x^{⊗p}⟩ = Σ_i β_i ⟨x_i, x⟩^p that they are. */
import type { Dataset } from "../data/dataset.ts";
import { cholesky, solveCholesky } from "../numeric/cholesky.ts";
import { gramMatrix } from "../numeric/gram-matrix.ts";
import { largestEigenvalue } from "../numeric/lanczos.ts";
import type { RandomStream } from "../numeric/random.ts";
import { dot, HypothesisError, row } from "./construction.ts";

/** Σ_i β_i x_i^{⊗p} of n points of R^d, rows of X. */
export interface PowerSum {
  readonly n: number;
  readonly d: number;
  readonly p: number;
  readonly X: Float64Array;
  readonly beta: Float64Array;
}

/** A pivot below this part of ‖x_i‖^{2p} says that x_i^{⊗p} depends on the others, as far as f64 tells. */
const leastPivot = 1e-13;

/** C(n, k). */
export function binomial(n: number, k: number): number {
  let count = 1;
  // Divides at each step: every partial product is a binomial coefficient itself.
  for (let i = 1; i <= k; i++) count = (count * (n - k + i)) / i;
  return Math.round(count);
}

/** C(d + p − 1, p): the dimension of the symmetric tensors of order p, and of the homogeneous polynomials of degree p. */
export function symmetricDimension(d: number, p: number): number {
  return binomial(d + p - 1, p);
}

/** K^{∘p}, entry by entry. */
export function entryPowers(K: Float64Array, p: number): Float64Array {
  const powers = Float64Array.from(K);
  for (let q = 1; q < p; q++) for (let i = 0; i < K.length; i++) powers[i] *= K[i];
  return powers;
}

/**
 * β with Σ_i β_i ⟨x_i, x_j⟩^p = y_j for all j: the T of least Frobenius norm that interpolates. One step of refinement.
 * @param who the construction that asks, for the error
 * @throws HypothesisError where the x_i^{⊗p} depend on each other, as more than their dimension always do
 */
export function interpolatingCoefficients({ n, d, X, y }: Dataset, p: number, who: string): Float64Array {
  const K = entryPowers(gramMatrix(X, n, d), p);
  const L = cholesky(K, n);
  let ratio = L ? 1 : 0;
  if (L) for (let i = 0; i < n; i++) ratio = Math.min(ratio, L[i * n + i] ** 2 / K[i * n + i]);
  if (!L || !(ratio > leastPivot)) {
    throw new HypothesisError(
      `${who}: points not in general position for degree ${p} (least pivot of the matrix <x_i, x_j>^${p} is ` +
        `${ratio.toPrecision(3)} of its diagonal, needs ${leastPivot}), remove equal and opposite points`,
    );
  }
  const beta = solveCholesky(L, n, y);
  const residual = y.map((label, i) => label - dot(row(K, i, n), beta));
  const correction = solveCholesky(L, n, residual);
  return beta.map((value, i) => value + correction[i]);
}

/**
 * lower <= ‖T‖_op = max |⟨T, u^{⊗p}⟩| over unit u <= upper. The lower one is a value at some u; the upper one the least
 * spectral norm of two flattenings of T, to about nine digits.
 */
export function operatorNormBracket(sum: PowerSum, random: RandomStream): { lower: number; upper: number } {
  const { n, d, p, X } = sum;
  const K = gramMatrix(X, n, d);
  // Of d × d^{p−1}: the root of λ_max(Xᵀ diag(β) K^{∘(p−1)} diag(β) X).
  const first = flatteningNorm(sum, entryPowers(K, p - 1), { F: X, columns: d }, random);
  const half = Math.floor(p / 2);
  const upper = half > 1 ? Math.min(first, balancedNorm(sum, K, half, random)) : first;
  const lower = largestValue(sum, random);
  // Where both are exact (p = 2, or one point) rounding alone may turn them round.
  return { lower: Math.min(lower, upper), upper };
}

/** Of d^q × d^{p−q}: F Fᵀ = K^{∘q}, which is singular where n exceeds its rank; a little more makes the norm no smaller. */
function balancedNorm(sum: PowerSum, K: Float64Array, q: number, random: RandomStream): number {
  const { n, p } = sum;
  const powers = entryPowers(K, q);
  let most = 0;
  for (let i = 0; i < n; i++) most = Math.max(most, powers[i * n + i]);
  for (let i = 0; i < n; i++) powers[i * n + i] += 1e-10 * most;
  const F = cholesky(powers, n);
  return F ? flatteningNorm(sum, entryPowers(K, p - q), { F, columns: n }, random) : Number.POSITIVE_INFINITY;
}

/** √λ_max(Fᵀ diag(β) K diag(β) F) for F of n rows. */
function flatteningNorm(
  { n, beta }: PowerSum,
  K: Float64Array,
  { F, columns }: { F: Float64Array; columns: number },
  random: RandomStream,
): number {
  const apply = (v: Float64Array) => {
    const inner = new Float64Array(n);
    for (let i = 0; i < n; i++) inner[i] = beta[i] * dot(row(F, i, columns), v);
    const product = new Float64Array(columns);
    for (let i = 0; i < n; i++) {
      const factor = beta[i] * dot(row(K, i, n), inner);
      for (let j = 0, at = i * columns; j < columns; j++, at++) product[j] += factor * F[at];
    }
    return product;
  };
  const { value, residual } = largestEigenvalue(apply, columns, { random });
  return Math.sqrt(value + residual) * (1 + 1e-9);
}

/** Ascents start from the points of the largest |β_i| and from as many random ones. */
const startsOfAKind = 8;
const mostSteps = 300;

/** The largest |⟨T, u^{⊗p}⟩| that shifted power iteration finds. */
function largestValue(sum: PowerSum, random: RandomStream): number {
  const { n, d, p, X, beta } = sum;
  const heaviest = Array.from(beta.keys())
    .sort((i, j) => Math.abs(beta[j]) - Math.abs(beta[i]))
    .slice(0, Math.min(startsOfAKind, n));
  const starts = [
    ...heaviest.map((i) => Float64Array.from(row(X, i, d))),
    ...Array.from({ length: startsOfAKind }, () => random.gaussians(d)),
  ];
  let most = 0;
  for (const start of starts) {
    // An odd power has both signs at u and −u.
    for (const sign of p % 2 === 0 ? [1, -1] : [1]) most = Math.max(most, Math.abs(ascend(sum, start, sign)));
  }
  return most;
}

/** u ← normalise(±∇/p + α u), α falling while that ascends: the symmetric power method of Kolda and Mayo (2011). */
function ascend({ n, d, p, X, beta }: PowerSum, start: Float64Array, sign: number): number {
  const valueAt = (u: Float64Array, gradient: Float64Array) => {
    let value = 0;
    gradient.fill(0);
    for (let i = 0; i < n; i++) {
      const inner = dot(row(X, i, d), u);
      const factor = sign * beta[i] * inner ** (p - 1);
      value += factor * inner;
      for (let j = 0, at = i * d; j < d; j++, at++) gradient[j] += factor * X[at];
    }
    return value;
  };
  let u = normalised(start);
  let [gradient, other] = [new Float64Array(d), new Float64Array(d)];
  let value = valueAt(u, gradient);
  let shift = Math.abs(value);
  for (let step = 0; step < mostSteps; step++) {
    const next = normalised(u.map((entry, j) => gradient[j] + shift * entry));
    const reached = valueAt(next, other);
    if (reached > value) {
      const risen = reached - value;
      [u, value] = [next, reached];
      [gradient, other] = [other, gradient];
      if (risen <= 1e-12 * Math.abs(value)) break;
      shift *= 0.7;
    } else {
      shift = 3 * shift + 1e-3 * Math.sqrt(dot(gradient, gradient));
      if (shift > 1e6 * Math.sqrt(dot(gradient, gradient))) break;
    }
  }
  return value;
}

function normalised(x: Float64Array): Float64Array {
  const length = Math.sqrt(dot(x, x));
  return length > 0 ? x.map((value) => value / length) : x;
}
