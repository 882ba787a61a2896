/** The range of many numbers. */
import type { Interval } from "./fit.ts";

/** The smallest and largest of the values, at least one of them: a call with each as an argument fails at some 100,000. */
export function extent(values: Iterable<number>): Interval {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
