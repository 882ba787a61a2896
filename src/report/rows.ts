/** Rows of a trials.csv as the figures and verdicts read them. */

import type { Row } from "../record/columns.ts";

export type { Row };

/** Whether the trial's network memorised its data and passed the filter (outcome "kept"). */
export function isKept(row: Row): boolean {
  return row.outcome === "kept";
}

/** The column's finite number in this row; undefined when it is missing, a word, or not finite. */
export function numberIn(row: Row, column: string): number | undefined {
  const value = Object.hasOwn(row, column) ? row[column] : undefined;
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

/** The different numbers of a column, ascending. */
export function distinctNumbers(rows: readonly Row[], column: string): number[] {
  const values = rows.map((row) => numberIn(row, column)).filter((value) => value !== undefined);
  return [...new Set(values)].sort((a, b) => a - b);
}

/** How many rows have each outcome, most frequent first; a row without one counts as "unknown". */
export function countOutcomes(rows: readonly Row[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const row of rows) {
    const outcome = String(row.outcome ?? "unknown");
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)));
}

/** A trial with everything the published figures need. */
export interface MeasuredTrial {
  readonly n: number;
  readonly d: number;
  readonly k: number;
  /** Family of its points, with labels. */
  readonly data: string;
  /** max over the draws of ‖∇f(z)‖: a sampled lower bound of the Lipschitz constant. */
  readonly maxRandomGradient: number;
  /** Certified interval around the Lipschitz constant, when both ends were measured. */
  readonly bracket: readonly [lower: number, upper: number] | undefined;
}

/** The kept rows that carry n, d, k and a measured maximum random gradient, in the order of the rows. */
export function measuredTrials(rows: readonly Row[]): MeasuredTrial[] {
  return rows.filter(isKept).flatMap((row) => {
    const n = numberIn(row, "n");
    const d = numberIn(row, "d");
    // A construction has its own number of neurons, whatever k was planned.
    const k = numberIn(row, "neurons") ?? numberIn(row, "k");
    const maxRandomGradient = numberIn(row, "max_random_gradient");
    if (!n || !d || !k || maxRandomGradient === undefined) return [];
    const lower = numberIn(row, "lipschitz_lower");
    const upper = numberIn(row, "lipschitz_upper");
    const bracket = lower === undefined || upper === undefined ? undefined : ([lower, upper] as const);
    return [{ n, d, k, data: String(row.data), maxRandomGradient, bracket }];
  });
}

/** The two extremes of the law: k = n, and the fewest neurons that memorise, k = 10 n/d. */
export type Regime = "smoothness" | "size";

/**
 * The regimes of COLT 2021, Experiment 2, that a trial belongs to, read from its sizes.
 *
 * "smoothness" when k = n and "size" when k = max(1, round(10 n/d)). At d = 10 the two are the same network
 * size: such a trial belongs to both. A trial of neither gives an empty list.
 */
export function regimesOf({ n, d, k }: Pick<MeasuredTrial, "n" | "d" | "k">): Regime[] {
  const regimes: Regime[] = [];
  if (k === n) regimes.push("smoothness");
  if (k === Math.max(1, Math.round((10 * n) / d))) regimes.push("size");
  return regimes;
}
