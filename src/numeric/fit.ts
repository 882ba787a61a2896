/** Straight lines through points: ordinary least squares with Student-t intervals. */
import { studentQuantile } from "./student.ts";

/** [lower end, upper end]. */
export type Interval = readonly [low: number, high: number];

/** The least squares line y ≈ intercept + slope · x and how well it is known. */
export interface LinearFit {
  readonly slope: number;
  readonly intercept: number;
  readonly slopeInterval: Interval;
  readonly interceptInterval: Interval;
  /** 1 − (residual sum of squares)/(total sum of squares); NaN when y is constant. */
  readonly r2: number;
  /** √(residual sum of squares/(n − 2)), in the unit of y. */
  readonly residualStandardError: number;
  /** Number of points. */
  readonly n: number;
  /** Coverage of every interval here, for example 0.95. */
  readonly confidence: number;
  /** The interval of the mean of y at x (not of a new observation). */
  band(x: number): Interval;
}

/**
 * Ordinary least squares of y on x, both of length n.
 *
 * Returns undefined when the data settle no line with an interval: fewer than 3 points, or all x equal.
 * Throws RangeError for arrays of different lengths, a value that is not finite, or a confidence outside (0, 1).
 * The intervals are exact for independent normal errors of equal variance (Draper & Smith, Applied
 * Regression Analysis, §1.4) and only a guide when the errors are not.
 */
export function linearFit(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  confidence = 0.95,
): LinearFit | undefined {
  checkPoints(x, y);
  checkConfidence(confidence);
  const n = x.length;
  if (n < 3) return undefined;

  const meanX = mean(x);
  const meanY = mean(y);
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  for (let i = 0; i < n; i++) {
    const dx = x[i] - meanX;
    const dy = y[i] - meanY;
    sxx += dx * dx;
    sxy += dx * dy;
    syy += dy * dy;
  }
  // Equal x differ from their mean by rounding only: that is no spread to fit on.
  const rounding = Number.EPSILON * n * Math.abs(meanX);
  if (sxx <= n * rounding * rounding) return undefined;

  const slope = sxy / sxx;
  const intercept = meanY - slope * meanX;
  let residualSum = 0;
  for (let i = 0; i < n; i++) {
    const residual = y[i] - meanY - slope * (x[i] - meanX);
    residualSum += residual * residual;
  }
  const residualStandardError = Math.sqrt(residualSum / (n - 2));
  const t = studentQuantile((1 + confidence) / 2, n - 2);
  const around = (value: number, spread: number): Interval => [value - spread, value + spread];
  const meanSpread = (at: number) => t * residualStandardError * Math.sqrt(1 / n + (at - meanX) ** 2 / sxx);
  return {
    slope,
    intercept,
    slopeInterval: around(slope, (t * residualStandardError) / Math.sqrt(sxx)),
    interceptInterval: around(intercept, meanSpread(0)),
    r2: syy === 0 ? Number.NaN : 1 - residualSum / syy,
    residualStandardError,
    n,
    confidence,
    band: (at) => around(meanY + slope * (at - meanX), meanSpread(at)),
  };
}

/** Throws RangeError unless x and y have one length and every value is finite. */
export function checkPoints(x: ArrayLike<number>, y: ArrayLike<number>): void {
  if (y.length !== x.length) throw new RangeError(`x has ${x.length} values and y has ${y.length}`);
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) {
      throw new RangeError(`point ${i} is (${x[i]}, ${y[i]}): every coordinate must be finite`);
    }
  }
}

/** Throws RangeError unless the coverage of an interval lies in (0, 1). */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) {
    throw new RangeError(`confidence must lie strictly between 0 and 1, not ${confidence}`);
  }
}

/** The mean of a non-empty array. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  const rough = sum / values.length;
  // A second pass removes most of the rounding of the first.
  let rest = 0;
  for (let i = 0; i < values.length; i++) rest += values[i] - rough;
  return rough + rest / values.length;
}
