/** Activation t^p: T with f(x) = ⟨T, x^{⊗p}⟩ cannot be small where f fits generic data (COLT 2021, Theorem 7). */
import type { Dataset } from "../data/dataset.ts";
import { correlation, fittedValues, leastSize } from "./correlation.ts";
import { type Bound, type Finding, type Law, needed, type Question } from "./law.ts";
import { degreeOf, powerHypotheses } from "./monomial.ts";
import { neededConstant } from "./needed-constant.ts";
import { networkTensorNorm } from "./network-tensor.ts";
import { powerSizes } from "./power-sizes.ts";
import { completed } from "./question.ts";
import { checkPoints, checkWhole } from "./ranges.ts";

/** Orders beyond this overflow soon and separate nothing. */
export const mostDegree = 8;

/** Lower bounds on the size of an interpolating tensor. */
interface PowerLower {
  /** On ‖T‖_op. */
  readonly operatorNorm: number;
  /** On Lip(f) on the unit ball, which is p ‖T‖_op. */
  readonly ball: number;
}

/**
 * ‖T‖_op >= (y·f)/‖Σ y_i x_i^{⊗p}‖_{op,*} for every symmetric T of order p with ⟨T, x_i^{⊗p}⟩ = f_i, and p times that for
 * the Lipschitz constant on the unit ball. The proof of COLT 2021, Theorem 7 without its random tensors: no constant, no
 * probability.
 * @param data n points of R^d and any labels
 * @param p the order, 1 to 8
 * @param f fitted values, n; the labels unless given
 * @throws RangeError
 */
export function powerActivationLower(data: Dataset, p: number, f?: Float64Array): PowerLower {
  checkPoints(data);
  checkWhole("degree", p, 1, mostDegree);
  const fitted = correlation(data.y, f);
  const operatorNorm = leastSize(fitted, powerSizes(data, fitted.weights, p).dualNorm(p));
  return { operatorNorm, ball: p * operatorNorm };
}

/**
 * √(n/d^{p−1}), as which ‖T‖_op grows on generic data.
 * @throws RangeError
 */
export function powerRate(n: number, d: number, p: number): number {
  checkWhole("n", n);
  checkWhole("d", d);
  checkWhole("degree", p, 1, mostDegree);
  return Math.sqrt(n / d ** (p - 1));
}

/** p, n and d of a question about a polynomial activation. */
export function degreeAndSize(law: string, question: Question): { p: number; n: number; d: number } {
  const { network, numbers } = completed(question);
  const degree = numbers.degree ?? (network && degreeOf(network));
  const sizes = needed(law, { ...question, numbers: { ...numbers, degree } }, "n", "d", "degree");
  return { p: sizes.degree, n: sizes.n, d: sizes.d };
}

/** Parameters of the laws of polynomial activations. */
export const powerParameters = {
  degree: { kind: "number", description: "p, from 1 to 8; that of the network's activation unless given" },
  n: { kind: "number", description: "points, where there are no data" },
  d: { kind: "number", description: "dimension, where there are no data" },
} as const;

/** The law of the paper, whose constant it leaves open. */
export function powerRateBound(p: number, n: number, d: number, theorem: string, least: number): Bound {
  const value = p * powerRate(n, d, p);
  return {
    kind: "rate",
    quantity: "Lip(f) on the unit ball",
    value,
    method: "p sqrt(n/d^(p-1))",
    theorem,
    hypotheses: [
      { name: "n >= d^(p-1), else the rate is below 1", ok: n >= d ** (p - 1), left: n, right: d ** (p - 1) },
    ],
    vacuous: !(value > least),
  };
}

export const powerLaw: Law = {
  name: "power",
  theorem: "COLT 2021, Theorem 7",
  summary: "activation t^p: the least operator norm of a tensor that fits the data",
  parameters: powerParameters,
  takes: ["data", "network"],
  example: "--data sphere --n 400 --d 40 --degree 2",
  ask(question): Finding {
    const { data, network, random } = question;
    const { p, n, d } = degreeAndSize("power", question);
    const least = neededConstant(data);
    const theorem = "COLT 2021, Theorem 7";
    const rate = powerRateBound(p, n, d, theorem, least);
    const own = network ? networkTensorNorm(network, p, { random: random("ascents"), theorem }) : [];
    if (!data) return { bounds: [rate, ...own] };
    const { operatorNorm, ball } = powerActivationLower(data, p, fittedValues(data, network));
    const common = {
      kind: "lower",
      method: "(y·f)/‖Σ y_i x_i^⊗p‖op,*",
      theorem: `${theorem}, constant derived`,
      hypotheses: network ? powerHypotheses(network, p) : [],
      vacuous: !(ball > least),
    } as const;
    return {
      bounds: [
        { ...common, quantity: "‖T‖op", value: operatorNorm },
        { ...common, quantity: "Lip(f) on the unit ball", value: ball },
        rate,
        ...own,
      ],
      details: { degree: p },
    };
  },
};
