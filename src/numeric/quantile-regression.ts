/** Quantile regression (Koenker and Bassett, 1978) by linear programming, with a bootstrap for its intervals. */
import { checkConfidence, type Interval } from "./fit.ts";
import { type Highs, loadHighs } from "./highs.ts";
import { independentVectors } from "./pivoted-qr.ts";
import type { RandomStream } from "./random.ts";

/** A point: its regressors, a 1 for an intercept among them, and its value. */
export interface RegressionPoint {
  readonly x: readonly number[];
  readonly y: number;
}

/** Σ w ρ(y − ⟨x, β⟩), ρ(r) = τ r above the plane and (τ − 1) r below it: what the regression makes least. */
export function quantileLoss(
  points: readonly RegressionPoint[],
  beta: readonly number[],
  quantile: number,
  weights?: readonly number[],
): number {
  return points.reduce((sum, { x, y }, i) => {
    const rest = y - x.reduce((plane, value, j) => plane + value * beta[j], 0);
    return sum + (weights?.[i] ?? 1) * (rest > 0 ? quantile * rest : (quantile - 1) * rest);
  }, 0);
}

/**
 * The plane with a share of about `quantile` of the points below it. Solved as the dual programme, which has a row for each
 * regressor alone: the largest Σ a_i y_i with Σ a_i x_i = (1 − τ) Σ w_i x_i and 0 <= a_i <= w_i.
 * @returns β; undefined where no plane is settled, as where one regressor follows from the others
 */
export async function quantileRegression(
  points: readonly RegressionPoint[],
  quantile: number,
): Promise<number[] | undefined> {
  return solve(
    await loadHighs(),
    points,
    quantile,
    points.map(() => 1),
  );
}

function solve(
  highs: Highs,
  points: readonly RegressionPoint[],
  quantile: number,
  weights: readonly number[],
): number[] | undefined {
  checkConfidence(quantile);
  const size = points[0]?.x.length ?? 0;
  const used = points.flatMap(({ x, y }, i) => (weights[i] > 0 ? [{ x, y, weight: weights[i] }] : []));
  if (size === 0 || used.length < size || !areSpanning(used, size)) return undefined;
  const model = highs.createModel();
  try {
    model.options.set({ output_flag: false });
    const indices = Int32Array.from({ length: used.length }, (_, i) => i);
    for (const [i, { y, weight }] of used.entries()) {
      model.addVar(0, weight);
      model.changeColCost(i, -y);
    }
    for (let j = 0; j < size; j++) {
      const values = Float64Array.from(used, ({ x }) => x[j]);
      const total = used.reduce((sum, { x, weight }) => sum + weight * x[j], 0);
      model.addRow((1 - quantile) * total, (1 - quantile) * total, { indices, values });
    }
    model.run();
    if (model.getModelStatus() !== highs.constants.modelStatus.optimal) return undefined;
    const { colValue, rowDual } = model.getSolution();
    const beta = Array.from(rowDual, (value) => -value);
    // Both programmes have one value: the plane is proved to be the best, whatever the solver holds for optimal.
    const dual = used.reduce((sum, { y, weight }, i) => sum + y * (colValue[i] - (1 - quantile) * weight), 0);
    const primal = quantileLoss(points, beta, quantile, weights);
    const scale = used.reduce((sum, { y, weight }) => sum + weight * Math.abs(y), 1);
    return Math.abs(primal - dual) <= 1e-6 * scale ? beta : undefined;
  } finally {
    model.dispose();
  }
}

/** Whether the regressors are independent over these points: else many planes are equally good. */
function areSpanning(points: readonly RegressionPoint[], size: number): boolean {
  const X = Float64Array.from(points.flatMap(({ x }) => x));
  const { sizes } = independentVectors(X, points.length, size, size);
  return sizes[size - 1] > 1e-9 * sizes[0];
}

/** A regression with an interval for each of its numbers. */
export interface QuantileFit {
  readonly beta: readonly number[];
  readonly intervals: readonly Interval[];
  /** Resamples that settled a plane. */
  readonly resamples: number;
}

/**
 * The regression with percentile intervals of the bootstrap: the points drawn anew with replacement, so many times, and their
 * planes. A guide where few points lie below the plane.
 * @returns undefined where the points, or most resamples, settle no plane
 */
export async function bootstrappedQuantileRegression(
  points: readonly RegressionPoint[],
  quantile: number,
  { random, resamples, confidence }: { random: RandomStream; resamples: number; confidence: number },
): Promise<QuantileFit | undefined> {
  checkConfidence(confidence);
  const highs = await loadHighs();
  const beta = await quantileRegression(points, quantile);
  if (!beta) return undefined;
  const planes: number[][] = [];
  for (let sample = 0; sample < resamples; sample++) {
    const weights = new Array<number>(points.length).fill(0);
    for (let i = 0; i < points.length; i++) weights[Math.floor(random.uniform() * points.length)]++;
    const plane = solve(highs, points, quantile, weights);
    if (plane) planes.push(plane);
  }
  if (planes.length < resamples / 2) return undefined;
  const intervals = beta.map((_, j): Interval => {
    const sorted = planes.map((plane) => plane[j]).sort((p, q) => p - q);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
    return [at((1 - confidence) / 2), at((1 + confidence) / 2)];
  });
  return { beta, intervals, resamples: planes.length };
}
