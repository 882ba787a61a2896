/** Numbers and counts as a reader of a figure meets them. */
import { extent } from "../numeric/extent.ts";
import type { Interval } from "../numeric/fit.ts";
import type { LackOfFit } from "../numeric/grouped-fit.ts";
import { countOutcomes, distinctNumbers, isKept, numberIn, type Row } from "./rows.ts";

/** What an interval of a slope says: above 0, below it, or around it. */
export type Growth = "grows" | "does not grow" | "cannot be told from 0";

export function growthOf([low, high]: Interval): Growth {
  if (low > 0) return "grows";
  return high < 0 ? "does not grow" : "cannot be told from 0";
}

/** A departure from a straight line is called one below this probability. */
export const REJECTED_BELOW = 0.05;

/** Three significant digits, without an exponent where a reader needs none; "−" for a negative sign. */
export function show(value: number): string {
  if (!Number.isFinite(value)) return "undefined";
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(3));
  const size = Math.abs(rounded);
  const digits = Math.min(20, Math.max(0, 2 - Math.floor(Math.log10(size))));
  const text = size >= 1e6 || size < 1e-4 ? size.toExponential(2) : size.toFixed(digits);
  return `${rounded < 0 ? "−" : ""}${text}`;
}

/** "[1.20, 2.90]". */
export function showInterval([low, high]: Interval): string {
  return `[${show(low)}, ${show(high)}]`;
}

/** "from 1.20 to 2.90"; the numbers are not empty. */
export function fromTo(values: readonly number[]): string {
  const [low, high] = extent(values);
  return `from ${show(low)} to ${show(high)}`;
}

/** "1 trial", "3 trials". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "slope 2.05 (95% interval [1.20, 2.90])". */
export function showSlope(fit: {
  readonly slope: number;
  readonly slopeInterval: Interval;
  readonly confidence: number;
}): string {
  return `slope ${show(fit.slope)} (${Math.round(100 * fit.confidence)}% interval ${showInterval(fit.slopeInterval)})`;
}

/** "p = 0.0043", "p < 0.0001". */
export function showProbability(p: number): string {
  return p < 1e-4 ? "p < 0.0001" : `p = ${Number(p.toPrecision(2))}`;
}

/** "F(5, 7) = 10.0, p = 0.0043". */
export function showLackOfFit({ f, degreesOfFreedom: [lack, error], p }: LackOfFit): string {
  return `F(${lack}, ${error}) = ${show(f)}, ${showProbability(p)}`;
}

/** "k = 10", "k from 10 to 78"; the numbers are not empty. */
export function showRange(name: string, values: readonly number[]): string {
  const [low, high] = extent(values);
  return low === high ? `${name} = ${low}` : `${name} from ${low} to ${high}`;
}

/** "ε = 0.02", all values when there are several, and "" when none is recorded. */
function showEpsilon(rows: readonly Row[]): string {
  const values = distinctNumbers(rows, "epsilon");
  return values.length === 0 ? "" : `ε = ${values.map((value) => `${value}`).join(", ")}`;
}

/** "25 of 28 trials kept (ε = 0.02; not kept: 2 for signs, 1 for loss)" */
export function showKept(rows: readonly Row[]): string {
  const lost = Object.entries(countOutcomes(rows)).filter(([outcome]) => outcome !== "kept");
  const reasons = lost
    .map(([outcome, count]) => `${count} ${REASONS[outcome] ?? `for ${outcome}`}`)
    .join(", ");
  const notes = [showEpsilon(rows), reasons && `not kept: ${reasons}`].filter((note) => note !== "");
  const kept = rows.filter(isKept).length;
  return `${kept} of ${counted(rows.length, "trial")} kept${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`;
}

const REASONS: Readonly<Record<string, string>> = {
  diverged: "diverged",
  refused: "refused for their data",
  error: "for an error",
  unknown: "without an outcome",
};

/** "Not kept: 7 of the 12 trials with k = 10.", their n and d, and that the fits are without them. */
export function notKeptWords(rows: readonly Row[]): string[] {
  const lost = rows.filter((row) => !isKept(row));
  const k = sortedNumbers(lost, "k");
  if (k.length === 0) return [];
  const [low, middle, high] = [k[0], k[Math.ceil(k.length / 2) - 1], k[k.length - 1]];
  const alike = sortedNumbers(rows, "k").filter((value) => value >= low && value <= high).length;
  const most = low < high ? `, at least half with k ≤ ${middle}` : "";
  const sizes = ["n", "d"].flatMap((name) => {
    const values = sortedNumbers(lost, name);
    return values.length === 0 ? [] : [showRange(name, values)];
  });
  const [owner, verb] = lost.length === 1 ? ["It has", "is"] : ["They have", "are"];
  return [
    `Not kept: ${k.length} of the ${counted(alike, "trial")} with ${showRange("k", k)}${most}.`,
    ...(sizes.length > 0 ? [`${owner} ${sizes.join(" and ")}, and ${verb} in no fit.`] : []),
  ];
}

function sortedNumbers(rows: readonly Row[], column: string): number[] {
  return rows
    .map((row) => numberIn(row, column))
    .filter((value) => value !== undefined)
    .sort((a, b) => a - b);
}
