/** The universal law along training: the Lipschitz constant above and below the noise level σ² of the labels. */
import type { Judgement } from "./bound-check.ts";
import { type GeometricMean, geometricMean } from "./geometric-mean.ts";
import { lawReport, type PowerFit, powerFit } from "./law-report.ts";
import { type LawTrial, linesOf, pointsOf, valueIn } from "./law-rows.ts";
import { distinctNumbers, numberIn } from "./rows.ts";
import { counted, show, showInterval, showRange } from "./words.ts";

/** How much steeper below σ² than above it is a rise at σ². */
const steeper = 3;
/** The constant stays where it was at σ² if it does not reach this many times that. */
const stays = 1.1;

const ends = ["lower", "upper"] as const;
type End = (typeof ends)[number];

/** A network on the way down. */
interface Stop {
  readonly trial: LawTrial;
  readonly epsilon: number;
  /** The mean squared error itself, at most ε. */
  readonly loss: number;
  readonly lower: number;
  readonly upper: number;
}

/** One training with its stops, from the largest error to the least. */
interface Path {
  readonly noise: number;
  readonly stops: readonly Stop[];
}

function noiseOf(trial: LawTrial): number | undefined {
  return ["lower", "exact"]
    .map((kind) => valueIn(trial, { law: "noise", kind, quantity: "σ² = E Var[y | x]" }))
    .find((value) => value !== undefined);
}

function pathsOf(trials: readonly LawTrial[]): Path[] {
  const paths = new Map<string, Path & { stops: Stop[] }>();
  for (const trial of trials) {
    const [epsilon, loss, lower, upper] = ["epsilon", "loss", "lipschitz_lower", "lipschitz_upper"].map(
      (column) => numberIn(trial.row, column),
    );
    const noise = noiseOf(trial);
    if (!noise || !epsilon || !loss || !lower || !upper) continue;
    const key = [trial.n, trial.d, trial.k, trial.row.replicate].join(" ");
    const path = paths.get(key) ?? { noise, stops: [] };
    path.stops.push({ trial, epsilon, loss, lower, upper });
    paths.set(key, path);
  }
  return [...paths.values()].map(({ noise, stops }) => ({
    noise,
    stops: stops.sort((p, q) => q.epsilon - p.epsilon),
  }));
}

/** The place of the stop at the noise level; −1 without one. */
const atNoise = ({ noise, stops }: Path) =>
  stops.findIndex(({ epsilon }) => Math.abs(epsilon / noise - 1) < 1e-9);

/** Mean |dLip/dMSE| between the first of these stops and the last. */
function steepness(stops: readonly Stop[], end: End): number {
  const moved = stops.slice(1).reduce((sum, stop, i) => sum + Math.abs(stop[end] - stops[i][end]), 0);
  return moved / (stops[0].loss - stops[stops.length - 1].loss);
}

/** Those paths that have stops above, at and below the noise level, with the stops from there down. */
function judgedPaths(paths: readonly Path[]) {
  return paths.flatMap((path) => {
    const at = atNoise(path);
    const { stops } = path;
    if (at < 1 || at === stops.length - 1) return [];
    // One step of training can pass several levels: then there is no path between them.
    if (!(stops[0].loss > stops[at].loss && stops[at].loss > stops[stops.length - 1].loss)) return [];
    return [
      { above: stops.slice(0, at + 1), below: stops.slice(at), at: stops[at], last: stops[stops.length - 1] },
    ];
  });
}

/** Few parameters need more: W, b and a of k neurons are k(d + 2). */
const root = ({ n, d, k }: LawTrial) => Math.sqrt((n * d) / (k * (d + 2)));

function judged(
  ratios: readonly (GeometricMean | undefined)[],
  rise: GeometricMean | undefined,
  fits: readonly PowerFit[],
) {
  if (rise && rise.interval[1] < stays) return ["refuted"] as const;
  const confirmed = (sure: boolean): Judgement => (sure ? "confirmed" : "undecided");
  return [
    ...ratios.map((ratio) => confirmed(ratio !== undefined && ratio.interval[0] >= steeper)),
    ...fits.map(({ slope_interval }) => confirmed(slope_interval !== null && slope_interval[0] > 0)),
  ];
}

export const noiseLevel = lawReport({
  name: "noise-level",
  claim:
    "A Universal Law of Robustness via Isoperimetry, Theorems 1 to 3: fitting labels below their noise level σ² takes a Lipschitz constant of at least about √(nd/p), fitting them to σ² does not",
  readingOf: `the constant rises at least ${steeper} times as steeply in the mean squared error below σ² as above it, and at the least error it grows with √(nd/p)`,
  x: "loss",
  y: "lipschitz_upper",
  view(trials) {
    const stops = pathsOf(trials).flatMap((path) => path.stops);
    // n/k is nd/p up to a factor d/(d + 2): what the law sees.
    const label = ({ trial: { n, k } }: Stop) => `n/k = ${Number((n / k).toPrecision(3))}`;
    const drawn = (of: readonly Stop[]) => of.map(({ loss, lower, upper }) => ({ x: loss, y: upper, lower }));
    const heights = stops.flatMap(({ lower, upper }) => [lower, upper]);
    return {
      title: "The Lipschitz constant on the way down to noise and below",
      x: "mean squared error",
      y: "Lipschitz constant",
      series: [
        ...[...new Set(stops.map(label))].map((name) => ({
          label: name,
          points: drawn(stops.filter((stop) => label(stop) === name)),
        })),
        ...[...new Set(pathsOf(trials).map(({ noise }) => noise))].map((noise) => ({
          label: `noise level σ² = ${Number(noise.toPrecision(3))}`,
          line: true,
          points: [Math.min(...heights), Math.max(...heights)].map((y) => ({ x: noise, y })),
        })),
      ],
      notes: [
        "bars: certified [lower, upper] of one network each, stopped on the way of its training",
        ...(stops.length > 0
          ? [
              showRange(
                "n",
                stops.map(({ trial }) => trial.n),
              ),
            ]
          : []),
      ],
    };
  },
  find(trials) {
    const paths = judgedPaths(pathsOf(trials));
    const ratios = ends.map((end) =>
      geometricMean(
        paths
          .map(({ above, below }) => steepness(below, end) / steepness(above, end))
          .filter((ratio) => ratio > 0 && ratio < Number.POSITIVE_INFINITY),
      ),
    );
    const [least, most] = [
      geometricMean(paths.map(({ at, last }) => last.lower / at.upper)),
      geometricMean(paths.map(({ at, last }) => last.upper / at.lower)),
    ];
    const last = paths.map((path) => path.last);
    const fits = ends.map((end) =>
      powerFit(
        `the certified ${end} bound at the least error, at fixed (n, d),`,
        "√(nd/p)",
        pointsOf(
          last.map(({ trial }) => trial),
          root,
          ({ row }) => numberIn(row, `lipschitz_${end}`),
        ),
      ),
    );
    return {
      checks: [],
      fits,
      judgements: judged(ratios, most, fits),
      words: [
        ...(least && most
          ? [
              `From σ² down to the least error the constant is multiplied by ${show(least.mean)} ${showInterval(least.interval)} at the least and ${show(most.mean)} ${showInterval(most.interval)} at the most (geometric means of ${counted(least.count, "path")} of training).`,
            ]
          : ["No path of training has kept networks above, at and below σ²."]),
        ...ends.flatMap((end, i) => {
          const ratio = ratios[i];
          return ratio
            ? [
                `The certified ${end} bound rises ${show(ratio.mean)} ${showInterval(ratio.interval)} times as steeply in the mean squared error below σ² as above it.`,
              ]
            : [];
        }),
        ...slopeWords(paths),
        ...hypothesisWords(last),
      ],
    };
  },
});

/** Whether there is a corner at σ², or the rise is gradual: the slopes from stop to stop. */
function slopeWords(paths: ReturnType<typeof judgedPaths>): string[] {
  const whole = paths.map(({ above, below }) => [...above, ...below.slice(1)]);
  const levels = distinctNumbers(
    whole.flat().map(({ trial }) => trial.row),
    "epsilon",
  ).reverse();
  const parts = levels.slice(1).flatMap((to, i) => {
    const slopes = whole.flatMap((stops) => {
      const [from, next] = [levels[i], to].map((level) => stops.find(({ epsilon }) => epsilon === level));
      return from && next && from.loss > next.loss
        ? [(next.upper - from.upper) / (from.loss - next.loss)]
        : [];
    });
    const mean = slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length;
    return slopes.length > 0 ? [`${show(mean)} from ${levels[i]} to ${to}`] : [];
  });
  return parts.length > 0
    ? [
        `By so much the certified upper bound rises for each unit that the error falls, on average: ${parts.join(", ")}.`,
      ]
    : [];
}

/** What Theorem 3 asks of mixtures, n of at least so many, at the least error: there it asks for the fewest. */
function hypothesisWords(last: readonly Stop[]): string[] {
  const cases = last.flatMap(({ trial, epsilon }) => {
    const line = linesOf(trial, { law: "noise", kind: "detail", quantity: "least_n_of_theorem_3" })[0];
    const needed = line && numberIn(line, "value");
    return needed === undefined ? [] : [{ n: trial.n, epsilon, needed }];
  });
  if (cases.length === 0) return [];
  const fewest = Math.min(...cases.map(({ needed }) => needed));
  const holds = cases.filter(({ n, needed }) => n >= needed).length;
  const most = Math.max(...cases.map(({ n }) => n));
  return [
    holds === 0
      ? `Theorem 3 itself is silent here: at the least error its hypothesis on mixtures asks for n of at least ${fewest}, and n is at most ${most}.`
      : `The hypothesis of Theorem 3 on mixtures, n of at least ${fewest} at the least error, holds for ${holds} of ${counted(cases.length, "path")}.`,
  ];
}
