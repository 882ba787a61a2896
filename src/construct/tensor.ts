/** Interpolation by a symmetric tensor, a network of activation t^p (COLT 2021, Theorem 4; Lemmas 10, 11, 13, 14). */

import type { Dataset } from "../data/dataset.ts";
import type { Activation } from "../network/activation.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { operatorNormBracket, type PowerSum } from "../numeric/power-sum.ts";
import { eigensystem, operatorNorm, quadraticForm } from "../numeric/quadratic-form.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Hypothesis } from "../theory/law.ts";
import {
  type Construction,
  type ConstructionMethod,
  HypothesisError,
  networkOfNeurons,
  row,
} from "./construction.ts";
import { checkNumbers } from "./memory-limit.ts";
import { type PowerNeurons, polarise, polarisedCount } from "./polarisation.ts";
import { fitPowers, isFitted } from "./power-fit.ts";
import { quadraticConstants, support } from "./quadratic-form.ts";
import { interpolatingCoefficients, symmetricDimension } from "./symmetric-tensor.ts";

type Decomposition = "smallest" | "none" | "lemma11" | "fit";

const mend = "take fewer points or another --decompose";
/** Starts of a fit before it is given up. */
const mostStarts = 5;

export const tensor: ConstructionMethod = {
  name: "tensor",
  theorem: "COLT 2021, Theorem 4 and Lemma 11",
  summary: "activation t^p: a symmetric tensor of order p from the points, n up to about d^p/p!",
  options: {
    degree: {
      kind: "whole",
      least: 2,
      most: 19,
      default: 2,
      description: "p, of the activation t^p",
    },
    form: {
      kind: "choice",
      choices: ["exact", "printed"],
      default: "exact",
      description:
        "exact: T of least Frobenius norm that interpolates; printed: the sum of y_i <x_i, x>^p, which fits approximately",
    },
    decompose: {
      kind: "choice",
      choices: ["smallest", "none", "lemma11", "fit"],
      default: "smallest",
      description:
        "none: a neuron for each point; lemma11: polarisation; smallest: the one of both with fewer neurons, for p = 2 the " +
        "eigenvectors; fit: for p >= 3, another T of rank --k, found by least squares",
    },
    k: {
      kind: "whole",
      least: 1,
      description: "neurons of --decompose fit; unless given, 1.2 n/d rounded up",
    },
  },
  takesNeurons: ({ decompose }) => decompose === "fit",
  signs: false,
  distinct: true,
  build(data, options, random): Construction {
    const { n, d, y } = data;
    const p = Number(options.degree);
    const exact = options.form === "exact";
    const decompose = options.decompose as Decomposition;
    const fit = decompose === "fit";
    if (fit && p === 2) {
      throw new HypothesisError(
        "tensor: --decompose fit is for --degree 3 and more (got 2), take the construction quadratic with its --k",
      );
    }
    if (options.k !== undefined && !fit) {
      throw new HypothesisError(
        `tensor: k follows from the data but for --decompose fit (got k=${options.k}), leave --k out`,
      );
    }
    if (y.every((label) => label === 0)) throw new HypothesisError("tensor: needs a label other than 0");
    if (fit && !exact) {
      throw new HypothesisError(
        "tensor: --form printed has no fit, take --form exact or another --decompose",
      );
    }
    checkNumbers("tensor", n * n * (exact || p > 2 ? 3 : 0) + d * d * 3, "n × n and d × d matrices", mend);
    const dimension = symmetricDimension(d, p);
    if (exact && n > dimension) {
      throw new HypothesisError(
        `tensor: needs n <= C(d+p-1,p) (got n=${n}, C(${d + p - 1},${p})=${dimension}), take ${d > 1 ? "a larger --degree or " : ""}--form printed`,
      );
    }
    const conditions = conditionsOf(n, d, p, exact);
    if (fit)
      return fitted(data, p, options.k === undefined ? undefined : Number(options.k), random, conditions);
    const beta = exact ? interpolatingCoefficients(data, p, "tensor") : y;
    const sum: PowerSum = { n, d, p, X: data.X, beta };
    return p === 2
      ? quadratic(sum, exact, conditions, decompose)
      : ofHigherDegree(sum, exact, conditions, decompose, random("operator norm"));
  },
};

interface Conditions {
  readonly hypotheses: readonly Hypothesis[];
  readonly warnings: readonly string[];
}

function conditionsOf(n: number, d: number, p: number, exact: boolean): Conditions {
  const dimension = symmetricDimension(d, p);
  const crowded = exact && n > dimension / 2;
  return {
    hypotheses: [
      { name: "p mod 2 = 0, p is even", ok: p % 2 === 0, left: p % 2, right: 0 },
      { name: "n ln(n) <= d^p", ok: n * Math.log(n) <= d ** p, left: n * Math.log(n), right: d ** p },
      { name: "n <= C(d+p-1,p)/2", ok: n <= dimension / 2, left: n, right: dimension / 2 },
    ],
    warnings: crowded
      ? [
          `n is ${((100 * n) / dimension).toFixed(0)}% of the dimension of the tensors, ${dimension}: the operator norm grows ` +
            `${n > 0.8 * dimension ? "without bound" : "faster than sqrt(n/d^(p-1))"} near it`,
        ]
      : [],
  };
}

/** What is promised, where the theorem leaves its constants open. */
const promise = "|f(x_i) - y_i| <= C_p eps with n ln(n) = eps^2 d^p, and Lip on the sphere <= C_p sqrt(n/k)";

/** p = 2: T = Σ λ_j u_j u_jᵀ, whose constants are known exactly. */
function quadratic(
  sum: PowerSum,
  exact: boolean,
  { hypotheses, warnings }: Conditions,
  decompose: Decomposition,
): Construction {
  const { n, d, X, beta } = sum;
  const system = eigensystem(quadraticForm(X, beta, n, d), d);
  const eigenvectors = () =>
    networkOfNeurons(
      d,
      support(system).map((l) => ({ w: row(system.vectors, l, d), b: 0, a: system.values[l] })),
      activationOf(2),
    );
  return {
    network:
      decompose === "smallest"
        ? eigenvectors()
        : networkOfPowers(sum, decompose === "lemma11" ? polarise(sum) : { k: n, W: X, a: beta }),
    hypotheses,
    guarantee: { statement: exact ? `f(x_i) = y_i; printed: ${promise}` : promise },
    exact: quadraticConstants(system.values),
    details: {
      decomposition: decompose === "smallest" ? "eigenvectors" : decompose,
      operator_norm: operatorNorm(system.values),
      operator_norm_over_sqrt_n_over_d: operatorNorm(system.values) / Math.sqrt(n / d),
    },
    warnings: [...warnings, "on R^d there is no Lipschitz constant: gradients grow with the point"],
  };
}

function ofHigherDegree(
  sum: PowerSum,
  exact: boolean,
  conditions: Conditions,
  decompose: Decomposition,
  random: RandomStream,
): Construction {
  const { n, d, p, X, beta } = sum;
  const count = polarisedCount(d, p);
  const polarised = decompose === "lemma11" || (decompose === "smallest" && count < n);
  if (polarised) {
    checkNumbers(
      "tensor",
      count * d + (count / 2 ** (p - 1)) * (n + d),
      `the k=${count} neurons of --decompose lemma11`,
      mend,
    );
  }
  const neurons = polarised ? polarise(sum) : { k: n, W: X, a: beta };
  return describe(sum, neurons, {
    ...conditions,
    random,
    statement: exact ? `f(x_i) = y_i; printed: ${promise}` : promise,
    details: { decomposition: polarised ? "lemma11" : "none", neurons_of_lemma11: count },
  });
}

/** Another T that interpolates, of rank k at most: from Gaussian weights, again where that ends in no fit. */
function fitted(
  data: Dataset,
  p: number,
  asked: number | undefined,
  random: (purpose: string) => RandomStream,
  { hypotheses, warnings }: Conditions,
): Construction {
  const { n, d } = data;
  const k = asked ?? Math.ceil((1.2 * n) / d);
  if (k * d < n) {
    throw new HypothesisError(`tensor: a fit needs k d >= n (got k d=${k * d}, n=${n}), take a larger --k`);
  }
  const draw = random("weights");
  // Odd powers take both signs by themselves.
  const a = Float64Array.from({ length: k }, (_, l) => (p % 2 === 0 && l % 2 === 1 ? -1 : 1));
  let starts = 0;
  let least = Number.POSITIVE_INFINITY;
  while (starts < mostStarts) {
    const fit = fitPowers(data, p, { k, W: draw.gaussians(k * d), a });
    starts++;
    if (isFitted(fit, data)) {
      return describe({ n: k, d, p, X: fit.W, beta: a }, fit, {
        hypotheses,
        warnings,
        random: random("operator norm"),
        statement: "f(x_i) = y_i, with about as few neurons as there are equations (beyond the theorem)",
        details: { decomposition: "fit", iterations: fit.iterations, starts },
      });
    }
    least = Math.min(least, fit.error);
  }
  throw new HypothesisError(
    `tensor: no fit of k=${k} neurons from ${starts} starts (least max error ${least.toPrecision(3)}), take a larger --k`,
  );
}

interface Description extends Conditions {
  readonly random: RandomStream;
  readonly statement: string;
  readonly details: Readonly<Record<string, number | string>>;
}

/** p >= 3: ‖T‖_op is known between bounds only; p ‖T‖_op is the constant on the unit ball (Lemma 10). */
function describe(
  sum: PowerSum,
  neurons: PowerNeurons,
  { hypotheses, warnings, random, statement, details }: Description,
): Construction {
  const { p } = sum;
  const { lower, upper } = operatorNormBracket(sum, random);
  return {
    network: networkOfPowers(sum, neurons),
    hypotheses,
    guarantee: {
      statement: `${statement}; on the unit ball Lip(f) <= p ‖T‖_op <= p times its flattening`,
      value: p * upper,
    },
    details: { ...details, operator_norm_lower: lower, operator_norm_upper: upper },
    warnings: [...warnings, "on R^d there is no Lipschitz constant: gradients grow with the point"],
  };
}

function networkOfPowers({ d, p }: PowerSum, { k, W, a }: PowerNeurons): TwoLayerNetwork {
  return { activation: activationOf(p), k, d, W, b: new Float64Array(k), a, c: 0 };
}

function activationOf(p: number): Activation {
  return `polynomial:${"0,".repeat(p)}1`;
}
