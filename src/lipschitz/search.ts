/**
 * Long searches for a lower bound, for networks of any depth and activation: ascents from points of several norms, the
 * best point kept. Points are judged rigorously: witness.ts for two-layer ReLU networks, enclosure.ts for all others.
 */
import { isDeep, layersOf, type Network } from "../network/deep.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { ascend, startsPerAscent } from "./ascent.ts";
import type { Bound } from "./bound.ts";
import { drawPoint, lowerBound } from "./bracket.ts";
import { ascendDeep, rowNorms, slopesOf } from "./deep/ascent.ts";
import { enclosedGradientNorm } from "./enclosure.ts";
import { normAbove } from "./slopes.ts";
import { type Witness, witnessAt } from "./witness.ts";

export interface SearchOptions {
  readonly random: RandomStream;
  /** Points keep to the ball of this radius; all of R^d unless given. */
  readonly radius?: number | undefined;
  /** Points worth starting from. */
  readonly starts?: readonly Float64Array[];
  /** Ascents of eight starts, if time allows; one for each norm that is tried unless given, more where they cost little. */
  readonly ascents?: number;
  /** Adam steps of an ascent. */
  readonly steps?: number;
  /** Asked after each ascent, and within those of deep networks. */
  readonly outOfTime?: () => boolean;
}

export type LowerBound = Bound & { readonly witness: Float64Array };

/** The largest gradient found, as a lower bound with its witness; 0 at the origin where nothing was found. */
export function searchLower(network: Network, options: SearchOptions): LowerBound {
  const { random, radius, starts = [], steps = 80, outOfTime = () => false } = options;
  const norms = radius === undefined ? typicalNorms(network) : [1, 0.5, 0.1].map((share) => share * radius);
  const radii = promisingFirst(network, norms, random);
  const { ascents = radii.length * repetitions(network) } = options;
  const { d } = network;
  let best: Witness = judged(network, new Float64Array(d), radius) ?? {
    point: new Float64Array(d),
    value: 0,
  };
  let bestRadius = radii[0];
  for (let round = 0; round < ascents; round++) {
    // Once all norms have been tried, every other ascent takes the one that found most.
    const norm = round >= radii.length && round % 2 === 0 ? bestRadius : radii[round % radii.length];
    const given = [...(round === 0 ? starts : []), ...(best.value > 0 ? [best.point] : [])];
    for (const point of climb(network, given.slice(0, startsPerAscent), norm, {
      random,
      radius,
      steps,
      outOfTime,
    })) {
      const found = judged(network, point, radius);
      if (!found || found.value <= best.value) continue;
      best = found;
      bestRadius = norm;
    }
    if (outOfTime()) break;
  }
  return { kind: "lower", value: best.value, method: "ascent", witness: best.point };
}

/** End points of one ascent, and its starts. */
function climb(
  network: Network,
  given: readonly Float64Array[],
  norm: number,
  {
    random,
    radius,
    steps,
    outOfTime,
  }: Required<Pick<SearchOptions, "random" | "steps" | "outOfTime">> & {
    radius: number | undefined;
  },
): Float64Array[] {
  const { d } = network;
  if (isReluPair(network) && radius === undefined) {
    return [lowerBound(network, { random, radius: norm, starts: given, steps }).witness];
  }
  // Just inside the ball, so that rounding leaves points in it.
  const ball = radius === undefined ? undefined : radius * (1 - 1e-6);
  const starts = Array.from(
    { length: startsPerAscent },
    (_, i) => given[i] ?? drawPoint(d, norm, ball, random),
  );
  const ends = isReluPair(network)
    ? ascend(network, starts, { steps, ball })
    : ascendDeep(layersOf(network), starts, { steps, ball, outOfTime });
  return [...starts, ...ends];
}

function judged(network: Network, point: Float64Array, radius: number | undefined): Witness | undefined {
  if (radius !== undefined && !(normAbove(point) <= radius)) return undefined;
  return (isReluPair(network) && witnessAt(network, point)) || enclosedGradientNorm(layersOf(network), point);
}

function isReluPair(network: Network): network is TwoLayerNetwork {
  return !isDeep(network) && network.activation === "relu";
}

/** Ascents at each norm: more where they cost little. */
function repetitions(network: Network): number {
  const weights = layersOf(network).layers.reduce((sum, { W }) => sum + W.length, 0);
  return Math.max(1, Math.min(6, Math.floor(20_000 / weights)));
}

/** Norms in the order of the largest of a few gradients at each: there may be time for one ascent only. */
function promisingFirst(network: Network, norms: readonly number[], random: RandomStream): number[] {
  if (norms.length < 2) return [...norms];
  const points = 4;
  const found = norms.map((norm) => sampledNorms(network, points, norm, undefined, random).largest);
  return norms
    .map((_, i) => i)
    .sort((i, j) => found[j] - found[i])
    .map((i) => norms[i]);
}

/**
 * Norms of points whose pre-activations are about as large as the biases, where gates are mixed most; one, that of the
 * papers' data; and a large one, where biases hardly matter.
 */
function typicalNorms(network: Network): number[] {
  const { rows, columns, W, b } = layersOf(network).layers[0];
  const distances: number[] = [];
  for (let l = 0; l < rows; l++) {
    const size = normAbove(W.subarray(l * columns, (l + 1) * columns));
    if (size > 0 && b[l] !== 0) distances.push(Math.abs(b[l]) / size);
  }
  const typical = distances.sort((p, q) => p - q).filter((x) => x > 0 && Number.isFinite(x));
  if (typical.length === 0) return [1];
  const at = (share: number) => Math.sqrt(columns) * typical[Math.floor(share * (typical.length - 1))];
  return [...new Set([1, at(0.5), 3 * at(0.9), at(0.5) / 3, 30 * at(1)])];
}

/** max ‖∇f(z_t)‖ over draws z_t ~ N(0, I/d), put back into the ball where there is one: the papers' proxy (COLT 2021, §5). */
export function sampledGradient(
  network: Network,
  options: { random: RandomStream; draws: number; radius?: number | undefined },
): LowerBound {
  const { random, draws, radius } = options;
  const ball = radius === undefined ? undefined : radius * (1 - 1e-6);
  let best = sampledNorms(network, Math.min(64, draws), 1, ball, random);
  for (let start = 64; start < draws; start += 64) {
    const found = sampledNorms(network, Math.min(64, draws - start), 1, ball, random);
    if (found.largest > best.largest) best = found;
  }
  const { value } = enclosedGradientNorm(layersOf(network), best.witness);
  return { kind: "lower", value, method: "random", witness: best.witness };
}

/** The largest of so many gradients at points of about the given norm, in f64 without care. */
function sampledNorms(
  network: Network,
  count: number,
  norm: number,
  ball: number | undefined,
  random: RandomStream,
): { largest: number; witness: Float64Array } {
  const { d } = network;
  const points = Array.from({ length: count }, () => drawPoint(d, norm, ball, random));
  const x = new Float64Array(count * d);
  points.forEach((point, i) => {
    x.set(point, i * d);
  });
  const sizes = rowNorms(slopesOf(layersOf(network), x, count).gradients, count, d);
  const at = sizes.reduce((top, size, i) => (size > sizes[top] ? i : top), 0);
  return { largest: sizes[at], witness: points[at] };
}
