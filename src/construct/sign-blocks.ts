/** Blocks of points whose labels have one sign: what one neuron each is made for (COLT 2021, Theorem 3). */
import type { Dataset } from "../data/dataset.ts";
import { orthogonalFactorization } from "../numeric/householder.ts";
import { HypothesisError, row } from "./construction.ts";

export interface SignBlock {
  readonly sign: -1 | 1;
  /** Places of its points, ascending. */
  readonly points: readonly number[];
}

/** Points of a block are dependent, as far as f64 tells, where |R_ii| falls by this factor. */
const leastRatio = 1e-12;

/** Each sign's points in order, in as few blocks of at most m as there can be, of sizes that differ by one at most. */
export function signBlocks(y: Float64Array, m: number): SignBlock[] {
  return ([1, -1] as const).flatMap((sign) => {
    const points = Array.from(y.keys()).filter((i) => y[i] * sign > 0);
    const count = Math.ceil(points.length / m);
    return Array.from({ length: count }, (_, block) => ({
      sign,
      points: points.slice(
        Math.round((block * points.length) / count),
        Math.round(((block + 1) * points.length) / count),
      ),
    }));
  });
}

/**
 * The factorisation of a block's points, rows of X.
 * @param X n × d, row-major
 * @throws HypothesisError where they are dependent
 */
export function factorBlock(X: Float64Array, d: number, { points }: SignBlock) {
  const m = points.length;
  if (m > d) throw new HypothesisError(`blocks: needs blocks of at most ${d} points (got ${m})`);
  const V = new Float64Array(m * d);
  points.forEach((i, at) => {
    V.set(row(X, i, d), at * d);
  });
  const factors = orthogonalFactorization(V, m, d);
  if (factors.rankRatio < leastRatio) {
    throw new HypothesisError(
      `blocks: needs linearly independent points in a block (the one of point ${points[0] + 1} has min |R_ii|/max |R_ii| = ` +
        `${factors.rankRatio.toPrecision(3)}, needs ${leastRatio}), take another --block`,
    );
  }
  return factors;
}

/** For each block the shortest w with ⟨w, x_i⟩ = values[i] on its points, a row each. */
export function shortestOnBlocks(
  { d, X }: Dataset,
  blocks: readonly SignBlock[],
  values: readonly Float64Array[],
): Float64Array[] {
  const solutions = values.map(() => new Float64Array(blocks.length * d));
  blocks.forEach((block, l) => {
    const factors = factorBlock(X, d, block);
    values.forEach((value, which) => {
      solutions[which].set(factors.minimumNorm(block.points.map((i) => value[i])), l * d);
    });
  });
  return solutions;
}
