/**
 * Branch and bound over gates, best bound first. A node fixes some signs; it is closed when its semidefinite bound does not
 * exceed what a cell reaches, or when no open set has its signs, proved. What is left open when time is up bounds from above.
 */
import TinyQueue from "tinyqueue";
import type { TwoLayerNetwork } from "../../network/two-layer.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { type CellAnswer, CellProgramme } from "./cell-programme.ts";
import { type Gates, slopesAroundZero } from "./gates.ts";
import { enumerateSigns } from "./gray-code.ts";
import { Incumbent } from "./incumbent.ts";
import { NearestPoints } from "./nearest-points.ts";
import { freeRows, type Node, NodeBounds } from "./node-bound.ts";
import { roundVectors } from "./rounding.ts";
import { gradientNormAbove, type SignProgramme } from "./sign-programme.ts";

/** Bounds within this of the incumbent, relatively, count as met. */
const metTolerance = 5e-10;
/** Nodes with so few free gates are enumerated, where every pattern is there. */
const leafSize = 16;
/** Nodes that keep their vectors to start their children from. */
const mostVectors = 2e6;
/** Roundings at the root of small programmes; one at other nodes. */
const rootRoundings = 30;

export interface GateSearchOptions {
  readonly random: RandomStream;
  readonly radius: number;
  /** Every pattern occurs on an open set: no cells to ask for. */
  readonly everyPattern: boolean;
  readonly outOfTime: () => boolean;
  /** Points worth looking at. */
  readonly points?: readonly Float64Array[];
}

interface SearchResult {
  /** In units of the gates; errors of the gates' rounding included. */
  readonly lower: number;
  readonly upper: number;
  readonly signs: Int8Array | undefined;
  readonly point: Float64Array | undefined;
  readonly nodes: number;
  /** Whether time ran out with nodes left. */
  readonly stopped: boolean;
}

interface CellNode extends Node {
  /** Signs of a point inside: children that agree with it need no programme. */
  readonly inside: Int8Array | undefined;
}

export async function searchGates(
  network: TwoLayerNetwork,
  gates: Gates,
  programme: SignProgramme,
  options: GateSearchOptions,
): Promise<SearchResult> {
  const { random, radius, everyPattern, outOfTime } = options;
  const { K, Q } = programme;
  const incumbent = new Incumbent(gates, programme, radius, everyPattern);
  for (const point of options.points ?? []) incumbent.offerPoint(point);
  if (!everyPattern) incumbent.ascend(reluTwin(network), random);
  const cells = everyPattern ? undefined : await cellsOf(gates, radius);
  const bounds = new NodeBounds(programme, random);
  const queue = new TinyQueue<CellNode>([], (p, q) => q.upper - p.upper);
  const root = new Int8Array(K);
  root[0] = 1;
  queue.push({ signs: root, upper: totalSize(programme.sizes), inside: undefined });
  /** The largest bound of nodes that were closed without proof that something reaches it. */
  let closed = 0;
  let nodes = 0;
  let stopped = false;
  // What a bound on zᵀQz must not exceed for the norm to be met.
  const cut = () => {
    const norm = incumbent.value * (1 + metTolerance) - gates.slack;
    return norm > 0 ? norm * norm * (1 - 2 ** -46) - programme.error : Number.NEGATIVE_INFINITY;
  };
  try {
    for (let node = queue.peek(); node !== undefined && node.upper > cut(); node = queue.peek()) {
      stopped = nodes > 0 && outOfTime();
      if (stopped) break;
      queue.pop();
      nodes++;
      const free = freeRows(node.signs);
      if (free.length === 0) {
        closed = Math.max(closed, Math.min(node.upper, bounds.nodeForm(node.signs, free)[0]));
        if (node.inside) incumbent.offerSigns(node.inside);
        continue;
      }
      if (everyPattern && free.length <= leafSize) {
        const floor = Math.max(0, cut());
        const { upper, z } = enumerateSigns(bounds.nodeForm(node.signs, free), free.length + 1, { floor });
        if (z) {
          const signs = Int8Array.from(node.signs);
          for (const [at, i] of free.entries()) signs[i] = z[at + 1];
          incumbent.offerSigns(signs);
          closed = Math.max(closed, Math.min(node.upper, upper));
        }
        continue;
      }
      const { upper, V, leanings } = bounds.bound(node, cut());
      for (let round = 0; round < (nodes === 1 && K <= 300 ? rootRoundings : 1); round++) {
        const { z } = roundVectors(programme, node.signs, V, random);
        incumbent.offerWish(z);
      }
      if (upper <= cut()) continue;
      const branch = mostInfluential(free, leanings, Q, K);
      const keep = queue.length * K < mostVectors;
      for (const sign of [1, -1]) {
        const signs = Int8Array.from(node.signs);
        signs[branch] = sign;
        let inside = node.inside;
        if (cells && inside?.[branch] !== sign) {
          const answer = cells.ask(signs);
          if (answer.kind === "empty") continue;
          inside = undefined;
          if (answer.kind === "point") {
            inside = answer.signs;
            incumbent.offerSigns(answer.signs, answer.point);
          }
        }
        queue.push({ signs, upper, inside, ...(keep && { V }) });
      }
    }
    const left = queue.peek()?.upper ?? 0;
    const above = Math.max(
      gradientNormAbove(programme, Math.max(left, closed)),
      incumbent.value * (1 + metTolerance),
    );
    const { value, signs, point } = incumbent;
    const upper = Math.max(value, above);
    return { lower: value, upper, signs, point, nodes, stopped };
  } finally {
    bounds.dispose();
    cells?.dispose();
  }
}

/** Whether cells exist: the nearest point tells nearly always; in all of R^d the linear programme is asked where not. */
async function cellsOf(gates: Gates, radius: number) {
  const nearest = new NearestPoints(gates, radius);
  const programme = Number.isFinite(radius) ? undefined : await CellProgramme.load(gates);
  return {
    ask(signs: Int8Array): CellAnswer {
      const answer = nearest.ask(signs);
      return answer.kind === "unsure" && programme ? programme.ask(signs) : answer;
    },
    dispose: () => programme?.dispose(),
  };
}

/**
 * A ReLU network with about the same gradients, for the ascent: ψ(t) = (q − p) max(t, 0) + pt, and the sum of the linear
 * parts is a pair of neurons.
 */
function reluTwin(network: TwoLayerNetwork): TwoLayerNetwork {
  const { activation, k, d, W, b, a } = network;
  const [before, after] = slopesAroundZero(activation) ?? [0, 1];
  if (before === 0 && after === 1) return network;
  const linear = new Float64Array(d);
  for (let l = 0; l < k; l++) for (let j = 0; j < d; j++) linear[j] += before * a[l] * W[l * d + j];
  return {
    ...network,
    activation: "relu",
    k: k + 2,
    W: concatenated(
      W,
      linear,
      linear.map((value) => -value),
    ),
    b: concatenated(b, [0, 0]),
    a: concatenated(
      a.map((value) => (after - before) * value),
      [1, -1],
    ),
  };
}

function concatenated(...parts: readonly ArrayLike<number>[]): Float64Array {
  return Float64Array.from(parts.flatMap((part) => Array.from(part)));
}

/** The free gate whose flip the relaxation is least decided about, weighed by its size: (1 − ⟨v_0, v_i⟩²)‖B_i‖². */
function mostInfluential(free: Int32Array, leanings: Float64Array, Q: Float64Array, K: number): number {
  let best = free[0];
  let most = -1;
  for (const i of free) {
    const influence = (1.0001 - leanings[i] * leanings[i]) * Q[i * K + i];
    if (influence > most) {
      most = influence;
      best = i;
    }
  }
  return best;
}

/** (Σ‖B_i‖)², rounded up. */
function totalSize(sizes: number): number {
  return sizes * sizes * (1 + 2 ** -40);
}
