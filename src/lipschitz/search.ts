/**
 * Long searches for a lower bound, for networks of any depth and activation: ascents from points of several norms, the
 * best point kept. Points are judged rigorously: witness.ts for two-layer ReLU networks, enclosure.ts for all others.
 */
import { isDeep, layersOf, type Network } from "../network/deep.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { RandomStream } from "../numeric/random.ts";
import { ascend, startsPerAscent } from "./ascent.ts";
import { ascendDeep, rowNorms, slopesOf } from "./deep/ascent.ts";
import { enclosedGradientNorm } from "./enclosure.ts";
import { pointsOfBestPattern } from "./exact/best-pattern.ts";
import { pointJudge } from "./judge.ts";
import { climbLines } from "./line-search.ts";
import { drawPoint, type LowerBound, lowerBound, withHyperplanes } from "./lower.ts";
import { normAbove } from "./slopes.ts";
import type { Relaxation } from "./upper.ts";
import type { Witness } from "./witness.ts";

/** Lines of the last polish, at the most. */
const mostLines = 100;

export interface SearchOptions {
  readonly random: RandomStream;
  /** Points keep to the ball of this radius; all of R^d unless given. */
  readonly radius?: number | undefined;
  /** Points worth starting from. */
  readonly starts?: readonly Float64Array[];
  /** Where the upper bound of a two-layer network ended: worth starting from too. */
  readonly relaxation?: Relaxation | undefined;
  /** Ascents of eight starts, if time allows; one for each norm that is tried unless given, more where they cost little. */
  readonly ascents?: number;
  /** Adam steps of an ascent. */
  readonly steps?: number;
  /** Asked after each ascent, and within those of deep networks. */
  readonly outOfTime?: () => boolean;
}

/** The largest gradient found, as a lower bound with its witness; 0 at the origin where nothing was found. */
export function searchLower(network: Network, options: SearchOptions): LowerBound {
  const { random, radius, starts = [], relaxation, steps = 80, outOfTime = () => false } = options;
  const norms = radius === undefined ? typicalNorms(network) : [1, 0.5, 0.1].map((share) => share * radius);
  const radii = promisingFirst(network, norms, random);
  const { ascents = radii.length * repetitions(network) } = options;
  const { d } = network;
  const judged = judgeIn(network, radius);
  let best: Witness = judged(new Float64Array(d)) ?? {
    point: new Float64Array(d),
    value: 0,
  };
  let bestRadius = radii[0];
  /** Whether one of the points is better than what there was. */
  const offer = (points: readonly Float64Array[]): boolean => {
    const { value } = best;
    for (const point of points) {
      const found = judged(point);
      if (found && found.value > best.value) best = found;
    }
    return best.value > value;
  };
  for (let round = 0; round < ascents; round++) {
    // Once all norms have been tried, every other ascent takes the one that found most.
    const norm = round >= radii.length && round % 2 === 0 ? bestRadius : radii[round % radii.length];
    const given = [...(round === 0 ? starts : []), ...(best.value > 0 ? [best.point] : [])];
    const climbing = { given: given.slice(0, startsPerAscent), norm, random, radius, steps, outOfTime };
    // From the relaxation and from random points in turn.
    const points = climb(network, { ...climbing, relaxation: round % 2 === 0 ? relaxation : undefined });
    if (offer(points)) bestRadius = norm;
    if (outOfTime()) break;
  }
  if (isReluPair(network)) {
    if (radius === undefined) offer(pointsOfBestPattern(network, random));
    if (relaxation && best.value > 0) {
      const improves = (point: Float64Array) => !outOfTime() && offer([point]);
      const ball = radius && inside(radius);
      climbLines(withHyperplanes(network, relaxation), best.point, mostLines, improves, ball);
    }
  }
  return { kind: "lower", value: best.value, method: "ascent", witness: best.point };
}

interface ClimbOptions {
  readonly given: readonly Float64Array[];
  readonly norm: number;
  readonly random: RandomStream;
  readonly radius: number | undefined;
  readonly relaxation: Relaxation | undefined;
  readonly steps: number;
  readonly outOfTime: () => boolean;
}

/** End points of one ascent, and its starts. */
function climb(network: Network, options: ClimbOptions): Float64Array[] {
  const { given, norm, random, radius, relaxation, steps, outOfTime } = options;
  const { d } = network;
  if (isReluPair(network) && radius === undefined) {
    return [lowerBound(network, { random, radius: norm, starts: given, steps, relaxation }).witness];
  }
  const ball = radius && inside(radius);
  const starts = Array.from(
    { length: startsPerAscent },
    (_, i) => given[i] ?? drawPoint(d, norm, ball, random),
  );
  const ends = isReluPair(network)
    ? ascend(network, starts, { steps, ball })
    : ascendDeep(layersOf(network), starts, { steps, ball, outOfTime });
  return [...starts, ...ends];
}

/** Just inside the ball, so that rounding leaves points in it. */
function inside(radius: number): number {
  return radius * (1 - 1e-6);
}

/** Points in the ball, judged; enclosed where a gate is not certain. */
function judgeIn(network: Network, radius: number | undefined): (point: Float64Array) => Witness | undefined {
  const judge = pointJudge(network);
  const deep = layersOf(network);
  return (point) => {
    if (radius !== undefined && !(normAbove(point) <= radius)) return undefined;
    return judge(point) ?? enclosedGradientNorm(deep, point);
  };
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
  const ball = radius && inside(radius);
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
