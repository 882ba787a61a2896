/** The verdict on networks of several methods on the same data: how far each is from √(n/k). */
import { bySize, type MadeNetwork, madeNetworks } from "./construction-rows.ts";
import { type PowerLaw, powerLaws, powerLawWords } from "./power-laws.ts";
import { countOutcomes, distinctNumbers, isKept, type Row } from "./rows.ts";
import { CONFIDENCE, type Reading, type Verdict } from "./verdict.ts";
import { counted, show, showKept } from "./words.ts";

export interface ConstructionsVerdict extends Verdict {
  readonly networks: readonly {
    readonly n: number;
    readonly d: number;
    readonly method: string;
    readonly neurons: number;
    /** Certified bounds of the Lipschitz constant over √(n/k), k the neurons. */
    readonly lower_ratio: number | null;
    readonly upper_ratio: number | null;
    /** Total weight over √n. */
    readonly weight_ratio: number | null;
    readonly max_error: number | null;
  }[];
  /** Exponents of n, d and k, as far as the networks settle them. */
  readonly power_laws: readonly PowerLaw[];
}

/** Columns as madeNetworks. */
export function constructionsVerdict(rows: readonly Row[]): ConstructionsVerdict {
  const made = madeNetworks(rows);
  // The conjecture is about two layers.
  const networks = made.filter(({ depth }) => depth === 2);
  const laws = powerLaws(rows);
  return {
    claim:
      "COLT 2021, Conjecture 1: a two-layer network of k neurons that fits n generic points has a Lipschitz constant of at least c √(n/k)",
    reading_of: "none of these networks has a constant below √(n/k)",
    reading: readingOf(networks),
    trials: {
      tried: rows.length,
      kept: rows.filter(isKept).length,
      measured: networks.filter(({ bracket }) => bracket).length,
    },
    outcomes: countOutcomes(rows),
    epsilon: distinctNumbers(rows, "epsilon"),
    confidence: CONFIDENCE,
    x: "neurons",
    y: "lipschitz_upper",
    networks: networks.map((network) => ({
      n: network.n,
      d: network.d,
      method: network.method,
      neurons: network.neurons,
      lower_ratio: network.bracket ? network.bracket[0] / law(network) : null,
      upper_ratio: network.bracket ? network.bracket[1] / law(network) : null,
      weight_ratio: network.totalWeight === undefined ? null : network.totalWeight / Math.sqrt(network.n),
      max_error: network.maxError ?? null,
    })),
    power_laws: laws,
    words: [...words(rows, networks), ...powerLawWords(laws), ...deeperWords(made.length - networks.length)],
  };
}

/** √(n/k). */
export function law({ n, neurons }: Pick<MadeNetwork, "n" | "neurons">): number {
  return Math.sqrt(n / neurons);
}

/** Certain from the certified bounds alone: what lies between them settles nothing. */
function readingOf(networks: readonly MadeNetwork[]): Reading {
  const bracketed = networks.flatMap(({ bracket, ...network }) =>
    bracket ? [{ bracket, law: law(network) }] : [],
  );
  if (bracketed.some(({ bracket, law: least }) => bracket[1] < least)) return "not shown";
  const shown = bracketed.length > 0 && bracketed.every(({ bracket, law: least }) => bracket[0] >= least);
  return shown ? "shown" : "undecided";
}

function deeperWords(count: number): string[] {
  return count > 0 ? [`${counted(count, "network")} of more than two layers: in the figure alone.`] : [];
}

function words(rows: readonly Row[], networks: readonly MadeNetwork[]): string[] {
  const sentences = [`${showKept(rows)}.`];
  for (const { n, d, networks: group } of bySize(networks)) {
    const ratios = group.flatMap((network) =>
      network.bracket ? [{ network, ratio: network.bracket[1] / law(network) }] : [],
    );
    if (ratios.length === 0) continue;
    const least = ratios.reduce((best, one) => (one.ratio < best.ratio ? one : best));
    const { method, neurons, bracket = [0, 0] } = least.network;
    sentences.push(
      `n = ${n}, d = ${d}: nearest to √(n/k) is ${method} with k = ${neurons}, certified at most ${show(bracket[1])}, ` +
        `${show(least.ratio)} times √(n/k).`,
    );
    const light = group.filter(({ totalWeight, hasScale }) => totalWeight !== undefined && hasScale);
    if (light.length > 0) {
      const lightest = light.reduce((best, one) =>
        (one.totalWeight ?? 0) < (best.totalWeight ?? 0) ? one : best,
      );
      sentences.push(
        `The smallest total weight there is that of ${lightest.method}: ${show((lightest.totalWeight ?? 0) / Math.sqrt(n))} times √n.`,
      );
    }
  }
  const open = networks.filter(({ bracket }) => !bracket).length;
  if (open > 0) {
    sentences.push(
      `${counted(open, "network")} with jumps or polynomials ${open === 1 ? "has" : "have"} no constant on R^d.`,
    );
  }
  return sentences;
}
