/** One slope for several groups of points, whether a line fits at all, and what a single point does to it. */
import { fisherTail } from "./fisher.ts";
import { checkConfidence, checkPoints, type Interval, mean } from "./fit.ts";
import { studentQuantile } from "./student.ts";

/** Points that share an intercept; x and y of one length. */
export interface Group {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** y ≈ (intercept of the point's group) + slope · x. */
export interface GroupedFit {
  readonly slope: number;
  readonly slopeInterval: Interval;
  /** Within R²: the share of the squares around the groups' means that the slope explains; NaN without any. */
  readonly r2: number;
  readonly residualStandardError: number;
  /** Points − groups − 1. */
  readonly degreesOfFreedom: number;
  /** Number of points. */
  readonly n: number;
  /** Number of groups in which x varies: the others say nothing about the slope. */
  readonly groups: number;
  /** Coverage of the interval. */
  readonly confidence: number;
}

/** The F test of a line against replicates (Draper & Smith, Applied Regression Analysis, §2.1). */
export interface LackOfFit {
  readonly f: number;
  readonly degreesOfFreedom: readonly [lack: number, pureError: number];
  /** Probability of an F at least this large when the line holds. */
  readonly p: number;
}

/**
 * The common slope of groups with an intercept each (analysis of covariance).
 *
 * Undefined when the data settle no slope with an interval: x varies within no group, or the points do not
 * outnumber groups + 1. Throws RangeError as linearFit does. The interval is exact for independent
 * normal errors of one variance and a slope that is the same in all groups.
 */
export function groupedFit(groups: readonly Group[], confidence = 0.95): GroupedFit | undefined {
  checkConfidence(confidence);
  const within = centred(groups);
  if (!within) return undefined;
  const { sxx, slope, syy, residualSum, n, filled, varying } = within;
  const degreesOfFreedom = n - filled - 1;
  if (degreesOfFreedom < 1) return undefined;
  const residualStandardError = Math.sqrt(residualSum / degreesOfFreedom);
  const spread =
    (studentQuantile((1 + confidence) / 2, degreesOfFreedom) * residualStandardError) / Math.sqrt(sxx);
  return {
    slope,
    slopeInterval: [slope - spread, slope + spread],
    r2: syy === 0 ? Number.NaN : 1 - residualSum / syy,
    residualStandardError,
    degreesOfFreedom,
    n,
    groups: varying,
    confidence,
  };
}

/**
 * Whether a straight line holds, judged by points of equal x: the F test of lack of fit.
 *
 * Undefined with fewer than 3 different x, without two points of equal x, or when all such points agree.
 */
export function lackOfFit(x: readonly number[], y: readonly number[]): LackOfFit | undefined {
  return groupedLackOfFit([{ x, y }]);
}

/**
 * Whether one slope with an intercept for each group holds, judged by points of equal x in the same group.
 *
 * Undefined when those points leave no degree of freedom or agree, or the line has as many parameters as there
 * are different x.
 */
export function groupedLackOfFit(groups: readonly Group[]): LackOfFit | undefined {
  const within = centred(groups);
  if (!within) return undefined;
  let cells = 0;
  let pureError = 0;
  let size = 0;
  for (const { x, y } of groups) {
    const replicates = new Map<number, number[]>();
    for (const [i, at] of x.entries()) {
      const values = replicates.get(at) ?? [];
      values.push(y[i]);
      replicates.set(at, values);
    }
    cells += replicates.size;
    for (const values of replicates.values()) {
      const center = mean(values);
      for (const value of values) {
        pureError += (value - center) ** 2;
        size = Math.max(size, Math.abs(value));
      }
    }
  }
  const degreesOfFreedom = [cells - within.filled - 1, within.n - cells] as const;
  if (degreesOfFreedom[0] < 1 || degreesOfFreedom[1] < 1) return undefined;
  if (pureError <= within.n * (4 * Number.EPSILON * size) ** 2) return undefined;
  const lack = Math.max(0, within.residualSum - pureError);
  const f = lack / degreesOfFreedom[0] / (pureError / degreesOfFreedom[1]);
  return { f, degreesOfFreedom, p: fisherTail(f, ...degreesOfFreedom) };
}

/**
 * The smallest and the largest slope of groupedFit with one point left out.
 *
 * Undefined when some point alone settles the slope. From the residuals: leaving out i changes the slope
 * by −dx e/(Sxx (1 − h)), with leverage h = 1/(points of the group) + dx²/Sxx.
 */
export function slopesWithoutOne(groups: readonly Group[]): Interval | undefined {
  const within = centred(groups);
  if (!within) return undefined;
  const { sxx, slope, points } = within;
  let range: Interval = [slope, slope];
  for (const { dx, dy, count } of points) {
    if (dx === 0) continue;
    const free = 1 - 1 / count - (dx * dx) / sxx;
    if (free < 1e-12) return undefined;
    const without = slope - (dx * (dy - slope * dx)) / (sxx * free);
    range = [Math.min(range[0], without), Math.max(range[1], without)];
  }
  return range;
}

/**
 * How much steeper the first line is than the second, with its interval: both are fitted together, with an
 * intercept and a slope each and one error variance.
 *
 * Undefined when one of the x does not vary or there are fewer than 5 points. The groups must share no point.
 */
export function slopeDifference(
  first: Group,
  second: Group,
  confidence = 0.95,
): { readonly difference: number; readonly interval: Interval; readonly n: number } | undefined {
  checkConfidence(confidence);
  const [one, two] = [centred([first]), centred([second])];
  if (!one || !two) return undefined;
  const n = one.n + two.n;
  if (n < 5) return undefined;
  const variance = (one.residualSum + two.residualSum) / (n - 4);
  const spread =
    studentQuantile((1 + confidence) / 2, n - 4) * Math.sqrt(variance * (1 / one.sxx + 1 / two.sxx));
  const difference = one.slope - two.slope;
  return { difference, interval: [difference - spread, difference + spread], n };
}

/** The points as deviations from their group's means, and the common slope; undefined when no x varies. */
function centred(groups: readonly Group[]) {
  const points: { dx: number; dy: number; count: number }[] = [];
  let varying = 0;
  for (const { x, y } of groups) {
    checkPoints(x, y);
    const [meanX, meanY] = [mean(x), mean(y)];
    // Equal x differ from their mean by rounding only.
    const rounding = Number.EPSILON * x.length * Math.abs(meanX);
    const varies = x.some((at) => Math.abs(at - meanX) > rounding);
    if (varies) varying++;
    for (const [i, at] of x.entries()) {
      points.push({ dx: varies ? at - meanX : 0, dy: y[i] - meanY, count: x.length });
    }
  }
  if (varying === 0) return undefined;
  const sum = (of: (point: { dx: number; dy: number }) => number) =>
    points.reduce((total, point) => total + of(point), 0);
  const sxx = sum(({ dx }) => dx * dx);
  const slope = sum(({ dx, dy }) => dx * dy) / sxx;
  return {
    points,
    n: points.length,
    filled: groups.filter(({ x }) => x.length > 0).length,
    varying,
    sxx,
    slope,
    syy: sum(({ dy }) => dy * dy),
    residualSum: sum(({ dx, dy }) => (dy - slope * dx) ** 2),
  };
}
