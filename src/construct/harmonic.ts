/** The harmonic network (Network size and weights size for memorization, Theorems 4 and 5), with real ReLU neurons. */

import type { Dataset } from "../data/dataset.ts";
import { totalWeight } from "../network/evaluate.ts";
import { gramMatrix, smallestOf } from "../numeric/gram-matrix.ts";
import type { Hypothesis } from "../theory/law.ts";
import { boost, boostingDetails } from "./boosting.ts";
import {
  type Construction,
  type ConstructionMethod,
  HypothesisError,
  networkOfNeurons,
} from "./construction.ts";
import { gaussNewton } from "./gauss-newton.ts";
import { greedyLearner, singleLearner } from "./harmonic-learners.ts";
import { checkNumbers } from "./memory-limit.ts";

/** λ_min((X Xᵀ)^∘m), the conclusion of Lemma 7: the condition that it draws it from fails for all n that fit here. */
const leastEigenvalue = 0.1;
const mostDegree = 8;
/** Steps that the budget has for n ln(1/ε)/d; greedy takes about 5, single 20, some degrees four times that. */
const budget = 200;

export const harmonic: ConstructionMethod = {
  name: "harmonic",
  theorem: "Network size and weights size for memorization, Theorems 4 and 5",
  summary: "boosting with directions of complex neurons: few ReLU neurons of total weight about sqrt(n)",
  options: {
    degree: { kind: "whole", least: 2, most: 20, description: "m; the smallest that passes unless given" },
    mode: {
      kind: "choice",
      choices: ["greedy", "single"],
      default: "greedy",
      description: "greedy: the best ReLU of eight directions; single: one ReLU drawn, the step of the paper",
    },
    epsilon: {
      kind: "number",
      least: 1e-6,
      most: 0.9,
      default: 0.1,
      description: "boosting ends at ‖f - y‖² <= epsilon ‖y‖²",
    },
    finish: {
      kind: "choice",
      choices: ["yes", "no"],
      default: "yes",
      description: "from there to f(x_i) = y_i by Gauss-Newton steps, with the same neurons",
    },
    drop: {
      kind: "choice",
      choices: ["no", "yes"],
      default: "no",
      description: "yes: points with r_i² > n/d no longer direct neurons (the set A of the paper)",
    },
  },
  signs: false,
  distinct: true,
  build(data, options, random): Construction {
    const { n, d, y } = data;
    // A knot lies at a point and leaves two on, at the least.
    if (n < 3) throw new HypothesisError(`harmonic: needs n >= 3 (got n=${n})`);
    checkNumbers("harmonic", 5 * n * n, "n × n matrices");
    const inner = gramMatrix(data.X, n, d);
    const { degree, least } = chooseDegree(inner, data, options.degree as number | undefined);
    const epsilon = Number(options.epsilon);
    const kept = new Uint8Array(n).fill(1);
    const learner = (options.mode === "single" ? singleLearner : greedyLearner)(data, {
      degree,
      random: random("neurons"),
      kept,
      drop: options.drop === "yes",
    });
    const most = Math.ceil(budget * Math.max(1, n / d) * Math.log(1 / epsilon));
    const boosted = boost(y, learner, { name: "harmonic", epsilon, most });
    const rough = networkOfNeurons(d, boosted.neurons);
    const finished = options.finish === "yes" ? gaussNewton(data)(rough) : undefined;
    if (finished && !finished.interpolates) {
      throw new HypothesisError(
        `harmonic: the finish ended at a largest error of ${finished.error.toPrecision(3)} (needs 1e-9), take a smaller ` +
          "--epsilon or --finish no",
      );
    }
    return {
      network: finished?.network ?? rough,
      hypotheses: hypotheses(inner, data, degree, least),
      guarantee: {
        statement:
          "‖f - y‖² <= epsilon ‖y‖² with k d <= C n log(1/epsilon) and W <= C sqrt(n), up to logarithms, C open",
      },
      details: {
        degree,
        smallest_eigenvalue: least,
        ...boostingDetails(boosted),
        boosted_weight: totalWeight(rough),
        kept_points: kept.reduce((sum, value) => sum + value, 0),
        ...(finished && { finish_iterations: finished.iterations }),
      },
    };
  },
};

function chooseDegree(inner: Float64Array, { n }: Dataset, given: number | undefined) {
  const eigenvalue = (m: number) =>
    smallestOf(
      inner.map((value) => value ** m),
      n,
    );
  const first = given ?? 2;
  let least = 0;
  for (let degree = first; degree <= (given ?? mostDegree); degree++) {
    least = eigenvalue(degree);
    if (least >= leastEigenvalue) return { degree, least };
  }
  const found = `needs lambda_min((X X^T)^m) >= ${leastEigenvalue} (got ${least.toPrecision(3)} for`;
  throw new HypothesisError(
    given === undefined
      ? `harmonic: ${found} m = ${mostDegree} and less for smaller ones): two points are too close`
      : `harmonic: ${found} m = ${given}), take --degree ${given + 1} or leave it out`,
  );
}

function hypotheses(inner: Float64Array, { n, d, y }: Dataset, m: number, least: number): Hypothesis[] {
  let [far, gamma] = [0, 0];
  for (let i = 0; i < n; i++) {
    far = Math.max(far, Math.abs(Math.sqrt(inner[i * n + i]) - 1));
    for (let j = 0; j < i; j++) gamma = Math.max(gamma, Math.abs(inner[i * n + j]));
  }
  const largest = y.reduce((most, label) => Math.max(most, label * label), 0);
  const crowding = n * gamma ** (m - 2);
  return [
    { name: "largest | ‖x_i‖ - 1 | <= 1e-9", ok: far <= 1e-9, left: far, right: 1e-9 },
    {
      name: "n gamma^(m - 2) <= 1/2, gamma = max |<x_i, x_j>|",
      ok: crowding <= 0.5,
      left: crowding,
      right: 0.5,
    },
    { name: "lambda_min((X X^T)^m) >= 0.1, in its place", ok: true, left: least, right: leastEigenvalue },
    { name: "largest y_i² <= n gamma², gamma² = 1/d", ok: largest <= n / d, left: largest, right: n / d },
  ];
}
