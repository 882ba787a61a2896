/** The certified interval around a network's Lipschitz constant. */
import { layersOf } from "../network/deep.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { ascend, startsPerAscent } from "./ascent.ts";
import type { Bound } from "./bound.ts";
import { enclosedGradientNorm } from "./enclosure.ts";
import { gateForm, neuronScales, timesPowerAbove } from "./gate-form.ts";
import { semidefiniteBound } from "./semidefinite.ts";
import { normAbove, slopeRanges } from "./slopes.ts";
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

/**
 * lower <= Lip(f) <= upper over R^d, both rigorous for the network as its f64 numbers stand.
 * @throws RangeError where a number of the network is not finite, or slopes have no bound on R^d
 */
export function bracket(network: TwoLayerNetwork, options: BracketOptions): Bracket {
  return { lower: lowerBound(network, options), upper: upperBound(network, options.random) };
}

/**
 * The largest gradient found, at a witness that is certain in exact arithmetic. A lower bound of 0 at the origin where no
 * start gives one.
 */
export function lowerBound(network: TwoLayerNetwork, options: BracketOptions): Bracket["lower"] {
  checkFinite(network);
  const { d } = network;
  const { random, radius, ascents = 1, steps = 80 } = options;
  const certify = certifier(network);
  const given = [...(options.starts ?? [])];
  let best: Witness = { point: new Float64Array(d), value: 0 };
  for (let round = 0; round < ascents; round++) {
    const starts = Array.from(
      { length: startsPerAscent },
      () => given.shift() ?? drawPoint(d, radius, undefined, random),
    );
    // The ends come in the order of their f32 sizes: beyond two that are certain, the others have less.
    let certain = 0;
    for (const point of [starts[0], ...ascend(network, starts, { steps, radius })]) {
      const found = certify(point);
      if (found && found.value > best.value) best = found;
      if (found && point !== starts[0] && ++certain === 2) break;
    }
  }
  return { kind: "lower", value: best.value, method: "ascent", witness: best.point };
}

/**
 * The semidefinite bound (LipSDP-Neuron's value), certified.
 * @param radius of the ball ‖x‖ <= R it is for; all of R^d unless given
 */
export function upperBound(network: TwoLayerNetwork, random: RandomStream, radius?: number): Bound {
  checkFinite(network);
  const form = gateForm(network, slopeRanges(network, radius));
  const { upper } = semidefiniteBound(form, { random });
  return { kind: "upper", value: timesPowerAbove(upper, form.exponent), method: "sdp" };
}

/** Gates of ReLU are certain or not; slopes of others are enclosed. */
function certifier(network: TwoLayerNetwork): (point: Float64Array) => Witness | undefined {
  if (network.activation === "relu") {
    const scales = neuronScales(network);
    return (point) => witnessAt(network, point, scales);
  }
  const deep = layersOf(network);
  return (point) => enclosedGradientNorm(deep, point);
}

/** Comparisons with NaN are false, and would let a bound pass. */
function checkFinite({ W, b, a, c }: TwoLayerNetwork): void {
  for (const numbers of [W, b, a, [c]]) {
    for (const value of numbers) {
      if (!Number.isFinite(value)) throw new RangeError("the network has numbers that are not finite");
    }
  }
}

/** A Gaussian point of the norm given, about, cut off at the ball's where there is one. */
export function drawPoint(
  d: number,
  norm: number,
  ball: number | undefined,
  random: RandomStream,
): Float64Array {
  const point = Float64Array.from({ length: d }, () => random.gaussian());
  const size = norm / Math.sqrt(d);
  const factor = ball === undefined ? size : Math.min(size, ball / (normAbove(point) || 1));
  return point.map((x) => factor * x);
}
