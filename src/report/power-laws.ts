/** How what was measured grows with n, d and k, method by method: the scaling laws of explicit networks. */
import type { Interval } from "../numeric/fit.ts";
import { type Group, groupedFit } from "../numeric/grouped-fit.ts";
import { isKept, type Row } from "./rows.ts";
import { CONFIDENCE } from "./verdict.ts";
import { show, showInterval } from "./words.ts";

const quantities = [
  { column: "lipschitz_upper", words: "the certified constant" },
  { column: "sphere_gradient", words: "the gradient on the sphere" },
  { column: "total_weight", words: "the total weight" },
] as const;

/** Where one of the sizes changes and the others do not. */
const sizes = [
  { size: "n", fixed: ["d"] },
  { size: "d", fixed: ["n"] },
  { size: "k", fixed: ["n", "d"] },
] as const;

/** A slope of logarithms, one within all groups of equal other sizes: the quantity goes as size^exponent there. */
export interface PowerLaw {
  readonly method: string;
  readonly quantity: (typeof quantities)[number]["column"];
  readonly size: "n" | "d" | "k";
  readonly exponent: number;
  readonly interval: Interval;
  readonly r2: number;
  readonly networks: number;
}

/**
 * The exponents that kept networks settle with an interval. Where a method has several k at one (n, d), n and d vary at
 * fixed k; where its number of neurons follows from n and d, it varies with them.
 */
export function powerLaws(rows: readonly Row[]): PowerLaw[] {
  const kept = rows.filter(isKept);
  const methods = [...new Set(kept.map(({ method }) => String(method ?? "train")))];
  return methods.flatMap((method) => {
    const own = kept.filter((row) => String(row.method ?? "train") === method);
    const chosen = new Set(own.map(({ n, d, k }) => `${n} ${d} ${k}`)).size;
    const manyK = chosen > new Set(own.map(({ n, d }) => `${n} ${d}`)).size;
    return quantities.flatMap(({ column }) =>
      sizes.flatMap(({ size, fixed }) => {
        const others = size !== "k" && manyK ? [...fixed, "k"] : [...fixed];
        const fit = groupedFit(groupsOf(own, size, others, column), CONFIDENCE);
        if (!fit) return [];
        const { slopeInterval, r2, n: networks } = fit;
        const [exponent, ...ends] = [fit.slope, ...slopeInterval].map(withoutRounding);
        const interval: Interval = [ends[0], ends[1]];
        return [
          {
            method: method.replace(/^construct:/, ""),
            quantity: column,
            size,
            exponent,
            interval,
            r2,
            networks,
          },
        ];
      }),
    );
  });
}

/** "caps: the total weight goes as n^1.00 [1.00, 1.00] at fixed d." */
export function powerLawWords(laws: readonly PowerLaw[]): string[] {
  return laws.map(({ method, quantity, size, exponent, interval }) => {
    const what = quantities.find(({ column }) => column === quantity)?.words;
    const fixed = sizes.find((one) => one.size === size)?.fixed.join(" and ");
    return `${method}: ${what} goes as ${size}^${show(exponent)} ${showInterval(interval)} at fixed ${fixed}.`;
  });
}

/** What does not depend on a size has the exponent 0, and not that of its last digits. */
function withoutRounding(exponent: number): number {
  return Math.abs(exponent) < 1e-9 ? 0 : exponent;
}

/** Logarithms of a size and of what was measured, by the other sizes. */
function groupsOf(rows: readonly Row[], size: string, others: readonly string[], column: string): Group[] {
  const groups = new Map<string, { x: number[]; y: number[] }>();
  for (const row of rows) {
    const [x, y] = [Number(row[size]), Number(row[column])];
    if (!(x > 0 && y > 0) || typeof row[column] !== "number") continue;
    const key = others.map((name) => row[name]).join(" ");
    const group = groups.get(key) ?? { x: [], y: [] };
    group.x.push(Math.log(x));
    group.y.push(Math.log(y));
    groups.set(key, group);
  }
  return [...groups.values()];
}
