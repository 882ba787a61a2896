/** What can be checked of the family with one parameter (Universal law, §4, Theorem 4): slabs, cells, slopes. */
import { genericPoints } from "../data/generic.ts";
import type { RandomStream } from "../numeric/random.ts";
import { studentCentralProbability } from "../numeric/student.ts";
import { type Law, needed } from "./law.ts";
import { checkInside, checkWhole } from "./ranges.ts";

/** The share of points that the theorem promises to fit. */
export const promisedShare = 3 / 4;
/** What the proof claims the slabs together measure at the most. */
const claimedMeasure = 1 / 10;

/** 1/(100 d^{3/2}): the half width of the slab around each coordinate plane. */
export function slabHalfWidth(d: number): number {
  return 1 / (100 * d ** 1.5);
}

/** 2^d/100: the most points of which the theorem speaks. */
export function mostPoints(d: number): number {
  return 2 ** d / 100;
}

/** Whether some coordinate of x is within halfWidth of 0. */
export function inSlab(x: Float64Array, halfWidth: number): boolean {
  return x.some((value) => Math.abs(value) <= halfWidth);
}

/** The sign pattern, bit j of the cell's index: 1 where x_j >= 0. */
export function cellOf(x: Float64Array): string {
  let cell = "";
  for (const value of x) cell += value >= 0 ? "1" : "0";
  return cell;
}

/**
 * The measure of {|x_1| <= t} on the unit sphere of R^d, I_{t²}(1/2, (d − 1)/2): x_1 √(d − 1)/√(1 − x_1²) has Student's t
 * distribution with d − 1 degrees of freedom.
 * @throws RangeError where d < 2 or t lies outside (0, 1)
 */
export function slabMeasure(d: number, t: number): number {
  checkWhole("d", d, 2);
  checkInside("t", t, "(0, 1)");
  return studentCentralProbability((t * Math.sqrt(d - 1)) / Math.sqrt((1 - t) * (1 + t)), d - 1);
}

/**
 * The share of n uniform points of the sphere of R^d that lie outside all slabs, alone in their cell: those the theorem fits
 * whatever the labels.
 * @throws RangeError where n < 1 or d < 2
 */
export function shareAlone({ n, d }: { n: number; d: number }, random: RandomStream): number {
  checkWhole("n", n);
  checkWhole("d", d, 2);
  const X = genericPoints({ n, d }, "sphere", random);
  const t = slabHalfWidth(d);
  const inCell = new Map<string, number>();
  const cells: string[] = [];
  for (let i = 0; i < n; i++) {
    const x = X.subarray(i * d, (i + 1) * d);
    const cell = cellOf(x);
    inCell.set(cell, (inCell.get(cell) ?? 0) + 1);
    if (!inSlab(x, t)) cells.push(cell);
  }
  return cells.filter((cell) => inCell.get(cell) === 1).length / n;
}

export const oneParameterLaw: Law = {
  name: "one-parameter",
  theorem: "Universal law, section 4, Theorem 4",
  summary: "why weights must be bounded: one parameter fits 3/4 of 2^d/100 points with slopes of 100 d^1.5",
  parameters: {
    d: { kind: "number", description: "dimensions" },
    n: { kind: "number", description: "points; 2^d/100 where not given" },
    draws: { kind: "number", default: 20, description: "how often points are drawn" },
  },
  takes: [],
  example: "--d 14",
  ask(question) {
    const { d, draws } = needed("one-parameter", question, "d", "draws");
    checkWhole("d", d, 7, 60);
    checkWhole("draws", draws);
    const n = question.numbers.n ?? Math.floor(mostPoints(d));
    // What a draw holds in memory.
    checkWhole("n", n, 1, Math.floor(1e8 / d));
    const t = slabHalfWidth(d);
    const random = question.random("points");
    const shares = Array.from({ length: draws }, () => shareAlone({ n, d }, random));
    const room = mostPoints(d);
    const union = d * slabMeasure(d, t);
    return {
      bounds: [
        {
          kind: "upper",
          quantity: "Lip(f), some f of the family fits 3/4 of the points",
          value: 1 / t,
          method: "extension from the cells, which lie 2t apart",
          theorem: "Universal law, Theorem 4",
          hypotheses: [
            { name: "n <= 2^d/100", ok: n <= room, left: n, right: room },
            {
              name: "slabs measure <= 1/10",
              ok: union <= claimedMeasure,
              left: union,
              right: claimedMeasure,
            },
            {
              name: "share alone in their cell >= 3/4, in every draw",
              ok: Math.min(...shares) >= promisedShare,
              left: Math.min(...shares),
              right: promisedShare,
            },
          ],
          vacuous: !(1 / t < Math.sqrt(n * d)),
        },
      ],
      details: {
        slab_half_width: t,
        slab_measure: slabMeasure(d, t),
        slabs_together_at_most: union,
        share_alone_mean: shares.reduce((sum, share) => sum + share, 0) / draws,
        share_alone_least: Math.min(...shares),
        draws,
      },
      ...(1 / t >= Math.sqrt(n * d) && {
        warnings: ["1/t is not below sqrt(n d/p) with p = 1: nothing here contradicts the law at this size"],
      }),
    };
  },
};
