/** The kernel of derivative neurons, and how boosting goes with it (Network size and weights size for memorization, Lemmas 1 and 3). */
import { isPositiveSemidefinite } from "../numeric/positive-semidefinite.ts";
import { checkInside, checkWhole } from "./ranges.ts";

/**
 * H of Lemma 3, n × n: E[1{⟨u, x_i⟩ > 0} 1{⟨u, x_j⟩ > 0}] ⟨x_i, x_j⟩ = ⟨x_i, x_j⟩ (1/4 + arcsin(cos_ij)/(2π)) for u ~ N(0, I), so
 * that a derivative neuron has E⟨y, f_u⟩ = yᵀ H y. (The lemma prints (2/π)(1/4 + arcsin).)
 * @param inner X Xᵀ of points other than 0, n × n
 */
export function gateKernel(inner: Float64Array, n: number): Float64Array {
  const H = Float64Array.from(inner);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const cosine = inner[i * n + j] / Math.sqrt(inner[i * n + i] * inner[j * n + j]);
      H[i * n + j] *= 1 / 4 + Math.asin(Math.max(-1, Math.min(1, cosine))) / (2 * Math.PI);
    }
  }
  return H;
}

/**
 * A number that λ_min(H) is certainly above, just below an estimate of it: a Cholesky factorisation of what is left runs to
 * completion. 0 where none does.
 * @param H the kernel of n points of R^d, n × n
 */
export function gateKernelFloor(H: Float64Array, n: number, d: number, estimate: number): number {
  let largest = 0;
  for (let i = 0; i < n; i++) largest = Math.max(largest, H[i * n + i]);
  // |H_ij| is at most the largest H_ii; d products and the arcsine of their quotient round it.
  const rounding = n * (2 * d + 64) * 2 ** -53 * largest;
  for (const part of [1 - 1e-6, 0.99, 0.9]) {
    const shifted = Float64Array.from(H);
    for (let i = 0; i < n; i++) shifted[i * n + i] -= part * estimate;
    if (isPositiveSemidefinite(shifted, n, rounding)) return part * estimate;
  }
  return 0;
}

/**
 * What Lemma 3 says of λ_min(D⁻¹ H D⁻¹), D the norms: at least √(ln(1/γ)/ln(2n)) over 10 as printed, over 16 by its argument
 * with the factor of H put right.
 * @throws RangeError
 */
export function gateKernelLower({ n, gamma }: { n: number; gamma: number }): {
  printed: number;
  corrected: number;
} {
  const root = 1 / Math.sqrt(crowding({ n, gamma }));
  return { printed: root / 10, corrected: root / 16 };
}

/**
 * r = ln(2n)/ln(1/γ), at least 1: from this power on the powers of the cosines have eigenvalues of at least 1/2. A γ below 1/(2n)
 * counts as that.
 * @throws RangeError
 */
export function crowding({ n, gamma }: { n: number; gamma: number }): number {
  checkWhole("n", n);
  checkInside("gamma", gamma, "(0, 1)");
  return Math.log(2 * n) / Math.log(1 / Math.max(gamma, 1 / (2 * n)));
}

/** How many steps boosting takes, and what they weigh. */
export interface Boosting {
  /** ‖y − g‖² <= ε ‖y‖² after so many. */
  readonly steps: number;
  /** What is left of ‖y − g‖² after each step, at most: 1 − α²/β. */
  readonly contraction: number;
  /** W(g) is at most this times the largest W of a step's f, scaled to ‖y‖. */
  readonly weight: number;
}

/**
 * Lemma 1: where each y has an f with ⟨y, f⟩ >= α ‖y‖² and ‖f‖² <= β ‖y‖², steps of η = α/β reach ε with ⌈(β/α²) ln(1/ε)⌉ of
 * them.
 * @throws RangeError also for α² > β, which Cauchy and Schwarz forbid
 */
export function boostingSteps({
  alpha,
  beta,
  epsilon,
}: {
  alpha: number;
  beta: number;
  epsilon: number;
}): Boosting {
  checkInside("beta", beta, "(0, inf)");
  checkInside("alpha", alpha, `(0, ${Math.sqrt(beta)}]`);
  checkInside("epsilon", epsilon, "(0, 1)");
  const logarithm = Math.log(1 / epsilon);
  return {
    steps: Math.ceil((beta / alpha ** 2) * logarithm),
    contraction: 1 - alpha ** 2 / beta,
    weight: logarithm / alpha,
  };
}
