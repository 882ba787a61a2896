/**
 * The Lipschitz constant of a two-layer network itself, for activations with one kink, at 0 (ReLU, leaky ReLU, |t|): the
 * largest gradient over the patterns of gates that occur on open sets, of R^d or of a ball.
 *
 * Both ends are rigorous for the network as its f64 numbers stand, whatever the method:
 * - "sweep" (d <= 2): all cells, put in order by exact predicates.
 * - "gray" (few gates, normals independent for certain): all patterns, each of which occurs.
 * - "branch-and-bound": patterns are left out only where a certified bound or a proof of emptiness says so (empty-cell.ts);
 *   the lower end is a pattern with a point whose gates are certain, or any pattern where the normals are independent.
 */
import { norm } from "../../network/evaluate.ts";
import type { TwoLayerNetwork } from "../../network/two-layer.ts";
import { timesPowerAbove, timesPowerBelow } from "../../numeric/powers.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { type Bound, checkOrder } from "../bound.ts";
import { pointJudge } from "../judge.ts";
import { upperBound } from "../upper.ts";
import { searchGates } from "./branch-and-bound.ts";
import { normalsIndependent, pointsOfPattern } from "./full-rank.ts";
import { ExtremePlanesError, type Gates, gatesOf } from "./gates.ts";
import { enumerateSigns } from "./gray-code.ts";
import { sweepLine } from "./line-arrangement.ts";
import { sweepPlane } from "./plane-arrangement.ts";
import { gradientNormAbove, normBelow, signProgramme } from "./sign-programme.ts";

/** More gates than this are searched, not enumerated: 2^30 patterns are a second. */
const mostEnumerated = 30;
/** An interval this narrow, relatively, is the constant. */
export const exactTolerance = 1e-9;

interface ExactOptions {
  readonly random: RandomStream;
  /** The constant over the ball ‖x‖ <= radius; over R^d unless given. */
  readonly radius?: number;
  /** Whether to stop; asked every few milliseconds, or once a linear programme where those are slow. */
  readonly outOfTime?: () => boolean;
  /** What is known already, such as a bracket. A lower bound's witness must lie in the ball. */
  readonly lower?: Bound;
  readonly upper?: Bound;
}

type ExactMethod = "sweep" | "gray" | "branch-and-bound" | "affine";

interface ExactConstant {
  /** Its witness has that gradient up to the last digits; none where no f64 point was found in the pattern's cell. */
  readonly lower: Bound;
  readonly upper: Bound;
  /** Where both ends meet to a relative 1e-9; its value is that of the lower end. */
  readonly exact?: Bound;
  /** Distinct gates. */
  readonly gates: number;
  /** Nodes of the search, or cells of the sweep. */
  readonly nodes: number;
  readonly method: ExactMethod;
  /** Why there is no `exact`: time ran out, what is left is too close to call in f64, or numbers are too extreme. */
  readonly open?: "time" | "rounding" | "range";
}

/** In units of the gates, rounding of the gates included. */
interface Found {
  readonly lower: number;
  readonly upper: number;
  readonly nodes: number;
  readonly method: ExactMethod;
  readonly points: readonly Float64Array[];
  readonly stopped: boolean;
}

/**
 * The interval of the Lipschitz constant, closed as far as time allows.
 * @throws RangeError for an activation with other kinks or none, for weights that are not finite, for a radius that is not positive
 */
export async function exactConstant(network: TwoLayerNetwork, options: ExactOptions): Promise<ExactConstant> {
  const { radius } = options;
  if (radius !== undefined && !(radius > 0)) throw new RangeError(`radius must be positive, got ${radius}`);
  let gates: Gates;
  try {
    gates = gatesOf(network, radius);
  } catch (error) {
    if (error instanceof ExtremePlanesError) return unresolved(network, options);
    throw error;
  }
  const { lower, upper, nodes, method, points, stopped } = await find(network, gates, options);
  const name = method === "affine" ? "sweep" : method;
  const below = withKnown("lower", timesPowerBelow(lower, gates.exponent), name, options.lower);
  const above = withKnown("upper", timesPowerAbove(upper, gates.exponent), name, options.upper);
  const witness =
    below.method === name ? bestWitness(network, below.value, points, options.radius) : undefined;
  const lowerBound: Bound = { ...below, ...(witness && { witness }) };
  checkOrder(below, above);
  const met = above.value - below.value <= exactTolerance * above.value;
  const open = above.value < 2 ** -1000 ? "range" : stopped ? "time" : "rounding";
  return {
    lower: lowerBound,
    upper: above,
    ...(met ? { exact: { ...lowerBound, kind: "exact", method: name } satisfies Bound } : { open }),
    gates: gates.m,
    nodes,
    method,
  };
}

/** What is known without looking at gates. */
function unresolved(network: TwoLayerNetwork, { random, radius, lower, upper }: ExactOptions): ExactConstant {
  const below = lower ?? { kind: "lower", value: 0, method: "none" };
  const above = upper ?? upperBound(network, { random, radius }).upper;
  checkOrder(below, above);
  return {
    lower: below,
    upper: above,
    gates: network.k,
    nodes: 0,
    method: "branch-and-bound",
    open: "range",
  };
}

async function find(network: TwoLayerNetwork, gates: Gates, options: ExactOptions): Promise<Found> {
  const { random, radius = Number.POSITIVE_INFINITY, outOfTime = () => false } = options;
  const { m, d, K } = gates;
  const programme = signProgramme(gates);
  if (m === 0) {
    const lower = normBelow(programme, [1]);
    const points = [new Float64Array(d), ...pointsNearOrigin(d, radius, random)];
    const upper = programme.sizes + gates.slack > 0 ? gradientNormAbove(programme, programme.Q[0]) : 0;
    return { lower, upper, nodes: 1, method: "affine", points, stopped: false };
  }
  if (d <= 2) {
    const { z, point, upper, visits } = d === 1 ? sweepLine(gates, radius) : sweepPlane(gates, radius);
    const lower = normBelow(programme, z);
    return { lower, upper, nodes: visits, method: "sweep", points: [point], stopped: false };
  }
  const everyPattern = radius === Number.POSITIVE_INFINITY && normalsIndependent(gates);
  if (everyPattern && m <= mostEnumerated) {
    const { z, upper, complete } = enumerateSigns(programme.Q, K, { outOfTime });
    const all = programme.sizes * (1 + 2 ** -40) + gates.slack;
    return {
      lower: z ? normBelow(programme, z) : 0,
      upper: complete ? gradientNormAbove(programme, upper) : all,
      nodes: 2 ** m,
      method: "gray",
      points: z ? pointsOfPattern(gates, z) : [],
      stopped: !complete,
    };
  }
  const known = options.lower?.witness ? [options.lower.witness] : [];
  const found = await searchGates(network, gates, programme, {
    random,
    radius,
    everyPattern,
    outOfTime,
    points: known,
  });
  const points = found.point
    ? [found.point]
    : everyPattern && found.signs
      ? pointsOfPattern(gates, found.signs)
      : [];
  return { ...found, method: "branch-and-bound", points };
}

/** The better of what was found and what was known. */
function withKnown(kind: "lower" | "upper", value: number, method: string, known: Bound | undefined): Bound {
  const better = known && (kind === "lower" ? known.value > value : known.value < value);
  return better ? { ...known, kind } : { kind, value, method };
}

/** The first point whose gradient, verified, is the value but for its last digits. */
function bestWitness(
  network: TwoLayerNetwork,
  value: number,
  points: readonly Float64Array[],
  radius = Number.POSITIVE_INFINITY,
): Float64Array | undefined {
  const judge = pointJudge(network);
  return points.find((point) => {
    if (!(norm(point) * (1 + (point.length + 8) * 2 ** -53) < radius)) return false;
    const found = judge(point);
    return found !== undefined && found.value >= value * (1 - 1e-11);
  });
}

/** Points off the gates that change nothing, where a network is affine. */
function pointsNearOrigin(d: number, radius: number, random: RandomStream): Float64Array[] {
  const scale = Math.min(1, radius / 2) / Math.sqrt(d);
  return Array.from({ length: 8 }, () => random.gaussians(d, scale));
}
