/** The Hermite series of smooth functions that are activations of no network here, in closed form. */
import type { HermiteSeries } from "./hermite.ts";

/** erf(t), and GELU(t) = t Φ(t), Φ the normal distribution. */
export const closedNames = ["erf", "gelu"] as const;
export type ClosedName = (typeof closedNames)[number];

interface ClosedForm {
  /** sup |ψ'|. */
  readonly constant: number;
  readonly series: (order: number) => HermiteSeries;
}

/**
 * E e^{−s g²} H_m(g) for even m = 2j: (1 + 2s)^{−1/2} (−2s/(1 + 2s))^j √((2j)!)/(2^j j!); 0 for odd m.
 * @returns those of m = 0, …, order
 */
function bellCoefficients(s: number, order: number): Float64Array {
  const coefficients = new Float64Array(order + 1);
  const ratio = (-2 * s) / (1 + 2 * s);
  let value = 1 / Math.sqrt(1 + 2 * s);
  for (let m = 0; m <= order; m += 2) {
    coefficients[m] = value;
    // √((m + 1)(m + 2))/(m + 2).
    value *= ratio * Math.sqrt((m + 1) / (m + 2));
  }
  return coefficients;
}

/** E ψ'' H_m for ψ'' = φ(t)(2 − t²), by t² H_m = √((m+1)(m+2)) H_{m+2} + (2m + 1) H_m + √(m(m−1)) H_{m−2}. */
function geluCurvature(order: number): Float64Array {
  const bell = bellCoefficients(1 / 2, order + 2).map((value) => value / Math.sqrt(2 * Math.PI));
  return Float64Array.from({ length: order + 1 }, (_, m) => {
    const above = Math.sqrt((m + 1) * (m + 2)) * bell[m + 2];
    const below = m >= 2 ? Math.sqrt(m * (m - 1)) * bell[m - 2] : 0;
    return (1 - 2 * m) * bell[m] - above - below;
  });
}

export const closedForms: Readonly<Record<ClosedName, ClosedForm>> = {
  erf: {
    constant: 2 / Math.sqrt(Math.PI),
    // ψ' = 2/√π e^{−t²}.
    series: (order) => ({
      coefficients: bellCoefficients(1, order).map((value) => (2 / Math.sqrt(Math.PI)) * value),
      squared: 4 / Math.PI / Math.sqrt(5),
      mean: 0,
    }),
  },
  gelu: {
    // ψ' = Φ + tφ is largest at √2: (1 + erf(1))/2 + e^{−1}/√π.
    constant: (1 + 0.8427007929497149) / 2 + Math.exp(-1) / Math.sqrt(Math.PI),
    // E ψ' H_l = E ψ'' H_{l−1}/√l.
    series(order) {
      const curvature = geluCurvature(order);
      return {
        coefficients: Float64Array.from({ length: order + 1 }, (_, l) =>
          l === 0 ? 1 / 2 : curvature[l - 1] / Math.sqrt(l),
        ),
        // E Φ² + 2 E gΦφ + E g²φ², and 2 E gΦφ = E φ² by parts.
        squared: 1 / 3 + (1 / Math.sqrt(3) + 1 / Math.sqrt(27)) / (2 * Math.PI),
        mean: 1 / (2 * Math.sqrt(Math.PI)),
      };
    },
  },
};

export function isClosed(activation: string): activation is ClosedName {
  return closedNames.some((name) => name === activation);
}
