/** Network size and weights size for memorization, Definition 1 on sampled points: γ and ω are what uniform points of the sphere have. */
import type { Interval } from "../numeric/fit.ts";
import type { Judgement } from "./bound-check.ts";
import { geometricMean } from "./geometric-mean.ts";
import { lawReport, powerFit } from "./law-report.ts";
import { type LawTrial, pointsOf, valueIn } from "./law-rows.ts";
import { counted, show, showInterval } from "./words.ts";

const number = (trial: LawTrial, kind: string, quantity: string) =>
  valueIn(trial, { law: "genericity", kind, quantity });

const quantities = [
  { name: "γ", found: "gamma", expected: "gamma_expected_on_the_sphere" },
  { name: "ω", found: "omega", expected: "omega_expected" },
] as const;

/** A mean ratio is as predicted within these, and something else outside. */
const near: Interval = [0.8, 1.25];

/** γ √(d/ln n): about √2 where few pairs are nearly orthogonal by chance. */
function scaled({ n, d }: LawTrial, gamma: number | undefined): number | undefined {
  return gamma === undefined ? undefined : gamma * Math.sqrt(d / Math.log(n));
}

const dimension = ({ d }: LawTrial) => d;

/** The geometric mean of what was found over what was expected, with its interval. */
function ratioOf(trials: readonly LawTrial[], { found, expected }: (typeof quantities)[number]) {
  return geometricMean(
    trials.flatMap((trial) => {
      const [here, there] = [number(trial, "exact", found), number(trial, "detail", expected)];
      return here && there ? [here / there] : [];
    }),
  );
}

function judged(interval: Interval): Judgement {
  if (interval[0] > near[1] || interval[1] < near[0]) return "refuted";
  return interval[0] >= near[0] && interval[1] <= near[1] ? "confirmed" : "undecided";
}

export const genericCheck = lawReport({
  name: "generic-check",
  claim:
    "Network size and weights size for memorization, Definition 1: uniform points of the sphere are (γ, ω)-generic, γ of order √(ln n/d), ω of order 1 for d up to n",
  readingOf: `γ and ω are on average ${near[0]} to ${near[1]} times what is expected of uniform points`,
  x: "d",
  y: "gamma, omega",
  view: (trials) => ({
    title: "Generic points: γ √(d/ln n) and ω against d",
    x: "dimension d",
    y: "γ √(d/ln n), and ω",
    series: [
      {
        label: "γ √(d/ln n)",
        points: pointsOf(trials, dimension, (one) => scaled(one, number(one, "exact", "gamma"))),
      },
      {
        label: "expected: one pair exceeds γ",
        points: pointsOf(trials, dimension, (one) =>
          scaled(one, number(one, "detail", "gamma_expected_on_the_sphere")),
        ),
      },
      { label: "ω", points: pointsOf(trials, dimension, (one) => number(one, "exact", "omega")) },
      {
        label: "expected: (1 + √(d/n))²",
        points: pointsOf(trials, dimension, (one) => number(one, "detail", "omega_expected")),
      },
    ],
    notes: [],
  }),
  find(trials) {
    const ratios = quantities.flatMap((quantity) => {
      const ratio = ratioOf(trials, quantity);
      return ratio ? [{ name: quantity.name, ...ratio }] : [];
    });
    const flat = pointsOf(trials, dimension, (one) => scaled(one, number(one, "exact", "gamma")));
    return {
      checks: [],
      // At one n: d is what varies, within the sizes of one n.
      fits: [
        powerFit(
          "the value of γ √(d/ln n) at fixed n",
          "d",
          flat.map((point) => ({ ...point, group: point.group.split(" ")[0] })),
        ),
      ],
      judgements: ratios.map(({ interval }) => judged(interval)),
      words: ratios.map(
        ({ name, count, mean: ratio, interval }) =>
          `${name} is on average ${show(ratio)} ${showInterval(interval)} times what is expected, over ${counted(count, "sample")}.`,
      ),
    };
  },
});
