/** Quantile regression (Koenker and Bassett, 1978) by linear programming, with a bootstrap for its intervals. */
import { checkConfidence, type Interval } from "./fit.ts";
import { type Highs, loadHighs } from "./highs.ts";
import { independentVectors } from "./pivoted-qr.ts";
import { type RandomStream, stream } from "./random.ts";

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
  weights?: ArrayLike<number>,
): number {
  let sum = 0;
  for (let i = 0; i < points.length; i++) {
    const rest = distanceAbove(points[i], beta);
    sum += (weights?.[i] ?? 1) * (rest > 0 ? quantile * rest : (quantile - 1) * rest);
  }
  return sum;
}

function distanceAbove({ x, y }: RegressionPoint, beta: readonly number[]): number {
  let rest = y;
  for (let j = 0; j < x.length; j++) rest -= x[j] * beta[j];
  return rest;
}

/**
 * The plane with a share of about `quantile` of the points below it. Of many points a plane of some is found first, and then
 * those that lie far from it are taken to stay on their side (Portnoy and Koenker, 1997), which is checked in the end.
 * @returns β; undefined where no plane is settled, as where one regressor follows from the others
 */
export async function quantileRegression(
  points: readonly RegressionPoint[],
  quantile: number,
): Promise<number[] | undefined> {
  checkConfidence(quantile);
  const highs = await loadHighs();
  const ones = (count: number) => new Float64Array(count).fill(1);
  const isMany = points.length > mostNear;
  // Drawn, as points in an order of their own need not be like all when they are counted off.
  const random = stream(1, "quantile regression", "some");
  const some = isMany ? points.filter(() => random.uniform() * points.length < mostNear) : [];
  const guess = isMany ? programme(highs, some, quantile, ones(some.length)) : undefined;
  return solve(highs, points, quantile, ones(points.length), guess && sidesAround(points, guess));
}

/** Points near the plane that a linear programme is given at first. */
const mostNear = 2000;

/** Of each point, whether it lies far above a plane, 1, far below, −1, or near, 0. */
type Sides = Int8Array;

/** The sides of all points but the `near` nearest to a plane. */
function sidesAround(points: readonly RegressionPoint[], beta: readonly number[]): (near: number) => Sides {
  const rests = Float64Array.from(points, (point) => distanceAbove(point, beta));
  const sorted = rests.map(Math.abs).sort();
  const known = new Map<number, Sides>();
  return (near) => {
    const sides =
      known.get(near) ??
      Int8Array.from(rests, (rest) => (Math.abs(rest) <= sorted[near - 1] ? 0 : Math.sign(rest)));
    known.set(near, sides);
    return sides;
  };
}

/** The regression with more and more points taken to be near, until the others are on the sides they were taken to be. */
function solve(
  highs: Highs,
  points: readonly RegressionPoint[],
  quantile: number,
  weights: Float64Array,
  sidesOf?: (near: number) => Sides,
): number[] | undefined {
  if (sidesOf) {
    for (let near = mostNear; near < points.length; near *= 4) {
      const beta = programme(highs, points, quantile, weights, sidesOf(near));
      if (beta) return beta;
    }
  }
  return programme(highs, points, quantile, weights);
}

/**
 * The dual programme, which has a row for each regressor alone: the largest Σ a_i y_i with Σ a_i x_i = (1 − τ) Σ w_i x_i and
 * 0 <= a_i <= w_i. A point above the plane has a_i = w_i, one below 0: those with a side are held there.
 * @returns undefined where the near points settle no plane, or another lies on the other side of it
 */
function programme(
  highs: Highs,
  points: readonly RegressionPoint[],
  quantile: number,
  weights: Float64Array,
  sides?: Sides,
): number[] | undefined {
  const size = points[0]?.x.length ?? 0;
  const near: number[] = [];
  const rest = new Float64Array(size);
  for (let i = 0; i < points.length; i++) {
    const side = sides?.[i] ?? 0;
    if (side === 0 && weights[i] > 0) near.push(i);
    const share = weights[i] * (1 - quantile - (side > 0 ? 1 : 0));
    for (let j = 0; j < size; j++) rest[j] += share * points[i].x[j];
  }
  if (size === 0 || near.length < size || !areSpanning(points, near, size)) return undefined;
  const model = highs.createModel();
  try {
    model.options.set({ output_flag: false });
    const indices = Int32Array.from(near.keys());
    for (const [place, i] of near.entries()) {
      model.addVar(0, weights[i]);
      model.changeColCost(place, -points[i].y);
    }
    for (let j = 0; j < size; j++) {
      const values = Float64Array.from(near, (i) => points[i].x[j]);
      model.addRow(rest[j], rest[j], { indices, values });
    }
    model.run();
    if (model.getModelStatus() !== highs.constants.modelStatus.optimal) return undefined;
    const { colValue, rowDual } = model.getSolution();
    const beta = Array.from(rowDual, (value) => -value);
    // Both programmes have one value: the plane is proved to be the best, whatever the solver holds for optimal.
    let [dual, scale] = [0, 1];
    for (let i = 0; i < points.length; i++) {
      const side = sides?.[i] ?? 0;
      if (weights[i] > 0 && side * distanceAbove(points[i], beta) < 0) return undefined;
      dual += weights[i] * points[i].y * ((side > 0 ? 1 : 0) - (1 - quantile));
      scale += weights[i] * Math.abs(points[i].y);
    }
    for (const [place, i] of near.entries()) dual += colValue[place] * points[i].y;
    const primal = quantileLoss(points, beta, quantile, weights);
    return Math.abs(primal - dual) <= 1e-6 * scale ? beta : undefined;
  } finally {
    model.dispose();
  }
}

/** Whether the regressors are independent over these points: else many planes are equally good. */
function areSpanning(points: readonly RegressionPoint[], chosen: readonly number[], size: number): boolean {
  const X = Float64Array.from(chosen.flatMap((i) => points[i].x));
  const { sizes } = independentVectors(X, chosen.length, size, size);
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
  const sidesOf = sidesAround(points, beta);
  for (let sample = 0; sample < resamples; sample++) {
    const weights = new Float64Array(points.length);
    for (let i = 0; i < points.length; i++) weights[Math.floor(random.uniform() * points.length)]++;
    const plane = solve(highs, points, quantile, weights, sidesOf);
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
