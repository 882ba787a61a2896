/** The verdict on Experiment 2 of COLT 2021: the gradient against √d for k = 10 n/d and for k = n. */
import type { Interval, LinearFit } from "../numeric/fit.ts";
import { type LackOfFit, lackOfFit, slopeDifference, slopesWithoutOne } from "../numeric/grouped-fit.ts";
import { type MeasuredTrial, measuredTrials, type Regime, type Row, regimesOf } from "./rows.ts";
import {
  beginning,
  type Checks,
  CONFIDENCE,
  caveats,
  checks,
  endsWords,
  type FitSummary,
  growthWords,
  lineThrough,
  lineWords,
  ofBothEnds,
  pointsOf,
  readingOf,
  summary,
  undecidedWords,
  type Verdict,
  withoutOneWords,
} from "./verdict.ts";
import { counted, growthOf, notKeptWords, show, showInterval, showKept, showRange } from "./words.ts";

export interface Experiment2Verdict extends Verdict {
  readonly fits: {
    /** k = 10 n/d. */
    readonly size: FitSummary & Checks;
    /** k = n. */
    readonly smoothness: FitSummary & Checks;
  };
  /** Both lines through the ends of the certified intervals; null where none was measured. */
  readonly certified: {
    readonly size: { readonly lower: FitSummary; readonly upper: FitSummary } | null;
    readonly smoothness: { readonly lower: FitSummary; readonly upper: FitSummary } | null;
  };
  /** The slope of k = 10 n/d less that of k = n, both lines fitted together without the shared trials. */
  readonly comparison: {
    readonly count: number;
    readonly difference: number | null;
    readonly difference_interval: Interval | null;
  };
  /** Measured trials with k = n = 10 n/d, which are in both fits and not in the comparison. */
  readonly of_both_regimes: number;
  /** Measured trials with neither k = n nor k = 10 n/d, which are in no fit. */
  readonly of_neither_regime: number;
}

/** Maximum random gradient against √d. Columns as in experiment1Verdict. */
export function experiment2Verdict(rows: readonly Row[]): Experiment2Verdict {
  const trials = measuredTrials(rows);
  const size = regimeFit(trials, "size");
  const smoothness = regimeFit(trials, "smoothness");
  const both = trials.filter((trial) => regimesOf(trial).length === 2);
  const neither = trials.filter((trial) => regimesOf(trial).length === 0).length;
  const apart = (regime: Regime) =>
    pointsOf(
      trials.filter((trial) => regimesOf(trial).join() === regime),
      root,
    );
  const comparison = slopeDifference(apart("size"), apart("smoothness"), CONFIDENCE);
  const certified = { size: regimeEnds(trials, "size"), smoothness: regimeEnds(trials, "smoothness") };
  const words = [
    `${showKept(rows)}.`,
    ...notKeptWords(rows),
    ...regimeWords("k = 10n/d", size),
    ...endsWords("For k = 10n/d", certified.size),
    ...regimeWords("k = n", smoothness),
    ...endsWords("For k = n", certified.smoothness),
    ...flatnessWords(smoothness.line),
    ...sharedWords(both),
    ...comparisonWords(comparison, size.line && smoothness.line, both.length),
    ...(neither > 0
      ? [`${counted(neither, "kept trial")} with neither k = n nor k = 10n/d left out of the fits.`]
      : []),
    ...caveats(trials.length > 0, (size.line ?? smoothness.line) !== undefined),
  ];
  const summaryOf = (fit: RegimeFit) => ({
    ...summary(fit.line, fit.count),
    ...checks(fit.without, fit.lack),
  });
  return {
    ...beginning(
      rows,
      trials,
      "COLT 2021, Experiment 2: the maximum random gradient is linear in √d for k = 10 n/d and roughly constant for k = n.",
    ),
    x: "sqrt(d)",
    reading_of: "the maximum random gradient increases with √d for k = 10 n/d",
    reading: readingOf(size.line ? [size.line.slopeInterval] : []),
    fits: { size: summaryOf(size), smoothness: summaryOf(smoothness) },
    certified,
    comparison: {
      count: trials.length - both.length - neither,
      difference: comparison?.difference ?? null,
      difference_interval: comparison?.interval ?? null,
    },
    of_both_regimes: both.length,
    of_neither_regime: neither,
    words,
  };
}

interface RegimeFit {
  readonly count: number;
  readonly line: LinearFit | undefined;
  readonly lack: LackOfFit | undefined;
  readonly without: Interval | undefined;
}

/** The line of one regime against √d, and what replicates and single points say about it. */
export function regimeFit(trials: readonly MeasuredTrial[], regime: Regime): RegimeFit {
  const own = trials.filter((trial) => regimesOf(trial).includes(regime));
  const points = pointsOf(own, root);
  const line = lineThrough(points);
  // Trials of one d are replicates only when n, and with it k, is the same.
  const oneN = new Set(own.map(({ n }) => n)).size === 1;
  return {
    count: own.length,
    line,
    lack: line && oneN ? lackOfFit(points.x, points.y) : undefined,
    without: line && slopesWithoutOne([points]),
  };
}

function regimeEnds(trials: readonly MeasuredTrial[], regime: Regime) {
  const own = trials.filter((trial) => regimesOf(trial).includes(regime));
  return ofBothEnds(own, (bracketed, end) =>
    summary(lineThrough(pointsOf(bracketed, root, end)), bracketed.length),
  );
}

function root({ d }: MeasuredTrial): number {
  return Math.sqrt(d);
}

function regimeWords(sizes: string, { line, count, lack, without }: RegimeFit): string[] {
  if (!line) return [undecidedWords(`${sizes} grows with √d`, count)];
  const grows = growthOf(line.slopeInterval) === "grows";
  return [
    growthWords(`For ${sizes}`, "the gradient", "√d", line),
    lineWords("There", lack, { line: "a straight line", rejected: grows ? ": the growth bends" : "" }),
    withoutOneWords("there", without),
  ];
}

/** A slope around 0 is no proof of flatness, one apart from 0 speaks against it. */
function flatnessWords(line: LinearFit | undefined): string[] {
  if (!line || growthOf(line.slopeInterval) === "cannot be told from 0") return [];
  return ["The paper reads k = n as roughly constant: here its slope is not 0."];
}

function sharedWords(both: readonly MeasuredTrial[]): string[] {
  if (both.length === 0) return [];
  const sizes = showRange(
    "d",
    both.map(({ d }) => d),
  );
  const [has, counts] = both.length === 1 ? ["has", "it counts"] : ["have", "they count"];
  return [`${counted(both.length, "trial")} with ${sizes} ${has} k = n = 10n/d: ${counts} in both lines.`];
}

function comparisonWords(
  comparison: ReturnType<typeof slopeDifference>,
  fitted: LinearFit | undefined,
  shared: number,
): string[] {
  if (!fitted) return [];
  const begin = shared === 0 ? "" : shared === 1 ? "Without that trial " : "Without those trials ";
  if (!comparison) return [capital(`${begin}which of the two lines is steeper is undecided.`)];
  const { difference, interval } = comparison;
  const signed = `${show(difference)} ${showInterval(interval)}`;
  if (growthOf(interval) === "cannot be told from 0") {
    return [capital(`${begin}the difference of the slopes cannot be told from 0: ${signed}.`)];
  }
  return difference > 0
    ? [`${begin}k = 10n/d is steeper than k = n: by ${signed}.`]
    : [`${begin}k = 10n/d is less steep than k = n: the slopes differ by ${signed}.`];
}

function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
