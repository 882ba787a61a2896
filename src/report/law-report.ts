/** The frame of the experiments on single laws: a figure of bounds beside measurements, and a verdict. */
import type { Interval } from "../numeric/fit.ts";
import { groupedFit } from "../numeric/grouped-fit.ts";
import { type BoundCheck, checkWords, type Judgement, together } from "./bound-check.ts";
import { type LawView, lawFigure } from "./law-figure.ts";
import { type LawTrial, lawTrials } from "./law-rows.ts";
import type { Figure } from "./layers.ts";
import { countOutcomes, distinctNumbers, isKept, type Row } from "./rows.ts";
import { CONFIDENCE, type Verdict } from "./verdict.ts";
import { counted, show, showInterval, showKept } from "./words.ts";

/** A power law: the slope of ln y in ln x at fixed groups. */
export interface PowerFit {
  readonly of: string;
  readonly x: string;
  readonly count: number;
  readonly slope: number | null;
  readonly slope_interval: Interval | null;
}

/** What an experiment finds beside its checks. */
export interface Findings {
  readonly checks: readonly BoundCheck[];
  readonly fits: readonly PowerFit[];
  /** Further judgements, of fits; with those of the checks they make the reading. */
  readonly judgements?: readonly Judgement[];
  /** Sentences after those on checks and fits. */
  readonly words?: readonly string[];
}

export interface LawVerdict extends Verdict {
  readonly checks: readonly BoundCheck[];
  readonly fits: readonly PowerFit[];
}

interface LawClaim {
  /** The statement as the paper makes it. */
  readonly claim: string;
  /** What the reading is about. */
  readonly readingOf: string;
  /** Columns, or formulas, of the axes. */
  readonly x: string;
  readonly y: string;
  readonly find: (trials: readonly LawTrial[]) => Findings;
}

export interface LawExperiment extends LawClaim {
  /** File name of the figure. */
  readonly name: string;
  readonly view: (trials: readonly LawTrial[]) => LawView;
}

export interface LawReport {
  readonly name: string;
  readonly figure: (rows: readonly Row[], title: string | undefined, laws: readonly Row[]) => Figure;
  readonly verdict: (rows: readonly Row[], laws: readonly Row[]) => LawVerdict;
}

const endings: Readonly<Record<Judgement, string>> = {
  confirmed: "Confirmed:",
  refuted: "Refuted: it is not so that",
  undecided: "Undecided whether",
};

/** The figure and the verdict of an experiment, from the rows of trials.csv and of laws.csv. */
export function lawReport({ name, view, ...claim }: LawExperiment): LawReport {
  return {
    name,
    figure(rows, title, laws) {
      const drawn = view(lawTrials(rows, laws));
      return lawFigure(rows, title === undefined ? drawn : { ...drawn, title });
    },
    verdict: (rows, laws) => lawVerdict(claim, rows, laws),
  };
}

/** The verdict alone, for an experiment with a figure of its own. */
export function lawVerdict(
  { claim, readingOf, x, y, find }: LawClaim,
  rows: readonly Row[],
  laws: readonly Row[],
): LawVerdict {
  const trials = lawTrials(rows, laws);
  const { checks, fits, judgements = [], words = [] } = find(trials);
  const alone = trials.filter(({ network }) => !network).length;
  const reading = together([...checks.map(({ judgement }) => judgement), ...judgements]);
  return {
    claim,
    reading_of: readingOf,
    reading,
    trials: {
      tried: rows.length,
      kept: rows.filter(isKept).length,
      measured: trials.filter(({ lines }) => lines.length > 0).length,
    },
    outcomes: countOutcomes(rows),
    epsilon: distinctNumbers(rows, "epsilon"),
    confidence: CONFIDENCE,
    x,
    y,
    checks,
    fits,
    words: [
      `${showKept(rows)}.`,
      ...(alone > 0
        ? [`Of the kept, ${counted(alone, "trial")} ${alone === 1 ? "is" : "are"} data without a network.`]
        : []),
      ...checks.flatMap(checkWords),
      ...fits.map(fitWords),
      ...words,
      ...(fits.some(({ slope }) => slope !== null)
        ? ["In [ ] are 95% intervals of least squares: independent errors, equal variance."]
        : []),
      `${endings[reading]} ${readingOf}.`,
    ],
  };
}

/** A point of a power law, with the group that has an intercept of its own. */
interface PowerPoint {
  readonly x: number;
  readonly y: number;
  readonly group?: string;
}

/** ln y ≈ (intercept of the group) + slope ln x over the points that are positive. */
export function powerFit(of: string, x: string, points: readonly PowerPoint[]): PowerFit {
  const positive = points.filter((point) => point.x > 0 && point.y > 0);
  const groups = new Map<string, { x: number[]; y: number[] }>();
  for (const point of positive) {
    const key = point.group ?? "";
    const group = groups.get(key) ?? { x: [], y: [] };
    group.x.push(Math.log(point.x));
    group.y.push(Math.log(point.y));
    groups.set(key, group);
  }
  const fit = groupedFit([...groups.values()], CONFIDENCE);
  return {
    of,
    x,
    count: positive.length,
    slope: fit?.slope ?? null,
    slope_interval: fit?.slopeInterval ?? null,
  };
}

function fitWords({ of, x, slope, slope_interval }: PowerFit): string {
  return slope === null || slope_interval === null
    ? `Too few points settle how ${of} grows with ${x}.`
    : `${of.charAt(0).toUpperCase()}${of.slice(1)} grows like ${x} to the power ${show(slope)} ${showInterval(slope_interval)}.`;
}
