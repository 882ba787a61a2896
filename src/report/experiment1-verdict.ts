/** The verdict on Experiment 1 of COLT 2021, and on any sweep: does the gradient grow with √(n/k)? */
import type { Interval } from "../numeric/fit.ts";
import {
  type Group,
  type GroupedFit,
  groupedFit,
  groupedLackOfFit,
  slopesWithoutOne,
} from "../numeric/grouped-fit.ts";
import { distinctNumbers, isKept, type MeasuredTrial, measuredTrials, type Row } from "./rows.ts";
import {
  type Axis,
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
import { counted, growthOf, notKeptWords, show, showKept } from "./words.ts";

interface FixedSizeSlope {
  readonly slope: number | null;
  readonly slope_interval: Interval | null;
  /** Within the groups. */
  readonly r2: number | null;
}

/** One slope with an intercept for each (n, d): what k does when the data keep their size. */
export interface FixedSizeSummary extends Checks, FixedSizeSlope {
  /** All measured trials. */
  readonly count: number;
  /** The (n, d) in which k varies. */
  readonly groups: number;
}

interface EndFits {
  readonly pooled: FitSummary;
  readonly fixed_size: FixedSizeSlope;
}

export interface Experiment1Verdict extends Verdict {
  readonly fits: {
    readonly pooled: FitSummary;
    readonly fixed_size: FixedSizeSummary;
    readonly by_n: readonly (FitSummary & { readonly n: number })[];
    /** Bands from < d/n ≤ to; a trial with d > n is in none. */
    readonly by_ratio: readonly (FitSummary & { readonly from: number; readonly to: number })[];
  };
  /** The same lines through the ends of the certified intervals; null where none was measured. */
  readonly certified: { readonly lower: EndFits; readonly upper: EndFits } | null;
}

/** Bands of d/n: at a fixed n/k the gradient also depends on it. */
const RATIO_BANDS: readonly Interval[] = [
  [0, 0.25],
  [0.25, 0.5],
  [0.5, 1],
];

/** Maximum random gradient against √(n/k) over kept trials. Columns n, d, k, outcome, max_random_gradient. */
export function experiment1Verdict(rows: readonly Row[]): Experiment1Verdict {
  const trials = measuredTrials(rows);
  const fit = (chosen: readonly MeasuredTrial[]) => lineThrough(pointsOf(chosen, root));
  const pooled = fit(trials);
  const sizes = groupsOfSize(trials);
  const fixed = groupedFit(sizes, CONFIDENCE);
  const lack = fixed && groupedLackOfFit(sizes);
  const without = fixed && slopesWithoutOne(sizes);
  const byN = distinctNumbers(rows.filter(isKept), "n").flatMap((n) => {
    const own = trials.filter((trial) => trial.n === n);
    return own.length === 0 ? [] : [{ n, ...summary(fit(own), own.length) }];
  });
  const byRatio = RATIO_BANDS.map(([from, to]) => {
    const own = trials.filter(({ n, d }) => d / n > from && d / n <= to);
    return { from, to, ...summary(fit(own), own.length) };
  });
  const certified = ofBothEnds(trials, endFits);
  const intervals = [pooled, fixed].flatMap((one) => (one ? [one.slopeInterval] : []));
  const words = [
    `${showKept(rows)}.`,
    ...notKeptWords(rows),
    ...familyWords(trials),
    ...(pooled
      ? [
          growthWords("Pooled,", "the gradient", "√(n/k)", pooled),
          `The pooled line has intercept ${show(pooled.intercept)} and R² ${show(pooled.r2)} over ${counted(pooled.n, "trial")}.`,
        ]
      : [undecidedWords("the gradient grows with √(n/k)", trials.length)]),
    ...(fixed
      ? [
          growthWords("At fixed (n, d)", "it", "√(n/k)", fixed),
          `That is one slope within ${counted(fixed.groups, "size")} (n, d): R² ${show(fixed.r2)} there.`,
          ...agreementWords(pooled, fixed),
          withoutOneWords("at fixed (n, d)", without),
          lineWords("There", lack, { line: "one slope", rejected: ": the slopes differ or bend" }),
        ]
      : pooled
        ? ["No (n, d) settles a slope of its own: growth at fixed size is undecided."]
        : []),
    ...endsWords(
      "At fixed (n, d)",
      certified && { lower: certified.lower.fixed_size, upper: certified.upper.fixed_size },
    ),
    ...signWords(byN, "value", "of n"),
    ...signWords(byRatio, "band", "of d/n"),
    ...caveats(trials.length > 0, pooled !== undefined),
  ];
  return {
    ...beginning(
      rows,
      trials,
      "COLT 2021, Experiment 1: the maximum random gradient has a linear trend in √(n/k).",
    ),
    x: "sqrt(n/k)",
    reading_of: "the maximum random gradient increases with √(n/k), pooled and at fixed (n, d)",
    reading: pooled ? readingOf(intervals) : "undecided",
    fits: {
      pooled: summary(pooled, trials.length),
      fixed_size: {
        count: trials.length,
        groups: fixed?.groups ?? 0,
        ...slopeOf(fixed),
        ...checks(without, lack),
      },
      by_n: byN,
      by_ratio: byRatio,
    },
    certified,
    words,
  };
}

/** The common slope in √(n/k) at fixed (n, d); undefined when no (n, d) has trials of different k. */
export function fixedSizeFit(trials: readonly MeasuredTrial[]): GroupedFit | undefined {
  return groupedFit(groupsOfSize(trials), CONFIDENCE);
}

function endFits(trials: readonly MeasuredTrial[], end: Axis): EndFits {
  const fixed = groupedFit(groupsOfSize(trials, end), CONFIDENCE);
  return {
    pooled: summary(lineThrough(pointsOf(trials, root, end)), trials.length),
    fixed_size: slopeOf(fixed),
  };
}

function slopeOf(fixed: GroupedFit | undefined): FixedSizeSlope {
  return {
    slope: fixed?.slope ?? null,
    slope_interval: fixed?.slopeInterval ?? null,
    r2: fixed && Number.isFinite(fixed.r2) ? fixed.r2 : null,
  };
}

/** The trials at (√(n/k), gradient), a group for each (n, d) and family of data: in a group, equal x are replicates. */
function groupsOfSize(trials: readonly MeasuredTrial[], y?: Axis): Group[] {
  const groups = new Map<string, MeasuredTrial[]>();
  for (const trial of trials) {
    const size = `${trial.n} ${trial.d} ${trial.data}`;
    groups.set(size, [...(groups.get(size) ?? []), trial]);
  }
  return [...groups.values()].map((own) => pointsOf(own, root, y));
}

/** One line through points of several families says less than it seems to. */
function familyWords(trials: readonly MeasuredTrial[]): string[] {
  const families = new Set(trials.map(({ data }) => data)).size;
  return families > 1
    ? [`Lines go through the points of ${families} families, but at fixed (n, d) of one each.`]
    : [];
}

function root({ n, k }: MeasuredTrial): number {
  return Math.sqrt(n / k);
}

/** Says when the two slopes tell different stories; both come from the same trials, so no test compares them. */
function agreementWords(
  pooled: { readonly slope: number; readonly slopeInterval: Interval } | undefined,
  fixed: GroupedFit,
): string[] {
  if (!pooled) return [];
  const [low, high] = fixed.slopeInterval;
  if (growthOf(pooled.slopeInterval) !== growthOf(fixed.slopeInterval)) {
    return ["The two disagree: the pooled slope mixes k with the sizes n and d."];
  }
  return pooled.slope < low || pooled.slope > high
    ? ["The two disagree: the pooled slope lies outside the interval at fixed (n, d)."]
    : [];
}

/** "Within 3 of 4 values of n the slope's interval lies above 0." */
function signWords(fits: readonly FitSummary[], noun: string, of: string): string[] {
  const settled = fits.flatMap((fit) => (fit.slope_interval ? [fit.slope_interval] : []));
  if (settled.length === 0) return [];
  const above = settled.filter((interval) => growthOf(interval) === "grows").length;
  return [
    `Within ${above} of ${counted(settled.length, noun)} ${of} that settle${settled.length === 1 ? "s" : ""} a line the slope's interval lies above 0.`,
  ];
}
