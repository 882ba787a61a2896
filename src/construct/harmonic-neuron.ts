/** The complex neuron of Network size and weights size for memorization, §5, before it becomes real. */
import type { Dataset } from "../data/dataset.ts";
import { hermite, polynomialAt } from "../numeric/hermite.ts";
import type { RandomStream } from "../numeric/random.ts";
import { timesVector, transposedTimesVector } from "../numeric/vector-products.ts";

/** g(x) = Re(e^(−iθ) φ(⟨w + e^(iθ) v, x⟩)). */
export interface HarmonicNeuron {
  readonly w: Float64Array;
  readonly v: Float64Array;
  /** θ. */
  readonly phase: number;
  /** ⟨w, x_i⟩ and ⟨v, x_i⟩, n each. */
  readonly alongW: Float64Array;
  readonly alongV: Float64Array;
}

/** φ = H_m/√m, so that φ' = H_{m−1}. */
export function harmonicPolynomial(m: number): Float64Array {
  return hermite(m).map((value) => value / Math.sqrt(m));
}

/**
 * Draws w ~ N(0, I) and θ uniform, with v = (nγ²)^(−1/2) Σ r_i H_{m−1}(⟨w, x_i⟩) x_i. For points on the unit sphere
 * E Σ r_i g(x_i) = (nγ²)^(−1/2) rᵀ (X Xᵀ)^∘m r (Lemma 5). γ is 1/√d, the typical ⟨x_i, x_j⟩, not the largest.
 * @param r residual, n
 */
export function drawHarmonicNeuron(
  { n, d, X }: Pick<Dataset, "n" | "d" | "X">,
  r: Float64Array,
  m: number,
  random: RandomStream,
): HarmonicNeuron {
  const lower = hermite(m - 1);
  const w = random.gaussians(d);
  const phase = 2 * Math.PI * random.uniform();
  const alongW = timesVector(X, w, n, d);
  const scale = Math.sqrt(d / n);
  const shares = alongW.map((value, i) => scale * r[i] * polynomialAt(lower, value));
  const v = transposedTimesVector(X, shares, n, d);
  return { w, v, phase, alongW, alongV: timesVector(X, v, n, d) };
}

/** p w + q v. */
export function combined(w: Float64Array, p: number, v: Float64Array, q: number): Float64Array {
  return w.map((value, j) => p * value + q * v[j]);
}
