/**
 * The verdict on networks of several depths: does Lip √(p/(n d)) fall with depth, as (3.1) of the universal law allows, and what is
 * left of its trend at equal ln B, which takes the place of D in (3.2)?
 */
import { mean } from "../numeric/fit.ts";
import { type GroupedFit, groupedFit } from "../numeric/grouped-fit.ts";
import { type PartialFit, partialFit } from "../numeric/partial-fit.ts";
import type { Judgement } from "./bound-check.ts";
import { bySizes, type DeepRow, deepRows } from "./depth-rows.ts";
import { conclusion } from "./law-report.ts";
import { countOutcomes, distinctNumbers, isKept, type Row } from "./rows.ts";
import { CONFIDENCE, type FitSummary, type Verdict } from "./verdict.ts";
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
    /** Mean of ln B, the largest product of operator norms of the layers, one left out or none; null without. */
    readonly log_norms: number | null;
  }[];
  /** Slope of ln(bound √(p/(n d))) on ln D at fixed (n, d), for both ends of the certified intervals. */
  readonly slopes: { readonly lower: EndSlope; readonly upper: EndSlope };
  /** The same slopes at equal ln ln B and at equal ln B, of the networks that have it. */
  readonly at_equal_norms: readonly {
    readonly norms: NormAxis;
    /** Share of the squares of ln D within the sizes that it explains. */
    readonly shared: number | null;
    readonly lower: EndSlope;
    readonly upper: EndSlope;
    readonly growth: GrowthLeft;
  }[];
}

const normAxes = ["ln ln B", "ln B"] as const;
type NormAxis = (typeof normAxes)[number];

/** What is left of the growth with depth. */
type GrowthLeft = "stays" | "shrinks" | "vanishes" | "turns into a fall" | "undecided";

const readingOf = "Lip √(p/(nd)) falls with depth in these networks, both ends of its certified interval";

/** Columns as deepRows. */
export function depthVerdict(rows: readonly Row[], laws: readonly Row[] = []): DepthVerdict {
  const networks = deepRows(rows, laws);
  const fits = { lower: fitOf(networks, "lower"), upper: fitOf(networks, "upper") };
  const depths = bySizes(networks).flatMap(depthsOf);
  const normed = networks.filter(({ logNorms = 0 }) => logNorms > 0);
  const equal = normAxes.map((norms) => {
    const own = { lower: partialOf(normed, "lower", norms), upper: partialOf(normed, "upper", norms) };
    return {
      norms,
      shared: own.lower?.shared ?? null,
      lower: summary(own.lower, normed.length),
      upper: summary(own.upper, normed.length),
      growth: growthLeft(fits, own),
    };
  });
  const reading = judged(fits);
  return {
    claim:
      "A universal law of robustness via isoperimetry, (3.1): D layers of p parameters in all that fit n noisy points of R^d have a Lipschitz constant of at least about √(nd/(Dp))",
    reading_of: readingOf,
    reading,
    trials: { tried: rows.length, kept: rows.filter(isKept).length, measured: networks.length },
    outcomes: countOutcomes(rows),
    epsilon: distinctNumbers(rows, "epsilon"),
    confidence: CONFIDENCE,
    x: "depth",
    y: "lipschitz √(p/(nd))",
    depths,
    slopes: {
      lower: summary(fits.lower, networks.length),
      upper: summary(fits.upper, networks.length),
    },
    at_equal_norms: equal,
    words: [
      `${showKept(rows)}.`,
      ...groupWords(depths),
      ...trendWords(fits, networks.length),
      ...normWords(equal),
      ...(fits.lower
        ? ["In [ ] are 95% intervals of least squares: independent errors, equal variance."]
        : []),
      conclusion(reading, readingOf),
    ],
  };
}

function summary(fit: GroupedFit | PartialFit | undefined, count: number): EndSlope {
  return { count, slope: fit?.slope ?? null, slope_interval: fit?.slopeInterval ?? null };
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

function partialOf(networks: readonly DeepRow[], end: "lower" | "upper", norms: NormAxis) {
  const groups = bySizes(networks).map((group) => ({
    x: group.map(({ depth }) => Math.log(depth)),
    y: group.map((network) => Math.log(network[end])),
    z: group.map(({ logNorms = 0 }) => (norms === "ln B" ? logNorms : Math.log(logNorms))),
  }));
  return partialFit(groups, CONFIDENCE);
}

/** Both ends of the certified intervals have to agree. */
function judged({ lower, upper }: Fits): Judgement {
  if (!lower || !upper) return "undecided";
  const trends = [lower, upper].map(({ slopeInterval }) => growthOf(slopeInterval));
  if (trends.every((trend) => trend === "does not grow")) return "confirmed";
  return trends.every((trend) => trend === "grows") ? "refuted" : "undecided";
}

function growthLeft(
  whole: Fits,
  equal: { readonly lower: PartialFit | undefined; readonly upper: PartialFit | undefined },
): GrowthLeft {
  if (judged(whole) !== "refuted" || !equal.lower || !equal.upper) return "undecided";
  const ends = (["lower", "upper"] as const).map((end) => ({
    before: whole[end]?.slopeInterval ?? [0, 0],
    left: equal[end]?.slopeInterval ?? [0, 0],
  }));
  if (ends.every(({ left }) => left[1] < 0)) return "turns into a fall";
  if (ends.every(({ left }) => left[0] <= 0)) return "vanishes";
  if (!ends.every(({ left }) => left[0] > 0)) return "undecided";
  return ends.every(({ before, left }) => left[1] < before[0]) ? "shrinks" : "stays";
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
      log_norms: alike.every(({ logNorms }) => logNorms !== undefined)
        ? mean(alike.map(({ logNorms = 0 }) => logNorms))
        : null,
    };
  });
}

function groupWords(depths: DepthVerdict["depths"]): string[] {
  return depths.map(
    ({ n, d, depth, parameters, networks, lower_ratio, upper_ratio, log_norms }) =>
      `n = ${n}, d = ${d}, depth ${depth}, p = ${parameters}: Lip √(p/(nd)) from ${show(lower_ratio)} to ` +
      `${show(upper_ratio)} (geometric means of ${counted(networks, "network")})` +
      `${log_norms === null ? "" : `, ln B = ${show(log_norms)}`}.`,
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
  ];
}

function normWords(equal: DepthVerdict["at_equal_norms"]): string[] {
  const words = equal.flatMap(({ norms, shared, lower, upper, growth }) => {
    if (shared === null || !lower.slope_interval || !upper.slope_interval) return [];
    const numbers = ({ slope, slope_interval }: EndSlope) =>
      slope === null || slope_interval === null ? "" : `${show(slope)} ${showInterval(slope_interval)}`;
    const left =
      growth === "undecided"
        ? "what is left of a growth with depth is undecided"
        : `the growth with depth ${growth}`;
    return [
      `At equal ${norms} that slope is ${numbers(lower)} and ${numbers(upper)}: ${left}. ` +
        `${norms} explains ${show(100 * shared)}% of what differs in ln D at a size${shared > 0.9 ? ": little tells the two apart" : ""}.`,
    ];
  });
  return words.length === 0
    ? ["No network has ln B beside its constants: whether that takes the place of the depth is not told."]
    : [
        ...words,
        "B is the largest product of the layers' operator norms, one left out or none; (3.2) has ln B where (3.1) has D.",
      ];
}
