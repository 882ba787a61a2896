/** The mean of ratios, in logarithms: a half and a double cancel. */
import { type Interval, mean } from "../numeric/fit.ts";
import { studentQuantile } from "../numeric/student.ts";
import { CONFIDENCE } from "./verdict.ts";

export interface GeometricMean {
  readonly count: number;
  readonly mean: number;
  /** Of the mean, for independent ratios whose logarithms are normal. */
  readonly interval: Interval;
}

/** @param ratios above 0; undefined for fewer than two */
export function geometricMean(ratios: readonly number[]): GeometricMean | undefined {
  if (ratios.length < 2) return undefined;
  const logs = ratios.map(Math.log);
  const middle = mean(logs);
  const squares = logs.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const spread =
    studentQuantile((1 + CONFIDENCE) / 2, logs.length - 1) *
    Math.sqrt(squares / (logs.length - 1) / logs.length);
  const interval: Interval = [Math.exp(middle - spread), Math.exp(middle + spread)];
  return { count: logs.length, mean: Math.exp(middle), interval };
}
