/** Hermite coefficients of activations, and the neurons of the NTK network (Network size and weights size for memorization). */
import {
  type Activation,
  activationConstant,
  activationFunction,
  parseActivation,
} from "../network/activation.ts";
import { gaussLegendre } from "../numeric/gauss-legendre.ts";
import { hermiteValues } from "../numeric/hermite.ts";
import { crowding } from "./gate-kernel.ts";
import { checkGeneric, normRoom } from "./genericity.ts";
import { type ClosedName, closedForms, closedNames, isClosed } from "./hermite-closed.ts";
import { type Bound, type Hypothesis, type Law, needed } from "./law.ts";
import { checkInside, checkWhole } from "./ranges.ts";

/** H_m(t), orthonormal for N(0, 1): H_0 = 1, H_1 = t. @throws RangeError where m is no whole number of at least 0 */
export function hermitePolynomial(m: number, t: number): number {
  checkWhole("m", m, 0);
  return hermiteValues(m, t)[m];
}

/** An expansion in Hermite polynomials, g ~ N(0, 1). */
export interface HermiteSeries {
  /** a_0, …, a_order with a_l = E ψ'(g) H_l(g): ψ itself has E ψ(g) H_l(g) = a_{l−1}/√l. */
  readonly coefficients: Float64Array;
  /** E ψ'(g)², the sum of all a_l². */
  readonly squared: number;
  /** E ψ(g). */
  readonly mean: number;
}

/** Beyond, exp(−t²/2) is below 1e-55. */
const reach = 16;
/** Of a panel: this, or less where H_order has √order/2π waves a unit, for a few of them. */
const panelWidth = 0.5;
const waves = 8;
const rule = gaussLegendre(20);
/** Beyond, it takes more than a second. */
const mostOrder = 20_000;

/**
 * The series of a function with its slope, by Gauss–Legendre quadrature on panels that end at the kinks: over kinks no rule is
 * right. To about 1e-15 for slopes that are smooth on a panel.
 */
export function hermiteSeries(
  { value, slope, kinks }: { value(t: number): number; slope(t: number): number; kinks: readonly number[] },
  order: number,
): HermiteSeries {
  checkWhole("order", order, 0, mostOrder);
  const panels = Math.ceil((2 * reach) / Math.min(panelWidth, waves / Math.sqrt(order + 1)));
  const ends = [...Array.from({ length: panels + 1 }, (_, i) => (2 * reach * i) / panels - reach), ...kinks]
    .filter((end) => Math.abs(end) <= reach)
    .sort((s, t) => s - t);
  const coefficients = new Float64Array(order + 1);
  let [squared, mean] = [0, 0];
  for (let panel = 1; panel < ends.length; panel++) {
    const [low, high] = [ends[panel - 1], ends[panel]];
    for (let i = 0; i < rule.nodes.length; i++) {
      const t = (low + high) / 2 + ((high - low) / 2) * rule.nodes[i];
      const density = Math.exp((-t * t) / 2) / Math.sqrt(2 * Math.PI);
      const weight = ((high - low) / 2) * rule.weights[i] * density;
      const derivative = slope(t);
      const H = hermiteValues(order, t);
      for (let l = 0; l <= order; l++) coefficients[l] += weight * derivative * H[l];
      squared += weight * derivative * derivative;
      mean += weight * value(t);
    }
  }
  return { coefficients, squared, mean };
}

/** What has a series here: activations of networks, and functions that are none. */
export type HermiteFunction = Activation | ClosedName;

/** sup |ψ'|. */
function constantOf(activation: HermiteFunction): number {
  return isClosed(activation) ? closedForms[activation].constant : activationConstant(activation);
}

/**
 * The series of an activation.
 * @throws RangeError for `step`: it jumps, and has no derivative that is a function
 */
export function hermiteCoefficients(activation: HermiteFunction, order: number): HermiteSeries {
  checkWhole("order", order, 0, mostOrder);
  if (isClosed(activation)) return closedForms[activation].series(order);
  if (activation === "step") {
    throw new RangeError("activation must lie in the functions without a jump, got step");
  }
  const { value, slope, pieces } = activationFunction(activation);
  return hermiteSeries({ value, slope, kinks: pieces?.kinks ?? [] }, order);
}

/** Terms of a tail that are added where the whole less its beginning has lost its digits. */
const tailTerms = 128;

/** Σ_{l >= from} a_l²; for small tails, which only smooth activations have, from its own terms. @throws RangeError */
export function hermiteTail(activation: HermiteFunction, from: number): number {
  checkWhole("order", from, 0);
  const { coefficients, squared } = hermiteCoefficients(activation, from + tailTerms);
  const beginning = coefficients.subarray(0, from).reduce((sum, a) => sum + a * a, 0);
  if (squared - beginning > 1e-8 * squared) return squared - beginning;
  return coefficients.subarray(from).reduce((sum, a) => sum + a * a, 0);
}

/** Below it, relative to the whole, a tail is rounding alone. */
const leastTail = 1e-28;

export interface MemorizationQuestion {
  readonly n: number;
  readonly d: number;
  readonly gamma: number;
  readonly omega: number;
  /** ‖f − y‖² <= ε ‖y‖². */
  readonly epsilon: number;
  readonly activation: HermiteFunction;
  readonly theorem: 2 | 6;
  /**
   * `printed` as in the paper. `corrected`: of Theorem 2 through Lemma 2 with the root of r, and 1/16 in Lemma 3, which is what its
   * argument gives; of Theorem 6 from the order on from which the powers of the cosines have eigenvalues of at least 1/2, and with
   * L². `square-root`: of Theorem 2 the same with the 1/10 that Lemma 3 prints.
   */
  readonly variant: "printed" | "corrected" | "square-root";
}

/** How many neurons are enough. */
export interface MemorizationSize {
  /** Not rounded. */
  readonly neurons: number;
  /** r = ln(2n)/ln(1/γ). */
  readonly r: number;
  /** Theorem 6: the order that the tail begins at, and the tail. */
  readonly order?: number;
  readonly tail?: number;
}

/**
 * Neurons, two a step of boosting, that fit generic points on the unit sphere on average.
 * @throws RangeError also where ψ has no Hermite mass from the order on, as powers have not
 */
export function neuronsForMemorization(question: MemorizationQuestion): MemorizationSize {
  const { n, d, gamma, omega, epsilon, activation, theorem, variant } = question;
  checkWhole("n", n);
  checkWhole("d", d);
  checkInside("omega", omega, "(0, inf)");
  checkInside("epsilon", epsilon, "(0, 1)");
  const r = crowding({ n, gamma });
  const each = (omega * n * Math.log(1 / epsilon)) / d;
  if (theorem === 2) {
    if (activation !== "relu") throw new RangeError(`activation must lie in {relu}, got ${activation}`);
    const factor = { printed: 20 * r, "square-root": 20 * Math.sqrt(r), corrected: 32 * Math.sqrt(r) };
    return { neurons: factor[variant] * each, r };
  }
  if (variant === "square-root") {
    throw new RangeError(`variant must lie in {printed, corrected}, got ${variant}`);
  }
  const order = Math.max(0, Math.ceil(variant === "printed" ? r / 2 : r - 1));
  const tail = hermiteTail(activation, order);
  if (!(tail > leastTail)) {
    throw new RangeError(
      `activation must lie in those with Hermite mass from order ${order} on, got ${activation}`,
    );
  }
  const L = constantOf(activation);
  return { neurons: (16 * (variant === "printed" ? L : L * L) * each) / tail, r, order, tail };
}

const paper = "Network size and weights size for memorization";

export const hermiteLaw: Law = {
  name: "hermite",
  theorem: `${paper}, Theorems 2 and 6`,
  summary: "how many neurons of an activation memorise generic points, by its Hermite coefficients",
  parameters: {
    n: { kind: "number", description: "points, where there are no data" },
    d: { kind: "number", description: "their dimension" },
    gamma: { kind: "number", description: "largest |cos| of two points" },
    omega: { kind: "number", description: "d lambda_max(X^T X/n)" },
    epsilon: { kind: "number", default: 0.1, isError: true, description: "‖f - y‖² <= epsilon ‖y‖²" },
    activation: {
      kind: "choice",
      choices: [
        "relu",
        "leaky-relu",
        "abs",
        "hardtanh",
        "tanh",
        "sigmoid",
        "softplus",
        "sin",
        ...closedNames,
      ],
      default: "relu",
      description: "that of the network, where one is given",
    },
  },
  takes: ["data", "network"],
  example: "--n 2000 --d 200 --gamma 0.33 --omega 1.7",
  ask(question) {
    const { data, network } = question;
    const chosen = question.choices.activation;
    const activation = network?.activation ?? (isClosed(chosen) ? chosen : parseActivation(chosen));
    const epsilon = Number(question.numbers.epsilon);
    const generic = data && checkGeneric(data);
    const { n, d, gamma, omega } =
      data && generic
        ? // Points at right angles have any γ above 0.
          {
            n: data.n,
            d: data.d,
            gamma: Math.max(generic.gamma, 1 / (2 * data.n)),
            omega: generic.omega,
          }
        : needed("hermite", question, "n", "d", "gamma", "omega");
    if (!generic) checkInside("gamma", gamma, "(0, 1)");
    const { coefficients, squared, mean } = hermiteCoefficients(activation, 7);
    const details = {
      activation,
      mean,
      ...Object.fromEntries(Array.from(coefficients, (a, l) => [`a_${l}`, a])),
      mean_squared_slope: squared,
    };
    if (gamma === 1)
      return { bounds: [], details, warnings: ["Two points have one direction: no theorem speaks of them."] };
    const r = crowding({ n, gamma });
    const beyond = r + tailTerms > mostOrder;
    const shared = { n, d, gamma, omega, epsilon, activation };
    const least = generic?.minNorm ?? 1;
    const long: Hypothesis = {
      name: "smallest ‖x_i‖ >= 1",
      ok: least >= 1 - normRoom,
      left: least,
      right: 1,
    };
    const off = Math.max(1 - least, (generic?.maxNorm ?? 1) - 1);
    const L = constantOf(activation);
    const most = Number.MAX_VALUE;
    const smooth: Hypothesis[] = [
      { name: "largest | ‖x_i‖ - 1 | <= 1e-9", ok: off <= normRoom, left: off, right: normRoom },
      { name: "sup |psi'| is finite", ok: L <= most, left: L, right: most },
    ];
    const bounds: Bound[] = (
      [
        ["printed", 2, "20 ω(n/d) ln(1/ε) r"],
        ["square-root", 2, "20 ω(n/d) ln(1/ε) √r, through Lemma 2; rests on the 1/10 of Lemma 3"],
        ["corrected", 2, "32 ω(n/d) ln(1/ε) √r, through Lemma 2 with 1/16 in Lemma 3"],
        ["printed", 6, "16 ωL(n/d) ln(1/ε)/Σ a_l² from l >= r/2"],
        ["corrected", 6, "16 ωL²(n/d) ln(1/ε)/Σ a_l² from l >= r - 1"],
      ] as const
    )
      .filter(([, theorem]) => (theorem === 6 ? !beyond : activation === "relu"))
      .map(([variant, theorem, method]) => {
        const { neurons } = neuronsForMemorization({ ...shared, theorem, variant });
        return {
          kind: "upper",
          quantity: "neurons",
          value: neurons,
          method,
          theorem: `${paper}, Theorem ${theorem}${variant === "printed" ? "" : "; derived"}`,
          hypotheses: theorem === 2 ? [long] : smooth,
          vacuous: neurons >= n,
        };
      });
    return {
      bounds,
      details: { ...details, r },
      warnings: beyond
        ? [`Theorem 6 begins at order ${Math.ceil(r / 2)} and more, beyond what is summed.`]
        : [],
    };
  },
};
