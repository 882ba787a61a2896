/** Polynomial activations with biases: f has all orders up to p (COLT 2021, Theorem 8). */
import type { Dataset } from "../data/dataset.ts";
import { largestCoefficient } from "../numeric/chebyshev.ts";
import { correlation, fittedValues, leastSize } from "./correlation.ts";
import type { Finding, Law } from "./law.ts";
import { degreeOf } from "./monomial.ts";
import { neededConstant } from "./needed-constant.ts";
import { degreeAndSize, mostDegree, powerParameters, powerRateBound } from "./power.ts";
import { powerSizes } from "./power-sizes.ts";
import { checkPoints, checkWhole } from "./ranges.ts";

/**
 * The Lipschitz constant on the unit ball of any polynomial f of degree p is at least
 * (λ·f)/Σ_q (τ_{p−1,q−1}/q) N_q with λ = y − ȳ and N_q >= ‖Σ λ_i x_i^{⊗q}‖_{op,*}: the derivative of t ↦ f(tx) has degree
 * p − 1 and is at most Lip, so that its coefficients q ⟨T_q, x^{⊗q}⟩ are at most τ Lip (V. Markov). COLT 2021, Theorem 8
 * leaves τ, a coefficient of a Chebyshev polynomial, out.
 * @param data n points of R^d and any labels
 * @param p the degree, 1 to 8
 * @param f fitted values, n; the labels unless given
 * @throws RangeError
 */
export function polynomialActivationLower(data: Dataset, p: number, f?: Float64Array): number {
  checkPoints(data);
  checkWhole("degree", p, 1, mostDegree);
  const fitted = correlation(data.y, f, true);
  const { dualNorm } = powerSizes(data, fitted.weights, p);
  let total = 0;
  for (let q = 1; q <= p; q++) total += (largestCoefficient(p - 1, q - 1) / q) * dualNorm(q);
  return leastSize(fitted, total);
}

export const polynomialLaw: Law = {
  name: "polynomial",
  theorem: "COLT 2021, Theorem 8",
  summary: "polynomial activations with biases: the least Lipschitz constant on the unit ball",
  parameters: powerParameters,
  takes: ["data", "network"],
  example: "--data sphere --n 400 --d 40 --degree 2",
  ask(question): Finding {
    const { data, network } = question;
    const { p, n, d } = degreeAndSize("polynomial", question);
    const least = neededConstant(data);
    const rate = powerRateBound(p, n, d, "COLT 2021, Theorem 8", least);
    if (!data) return { bounds: [rate] };
    const value = polynomialActivationLower(data, p, fittedValues(data, network));
    const degree = network && (degreeOf(network) ?? Number.POSITIVE_INFINITY);
    return {
      bounds: [
        {
          kind: "lower",
          quantity: "Lip(f) on the unit ball",
          value,
          method: "(λ·f)/Σ_q (τ_q/q) ‖Σ λ_i x_i^⊗q‖op,*, λ = y - mean(y)",
          theorem: "COLT 2021, Theorem 8, Chebyshev coefficients added",
          hypotheses:
            degree === undefined
              ? []
              : [{ name: "degree of the activation <= p", ok: degree <= p, left: degree, right: p }],
          vacuous: !(value > least),
        },
        rate,
      ],
      details: { degree: p },
    };
  },
};
