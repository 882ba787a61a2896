/** The NTK network (Network size and weights size for memorization, Theorems 2, 3 and 6). */
import type { Dataset } from "../data/dataset.ts";
import type { Activation } from "../network/activation.ts";
import { evaluate } from "../network/evaluate.ts";
import { gramMatrix, smallestOf } from "../numeric/gram-matrix.ts";
import { gateKernel } from "../theory/gate-kernel.ts";
import { checkGeneric, type Genericity } from "../theory/genericity.ts";
import { boost, boostingDetails } from "./boosting.ts";
import {
  type Construction,
  type ConstructionMethod,
  HypothesisError,
  networkOfNeurons,
  type OptionValues,
} from "./construction.ts";
import { fitOf } from "./describe.ts";
import { checkNumbers } from "./memory-limit.ts";
import { exactPairs } from "./ntk-exact.ts";
import { pairLearner } from "./ntk-learner.ts";

/** Pairs that boosting takes for n ln(1/ε)/d, about, and the calls it has for each of them. */
const expectedPairs = 6;
const budget = 10;
/** Error, for labels of size 1, from which the exact form is none. */
const exactTolerance = 1e-6;

export const ntk: ConstructionMethod = {
  name: "ntk",
  theorem: "Network size and weights size for memorization, Theorems 2, 3 and 6",
  summary: "pairs of neurons close to each other, derivatives of one, without biases",
  options: {
    form: {
      kind: "choice",
      choices: ["exact", "boosted", "finite"],
      default: "exact",
      description:
        "boosted: a pair a step, as in the paper; finite: with neurons that are not close, of small weights; exact: all " +
        "gates at once, interpolates",
    },
    gates: {
      kind: "whole",
      least: 2,
      description: "P of the exact form, two neurons each; about 1.5 n/d unless given",
    },
    epsilon: {
      kind: "number",
      least: 1e-6,
      most: 0.9,
      description: "boosted and finite end at ‖f - y‖² <= epsilon ‖y‖²; 0.01 unless given",
    },
    step: {
      kind: "choice",
      choices: ["line", "fixed"],
      default: "line",
      description: "of boosted: line: the best multiple of each pair; fixed: 1/lambda_max(X^T X)",
    },
    activation: {
      kind: "choice",
      choices: ["relu", "tanh", "softplus"],
      default: "relu",
      description: "of boosted",
    },
  },
  signs: false,
  distinct: true,
  build(data, options, random): Construction {
    const { form, activation, step } = options;
    if (form !== "boosted" && (activation !== "relu" || step !== "line")) {
      throw new HypothesisError(
        `ntk: --form ${form} is for --activation relu and --step line (got ${activation} and ${step}), take --form boosted`,
      );
    }
    const useless = form === "exact" ? "epsilon" : "gates";
    if (options[useless] !== undefined) {
      throw new HypothesisError(
        `ntk: --${useless} is not for --form ${form} (got ${options[useless]}), leave it out`,
      );
    }
    if (!data.y.some((label) => label !== 0)) {
      throw new HypothesisError(`ntk: needs a label other than 0 (got ${data.n} of 0)`);
    }
    checkNumbers("ntk", 4 * data.n ** 2, "n × n matrices");
    const zero = firstZero(data);
    if (zero >= 0) throw new HypothesisError(`ntk: point ${zero + 1} is 0, where no gate is open`);
    const inner = gramMatrix(data.X, data.n, data.d);
    const found = checkGeneric(data);
    const built =
      form === "exact" ? exact(data, inner, options, random) : boosted(data, inner, found, options, random);
    const { gamma, omega, minNorm } = found;
    return {
      hypotheses: [
        { name: "smallest ‖x_i‖ >= 1 - 1e-9", ok: minNorm >= 1 - 1e-9, left: minNorm, right: 1 - 1e-9 },
        { name: "gamma = largest |cos(x_i, x_j)| < 1", ok: gamma < 1, left: gamma, right: 1 },
      ],
      ...built,
      details: { gamma, omega, ...built.details },
    };
  },
};

type Random = Parameters<ConstructionMethod["build"]>[2];
type Built = Pick<Construction, "guarantee"> &
  Required<Pick<Construction, "details">> & { readonly network: ReturnType<typeof networkOfNeurons> };

function exact(data: Dataset, inner: Float64Array, options: OptionValues, random: Random): Built {
  const { n, d, X, y } = data;
  const gates = Number(options.gates ?? Math.max(2, Math.ceil((1.5 * n) / d)));
  if (gates * d < n) {
    throw new HypothesisError(
      `ntk: needs gates * d >= n (got ${gates * d} < ${n}), take --gates ${Math.ceil((1.1 * n) / d)} or more`,
    );
  }
  checkNumbers("ntk", gates * (n + 3 * d), `${gates} gates`, "take fewer --gates");
  const network = networkOfNeurons(d, exactPairs(data, inner, gates, random("gates")));
  const error = fitOf(evaluate(network, X), y).max_error;
  const largest = y.reduce((most, label) => Math.max(most, Math.abs(label)), 1);
  if (!(error <= exactTolerance * largest)) {
    throw new HypothesisError(
      `ntk: the kernel matrix of ${gates} gates is nearly singular (needs an error of at most ${exactTolerance * largest}, ` +
        `got ${error.toPrecision(3)}), take a larger --gates`,
    );
  }
  return {
    network,
    guarantee: { statement: "f(x_i) = y_i with two neurons a gate (beyond the paper)" },
    details: { gates },
  };
}

function boosted(
  data: Dataset,
  inner: Float64Array,
  { gamma, omega }: Genericity,
  options: OptionValues,
  random: Random,
): Built {
  const { n, d, y } = data;
  const activation = String(options.activation) as Activation;
  const epsilon = Number(options.epsilon ?? 0.01);
  const logarithm = Math.log(1 / epsilon);
  const spacing = options.form === "finite" ? "finite" : activation === "relu" ? "limit" : "small";
  const result = boost(y, pairLearner(data, activation, spacing, random("gates")), {
    name: "ntk",
    epsilon,
    // For |ψ'| <= 1 all f of the learner have ‖f‖² <= λ_max ⟨r, f⟩: no step of that size makes the residual larger.
    ...(options.step === "fixed" && { step: d / (omega * n) }),
    most: Math.ceil(budget * expectedPairs * Math.max(1, n / d) * logarithm),
  });
  const promised = (20 * omega * n * logarithm * Math.log(2 * n)) / (d * Math.log(1 / gamma));
  return {
    network: networkOfNeurons(d, result.neurons, activation),
    guarantee:
      spacing === "limit"
        ? {
            statement:
              "‖f - y‖² <= epsilon ‖y‖² with k <= 20 omega (n/d) ln(1/epsilon) ln(2n)/ln(1/gamma) neurons (Theorem 2)",
            ...(promised > 0 && promised < Number.POSITIVE_INFINITY && { value: promised }),
          }
        : {
            statement: `‖f - y‖² <= epsilon ‖y‖² (${options.form === "finite" ? "beyond the paper" : "Theorem 6, constants open"})`,
          },
    details: {
      ...boostingDetails(result),
      first_correlation: result.firstCorrelation,
      ...(activation === "relu" && { smallest_eigenvalue: smallestOf(gateKernel(inner, n), n) }),
    },
  };
}

function firstZero({ n, d, X }: Dataset): number {
  for (let i = 0; i < n; i++) if (X.subarray(i * d, (i + 1) * d).every((value) => value === 0)) return i;
  return -1;
}
