/** The NTK network (Network size and weights size for memorization, Theorems 2, 3 and 6). */
import type { Dataset } from "../data/dataset.ts";
import type { Activation } from "../network/activation.ts";
import { evaluate } from "../network/evaluate.ts";
import { gramMatrix, largestOf, smallestOf } from "../numeric/gram-matrix.ts";
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
    const inner = gramMatrix(data.X, data.n, data.d);
    const found = genericity(inner, data);
    const built =
      form === "exact" ? exact(data, inner, options, random) : boosted(data, inner, found, options, random);
    const { gamma, omega, shortest } = found;
    return {
      hypotheses: [
        { name: "smallest ‖x_i‖ >= 1 - 1e-9", ok: shortest >= 1 - 1e-9, left: shortest, right: 1 - 1e-9 },
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
  { gamma, omega, largest }: Genericity,
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
    ...(options.step === "fixed" && { step: 1 / largest }),
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

interface Genericity {
  /** Largest |cos(x_i, x_j)|. */
  readonly gamma: number;
  /** λ_max(XᵀX) d/n. */
  readonly omega: number;
  readonly largest: number;
  readonly shortest: number;
}

function genericity(inner: Float64Array, { n, d }: Dataset): Genericity {
  const lengths = Float64Array.from({ length: n }, (_, i) => Math.sqrt(inner[i * n + i]));
  const shortest = lengths.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY);
  if (shortest === 0)
    throw new HypothesisError(`ntk: point ${lengths.indexOf(0) + 1} is 0, where no gate is open`);
  let gamma = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++)
      gamma = Math.max(gamma, Math.abs(inner[i * n + j]) / (lengths[i] * lengths[j]));
  }
  const largest = largestOf(inner, n);
  return { gamma: Math.min(1, gamma), omega: (largest * d) / n, largest, shortest };
}

/**
 * H of Lemma 3, E[1{⟨u, x_i⟩ > 0} 1{⟨u, x_j⟩ > 0}] ⟨x_i, x_j⟩ = ⟨x_i, x_j⟩ (1/4 + arcsin(cos_ij)/(2π)): E⟨r, f⟩ = rᵀ H r. (The
 * lemma prints (2/π)(1/4 + arcsin).)
 */
function gateKernel(inner: Float64Array, n: number): Float64Array {
  const H = Float64Array.from(inner);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const cosine = inner[i * n + j] / Math.sqrt(inner[i * n + i] * inner[j * n + j]);
      H[i * n + j] *= 1 / 4 + Math.asin(Math.max(-1, Math.min(1, cosine))) / (2 * Math.PI);
    }
  }
  return H;
}
