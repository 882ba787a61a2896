/**
 * What the verdicts on the published experiments have in common: their form, and numbers as plain sentences.
 *
 * Verdicts are written as JSON beside trials.csv, so their keys follow its snake_case. A sentence fits into 80
 * columns where the numbers do.
 */
import { type Interval, type LinearFit, linearFit } from "../numeric/fit.ts";
import type { Group, LackOfFit } from "../numeric/grouped-fit.ts";
import type { Judgement } from "./bound-check.ts";
import type { EngineComparison } from "./engine-comparison.ts";
import { countOutcomes, distinctNumbers, isKept, type MeasuredTrial, type Row } from "./rows.ts";
import { counted, growthOf, REJECTED_BELOW, show, showInterval, showLackOfFit } from "./words.ts";

/** A least squares line in numbers; the fields are null when `count` points settle none. */
export interface FitSummary {
  readonly count: number;
  readonly slope: number | null;
  readonly slope_interval: Interval | null;
  readonly intercept: number | null;
  readonly intercept_interval: Interval | null;
  /** Null for a constant y as well. */
  readonly r2: number | null;
}

type Slope = Pick<FitSummary, "slope" | "slope_interval">;

/** How far a fit rests on a straight line and on single points. */
export interface Checks {
  /** The slope's range when any one point is left out; null when one point alone settles the slope. */
  readonly slope_without_one: Interval | null;
  /** F test of the line against replicates, null without them. */
  readonly lack_of_fit: {
    readonly f: number;
    readonly degrees_of_freedom: readonly [lack: number, pureError: number];
    readonly p: number;
  } | null;
}

/**
 * How the data stand to `reading_of`: "shown" when the slopes' intervals lie above 0, "not shown" when one does
 * not, "undecided" when there are too few points for an interval.
 */
export type Reading = "shown" | "not shown" | "undecided";

export interface Verdict {
  /** The claim as the paper makes it. */
  readonly claim: string;
  /** What `reading` is about: growth only, neither that it is linear nor that it is caused by x. */
  readonly reading_of: string;
  readonly reading: Reading | Judgement;
  readonly trials: { readonly tried: number; readonly kept: number; readonly measured: number };
  /** Number of trials by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Thresholds of the filter among the rows. */
  readonly epsilon: readonly number[];
  /** Coverage of every interval here. */
  readonly confidence: number;
  readonly x: string;
  readonly y: string;
  /** A part of the trials trained by another engine, where that was asked for. */
  readonly engine_comparison?: Omit<EngineComparison, "words">;
  /** The findings in sentences, none beyond the numbers. */
  readonly words: readonly string[];
}

export const CONFIDENCE = 0.95;

/** The fields that both verdicts fill alike. */
export function beginning(rows: readonly Row[], trials: readonly MeasuredTrial[], claim: string) {
  return {
    claim,
    trials: { tried: rows.length, kept: rows.filter(isKept).length, measured: trials.length },
    outcomes: countOutcomes(rows),
    epsilon: distinctNumbers(rows, "epsilon"),
    confidence: CONFIDENCE,
    y: "max_random_gradient",
  };
}

/** What a trial has on an axis. */
export type Axis = (trial: MeasuredTrial) => number;

export const gradientOf: Axis = (trial) => trial.maxRandomGradient;

/** The trials as points, the maximum random gradient against x unless told otherwise. */
export function pointsOf(trials: readonly MeasuredTrial[], x: Axis, y: Axis = gradientOf): Group {
  return { x: trials.map(x), y: trials.map(y) };
}

/** The same of both ends of the certified intervals, over the trials that have one; null where there is none. */
export function ofBothEnds<Found>(
  trials: readonly MeasuredTrial[],
  find: (bracketed: readonly MeasuredTrial[], end: Axis) => Found,
): { readonly lower: Found; readonly upper: Found } | null {
  const bracketed = trials.filter(({ bracket }) => bracket !== undefined);
  if (bracketed.length === 0) return null;
  const end = (at: 0 | 1) => find(bracketed, ({ bracket }) => bracket?.[at] ?? Number.NaN);
  return { lower: end(0), upper: end(1) };
}

/** "At fixed (n, d) the certified lower bound has slope 2.31 [2.05, 2.57], the upper one 2.50 [2.20, 2.80]." */
export function endsWords(
  where: string,
  ends: { readonly lower: Slope; readonly upper: Slope } | null,
): string[] {
  const numbers = (end: Slope | undefined) =>
    end?.slope == null || end.slope_interval === null
      ? undefined
      : `${show(end.slope)} ${showInterval(end.slope_interval)}`;
  const [lower, upper] = [numbers(ends?.lower), numbers(ends?.upper)];
  if (lower === undefined || upper === undefined) return [];
  return [`${where} the certified lower bound has slope ${lower}, the upper one ${upper}.`];
}

export function lineThrough({ x, y }: Group): LinearFit | undefined {
  return linearFit(x, y, CONFIDENCE);
}

export function summary(fit: LinearFit | undefined, count: number): FitSummary {
  return {
    count,
    slope: fit?.slope ?? null,
    slope_interval: fit?.slopeInterval ?? null,
    intercept: fit?.intercept ?? null,
    intercept_interval: fit?.interceptInterval ?? null,
    r2: fit && Number.isFinite(fit.r2) ? fit.r2 : null,
  };
}

export function checks(without: Interval | undefined, lack: LackOfFit | undefined): Checks {
  return {
    slope_without_one: without ?? null,
    lack_of_fit: lack ? { f: lack.f, degrees_of_freedom: lack.degreesOfFreedom, p: lack.p } : null,
  };
}

/** "shown" when every slope lies above 0; without a slope nothing is decided. */
export function readingOf(intervals: readonly Interval[]): Reading {
  if (intervals.length === 0) return "undecided";
  return intervals.every((interval) => growthOf(interval) === "grows") ? "shown" : "not shown";
}

/** "Pooled, the gradient grows with √(n/k): slope 1.12 [0.251, 1.99]." */
export function growthWords(
  where: string,
  it: string,
  x: string,
  fit: { readonly slope: number; readonly slopeInterval: Interval },
): string {
  const numbers = `${show(fit.slope)} ${showInterval(fit.slopeInterval)}`;
  const growth = growthOf(fit.slopeInterval);
  return growth === "cannot be told from 0"
    ? `${where} the slope in ${x} cannot be told from 0: ${numbers}.`
    : `${where} ${it} ${growth} with ${x}: slope ${numbers}.`;
}

/** "There a straight line is rejected: F(5, 7) = 10.0, p = 0.0043: the growth bends." */
export function lineWords(
  where: string,
  lack: LackOfFit | undefined,
  { line, rejected }: { readonly line: string; readonly rejected: string },
): string {
  if (!lack) return `${where} no replicates test whether ${line} fits.`;
  return lack.p < REJECTED_BELOW
    ? `${where} ${line} is rejected: ${showLackOfFit(lack)}${rejected}.`
    : `${where} no departure from ${line} is seen: ${showLackOfFit(lack)}.`;
}

/** "Leaving out any one trial there keeps the slope from 1.20 to 1.45." */
export function withoutOneWords(where: string, range: Interval | undefined): string {
  return range
    ? `Leaving out any one trial ${where} keeps the slope from ${show(range[0])} to ${show(range[1])}.`
    : `One trial alone settles the slope ${where}.`;
}

export function undecidedWords(question: string, count: number): string {
  return `Whether ${question} is undecided: ${counted(count, "point")} settle${count === 1 ? "s" : ""} no line.`;
}

/** What every verdict with a measurement, and every one with a fit, has to say about its numbers. */
export function caveats(measured: boolean, fitted: boolean): string[] {
  return [
    ...(measured ? ["The maximum random gradient is a sampled lower bound of the Lipschitz constant."] : []),
    ...(fitted ? ["In [ ] are 95% intervals of least squares: independent errors, equal variance."] : []),
  ];
}
