/**
 * The prediction of the universal law for points of few dimensions in many: does the constant follow √(n d_eff/p), or √(nd/p)? A
 * heuristic with all constants set to 1: no theorem is tested.
 */
import type { Judgement } from "./bound-check.ts";
import { lawReport, type PowerFit, powerFit } from "./law-report.ts";
import { type LawTrial, valueIn } from "./law-rows.ts";
import { numberIn } from "./rows.ts";
import { counted, show } from "./words.ts";

const ends = ["lower", "upper"] as const;

/** A network on points of effective dimension d/c. */
interface Network {
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly method: string;
  readonly dEffective: number;
  /** W, b and a: k(d + 2), with those weights that no point sees. */
  readonly p: number;
  readonly lower: number;
  readonly upper: number;
  /** What any function with its values at the points has at the least. */
  readonly floor: number;
}

function networksOf(trials: readonly LawTrial[]): Network[] {
  return trials.flatMap((trial) => {
    const { n, d, k, row } = trial;
    const dEffective = valueIn(trial, { law: "noise", kind: "detail", quantity: "effective_dimension" });
    const [lower, upper] = ends.map((end) => numberIn(row, `lipschitz_${end}`));
    const floor = valueIn(trial, { law: "floor", kind: "lower" });
    return dEffective && lower && upper && floor
      ? [{ n, d, k, method: String(row.method), dEffective, p: k * (d + 2), lower, upper, floor }]
      : [];
  });
}

const predicted = ({ n, dEffective, p }: Network) => Math.sqrt((n * dEffective) / p);

/** Factor in x between those of one p in the figure. */
const apart = 1.025;

/** How the plain method and the one that starts in the span of the points read. */
const nameOf = (method: string) => (method === "train" ? "started anywhere" : "started in the span");

function byMethod(networks: readonly Network[]) {
  return [...new Set(networks.map(({ method }) => method))].map((method) => ({
    name: nameOf(method),
    networks: networks.filter((one) => one.method === method),
  }));
}

/** 0 is the power by d_eff, 1/2 the power by d: the first is confirmed where 0 is not exceeded for sure and 1/2 is excluded. */
function judged(fits: readonly PowerFit[]): Judgement {
  const intervals = fits.flatMap(({ slope_interval }) => (slope_interval ? [slope_interval] : []));
  if (intervals.length < fits.length || intervals.length === 0) return "undecided";
  if (intervals.every(([low]) => low > 0)) return "refuted";
  return intervals.every(([low, high]) => low <= 0 && high < 0.5) ? "confirmed" : "undecided";
}

export const prediction = lawReport({
  name: "prediction",
  claim:
    "A Universal Law of Robustness via Isoperimetry, section 1.1: the size of a robust fit is about n d_eff, d_eff the effective dimension of the points, so that the constant goes like √(n d_eff/p); a heuristic with constants set to 1, no theorem",
  readingOf:
    "at equal n, d_eff and p the constant of trained networks does not grow with d, wherever training starts",
  x: "sqrt(n d_eff/p)",
  y: "lipschitz_upper",
  view(trials) {
    const networks = networksOf(trials);
    const dimensions = [...new Set(networks.map(({ d }) => d))].sort((p, q) => p - q);
    const groups = byMethod(networks).flatMap(({ name, networks: own }) =>
      dimensions.map((d) => ({ label: `d = ${d}, ${name}`, networks: own.filter((one) => one.d === d) })),
    );
    return {
      title: "The predicted size: the Lipschitz constant against √(n d_eff/p)",
      x: "√(n d_eff/p), p = k(d + 2)",
      y: "Lipschitz constant",
      series: [
        ...groups.map(({ label, networks: own }, i) => ({
          label,
          points: own.map((one) => ({
            x: predicted(one) * apart ** (i - (groups.length - 1) / 2),
            y: one.upper,
            lower: one.lower,
          })),
        })),
        {
          label: "√(n d_eff/p), the prediction",
          line: true,
          points: networks.map((one) => ({ x: predicted(one), y: predicted(one) })),
        },
      ],
      notes: [
        `bars: certified [lower, upper]; d_eff = ${[...new Set(networks.map(({ dEffective }) => dEffective))].join(", ")}`,
        "networks of one p side by side; the prediction is a heuristic, its constants set to 1",
      ],
    };
  },
  find(trials) {
    const networks = networksOf(trials);
    const methods = byMethod(networks).map(({ name, networks: own }) => {
      const powers = (
        x: string,
        xOf: (one: Network) => number,
        at: string,
        group: (one: Network) => string,
      ) =>
        ends.map((end) =>
          powerFit(
            `the certified ${end} bound, ${name}, at fixed ${at},`,
            x,
            own.map((one) => ({ x: xOf(one), y: one[end], group: group(one) })),
          ),
        );
      return {
        name,
        networks: own,
        ofDimension: powers(
          "d",
          ({ d }) => d,
          "n, d_eff and p",
          ({ n, dEffective, p }) => `${n} ${dEffective} ${p}`,
        ),
        ofPrediction: powers(
          "√(n d_eff/p)",
          predicted,
          "n, d_eff and d",
          ({ n, dEffective, d }) => `${n} ${dEffective} ${d}`,
        ),
      };
    });
    const judgements = methods.map(({ ofDimension }) => judged(ofDimension));
    return {
      checks: [],
      fits: methods.flatMap(({ ofDimension, ofPrediction }) => [...ofDimension, ...ofPrediction]),
      judgements,
      words: [
        "By d_eff the power of d at fixed n, d_eff and p is 0, by d it is 0.500; by both that of √(n d_eff/p) at fixed d is 1.",
        ...methods.flatMap(({ name, networks: own, ofPrediction }, i) => [
          growthWords(name, judgements[i]),
          ...(ofPrediction.every(({ slope_interval }) => slope_interval && slope_interval[1] < 1)
            ? [
                "It follows neither √(n d_eff/p) nor √(nd/p): as p grows it falls more slowly than both, if at all.",
              ]
            : []),
          ...rangeWords(name, own),
        ]),
        ...(networks.some(({ d, dEffective }) => d > dEffective)
          ? [
              "Of the p parameters k(d − d_eff) are weights that no point sees: they fit nothing and stay as they began, and the constant on R^d has them in it.",
            ]
          : []),
        "A heuristic with constants set to 1: no theorem is tested here.",
      ],
    };
  },
});

function growthWords(name: string, judgement: Judgement): string {
  const found = {
    confirmed: "the constant does not grow with d there",
    refuted: "the constant grows with d there",
    undecided: "it is undecided whether the constant grows with d there",
  };
  return `Of networks ${name} ${found[judgement]}.`;
}

/** What networks of at least the predicted size have. */
function rangeWords(name: string, networks: readonly Network[]): string[] {
  const large = networks.filter(({ n, dEffective, p }) => p >= n * dEffective);
  if (large.length === 0) return [];
  const [least, most] = [
    Math.min(...large.map(({ lower }) => lower)),
    Math.max(...large.map(({ upper }) => upper)),
  ];
  const floor = Math.min(...large.map((one) => one.floor));
  return [
    `${counted(large.length, "network")} ${name} ${large.length === 1 ? "has" : "have"} the predicted size p* = n d_eff or more, and constants from ${show(least)} to ${show(most)} where at most 1 is predicted; any function with their values has at least ${show(floor)}.`,
  ];
}
