/** How large sums of random tensors are (COLT 2021, Lemmas 13 and 14). */
import type { Dataset } from "../data/dataset.ts";
import { norm } from "../network/evaluate.ts";
import { operatorNormBracket } from "../numeric/power-sum.ts";
import type { RandomStream } from "../numeric/random.ts";
import { row } from "../numeric/vector-products.ts";
import { type Bound, type Finding, type Law, needed } from "./law.ts";
import { mostDegree, powerRate } from "./power.ts";
import { completed } from "./question.ts";
import { checkPoints, checkWhole } from "./ranges.ts";

/** Points for which four n × n matrices are 2 GiB. */
const mostPoints = 8192;

interface RandomTensorNorm {
  readonly lower: Bound;
  readonly upper: Bound;
  /** Both over √(n/d^{p−1}), the size that Lemma 14 gives. */
  readonly ratio: { readonly lower: number; readonly upper: number };
}

/**
 * Bounds on ‖Σ_i y_i x_i^{⊗p}‖_op, which meet for p <= 2: the value at some u, and a flattening's spectral norm.
 * @param data n points of R^d and any labels; n <= 8192 for p >= 3
 * @param p the order, 1 to 8
 * @param random starts of ascents, for p >= 3
 * @throws RangeError
 */
export function randomTensorNorm(data: Dataset, p: number, random: RandomStream): RandomTensorNorm {
  checkPoints(data);
  if (p > 2) checkWhole("n", data.n, 1, mostPoints);
  const { n, d, X, y } = data;
  const rate = powerRate(n, d, p);
  const { lower, upper } = operatorNormBracket({ n, d, p, X, beta: y }, random);
  let most = 0;
  for (let i = 0; i < n; i++) most += Math.abs(y[i]) * norm(row(X, i, d)) ** p;
  const common = { quantity, theorem, hypotheses: [regime(n, d, p)] };
  return {
    lower: {
      ...common,
      kind: "lower",
      value: lower,
      method: p <= 2 ? exactMethod(p) : "shifted power iteration",
      vacuous: !(lower > 0),
    },
    upper: {
      ...common,
      kind: "upper",
      value: upper,
      method: p <= 2 ? exactMethod(p) : "spectral norm of a flattening",
      vacuous: !(upper < most),
    },
    ratio: { lower: lower / rate, upper: upper / rate },
  };
}

function exactMethod(p: number): string {
  return p === 1 ? "‖Σ y_i x_i‖" : "eigenvalues of Σ y_i x_i x_iᵀ";
}

/** Below it the printed lemma is false: at u = x_1 the form is about 1, whatever n/d^{p−1}. */
function regime(n: number, d: number, p: number) {
  return { name: "n >= d^(p-1)", ok: n >= d ** (p - 1), left: n, right: d ** (p - 1) };
}

const quantity = "‖Σ y_i x_i^⊗p‖op";
const theorem = "COLT 2021, Lemma 14";

export const tensorNormLaw: Law = {
  name: "tensor-norm",
  theorem,
  summary: "the operator norm of Σ y_i x_i^⊗p, about sqrt(n/d^(p-1)) where that is at least 1",
  parameters: {
    degree: { kind: "number", default: 3, description: `p, from 1 to ${mostDegree}` },
    n: { kind: "number", description: "points, where there are no data" },
    d: { kind: "number", description: "dimension, where there are no data" },
  },
  takes: ["data"],
  example: "--data sphere --n 400 --d 20 --degree 3",
  ask(question): Finding {
    const { data, random } = question;
    const { n, d, degree } = needed("tensor-norm", completed(question), "n", "d", "degree");
    const printed = powerRate(n, d, degree);
    const rate: Bound = {
      kind: "rate",
      quantity,
      value: Math.max(1, printed),
      method: "max(1, sqrt(n/d^(p-1)))",
      theorem: `${theorem}, corrected`,
      hypotheses: [],
      vacuous: false,
    };
    const warnings =
      printed < 1
        ? [
            "the printed size sqrt(n/d^(p-1)) is below 1, which the norm is not: at a point of the sample it is about 1",
          ]
        : [];
    if (!data) return { bounds: [rate], warnings };
    const { lower, upper, ratio } = randomTensorNorm(data, degree, random("ascents"));
    return {
      bounds: [lower, upper, rate],
      details: { lower_over_printed: ratio.lower, upper_over_printed: ratio.upper },
      warnings,
    };
  },
};
