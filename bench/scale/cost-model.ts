/** Seconds of a trial of two layers by its sizes, part by part: non-negative sums of operation counts, fitted to timings.csv. */
import { nonNegativeLeastSquares } from "../../src/numeric/nnls.ts";

export interface Sizes {
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly steps: number;
  /** T, of the maximum random gradient. */
  readonly draws: number;
}

export const parts = ["data", "training", "proxy", "spectral", "bracket"] as const;
export type Part = (typeof parts)[number];

/** A trial that was timed. */
export interface Timed extends Sizes {
  readonly experiment: string;
  readonly seconds: Readonly<Record<Part, number>>;
}

interface Term {
  readonly name: string;
  readonly of: (sizes: Sizes) => number;
}

const term = (name: string, of: Term["of"]): Term => ({ name, of });
const least = ({ d, k }: Sizes) => Math.min(d, k);
const constant = term("1", () => 1);
const factorisation = [
  constant,
  term("k d", ({ d, k }) => k * d),
  term("k m²", (sizes) => sizes.k * least(sizes) ** 2),
  term("m³", (sizes) => least(sizes) ** 3),
];

/** What each part counts; m is the smaller of d and k. */
const terms: Readonly<Record<Part, readonly Term[]>> = {
  data: [constant, term("n d", ({ n, d }) => n * d), term("k d", ({ d, k }) => k * d)],
  training: [
    constant,
    term("n d k", ({ n, d, k }) => n * d * k),
    term("steps", ({ steps }) => steps),
    term("steps n d k", ({ n, d, k, steps }) => steps * n * d * k),
    term("steps n k", ({ n, k, steps }) => steps * n * k),
    term("steps n d", ({ n, d, steps }) => steps * n * d),
    term("steps k d", ({ d, k, steps }) => steps * k * d),
  ],
  proxy: [
    constant,
    term("T d", ({ d, draws }) => draws * d),
    term("T k", ({ k, draws }) => draws * k),
    term("T d k", ({ d, k, draws }) => draws * d * k),
  ],
  spectral: factorisation,
  bracket: factorisation,
};

export interface CostModel {
  /** Coefficients in seconds, of the terms that are not 0. */
  readonly terms: Readonly<Record<Part, readonly { readonly name: string; readonly seconds: number }[]>>;
  seconds(sizes: Sizes): number;
  secondsOf(part: Part, sizes: Sizes): number;
}

/** Timings have four digits after the point: below this a part's relative error says nothing. */
const shortest = 0.005;

/** Least squares of relative errors, for each part alone. */
export function fitCosts(trials: readonly Timed[]): CostModel {
  const coefficients = Object.fromEntries(parts.map((part) => [part, fitPart(part, trials)])) as Record<
    Part,
    number[]
  >;
  const secondsOf = (part: Part, sizes: Sizes) =>
    terms[part].reduce((sum, { of }, j) => sum + coefficients[part][j] * of(sizes), 0);
  return {
    terms: Object.fromEntries(
      parts.map((part) => [
        part,
        terms[part].flatMap(({ name }, j) =>
          coefficients[part][j] > 0 ? [{ name, seconds: coefficients[part][j] }] : [],
        ),
      ]),
    ) as unknown as CostModel["terms"],
    secondsOf,
    seconds: (sizes) => parts.reduce((sum, part) => sum + secondsOf(part, sizes), 0),
  };
}

function fitPart(part: Part, trials: readonly Timed[]): number[] {
  const m = trials.length;
  const weights = trials.map(({ seconds }) => 1 / Math.max(shortest, seconds[part]));
  const columns = new Float64Array(terms[part].length * m);
  // Columns of length 1: the counts differ by many powers of ten.
  const lengths = terms[part].map(({ of }, j) => {
    const column = trials.map((trial, i) => weights[i] * of(trial));
    const length = Math.hypot(...column);
    column.forEach((value, i) => {
      columns[j * m + i] = value / length;
    });
    return length;
  });
  const b = Float64Array.from(trials, ({ seconds }, i) => weights[i] * seconds[part]);
  const { x } = nonNegativeLeastSquares(columns, lengths.length, m, b);
  return lengths.map((length, j) => x[j] / length);
}

/** How far estimates are from what was measured, as factors of at least 1 either way. */
export interface FactorError {
  readonly count: number;
  readonly median: number;
  /** Not exceeded by 90%. */
  readonly most: number;
  /** All estimates over all measurements. */
  readonly total: number;
}

/** @param pairs estimate and measurement of each trial, in seconds */
export function factorError(pairs: readonly (readonly [estimate: number, measured: number])[]): FactorError {
  const logs = pairs
    .map(([estimate, measured]) => Math.abs(Math.log(estimate / measured)))
    .sort((p, q) => p - q);
  const at = (share: number) => Math.exp(logs[Math.min(logs.length - 1, Math.floor(share * logs.length))]);
  const sum = (end: 0 | 1) => pairs.reduce((total, pair) => total + pair[end], 0);
  return {
    count: pairs.length,
    median: at(0.5),
    most: at(0.9),
    total: sum(0) / sum(1),
  };
}
