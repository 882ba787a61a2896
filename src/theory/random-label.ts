/** The law of robustness for random signs, with constants that say something; the proof is in docs/random-label-law.md. */
import { type Bound, type Law, MissingError, needed } from "./law.ts";
import { neededConstant } from "./needed-constant.ts";
import { isoperimetryHypotheses, ofFamily, signHypotheses } from "./origin.ts";
import { classOf } from "./random-label-class.ts";
import { checkInside, checkWhole } from "./ranges.ts";

/** What the law is asked about, whatever the class. */
interface Points {
  readonly n: number;
  readonly d: number;
  /** The training error: the mean of (f(x_i) − y_i)², in [0, 1). */
  readonly e: number;
  readonly delta: number;
  /** E e^{t(f − Ef)} <= e^{t² c L²/(2d)} for L-Lipschitz f, on each component; infinite where there is none, then nothing is said. */
  readonly c: number;
  /** K, components of the mixture. */
  readonly components: number;
  /** The part of δ/2 that the net gets, where several classes hold at once; 1 unless given. Their centring is one event. */
  readonly share?: number;
}

/** A bound, and the scale of the net that it is best at. */
export interface RandomLabelBound extends Bound {
  /** 0 where no scale gives a bound. */
  readonly eta: number;
}

/**
 * With probability 1 − δ over points and uniform signs, every f_w of a class of p parameters whose training error is at most e
 * has, for every η > 0,
 *
 *     Lip(f_w) >= (1 − √e − γ_K − η) √( nd / (2c (p ln(1 + 2WJ/η) + ln(2/δ))) ),   γ_K = √(2K ln(4K/δ)/n).
 *
 * @param of.diameterTimesJ W J: the diameter of the set of parameters times by how much f moves at the points for a step
 * @param of.eta the best one, by golden section, unless given; in (0, 1)
 * @throws RangeError where a parameter lies outside its set
 */
export function randomLabelLaw(
  of: Points & { readonly p: number; readonly diameterTimesJ: number; readonly eta?: number | undefined },
): RandomLabelBound {
  const { n, d, p, diameterTimesJ: WJ, e, delta, c, components: K, share = 1 } = of;
  for (const [name, value] of Object.entries({ n, d, p, components: K })) checkWhole(name, value);
  checkInside("e", e, "[0, 1)");
  checkInside("delta", delta, "(0, 1)");
  checkInside("c", c, "(0, inf]");
  checkInside("diameter-times-j", WJ, "(0, inf)");
  checkInside("share", share, "(0, 1]");
  if (of.eta !== undefined) checkInside("eta", of.eta, "(0, 1)");
  const centring = Math.sqrt((2 * K * Math.log((4 * K) / delta)) / n);
  const room = 1 - Math.sqrt(e) - centring;
  const bound = (eta: number) =>
    (room - eta) *
    Math.sqrt((n * d) / (2 * c * (p * Math.log1p((2 * WJ) / eta) + Math.log(2 / (delta * share)))));
  const eta = of.eta ?? (room > 0 ? largestAt(bound, room) : 0);
  const value = eta > 0 ? Math.max(0, bound(eta)) : 0;
  return {
    kind: "lower",
    quantity: "Lip(f)",
    value,
    method: `net at eta = ${eta.toPrecision(3)}, ln(net)/p = ${(eta > 0 ? Math.log1p((2 * WJ) / eta) : 0).toPrecision(4)}`,
    theorem: "Universal law, Theorem 3, for random signs; derived",
    probability: 1 - delta,
    hypotheses: [
      {
        name: "sqrt(e) + gamma_K < 1",
        ok: room > 0,
        left: 1 - room,
        right: 1,
      },
    ],
    vacuous: !(value > neededConstant(undefined)),
    eta,
  };
}

/** Where a function of one peak on (0, end) is largest, by golden section. */
function largestAt(f: (x: number) => number, end: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, end];
  let [left, right] = [high - ratio * (high - low), low + ratio * (high - low)];
  let [atLeft, atRight] = [f(left), f(right)];
  for (let step = 0; step < 80; step++) {
    if (atLeft >= atRight) {
      [high, right, atRight] = [right, left, atLeft];
      left = high - ratio * (high - low);
      atLeft = f(left);
    } else {
      [low, left, atLeft] = [left, right, atRight];
      right = low + ratio * (high - low);
      atRight = f(right);
    }
  }
  return atLeft >= atRight ? left : right;
}

/**
 * The law for two-layer networks of k ReLU neurons and a total weight of at most Ω, on points of norm at most R: balanced
 * weights make it a ball of p = k(d + 2) parameters with W J = 4 Ω √(1 + R²). R and Ω are fixed before the data are seen.
 * @param of.outputBias whether the class has one, a neuron of w = 0 whose |a b| counts in Ω: two parameters more
 * @throws RangeError where a parameter lies outside its set
 */
export function randomLabelLawTwoLayer(
  of: Points & {
    readonly k: number;
    readonly totalWeight: number;
    readonly radius: number;
    readonly outputBias?: boolean;
    readonly eta?: number | undefined;
  },
): RandomLabelBound {
  const { d, k, totalWeight: Omega, radius, outputBias = false } = of;
  checkWhole("k", k);
  checkWhole("d", d);
  checkInside("total-weight", Omega, "(0, inf)");
  checkInside("radius", radius, "(0, inf)");
  const p = k * (d + 2) + (outputBias ? 2 : 0);
  return randomLabelLaw({ ...of, p, diameterTimesJ: 4 * Omega * Math.hypot(1, radius) });
}

const labels =
  "holds for labels that are uniform signs, independent of points of isoperimetry c, and for k and what is given chosen before them";

export const randomLabel: Law = {
  name: "random-label",
  theorem: "Universal law, Theorem 3, for random signs; derived",
  summary: "the Lipschitz constant that p parameters, or k neurons, need to fit random signs",
  parameters: {
    n: { kind: "number", description: "points" },
    d: { kind: "number", description: "dimensions" },
    p: { kind: "number", description: "parameters of a class, with --diameter-times-j" },
    "diameter-times-j": {
      kind: "number",
      description: "W J of the class: diameter of its parameters times by how much f moves for a step",
    },
    k: { kind: "number", description: "ReLU neurons, with --total-weight and --radius" },
    "total-weight": { kind: "number", description: "the largest sum of |a| ‖(w, b)‖ in the class" },
    radius: { kind: "number", description: "the largest norm of a point, fixed before they are drawn" },
    e: { kind: "number", isError: true, description: "the largest mean squared error on the points" },
    delta: { kind: "number", default: 0.05, description: "probability that the bound may fail with" },
    c: {
      kind: "number",
      default: 1,
      description: `isoperimetry constant: 1 for N(0, I/d), d/(d - 1) on the sphere${ofFamily}`,
    },
    components: {
      kind: "number",
      default: 1,
      description: `components of the mixture of points${ofFamily}`,
    },
    eta: { kind: "number", description: "scale of the net; the best one unless given" },
  },
  takes: ["data", "network"],
  example: "--n 100000 --d 1000 --k 100 --total-weight 2000 --radius 1.2 --e 0.02",
  ask(question) {
    const { network, data } = question;
    if (network && question.numbers.p !== undefined) {
      throw new MissingError("random-label: give --network or --p, the class of a network has its own p");
    }
    const { numbers, hypotheses, share } = network
      ? classOf(network, question)
      : { numbers: question.numbers, hypotheses: [], share: 1 };
    const completed = { ...question, numbers };
    const common = needed("random-label", completed, "n", "d", "delta", "c", "components");
    const points = { ...common, share };
    const ask = () => {
      if (numbers.p !== undefined) {
        const { p, e, ...of } = needed("random-label", completed, "p", "diameter-times-j", "e");
        return randomLabelLaw({ ...points, p, e, diameterTimesJ: of["diameter-times-j"], eta: numbers.eta });
      }
      const { k, e, radius, ...of } = needed("random-label", completed, "k", "total-weight", "radius", "e");
      const outputBias = network !== undefined && network.c !== 0;
      return randomLabelLawTwoLayer({
        ...points,
        k,
        e,
        radius,
        totalWeight: of["total-weight"],
        outputBias,
        eta: numbers.eta,
      });
    };
    const { eta, ...bound } = ask();
    const { k, e = 0, radius = 0, "total-weight": weight = 0 } = numbers;
    return {
      bounds: [
        {
          ...bound,
          hypotheses: [
            ...signHypotheses(question),
            ...isoperimetryHypotheses(question, common),
            ...hypotheses,
            ...bound.hypotheses,
          ],
          vacuous: !(bound.value > neededConstant(data)),
        },
      ],
      details: {
        eta,
        ...(k !== undefined && { over_sqrt_n_over_k: bound.value / Math.sqrt(points.n / k) }),
        ...(network && { e, radius, total_weight: weight, share_of_delta: share }),
      },
      warnings: [
        labels,
        ...(share < 1
          ? ["what is taken from the network is rounded up to a grid, among which delta is shared out"]
          : []),
      ],
    };
  },
};
