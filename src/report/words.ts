/** Numbers and counts as a reader of a figure meets them. */
import type { Interval, LinearFit } from "../numeric/fit.ts";
import { countOutcomes, distinctNumbers, isKept, type Row } from "./rows.ts";

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

/** "1 trial", "3 trials". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** "slope 2.05 (95% interval [1.20, 2.90])". */
export function showSlope(fit: LinearFit): string {
  return `slope ${show(fit.slope)} (${Math.round(100 * fit.confidence)}% interval ${showInterval(fit.slopeInterval)})`;
}

/** "ε = 0.02", all values when there are several, and "" when none is recorded. */
export function showEpsilon(rows: readonly Row[]): string {
  const values = distinctNumbers(rows, "epsilon");
  return values.length === 0 ? "" : `ε = ${values.map((value) => `${value}`).join(", ")}`;
}

/** "25 of 28 trials kept (ε = 0.02; not kept: 3 loss)". */
export function showKept(rows: readonly Row[]): string {
  const lost = Object.entries(countOutcomes(rows)).filter(([outcome]) => outcome !== "kept");
  const reasons = lost.map(([outcome, count]) => `${count} ${outcome}`).join(", ");
  const notes = [showEpsilon(rows), reasons && `not kept: ${reasons}`].filter((note) => note !== "");
  const kept = rows.filter(isKept).length;
  return `${kept} of ${counted(rows.length, "trial")} kept${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`;
}
