/** Lower bounds for two-layer networks: ascent, then exact line search, and a witness that is certain. */
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { ascend, startsPerAscent } from "./ascent.ts";
import type { Bound } from "./bound.ts";
import { pointJudge } from "./judge.ts";
import { climbLines, type HyperplaneForm } from "./line-search.ts";
import { normAbove } from "./slopes.ts";
import { checkBiases, type Relaxation } from "./upper.ts";
import type { Witness } from "./witness.ts";

export type LowerBound = Bound & { readonly witness: Float64Array };

export interface LowerOptions {
  readonly random: RandomStream;
  /** Points worth starting from, such as the witness of the maximum random gradient or data points. */
  readonly starts?: readonly Float64Array[];
  /** Norm of the points that the ascent keeps to; the data's. Points are drawn at this norm too. */
  readonly radius: number;
  /** Adam steps of the ascent. */
  readonly steps: number;
  /** Exact searches along lines, at the most; for a ReLU network, with the relaxation. */
  readonly lines?: number;
  /** Where the upper bound ended: the ascent starts from its rounding. At random points without it. */
  readonly relaxation?: Relaxation | undefined;
}

/**
 * The largest gradient found, at a witness that is certain in exact arithmetic. A lower bound of 0 at the origin where no
 * start gives one.
 * @throws RangeError where a number of the network is not finite
 */
export function lowerBound(network: TwoLayerNetwork, options: LowerOptions): LowerBound {
  checkBiases(network);
  const { d } = network;
  const { random, radius, steps, lines = 1, relaxation } = options;
  const certify = pointJudge(network);
  const starts = (options.starts ?? []).slice(0, startsPerAscent);
  const missing = startsPerAscent - starts.length;
  // With other activations a slope is not largest on one side of a plane.
  const relaxed = network.activation === "relu" ? relaxation : undefined;
  const wishes = relaxed ? roundedGates(relaxed, network.k, missing, random) : [];
  while (starts.length + wishes.length < startsPerAscent) {
    starts.push(drawPoint(d, radius, undefined, random));
  }
  let best: Witness = { point: new Float64Array(d), value: 0 };
  const offer = (point: Float64Array): boolean => {
    const found = certify(point);
    if (found && found.value > best.value) best = found;
    return found !== undefined;
  };
  const ends = ascend(network, starts, { steps, radius, wishes });
  if (network.activation === "relu") {
    // The ends come in the order of their f32 sizes: beyond the first that is certain, the others have less.
    if (!ends.some(offer)) starts.some(offer);
  } else {
    for (const point of [...starts, ...ends]) offer(point);
  }
  if (relaxed && best.value > 0) {
    climbLines(withHyperplanes(network, relaxed), best.point, lines, (point) => {
      const { value } = best;
      offer(point);
      return best.value > value;
    });
  }
  return { kind: "lower", value: best.value, method: "ascent", witness: best.point };
}

/** Gates by random hyperplanes through the relaxation's vectors (Goemans, Williamson 1995), for each neuron. */
function roundedGates(
  { form, V, rank }: Relaxation,
  k: number,
  count: number,
  random: RandomStream,
): Int8Array[] {
  const { K, neurons } = form;
  return Array.from({ length: count }, () => {
    const direction = random.gaussians(rank);
    const gates = new Int8Array(k);
    // Row 0 stands for the constant: gates are told beside it.
    let constant = 1;
    for (let i = 0, at = 0; i < K; i++) {
      let sum = 0;
      for (let c = 0; c < rank; c++, at++) sum += direction[c] * V[at];
      const side = sum >= 0 ? 1 : -1;
      if (i === 0) constant = side;
      else gates[neurons[i]] = constant * side;
    }
    return gates;
  });
}

/** The form with the planes of its rows' neurons. */
export function withHyperplanes({ k, d, W, b }: TwoLayerNetwork, { form }: Relaxation): HyperplaneForm {
  if (form.K === k + 1) return { ...form, normals: W, offsets: b };
  const neurons = form.neurons.subarray(1);
  const normals = new Float64Array(neurons.length * d);
  neurons.forEach((l, i) => {
    normals.set(W.subarray(l * d, (l + 1) * d), i * d);
  });
  return { ...form, normals, offsets: Float64Array.from(neurons, (l) => b[l]) };
}

/** A Gaussian point of the norm given, about, cut off at the ball's where there is one. */
export function drawPoint(
  d: number,
  norm: number,
  ball: number | undefined,
  random: RandomStream,
): Float64Array {
  const point = random.gaussians(d);
  const size = norm / Math.sqrt(d);
  const factor = ball === undefined ? size : Math.min(size, ball / (normAbove(point) || 1));
  return point.map((x) => factor * x);
}
