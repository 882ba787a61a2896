/** Hyperplanes through blocks of points and away from all others: what Baum's networks are made of. */

import { extent } from "../numeric/extent.ts";
import { type OrthogonalFactorization, orthogonalFactorization } from "../numeric/householder.ts";
import { multiplyTransposed } from "../numeric/matrix.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Hypothesis } from "../theory/law.ts";
import { dot, HypothesisError, row } from "./construction.ts";

/** Hyperplanes tried for a block of fewer than d points, which leaves a choice. */
const candidates = 16;
const mostShuffles = 8;
/** A point outside is off the hyperplane where it is so many times as far from it as rounding takes those inside. */
const leastMargin = 1e3;
/** Points of a block are affinely dependent, as far as f64 tells, where |R_ii| falls by this factor. */
const leastRatio = 1e-12;
const unit = 2 ** -53;

interface Points {
  readonly n: number;
  readonly d: number;
  /** n × d, row-major. */
  readonly X: Float64Array;
}

/** A block of m <= d points and the hyperplane ⟨u, x⟩ = b through them. */
export interface Block {
  /** Numbers of its points, from 0. */
  readonly points: Int32Array;
  /** Of its rows (x_i, −s), m vectors of R^(d+1), for the size s of its points: as good on any scale of them. */
  readonly factors: OrthogonalFactorization;
  readonly s: number;
  /** Unit normal, d. */
  readonly u: Float64Array;
  readonly b: number;
  /** Smallest |⟨u, x_j⟩ − b| outside the block; where it holds all points 1, or what rounding needs. */
  readonly margin: number;
  /** Largest |⟨u, x_i⟩ − b| in the block. */
  readonly residual: number;
  /** What the margin must exceed. */
  readonly needed: number;
}

interface Blocks {
  readonly blocks: readonly Block[];
  /** General position, with the numbers of the block where it is closest to failing. */
  readonly hypothesis: Hypothesis;
  /** 1 without blocks. */
  readonly smallestMargin: number;
  readonly medianMargin: number;
  readonly largestResidual: number;
  /** Orders that were given up before this one. */
  readonly shuffles: number;
}

/**
 * Splits points into blocks of `size` in random order, the last one shorter, each with a hyperplane that no point outside
 * lies on. About (4/3) d² operations a point for the hyperplanes and 2nd a hyperplane for its margin.
 * @param indices the points to split, numbers from 0; the others must keep their distance all the same
 * @param size at most d
 * @param options.method of error messages
 * @param options.independent whether the points of a block must be affinely independent, too
 * @param options.targets n numbers: of the hyperplanes that a block can have, the one is taken that leaves the shortest affine q
 *   with these values in the block the longest step (`longestStep`); the one of widest margin unless given
 * @throws HypothesisError where eight further orders do not help, with the point that lies on a hyperplane
 */
export function blockHyperplanes(
  data: Points,
  indices: Int32Array,
  size: number,
  options: {
    readonly method: string;
    readonly independent?: boolean;
    readonly targets?: Float64Array;
    readonly random: (purpose: string) => RandomStream;
  },
): Blocks {
  const order = Int32Array.from(indices);
  const shuffling = options.random("order");
  const random = options.random("hyperplanes");
  for (let shuffles = 0; ; shuffles++) {
    shuffle(order, shuffling);
    const blocks: Block[] = [];
    let fault: string | undefined;
    for (let start = 0; start < order.length && fault === undefined; start += size) {
      const points = order.slice(start, start + size);
      const { nearest, ...block } = throughBlock(data, points, random, options.targets);
      blocks.push(block);
      fault = faultOf(block, nearest, options.independent);
    }
    if (fault === undefined) {
      const margins = blocks.length > 0 ? blocks.map(({ margin }) => margin) : [1];
      return {
        blocks,
        hypothesis: generalPosition(blocks),
        smallestMargin: extent(margins)[0],
        medianMargin: medianOf(margins),
        largestResidual: extent([0, ...blocks.map(({ residual }) => residual)])[1],
        shuffles,
      };
    }
    if (shuffles === mostShuffles) {
      throw new HypothesisError(
        `${options.method}: not in general position, ${fault}; move the points a little`,
      );
    }
  }
}

export function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function generalPosition(blocks: readonly Block[]): Hypothesis {
  let [left, right] = [1, 0];
  for (const { margin, needed } of blocks) {
    if (margin * right <= needed * left) [left, right] = [margin, needed];
  }
  return {
    name: "margin > 1000 in-block residual, general position",
    ok: left > right,
    left,
    right,
  };
}

function throughBlock(
  { n, d, X }: Points,
  points: Int32Array,
  random: RandomStream,
  targets: Float64Array | undefined,
): Block & { readonly nearest: number } {
  const m = points.length;
  let squared = 0;
  for (const i of points) squared += dot(row(X, i, d), row(X, i, d));
  const s = Math.sqrt(squared / m) || 1;
  const V = new Float64Array(m * (d + 1)).fill(-s);
  const inside = new Uint8Array(n);
  for (let p = 0; p < m; p++) {
    V.set(row(X, points[p], d), p * (d + 1));
    inside[points[p]] = 1;
  }
  const factors = orthogonalFactorization(V, m, d + 1);
  const count = m === d ? 1 : candidates;
  const U = new Float64Array(count * d);
  const offsets = new Float64Array(count);
  for (let t = 0; t < count; t++) {
    // The columns of Q from m on are orthogonal to all (x_i, −s): (u, b/s) is any combination of them.
    const normal = new Float64Array(d + 1);
    for (let p = m; p <= d; p++) normal[p] = m === d ? 1 : random.gaussian();
    factors.rotate(normal);
    const u = normal.subarray(0, d);
    const length = Math.sqrt(dot(u, u));
    for (let j = 0; j < d; j++) U[t * d + j] = u[j] / length;
    offsets[t] = (s * normal[d]) / length;
  }
  const heights = multiplyTransposed(U, X, count, d, n);
  const slopes = targets && count > 1 ? affineSizes({ n, d, X }, points, { factors, s }, targets) : undefined;
  let best: { t: number; margin: number; nearest: number; score: number } | undefined;
  for (let t = 0; t < count; t++) {
    let [margin, nearest] = [Number.POSITIVE_INFINITY, -1];
    for (let i = 0; i < n; i++) {
      if (inside[i]) continue;
      const distance = Math.abs(heights[t * n + i] - offsets[t]);
      if (distance < margin) [margin, nearest] = [distance, i];
    }
    const score = slopes
      ? longestStep(slopes, (i) => (inside[i] ? 0 : Math.abs(heights[t * n + i] - offsets[t])), margin)
      : margin;
    if (!best || score > best.score) best = { t, margin, nearest, score };
  }
  const { t, margin, nearest } = best as NonNullable<typeof best>;
  let residual = 0;
  for (const i of points) residual = Math.max(residual, Math.abs(heights[t * n + i] - offsets[t]));
  const plane = { points, factors, s, u: U.slice(t * d, (t + 1) * d), b: offsets[t], residual };
  if (nearest < 0) {
    const needed = leastMargin * residual;
    return { ...plane, margin: Math.max(1, 2 * needed), needed, nearest };
  }
  // A residual of 0 would let through what rounding alone keeps off the hyperplane.
  const x = row(X, nearest, d);
  const needed = leastMargin * Math.max(residual, unit * Math.sqrt(dot(x, x)));
  return { ...plane, margin, needed, nearest };
}

/** |q(x_i)|, n, for the q of least norm that takes the targets in the block. */
function affineSizes(
  { n, d, X }: Points,
  points: Int32Array,
  { factors, s }: Pick<Block, "factors" | "s">,
  targets: Float64Array,
): Float64Array {
  const solution = factors.minimumNorm(Float64Array.from(points, (i) => targets[i]));
  const v = solution.subarray(0, d);
  return Float64Array.from({ length: n }, (_, i) => Math.abs(dot(v, row(X, i, d)) - s * solution[d]));
}

/** The largest δ with δ|q(x_i)| <= half of what lies between point i and a kink half a margin from the hyperplane. */
function longestStep(slopes: Float64Array, height: (i: number) => number, margin: number): number {
  let step = Number.POSITIVE_INFINITY;
  for (let i = 0; i < slopes.length; i++) {
    step = Math.min(step, Math.abs(height(i) - margin / 2) / (2 * slopes[i]));
  }
  return step;
}

/** What is wrong with a block, if anything. */
function faultOf(
  { points, factors, margin, needed }: Block,
  nearest: number,
  independent = false,
): string | undefined {
  const m = points.length;
  if (independent && factors.rankRatio < leastRatio) {
    return (
      `point ${points[0] + 1} and ${m - 1} others are affinely dependent ` +
      `(got min |R_ii|/max |R_ii| = ${factors.rankRatio.toPrecision(3)}, needs ${leastRatio})`
    );
  }
  if (margin > needed) return undefined;
  return (
    `point ${nearest + 1} lies on the hyperplane through ${m} others ` +
    `(needs a distance above ${needed.toPrecision(3)}, got ${margin.toPrecision(3)})`
  );
}

/** Fisher and Yates. */
function shuffle(order: Int32Array, random: RandomStream): void {
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    const moved = order[i];
    order[i] = order[j];
    order[j] = moved;
  }
}
