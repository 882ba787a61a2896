/** How the smallest constants among trained networks go with n, d and p: a law from below says something of those alone. */
import type { Interval } from "../numeric/fit.ts";
import { bootstrappedQuantileRegression } from "../numeric/quantile-regression.ts";
import { stream } from "../numeric/random.ts";
import { CONFIDENCE } from "./verdict.ts";
import { counted, show, showInterval } from "./words.ts";

/** The share of the networks below the envelope. */
const quantile = 0.05;
const resamples = 500;

interface Sizes {
  readonly n: number;
  readonly d: number;
  /** Parameters. */
  readonly p: number;
  /** The certified upper bound on the Lipschitz constant. */
  readonly upper: number;
}

/** Constant ≈ n^a d^b p^c times a number, with a share `quantile` of the networks below. */
export interface LowerEnvelope {
  readonly quantile: number;
  readonly count: number;
  readonly resamples: number;
  readonly exponents: Readonly<
    Record<"n" | "d" | "p", { readonly value: number; readonly interval: Interval }>
  >;
}

/** Null where the networks settle no exponents: n, d and p have to vary on their own. */
export async function lowerEnvelope(networks: readonly Sizes[]): Promise<LowerEnvelope | null> {
  const points = networks.map(({ n, d, p, upper }) => ({
    x: [Math.log(n), Math.log(d), Math.log(p), 1],
    y: Math.log(upper),
  }));
  const fit = await bootstrappedQuantileRegression(points, quantile, {
    random: stream(1, "lower envelope", "bootstrap"),
    resamples,
    confidence: CONFIDENCE,
  });
  if (!fit) return null;
  const exponent = (at: number) => ({ value: fit.beta[at], interval: fit.intervals[at] });
  return {
    quantile,
    count: points.length,
    resamples: fit.resamples,
    exponents: { n: exponent(0), d: exponent(1), p: exponent(2) },
  };
}

export function envelopeWords(envelope: LowerEnvelope | null): string[] {
  if (!envelope) return ["The networks settle no powers of n, d and p for the lower envelope."];
  const { exponents, count } = envelope;
  const power = (name: "n" | "d" | "p") =>
    `${name}^${show(exponents[name].value)} ${showInterval(exponents[name].interval)}`;
  return [
    `The lower envelope, the quantile ${quantile} of the certified upper bound over ${counted(count, "network")}, goes like ${power("n")} ${power("d")} ${power("p")}; √(nd/p) has 0.5, 0.5 and −0.5.`,
    `Those are 95% intervals of ${counted(envelope.resamples, "resample")} of the networks: a guide, few lie below.`,
  ];
}
