/** The certified interval around a network's Lipschitz constant. */
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { ascend, startsPerAscent } from "./ascent.ts";
import type { Bound } from "./bound.ts";
import { gateForm } from "./gate-form.ts";
import { semidefiniteBound } from "./semidefinite.ts";
import { type Witness, witnessAt } from "./witness.ts";

export interface BracketOptions {
  readonly random: RandomStream;
  /** Points worth starting from, such as the witness of the maximum random gradient or data points. */
  readonly starts?: readonly Float64Array[];
  /** Norm of the points that the ascent keeps to; the data's. Points are drawn at this norm too. */
  readonly radius: number;
  /** Ascents of eight starts each. */
  readonly ascents?: number;
  /** Adam steps of an ascent. */
  readonly steps?: number;
}

export interface Bracket {
  readonly lower: Bound & { readonly witness: Float64Array };
  readonly upper: Bound;
}

/** lower <= Lip(f) <= upper over R^d, both rigorous. */
export function bracket(network: TwoLayerNetwork, options: BracketOptions): Bracket {
  return { lower: lowerBound(network, options), upper: upperBound(network, options.random) };
}

/**
 * The largest gradient found, at a witness whose gates are certain in exact arithmetic. A lower bound of 0 at the origin
 * where no start gives one.
 */
export function lowerBound(network: TwoLayerNetwork, options: BracketOptions): Bracket["lower"] {
  const { d } = network;
  const { random, radius, ascents = 1, steps = 80 } = options;
  const given = [...(options.starts ?? [])];
  let best: Witness = { point: new Float64Array(d), value: 0 };
  for (let round = 0; round < ascents; round++) {
    const starts = Array.from(
      { length: startsPerAscent },
      () => given.shift() ?? drawPoint(d, radius, random),
    );
    const candidates = [...starts, ...ascend(network, starts, { steps, radius })];
    for (const point of candidates) {
      const found = witnessAt(network, point);
      if (found && found.value > best.value) best = found;
    }
  }
  return { kind: "lower", value: best.value, method: "ascent", witness: best.point };
}

/** The semidefinite bound (LipSDP-Neuron's value), certified. */
export function upperBound(network: TwoLayerNetwork, random: RandomStream): Bound {
  const form = gateForm(network);
  const { upper } = semidefiniteBound(form, { random });
  return { kind: "upper", value: upper * 2 ** form.exponent, method: "sdp" };
}

function drawPoint(d: number, radius: number, random: RandomStream): Float64Array {
  const scale = radius / Math.sqrt(d);
  return Float64Array.from({ length: d }, () => scale * random.gaussian());
}
