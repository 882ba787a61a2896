/**
 * What the published experiments show, as numbers and as plain sentences made from those numbers.
 *
 * Verdicts are written as JSON beside trials.csv, so their keys follow its snake_case.
 */
import { type Interval, type LinearFit, linearFit } from "../numeric/fit.ts";
import {
  countOutcomes,
  distinctNumbers,
  isKept,
  type MeasuredTrial,
  measuredTrials,
  type Row,
  regimesOf,
} from "./rows.ts";
import { counted, show, showKept, showSlope } from "./words.ts";

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

/**
 * How the data stand to the paper's reading of its figure: "shown" when the slope's interval lies above 0,
 * "not shown" when it does not, "undecided" when there are too few points for an interval.
 */
export type Reading = "shown" | "not shown" | "undecided";

export interface Verdict {
  /** The claim as the paper makes it. */
  readonly claim: string;
  readonly reading: Reading;
  readonly trials: { readonly tried: number; readonly kept: number; readonly measured: number };
  /** Number of trials by outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Thresholds of the filter among the rows. */
  readonly epsilon: readonly number[];
  /** Coverage of every interval here. */
  readonly confidence: number;
  readonly x: string;
  readonly y: string;
  /** The findings in sentences, none beyond the numbers. */
  readonly words: readonly string[];
}

export interface Experiment1Verdict extends Verdict {
  readonly fits: {
    readonly pooled: FitSummary;
    readonly by_n: readonly (FitSummary & { readonly n: number })[];
    /** Bands from < d/n ≤ to; a trial with d > n is in none. */
    readonly by_ratio: readonly (FitSummary & { readonly from: number; readonly to: number })[];
  };
}

export interface Experiment2Verdict extends Verdict {
  readonly fits: {
    /** k = 10 n/d. */
    readonly size: FitSummary;
    /** k = n. */
    readonly smoothness: FitSummary;
  };
  /** Measured trials with neither k = n nor k = 10 n/d, which are in no fit. */
  readonly of_neither_regime: number;
}

const CONFIDENCE = 0.95;

/** Bands of d/n: at a fixed n/k the gradient also depends on it. */
const RATIO_BANDS: readonly Interval[] = [
  [0, 0.25],
  [0.25, 0.5],
  [0.5, 1],
];

const PROXY_CAVEAT =
  "The maximum random gradient is a sampled lower bound of the Lipschitz constant: this verdict is about it, not about the constant.";
const INTERVAL_CAVEAT =
  "Intervals are those of least squares with independent errors of equal variance; replicates and sizes are pooled.";

/** COLT 2021, Experiment 1: maximum random gradient against √(n/k) over kept trials. Columns n, d, k, outcome, max_random_gradient. */
export function experiment1Verdict(rows: readonly Row[]): Experiment1Verdict {
  const trials = measuredTrials(rows);
  const fit = (chosen: readonly MeasuredTrial[]) => fitOf(chosen, ({ n, k }) => Math.sqrt(n / k));
  const pooled = fit(trials);
  const byN = distinctNumbers(rows.filter(isKept), "n").flatMap((n) => {
    const own = trials.filter((trial) => trial.n === n);
    return own.length === 0 ? [] : [{ n, ...summary(fit(own), own.length) }];
  });
  const byRatio = RATIO_BANDS.map(([from, to]) => {
    const own = trials.filter(({ n, d }) => d / n > from && d / n <= to);
    return { from, to, ...summary(fit(own), own.length) };
  });
  const what = "the linear growth with √(n/k)";
  const words = [
    `${showKept(rows)}.`,
    growthWords(pooled, trials.length, what, "Pooled over all kept trials"),
    ...signWords(byN, "value", "of n"),
    ...signWords(byRatio, "band", "of d/n"),
    ...(trials.length > 0 ? [PROXY_CAVEAT] : []),
    ...(pooled ? [INTERVAL_CAVEAT] : []),
  ];
  return {
    ...beginning(
      rows,
      trials,
      "COLT 2021, Experiment 1: the maximum random gradient has a linear trend in √(n/k).",
    ),
    x: "sqrt(n/k)",
    reading: readingOf(pooled),
    fits: { pooled: summary(pooled, trials.length), by_n: byN, by_ratio: byRatio },
    words,
  };
}

/** COLT 2021, Experiment 2: maximum random gradient against √d for k = 10 n/d and for k = n. Columns as in experiment1Verdict. */
export function experiment2Verdict(rows: readonly Row[]): Experiment2Verdict {
  const trials = measuredTrials(rows);
  const fit = (chosen: readonly MeasuredTrial[]) => fitOf(chosen, ({ d }) => Math.sqrt(d));
  const ofSize = trials.filter((trial) => regimesOf(trial).includes("size"));
  const ofSmoothness = trials.filter((trial) => regimesOf(trial).includes("smoothness"));
  const neither = trials.filter((trial) => regimesOf(trial).length === 0).length;
  const size = fit(ofSize);
  const smoothness = fit(ofSmoothness);
  const words = [
    `${showKept(rows)}.`,
    growthWords(size, ofSize.length, "the paper's linear growth for k = 10n/d", "Against √d"),
    flatnessWords(smoothness, ofSmoothness.length),
    ...comparisonWords(size, smoothness),
    ...(neither > 0
      ? [`${counted(neither, "kept trial")} with neither k = n nor k = 10n/d left out of the fits.`]
      : []),
    ...(trials.length > 0 ? [PROXY_CAVEAT] : []),
    ...(size || smoothness ? [INTERVAL_CAVEAT] : []),
  ];
  return {
    ...beginning(
      rows,
      trials,
      "COLT 2021, Experiment 2: the maximum random gradient is linear in √d for k = 10 n/d and roughly constant for k = n.",
    ),
    x: "sqrt(d)",
    reading: readingOf(size),
    fits: { size: summary(size, ofSize.length), smoothness: summary(smoothness, ofSmoothness.length) },
    of_neither_regime: neither,
    words,
  };
}

function beginning(rows: readonly Row[], trials: readonly MeasuredTrial[], claim: string) {
  return {
    claim,
    trials: { tried: rows.length, kept: rows.filter(isKept).length, measured: trials.length },
    outcomes: countOutcomes(rows),
    epsilon: distinctNumbers(rows, "epsilon"),
    confidence: CONFIDENCE,
    y: "max_random_gradient",
  };
}

function fitOf(trials: readonly MeasuredTrial[], x: (trial: MeasuredTrial) => number): LinearFit | undefined {
  return linearFit(
    trials.map(x),
    trials.map((trial) => trial.maxRandomGradient),
    CONFIDENCE,
  );
}

function summary(fit: LinearFit | undefined, count: number): FitSummary {
  return {
    count,
    slope: fit?.slope ?? null,
    slope_interval: fit?.slopeInterval ?? null,
    intercept: fit?.intercept ?? null,
    intercept_interval: fit?.interceptInterval ?? null,
    r2: fit && Number.isFinite(fit.r2) ? fit.r2 : null,
  };
}

function readingOf(fit: LinearFit | undefined): Reading {
  if (!fit) return "undecided";
  return fit.slopeInterval[0] > 0 ? "shown" : "not shown";
}

function growthWords(fit: LinearFit | undefined, count: number, what: string, where: string): string {
  if (!fit) return `${capital(what)} is undecided: ${counted(count, "point")} settle no line.`;
  const numbers = `${showSlope(fit)}, intercept ${show(fit.intercept)}, R² ${show(fit.r2)} over ${counted(count, "point")}`;
  if (fit.slopeInterval[0] > 0) return `${capital(what)} shows. ${where}: ${numbers}.`;
  if (fit.slopeInterval[1] < 0) return `${capital(what)} does not show: it falls. ${where}: ${numbers}.`;
  return `${capital(what)} does not show: the slope cannot be told from 0. ${where}: ${numbers}.`;
}

function flatnessWords(fit: LinearFit | undefined, count: number): string {
  if (!fit) return `Whether k = n is flat in √d is undecided: ${counted(count, "point")} settle no line.`;
  const numbers = `${showSlope(fit)}, R² ${show(fit.r2)} over ${counted(count, "point")}`;
  const [low, high] = fit.slopeInterval;
  if (low <= 0 && 0 <= high) return `k = n is flat in √d within its interval: ${numbers}.`;
  return `k = n is not flat in √d, which the paper reads as roughly constant: ${numbers}.`;
}

function comparisonWords(size: LinearFit | undefined, smoothness: LinearFit | undefined): string[] {
  if (!size || !smoothness) return [];
  const apart =
    size.slopeInterval[0] > smoothness.slopeInterval[1] ||
    smoothness.slopeInterval[0] > size.slopeInterval[1];
  const order = size.slope > smoothness.slope ? "steeper" : "less steep";
  return [
    apart
      ? `k = 10n/d is ${order} than k = n: their intervals do not overlap.`
      : "The intervals of the two slopes overlap: which is steeper is undecided.",
  ];
}

/** "Within 3 of 4 values of n the slope's interval lies above 0." */
function signWords(fits: readonly FitSummary[], noun: string, of: string): string[] {
  const settled = fits.filter((fit) => fit.slope_interval !== null);
  if (settled.length === 0) return [];
  const above = settled.filter((fit) => (fit.slope_interval?.[0] ?? 0) > 0).length;
  return [
    `Within ${above} of ${counted(settled.length, noun)} ${of} that settle a line the slope's interval lies above 0.`,
  ];
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
