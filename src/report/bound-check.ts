/** Whether what was measured stays above what a law says, trial by trial. */
import type { LawTrial } from "./law-rows.ts";
import { counted, REJECTED_BELOW, show, showProbability } from "./words.ts";

/** What the trials settle about a law. */
export type Judgement = "confirmed" | "refuted" | "undecided";

/** A measurement with the bound that it must not be below. */
interface Case extends Pick<LawTrial, "n" | "d" | "k"> {
  readonly measured: number;
  readonly bound: number;
  /** That the bound holds over random data; absent where it holds for these. */
  readonly probability?: number | undefined;
}

export interface BoundCheck {
  readonly measured: string;
  readonly bound: string;
  readonly count: number;
  /** Cases below their bound. */
  readonly below: number;
  /** Probability of so many where each bound fails as often as its law allows; null for bounds that hold for sure. */
  readonly chance: number | null;
  /** The smallest measurement over its bound, of the bounds above 0, and where. */
  readonly least_ratio: number | null;
  readonly at: { readonly n: number; readonly d: number; readonly k: number } | null;
  readonly judgement: Judgement;
}

/** Rounding of f64 arithmetic on both sides. */
const rounding = 1e-9;

/**
 * "confirmed" where no case is below, "refuted" where one is below a bound that holds for sure, or more are than chance lets
 * be at 5%; "undecided" without cases and in between.
 * @param names of the two, for the verdict
 */
export function checkBound(
  names: Pick<BoundCheck, "measured" | "bound">,
  cases: readonly Case[],
): BoundCheck {
  const below = cases.filter(({ measured, bound }) => measured < bound * (1 - rounding));
  const chances = cases.flatMap(({ probability }) => (probability === undefined ? [] : [1 - probability]));
  const sure = below.some(({ probability }) => probability === undefined);
  const chance = chances.length > 0 ? atLeast(below.length, chances) : null;
  const told = cases.filter(({ bound }) => bound > 0);
  const ratio = ({ measured, bound }: Case) => measured / bound;
  const least = told.reduce<Case | undefined>(
    (best, one) => (!best || ratio(one) < ratio(best) ? one : best),
    undefined,
  );
  let judgement: Judgement = "confirmed";
  if (cases.length === 0) judgement = "undecided";
  else if (sure) judgement = "refuted";
  else if (below.length > 0) judgement = (chance ?? 0) < REJECTED_BELOW ? "refuted" : "undecided";
  return {
    ...names,
    count: cases.length,
    below: below.length,
    chance,
    least_ratio: least ? ratio(least) : null,
    at: least ? { n: least.n, d: least.d, k: least.k } : null,
    judgement,
  };
}

/** Of a probability, far below its rounding. */
const negligible = 1e-30;

/** Probability of at least so many events of these independent probabilities. */
function atLeast(count: number, probabilities: readonly number[]): number {
  // The first entries of the distribution of their number: those below the count.
  const fewer = Array.from({ length: count }, (_, i) => Number(i === 0));
  // Those between these two places: all others are too small to be seen in the sum.
  let [low, high] = [0, 0];
  for (const p of probabilities) {
    high = Math.min(count - 1, high + 1);
    for (let i = high; i >= low; i--) fewer[i] = fewer[i] * (1 - p) + (i > 0 ? fewer[i - 1] * p : 0);
    while (low < high && fewer[low] < negligible) low++;
    while (high > low && fewer[high] < negligible) high--;
  }
  return Math.max(0, 1 - fewer.reduce((sum, value) => sum + value, 0));
}

/** Refuted by any, confirmed by all. */
export function together(judgements: readonly Judgement[]): Judgement {
  if (judgements.includes("refuted")) return "refuted";
  return judgements.length > 0 && judgements.every((one) => one === "confirmed") ? "confirmed" : "undecided";
}

/** "The total weight is above the bound in all of 12 cases; nearest at n = 100, d = 20, k = 50: 2.31 times." */
export function checkWords({ measured, bound, count, below, chance, least_ratio, at }: BoundCheck): string[] {
  if (count === 0) return [`No trial has ${measured} beside ${bound}.`];
  const whole = count === 1 ? "the one case" : `all of ${counted(count, "case")}`;
  const first =
    below === 0
      ? `${capital(measured)} is above ${bound} in ${whole}`
      : `${capital(measured)} is below ${bound} in ${below} of ${counted(count, "case")}`;
  const luck = below > 0 && chance !== null ? ` (by chance with ${showProbability(chance)})` : "";
  const near =
    least_ratio !== null && at
      ? `; nearest at n = ${at.n}, d = ${at.d}, k = ${at.k}: ${show(least_ratio)} times it`
      : "";
  return [`${first}${luck}${near}.`];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
