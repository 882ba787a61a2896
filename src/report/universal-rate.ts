/** The law of robustness on trained networks: the Lipschitz constant is at least about √(nd/p), p the parameters. */
import { checkBound } from "./bound-check.ts";
import { type LawVerdict, lawReport, powerFit } from "./law-report.ts";
import { type Axis, type LawTrial, lawTrials, linesOf, pointsOf } from "./law-rows.ts";
import { envelopeWords, type LowerEnvelope, lowerEnvelope } from "./lower-envelope.ts";
import { numberIn, type Row } from "./rows.ts";
import { show } from "./words.ts";

/** W, b and a: k(d + 2). */
const parameters = ({ k, d }: LawTrial) => k * (d + 2);
const root = (trial: LawTrial) => Math.sqrt((trial.n * trial.d) / parameters(trial));
const lower: Axis = ({ row }) => numberIn(row, "lipschitz_lower");
const upper: Axis = ({ row }) => numberIn(row, "lipschitz_upper");
const against = (trials: readonly LawTrial[], y: Axis) => pointsOf(trials, root, y);

function labelLaw(trial: LawTrial) {
  const line = linesOf(trial, { law: "random-label", kind: "lower" })[0];
  const bound = line && numberIn(line, "value");
  return bound === undefined ? undefined : { bound, probability: numberIn(line, "probability") };
}

/** The smallest y/x; undefined without points. */
function least(points: readonly { x: number; y: number }[]): number | undefined {
  return points.length > 0 ? Math.min(...points.map(({ x, y }) => y / x)) : undefined;
}

const rate = lawReport({
  name: "universal-rate",
  claim:
    "A Universal Law of Robustness via Isoperimetry, Theorem 1: fitting n noisy labels in d dimensions with p parameters takes a Lipschitz constant of at least about √(nd/p)",
  readingOf: "every kept network has a certified constant above the law for random labels",
  x: "sqrt(nd/p)",
  y: "lipschitz_upper",
  view: (trials) => ({
    title: "The universal law: the Lipschitz constant against √(nd/p)",
    x: "√(nd/p), p = k(d + 2)",
    y: "Lipschitz constant",
    series: [
      { label: "certified upper bound, trained", points: against(trials, upper) },
      { label: "law for random labels", points: against(trials, (one) => labelLaw(one)?.bound) },
      { label: "√(nd/p)", line: true, points: against(trials, root) },
    ],
    notes: ["the law holds with probability 95% for each network; where it is 0 it is not drawn"],
  }),
  find(trials) {
    const above = checkBound(
      { measured: "the certified upper bound", bound: "the law for random labels" },
      trials.flatMap((trial) => {
        const [measured, law] = [upper(trial), labelLaw(trial)];
        return measured === undefined || !law ? [] : [{ ...trial, measured, ...law }];
      }),
    );
    const [low, high] = [lower, upper].map((end) => least(against(trials, end)));
    return {
      checks: [above],
      fits: [
        powerFit("the certified lower bound at fixed (n, d)", "√(nd/p)", against(trials, lower)),
        powerFit("the certified upper bound at fixed (n, d)", "√(nd/p)", against(trials, upper)),
      ],
      words:
        low === undefined || high === undefined
          ? []
          : [`The least constant over √(nd/p) lies between ${show(low)} and ${show(high)}.`],
    };
  },
});

export interface UniversalRateVerdict extends LawVerdict {
  readonly lower_envelope: LowerEnvelope | null;
}

/** The verdict with the lower envelope, which a linear programme finds: its solver is loaded first. */
export const universalRate = {
  ...rate,
  async verdict(rows: readonly Row[], laws: readonly Row[]): Promise<UniversalRateVerdict> {
    const networks = lawTrials(rows, laws).flatMap((trial) => {
      const constant = upper(trial);
      return constant ? [{ n: trial.n, d: trial.d, p: parameters(trial), upper: constant }] : [];
    });
    const lower_envelope = await lowerEnvelope(networks);
    const verdict = rate.verdict(rows, laws);
    // The last sentence is the reading.
    return {
      ...verdict,
      lower_envelope,
      words: verdict.words.toSpliced(-1, 0, ...envelopeWords(lower_envelope)),
    };
  },
};
