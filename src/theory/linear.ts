/** The shortest linear function that fits fewer points than dimensions (COLT 2021, §3.1). */
import type { Dataset } from "../data/dataset.ts";
import { gramMatrix, smallestOf } from "../numeric/gram-matrix.ts";
import { orthogonalFactorization } from "../numeric/householder.ts";
import { dot } from "../numeric/vector-products.ts";
import { type Bound, type Finding, type Hypothesis, type Law, needed } from "./law.ts";
import { neededConstant } from "./needed-constant.ts";
import { completed } from "./question.ts";
import { checkPoints, checkWhole } from "./ranges.ts";

/** w with ⟨w, x_i⟩ = y_i. */
interface LinearInterpolant {
  /** d. */
  readonly w: Float64Array;
  /** ‖w‖ = √(yᵀ (X Xᵀ)⁻¹ y), the Lipschitz constant; infinite where the points are dependent. */
  readonly length: number;
  /** Whether w exists for any labels, as far as f64 tells. */
  readonly independence: Hypothesis;
  /** λ_min(X Xᵀ) >= 1/2, for which ‖w‖ <= √2 ‖y‖. */
  readonly eigenvalue: Hypothesis;
}

/** Points are dependent, as far as f64 tells, where |R_ii| falls by this factor. */
const leastRatio = 1e-12;

/**
 * The shortest w with ⟨w, x_i⟩ = y_i; 2dn² operations.
 * @param data n <= d points of R^d and any labels
 * @throws RangeError
 */
export function linearInterpolant({ n, d, X, y }: Dataset): LinearInterpolant {
  checkPoints({ n, d, X, y });
  checkWhole("n", n, 1, d);
  const { rankRatio, minimumNorm } = orthogonalFactorization(X, n, d);
  const w = minimumNorm(y);
  const least = smallestOf(gramMatrix(X, n, d), n);
  const ok = rankRatio >= leastRatio;
  return {
    w,
    length: ok ? Math.sqrt(dot(w, w)) : Number.POSITIVE_INFINITY,
    independence: { name: "min |R_ii|/max |R_ii| >= 1e-12", ok, left: rankRatio, right: leastRatio },
    eigenvalue: { name: "lambda_min(X X^T) >= 1/2", ok: least >= 0.5, left: least, right: 0.5 },
  };
}

/**
 * E ‖w‖² = n d/(d − n − 1) for Gaussian points N(0, I/d) and signs, as the inverse of X Xᵀ is inverse Wishart; infinite for
 * n >= d − 1.
 * @throws RangeError
 */
export function linearMeanSquare(n: number, d: number): number {
  checkWhole("d", d);
  checkWhole("n", n, 1, d);
  return d > n + 1 ? (n * d) / (d - n - 1) : Number.POSITIVE_INFINITY;
}

const theorem = "COLT 2021, section 3.1";

export const linearLaw: Law = {
  name: "linear",
  theorem,
  summary: "one linear neuron: the shortest w with <w, x_i> = y_i, for n <= d",
  parameters: {
    n: { kind: "number", description: "points, where there are no data" },
    d: { kind: "number", description: "dimension, where there are no data" },
  },
  takes: ["data"],
  example: "--data gaussian --n 50 --d 100",
  ask(question): Finding {
    const { data } = question;
    const { n, d } = needed("linear", completed(question), "n", "d");
    const mean: Bound = {
      kind: "exact",
      quantity: "E Lip(f)^2 of the shortest linear f, Gaussian points",
      value: linearMeanSquare(n, d),
      method: "n d/(d - n - 1)",
      theorem: `${theorem}, derived`,
      hypotheses: [{ name: "n < d - 1", ok: n < d - 1, left: n, right: d - 1 }],
      vacuous: false,
    };
    const promised = {
      kind: "upper",
      quantity: "Lip(f) of the shortest linear f",
      value: Math.sqrt(2 * n),
      method: "sqrt(2n)",
      theorem,
      vacuous: false,
    } as const;
    if (!data) {
      // λ_min of Gaussian points tends to (1 − √(n/d))².
      const [ratio, most] = [n / d, (1 - Math.SQRT1_2) ** 2];
      const few = { name: "n/d <= (1 - 1/sqrt(2))^2", ok: ratio <= most, left: ratio, right: most };
      return { bounds: [{ ...promised, hypotheses: [few] }, mean] };
    }
    const { length, independence, eigenvalue } = linearInterpolant(data);
    return {
      bounds: [
        {
          ...promised,
          kind: "exact",
          value: length,
          method: "sqrt(yᵀ (X Xᵀ)⁻¹ y)",
          hypotheses: [independence],
        },
        {
          ...promised,
          value: Math.SQRT2 * Math.sqrt(dot(data.y, data.y)),
          method: "sqrt(2) ‖y‖",
          hypotheses: [eigenvalue],
        },
        mean,
      ],
      details: { over_floor: length / neededConstant(data) },
    };
  },
};
