/** The total weight that signs need (Network size and weights size for memorization, Proposition 1), printed and with explicit constants. */
import type { Dataset } from "../data/dataset.ts";
import { activationConstant, activationFunction } from "../network/activation.ts";
import { evaluate, norm, totalWeight } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { correlationSup, correlationUpper, isHomogeneous } from "./correlation-supremum.ts";
import { type Bound, type Hypothesis, type Law, needed, type Question } from "./law.ts";
import { signHypotheses, signWarnings } from "./origin.ts";
import { checkInside, checkWhole } from "./ranges.ts";

const paper = "Network size and weights size for memorization";
const proposition = `${paper}, Proposition 1`;
/** Points may leave the unit ball by rounding. */
const normRoom = 1e-9;

export interface WeightQuestion {
  readonly n: number;
  /** Mean squared error of f on random signs, in [0, 1). */
  readonly e: number;
  /** The derived form holds with probability 1 − δ over the signs. */
  readonly delta: number;
  /** Lipschitz constant of ψ; infinite where it has none, and then nothing is said. */
  readonly L: number;
  /** Whether neurons have biases. */
  readonly withBias: boolean;
}

/**
 * What W(f) is at least, for points of the unit ball and random signs.
 * - `printed`: √n/(8L), for e <= 1/2 and some signs.
 * - `existence`: √n/(8√2 L), what its steps give when the a_l have both signs.
 * - `derived`: (1 − √e)√n/(L(1 + √(2 ln(2/δ)))), over √2 with biases, for ψ with ψ(st) = sψ(t), s > 0. Contraction bounds the mean
 *   of sup Σ y_i ψ(⟨w, x_i⟩ + b) over unit (w, b) by L√(2n), bounded differences what it exceeds that by, once for each sign of a_l.
 * @throws RangeError
 */
export function totalWeightLower({ n, e, delta, L, withBias }: WeightQuestion): {
  printed: number;
  existence: number;
  derived: number;
} {
  checkWhole("n", n);
  checkInside("e", e, "[0, 1)");
  checkInside("delta", delta, "(0, 1)");
  checkInside("slope", L, "(0, inf]");
  const printed = Math.sqrt(n) / (8 * L);
  const supremum = L * (1 + Math.sqrt(2 * Math.log(2 / delta))) * (withBias ? Math.SQRT2 : 1);
  return {
    printed,
    existence: printed / Math.SQRT2,
    derived: ((1 - Math.sqrt(e)) * Math.sqrt(n)) / supremum,
  };
}

/** Ascents behind the estimate, from each of which there is one for either sign. */
const starts = 4;

export const totalWeightLaw: Law = {
  name: "total-weight",
  theorem: proposition,
  summary: "the total weight that any network needs to fit signs: about sqrt(n)",
  parameters: {
    n: { kind: "number", description: "points with random signs, where there are no data" },
    e: {
      kind: "number",
      default: 0,
      isError: true,
      description: "mean squared error, where there is no network with data",
    },
    delta: {
      kind: "number",
      default: 0.05,
      description: "the derived form holds with probability 1 - delta",
    },
    slope: {
      kind: "number",
      default: 1,
      description: "Lipschitz constant of the activation, where there is no network",
    },
    biases: {
      kind: "choice",
      choices: ["yes", "no"],
      default: "yes",
      description: "where there is no network",
    },
  },
  takes: ["data", "network"],
  example: "--n 1000 --e 0.02",
  ask(question) {
    const { data, network, numbers } = question;
    const n = data?.n ?? needed("total-weight", question, "n").n;
    const withBias = network ? network.b.some((b) => b !== 0) : question.choices.biases === "yes";
    const fit = data && fitOf(data, network, Number(numbers.e));
    const e = fit?.e ?? Number(numbers.e);
    const delta = Number(numbers.delta);
    const L = network ? activationConstant(network.activation) : Number(numbers.slope);
    const activation = network?.activation ?? "relu";
    // A network may fit no better than 0 does, and then random signs ask nothing of it.
    const useless = network !== undefined && data !== undefined && e >= 1;
    const lower = totalWeightLower({ n, e: useless ? 0 : e, delta, L, withBias });
    const derived = useless ? 0 : lower.derived;
    const { small, lipschitz, homogeneous, ball, signs, centred } = hypothesesOf(question, e, L);
    const found = { kind: "lower", quantity: "W(f)" } as const;
    const bounds: Bound[] = [
      {
        ...found,
        value: lower.printed,
        method: "√n/(8L), as printed, for some signs",
        theorem: proposition,
        hypotheses: [...signHypotheses(question), small, ...lipschitz],
        vacuous: lower.printed <= 0,
      },
      {
        ...found,
        value: lower.existence,
        method: "√n/(8√2 L), its steps with a_l of both signs, for some signs",
        theorem: `${proposition}; derived`,
        hypotheses: [...signHypotheses(question), small, ...lipschitz, ...homogeneous],
        vacuous: lower.existence <= 0,
      },
      {
        ...found,
        value: derived,
        method: `(1 - √e)√n/(${withBias ? "√2 " : ""}L(1 + √(2 ln(2/δ)))), for random signs`,
        theorem: `${proposition}; derived`,
        probability: 1 - delta,
        hypotheses: [
          ...signHypotheses(question),
          ...lipschitz,
          ...homogeneous,
          ...ball,
          ...signs,
          ...centred,
        ],
        vacuous: derived <= 0,
      },
    ];
    const weight = network && totalWeight(network);
    const details: Record<string, number> = {
      ...(weight !== undefined && { total_weight: weight, weight_over_root_n: weight / Math.sqrt(n) }),
    };
    if (data && fit && isHomogeneous(activation)) {
      const most = correlationUpper(data, { withBias, activation });
      const value = most > 0 ? fit.correlation / most : 0;
      bounds.push({
        ...found,
        value,
        method: `⟨y, f⟩ over what one ${activation} neuron can have at most, for these data`,
        theorem: "derived",
        hypotheses: [],
        vacuous: value <= 0,
      });
      const supremum = correlationSup(data, {
        withBias,
        activation,
        starts,
        random: question.random("ascent"),
      }).value;
      details.one_neuron = supremum;
      if (supremum > 0) details.estimate = fit.correlation / supremum;
    }
    return { bounds, details, warnings: signWarnings(question) };
  },
};

/** Mean squared error, and ⟨y, f⟩ without the constant c; of an f with this error at the least where there is no network. */
function fitOf({ n, X, y }: Dataset, network: TwoLayerNetwork | undefined, error: number) {
  const length = norm(y);
  // ⟨y, f⟩ = ‖y‖² + ⟨y, f − y⟩.
  if (!network) return { e: error, correlation: length * (length - Math.sqrt(n * error)) };
  let [squared, correlation] = [0, 0];
  evaluate(network, X).forEach((value, i) => {
    squared += (value - y[i]) ** 2 / n;
    correlation += y[i] * (value - network.c);
  });
  return { e: squared, correlation };
}

/** What the bounds ask for; nothing of a network or of data that are not given. */
function hypothesesOf({ data, network }: Question, e: number, L: number) {
  const most = Number.MAX_VALUE;
  const small: Hypothesis = { name: "e <= 1/2", ok: e <= 0.5, left: e, right: 0.5 };
  const lipschitz: Hypothesis[] = [{ name: "sup |psi'| is finite", ok: L <= most, left: L, right: most }];
  const homogeneous: Hypothesis[] = [];
  const centred: Hypothesis[] = [];
  if (network) {
    const { value } = activationFunction(network.activation);
    const off = Math.max(...[2, -2].map((t) => Math.abs(value(t) - 2 * value(t / 2))));
    const name = "psi(2t) - 2 psi(t) = 0 for t = 1 and -1";
    homogeneous.push({ name, ok: isHomogeneous(network.activation), left: off, right: 0 });
    centred.push({ name: "constant c = 0", ok: network.c === 0, left: network.c, right: 0 });
  }
  const ball: Hypothesis[] = [];
  const signs: Hypothesis[] = [];
  if (data) {
    const { n, d, X, y } = data;
    let far = 0;
    for (let i = 0; i < n; i++) far = Math.max(far, norm(X.subarray(i * d, (i + 1) * d)));
    const others = y.reduce((count, label) => count + (Math.abs(label) === 1 ? 0 : 1), 0);
    ball.push({ name: "largest ‖x_i‖ <= 1", ok: far <= 1 + normRoom, left: far, right: 1 });
    signs.push({ name: "labels that are no signs = 0", ok: others === 0, left: others, right: 0 });
  }
  return { small, lipschitz, homogeneous, ball, signs, centred };
}
