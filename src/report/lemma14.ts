/** COLT 2021, Lemma 14 on sampled points: ‖Σ y_i x_i^⊗p‖op is about √(n/d^(p−1)). */
import { extent } from "../numeric/extent.ts";
import type { Judgement } from "./bound-check.ts";
import { lawReport, type PowerFit, powerFit } from "./law-report.ts";
import { type LawTrial, linesOf } from "./law-rows.ts";
import { numberIn } from "./rows.ts";
import { counted, show } from "./words.ts";

/** The norm of one degree at one sample, between its two ends. */
interface Norm {
  readonly degree: string;
  readonly d: number;
  /** n/d^(p−1). */
  readonly points: number;
  readonly lower: number;
  readonly upper: number;
}

/** The degree is the law's parameter; that it has left out is 3. */
function normsOf(trial: LawTrial): Norm[] {
  const [lower, upper] = ["lower", "upper"].map((kind) => linesOf(trial, { law: "tensor-norm", kind }));
  return lower.flatMap((line) => {
    const other = upper.find(({ law }) => law === line.law);
    const [least, most] = [numberIn(line, "value"), other && numberIn(other, "value")];
    if (least === undefined || most === undefined) return [];
    const degree = /degree=(\d+)/.exec(String(line.law))?.[1] ?? "3";
    const { n, d } = trial;
    return [{ degree, d, points: n / d ** (Number(degree) - 1), lower: least, upper: most }];
  });
}

/** The norm over what it is said to be about. */
function against(norms: readonly Norm[], end: "lower" | "upper") {
  return norms.map((norm) => ({
    x: norm.points,
    y: norm[end] / Math.sqrt(norm.points),
    group: String(norm.d),
  }));
}

/** Where the lemma can hold: below, the norm is at least about 1 and √(n/d^(p−1)) is not. */
const many = ({ points }: Norm) => points >= 1;

/** A ratio that grows no faster than this power of n/d^(p−1) is flat; the norm itself has the power 1/2. */
const flat = 0.1;

/** The lemma bounds the ratio: one that grows from below speaks against it, one that is flat from above speaks for it. */
function judged(lower: PowerFit, upper: PowerFit): Judgement {
  if (lower.slope_interval && lower.slope_interval[0] > flat) return "refuted";
  return upper.slope_interval && upper.slope_interval[1] <= flat ? "confirmed" : "undecided";
}

function byDegree(trials: readonly LawTrial[]) {
  const norms = trials.flatMap(normsOf);
  return [...new Set(norms.map(({ degree }) => degree))]
    .sort()
    .map((degree) => ({ degree, norms: norms.filter((norm) => norm.degree === degree) }));
}

export const lemma14 = lawReport({
  name: "lemma14",
  claim:
    "COLT 2021, Lemma 14: over random signs y and generic points, ‖Σ y_i x_i^⊗p‖op is at most C_p √(n/d^(p−1))",
  readingOf: `for n >= d^(p−1) the norm over √(n/d^(p−1)) grows with no power of n/d^(p−1) above ${flat}`,
  x: "n/d^(p-1)",
  y: "norm/sqrt(n/d^(p-1))",
  view: (trials) => ({
    title: "Lemma 14: the norm of random tensors against n/d^(p−1)",
    x: "n/d^(p−1)",
    y: "‖Σ y_i x_i^⊗p‖op over √(n/d^(p−1))",
    series: byDegree(trials).flatMap(({ degree, norms }) => [
      { label: `p = ${degree}, from below`, points: against(norms, "lower") },
      { label: `p = ${degree}, from above`, points: against(norms, "upper") },
    ]),
    notes: [
      "for p = 2 both ends are the norm itself; left of 1 the norm stays at about 1 or more, so no constant serves",
    ],
  }),
  find(trials) {
    const degrees = byDegree(trials).map(({ degree, norms }) => {
      const inside = norms.filter(many);
      const fit = (end: "lower" | "upper", from: string) =>
        powerFit(`the ratio for p = ${degree} from ${from}, at fixed d`, "n/d^(p−1)", against(inside, end));
      return { degree, norms, lower: fit("lower", "below"), upper: fit("upper", "above") };
    });
    return {
      checks: [],
      fits: degrees.flatMap(({ lower, upper }) => [lower, upper]),
      judgements: degrees.map(({ lower, upper }) => judged(lower, upper)),
      words: degrees.flatMap(({ degree, norms }) => [
        ...rangeWords(`For p = ${degree} and n >= d^(p−1)`, norms.filter(many)),
        ...rangeWords(
          `For p = ${degree} and n < d^(p−1), where the norm stays at about 1 or more`,
          norms.filter((norm) => !many(norm)),
        ),
      ]),
    };
  },
});

function rangeWords(where: string, norms: readonly Norm[]): string[] {
  if (norms.length === 0) return [];
  const [least] = extent(against(norms, "lower").map(({ y }) => y));
  const [, most] = extent(against(norms, "upper").map(({ y }) => y));
  return [
    `${where}, the ratio lies between ${show(least)} and ${show(most)} in ${counted(norms.length, "sample")}.`,
  ];
}
