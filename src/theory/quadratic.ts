/** Activation t² with k neurons: f(x) = xᵀTx with T of rank k (COLT 2021, Theorem 9). */
import type { Dataset } from "../data/dataset.ts";
import { eigensystem, quadraticForm } from "../numeric/quadratic-form.ts";
import { correlation, fittedValues, leastSize } from "./correlation.ts";
import { type Finding, type Hypothesis, type Law, needed } from "./law.ts";
import { powerHypotheses } from "./monomial.ts";
import { neededConstant } from "./needed-constant.ts";
import { networkTensorNorm } from "./network-tensor.ts";
import { completed } from "./question.ts";
import { checkPoints, checkWhole } from "./ranges.ts";

/** Lower bounds on ‖T‖_op, and the norms of Ω = Σ y_i x_i x_iᵀ that they come from. */
interface QuadraticLower {
  /** (y·f)/(s_1 + … + s_k) with the singular values s_1 >= s_2 >= … of Ω (Ky Fan). */
  readonly kyFan: number;
  /** (y·f)/(k s_1), as in the paper's proof: no more than the one above. */
  readonly rank: number;
  /** s_1. */
  readonly operatorNorm: number;
  /** s_1 + … + s_d. */
  readonly nuclearNorm: number;
}

/**
 * What ‖T‖_op of no T of rank k with ⟨x_i, T x_i⟩ = f_i falls below, from y·f = ⟨T, Ω⟩ (COLT 2021, Theorem 9, its constant
 * computed from the data). Lip(f) on the unit ball is 2 ‖T‖_op.
 * @param data n points of R^d and any labels
 * @param k the rank; d where it is larger
 * @param f fitted values, n; the labels unless given
 * @throws RangeError
 */
export function quadraticActivationLower(data: Dataset, k: number, f?: Float64Array): QuadraticLower {
  checkPoints(data);
  checkWhole("k", k);
  const { n, d, X, y } = data;
  const { values } = eigensystem(quadraticForm(X, y, n, d), d);
  const singular = values.map(Math.abs).sort((s, t) => t - s);
  const sumOf = (count: number) => singular.subarray(0, count).reduce((sum, value) => sum + value, 0);
  const fitted = correlation(y, f);
  return {
    kyFan: leastSize(fitted, sumOf(k)),
    rank: leastSize(fitted, Math.min(k, d) * singular[0]),
    operatorNorm: singular[0],
    nuclearNorm: sumOf(d),
  };
}

const theorem = "COLT 2021, Theorem 9";

export const quadraticLaw: Law = {
  name: "quadratic",
  theorem,
  summary: "activation t^2 with k neurons: the least ‖T‖op that fits the data",
  parameters: {
    k: { kind: "number", description: "neurons; those of the network unless given" },
    n: { kind: "number", description: "points, where there are no data" },
    d: { kind: "number", description: "dimension, where there are no data" },
  },
  takes: ["data", "network"],
  example: "--data sphere --n 600 --d 60 --k 13",
  ask(question): Finding {
    const { data, network, random } = question;
    const { n, d, k } = needed("quadratic", completed(question), "n", "d", "k");
    for (const [name, value] of Object.entries({ n, d, k })) checkWhole(name, value);
    const least = neededConstant(data);
    // What ‖T‖_op bounds is compared by Lip(f) = 2 ‖T‖_op on the ball.
    const operatorNorm = (
      kind: "lower" | "rate",
      value: number,
      method: string,
      hypotheses: Hypothesis[],
    ) => ({
      kind,
      quantity: "‖T‖op",
      value,
      method,
      theorem,
      hypotheses,
      vacuous: !(2 * value > least),
    });
    const rate = operatorNorm("rate", Math.sqrt(n * d) / k, "sqrt(n d)/k", [
      { name: "k <= d", ok: k <= d, left: k, right: d },
    ]);
    const own = network ? networkTensorNorm(network, 2, { random: random("ascents"), theorem }) : [];
    if (!data) return { bounds: [rate, ...own] };
    const lower = quadraticActivationLower(data, k, fittedValues(data, network));
    const hypotheses = network
      ? [
          ...powerHypotheses(network, 2),
          { name: "neurons <= k", ok: network.k <= k, left: network.k, right: k },
        ]
      : [];
    const kyFan = operatorNorm(
      "lower",
      lower.kyFan,
      "(y·f)/(s_1 + … + s_k) of Σ y_i x_i x_iᵀ (Ky Fan)",
      hypotheses,
    );
    return {
      bounds: [
        kyFan,
        operatorNorm("lower", lower.rank, "(y·f)/(k s_1) of Σ y_i x_i x_iᵀ", hypotheses),
        { ...kyFan, quantity: "Lip(f) on the unit ball", value: 2 * lower.kyFan, method: "2 ‖T‖op" },
        rate,
        ...own,
      ],
      details: { sum_operator_norm: lower.operatorNorm, sum_nuclear_norm: lower.nuclearNorm },
    };
  },
};
