/** Network size and weights size for memorization, Proposition 1 on trained networks: the total weight is at least about √n. */
import { checkBound, type Judgement } from "./bound-check.ts";
import { lawReport, type PowerFit, powerFit } from "./law-report.ts";
import { type Axis, applies, type LawTrial, linesOf, pointsOf } from "./law-rows.ts";
import { numberIn } from "./rows.ts";
import { fromTo } from "./words.ts";

const law = { law: "total-weight", kind: "lower" } as const;
const weight = ({ row }: LawTrial) => numberIn(row, "total_weight");

/** Networks of k = n, and the others. */
function regimes(trials: readonly LawTrial[]) {
  const networks = trials.filter(({ network }) => network);
  return [
    { label: "k = n", trials: networks.filter(({ n, k }) => k === n) },
    { label: "k < n", trials: networks.filter(({ n, k }) => k !== n) },
  ].filter((one) => one.trials.length > 0);
}

/** What these data need for sure. */
function sure(trial: LawTrial): number | undefined {
  const line = linesOf(trial, { ...law, method: "⟨y, f⟩" })[0];
  return line && numberIn(line, "value");
}

/** What random signs need with a probability, where the labels are such and the other hypotheses hold. */
function likely(trial: LawTrial) {
  const line = linesOf(trial, law).find((one) => one.probability !== null && applies(one));
  return line && { bound: numberIn(line, "value"), probability: numberIn(line, "probability") };
}

/** A weight that grows slower than √n comes nearer to the bound: more points would have to tell. */
function judged({ slope_interval }: PowerFit): Judgement {
  return slope_interval && slope_interval[1] >= 0.5 ? "confirmed" : "undecided";
}

const against = (trials: readonly LawTrial[], y: Axis) => pointsOf(trials, ({ n }) => n, y);

export const totalWeight = lawReport({
  name: "total-weight",
  claim:
    "Network size and weights size for memorization, Proposition 1: fitting n signs takes a total weight of at least √n/8",
  readingOf:
    "every kept network has more total weight than its data need, and no fit has it grow slower than √n",
  x: "n",
  y: "total_weight",
  view: (trials) => ({
    title: "Proposition 1: the total weight against n",
    x: "points n",
    y: "total weight Σ |a| ‖(w, b)‖",
    series: [
      ...regimes(trials).map(({ label, trials: own }) => ({
        label: `trained, ${label}`,
        points: against(own, weight),
      })),
      { label: "needed for these data", points: against(trials, sure) },
      { label: "√n/8, as printed", line: true, points: against(trials, ({ n }) => Math.sqrt(n) / 8) },
    ],
    notes: [],
  }),
  find(trials) {
    const cases = (
      boundOf: (trial: LawTrial) => { bound: number | undefined; probability?: number | undefined },
    ) =>
      trials.flatMap((trial) => {
        const { bound, probability } = boundOf(trial);
        const measured = weight(trial);
        return measured === undefined || bound === undefined
          ? []
          : [{ ...trial, measured, bound, probability }];
      });
    const measured = "the total weight";
    const fits = regimes(trials).map(({ label, trials: own }) =>
      // One line through all sizes: n differs between them, not within.
      powerFit(
        `the total weight for ${label}`,
        "n",
        against(own, weight).map(({ x, y }) => ({ x, y })),
      ),
    );
    const ratios = against(trials, weight).map(({ x, y }) => y / Math.sqrt(x));
    return {
      checks: [
        checkBound(
          { measured, bound: "what these data need" },
          cases((one) => ({ bound: sure(one) })),
        ),
        checkBound(
          { measured, bound: "what random signs need" },
          cases((one) => likely(one) ?? { bound: undefined }),
        ),
      ],
      fits,
      judgements: fits.map(judged),
      words:
        ratios.length > 0
          ? [`It is ${fromTo(ratios)} times √n; the least power a law of √n allows in the end is 0.500.`]
          : [],
    };
  },
});
