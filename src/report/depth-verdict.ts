/** The verdict on networks of several depths: does Lip √(p/(n d)) fall with depth, as (3.1) of the universal law allows? */
import { mean } from "../numeric/fit.ts";
import { type GroupedFit, groupedFit } from "../numeric/grouped-fit.ts";
import { bySizes, type DeepRow, deepRows } from "./depth-rows.ts";
import { countOutcomes, distinctNumbers, isKept, type Row } from "./rows.ts";
import { CONFIDENCE, type FitSummary, type Reading, type Verdict } from "./verdict.ts";
import { counted, growthOf, show, showInterval, showKept } from "./words.ts";

type EndSlope = Pick<FitSummary, "count" | "slope" | "slope_interval">;

export interface DepthVerdict extends Verdict {
  /** For each (n, d) and depth; ratios are geometric means of bounds times √(p/(n d)). */
  readonly depths: readonly {
    readonly n: number;
    readonly d: number;
    readonly depth: number;
    readonly parameters: number;
    readonly networks: number;
    readonly proxy_ratio: number;
    readonly lower_ratio: number;
    readonly upper_ratio: number;
  }[];
  /** Slope of ln(bound √(p/(n d))) on ln D at fixed (n, d), for both ends of the certified intervals. */
  readonly slopes: { readonly lower: EndSlope; readonly upper: EndSlope };
}

/** Columns as deepRows. */
export function depthVerdict(rows: readonly Row[]): DepthVerdict {
  const networks = deepRows(rows);
  const fits = { lower: fitOf(networks, "lower"), upper: fitOf(networks, "upper") };
  const depths = bySizes(networks).flatMap(depthsOf);
  const summary = (fit: GroupedFit | undefined): EndSlope => ({
    count: networks.length,
    slope: fit?.slope ?? null,
    slope_interval: fit?.slopeInterval ?? null,
  });
  return {
    claim:
      "A universal law of robustness via isoperimetry, (3.1): D layers of p parameters in all that fit n noisy points of R^d have a Lipschitz constant of at least about √(nd/(Dp))",
    reading_of: "Lip √(p/(nd)) falls with depth in these networks, both ends of its certified interval",
    reading: readingOf(fits),
    trials: { tried: rows.length, kept: rows.filter(isKept).length, measured: networks.length },
    outcomes: countOutcomes(rows),
    epsilon: distinctNumbers(rows, "epsilon"),
    confidence: CONFIDENCE,
    x: "depth",
    y: "lipschitz √(p/(nd))",
    depths,
    slopes: { lower: summary(fits.lower), upper: summary(fits.upper) },
    words: [`${showKept(rows)}.`, ...groupWords(depths), ...trendWords(fits, networks.length)],
  };
}

interface Fits {
  readonly lower: GroupedFit | undefined;
  readonly upper: GroupedFit | undefined;
}

function fitOf(networks: readonly DeepRow[], end: "lower" | "upper"): GroupedFit | undefined {
  const groups = bySizes(networks).map((group) => ({
    x: group.map(({ depth }) => Math.log(depth)),
    y: group.map((network) => Math.log(network[end])),
  }));
  return groupedFit(groups, CONFIDENCE);
}

function readingOf({ lower, upper }: Fits): Reading {
  if (!lower || !upper) return "undecided";
  const falls = [lower, upper].every(({ slopeInterval }) => growthOf(slopeInterval) === "does not grow");
  return falls ? "shown" : "not shown";
}

function depthsOf(group: readonly DeepRow[]): DepthVerdict["depths"][number][] {
  const depths = [...new Set(group.map(({ depth }) => depth))].sort((p, q) => p - q);
  return depths.map((depth) => {
    const alike = group.filter((network) => network.depth === depth);
    const ratio = (end: "proxy" | "lower" | "upper") =>
      Math.exp(mean(alike.map((network) => Math.log(network[end]))));
    return {
      n: group[0].n,
      d: group[0].d,
      depth,
      parameters: Math.round(mean(alike.map(({ parameters }) => parameters))),
      networks: alike.length,
      proxy_ratio: ratio("proxy"),
      lower_ratio: ratio("lower"),
      upper_ratio: ratio("upper"),
    };
  });
}

function groupWords(depths: DepthVerdict["depths"]): string[] {
  return depths.map(
    ({ n, d, depth, parameters, networks, lower_ratio, upper_ratio }) =>
      `n = ${n}, d = ${d}, depth ${depth}, p = ${parameters}: Lip √(p/(nd)) from ${show(lower_ratio)} to ` +
      `${show(upper_ratio)} (geometric means of ${counted(networks, "network")}).`,
  );
}

function trendWords({ lower, upper }: Fits, count: number): string[] {
  if (!lower || !upper) {
    return [
      `Whether it changes with depth is undecided: ${counted(count, "network")} settle${count === 1 ? "s" : ""} no line.`,
    ];
  }
  const trends = [lower, upper].map(({ slopeInterval }) => growthOf(slopeInterval));
  let trend = "the two ends agree on no trend";
  if (trends.every((one) => one === "grows")) trend = "it grows with depth";
  if (trends.every((one) => one === "does not grow")) trend = "it falls with depth";
  const numbers = (fit: GroupedFit) => `${show(fit.slope)} ${showInterval(fit.slopeInterval)}`;
  return [
    `At fixed (n, d) the slope of ln(Lip √(p/(nd))) on ln D is ${numbers(lower)} for the certified lower bound and ` +
      `${numbers(upper)} for the upper one: ${trend}.`,
    "(3.1) lets it fall as 1/√D, slope −0.5. That bounds every network from below: trained ones above it neither " +
      "refute it nor show that its factor D is needed.",
    "In [ ] are 95% intervals of least squares: independent errors, equal variance.",
  ];
}
