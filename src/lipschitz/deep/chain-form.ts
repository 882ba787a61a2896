/**
 * The semidefinite certificate of a deep network (LipSDP-Neuron: Fazlyab, Robey, Hassani, Morari, Pappas, NeurIPS 2019),
 * written for gradients.
 *
 * A gradient is W_1ᵀ p_1 of the chain q_H = a, p_i = D_i q_i, q_{i−1} = W_iᵀ p_i, with slopes D_i between lo and hi. Each
 * neuron has (p − lo q)(hi q − p) >= 0. Let x = (τ, p_H, …, p_1) with q_H = aτ. If for some ρ and λ >= 0
 *
 *   M(ρ, λ) = ρ e_τ e_τᵀ − G − Σ λ_j (p_j − lo_j q_j)(hi_j q_j − p_j)  is positive semidefinite,  G = ‖W_1ᵀ p_1‖²,
 *
 * as a quadratic form in x, then at x of the gradient (τ = 1) ρ − ‖∇f‖² >= Σ λ_j (…) >= 0: the constant is at most √ρ.
 * With p_j = e_jᵀx and q_j = c_jᵀx, M = ρ e_τe_τᵀ − G + ½ Σ λ_j (v_j u_jᵀ + u_j v_jᵀ), v_j = e_j − lo_j c_j, u_j = e_j − hi_j c_j.
 */
import type { SlopeRange } from "../../network/activation.ts";
import type { DeepNetwork, Layer } from "../../network/deep.ts";
import { multiplyTransposed } from "../../numeric/matrix.ts";
import { isPositiveSemidefinite } from "../../numeric/positive-semidefinite.ts";

export interface ChainForm {
  /** 1 + number of hidden neurons. */
  readonly m: number;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** First coordinate of each hidden layer, first layer first. */
  readonly offsets: readonly number[];
  /** Layers scaled by powers of two to norms near one; the last is the output. */
  readonly layers: readonly Layer[];
  /** The network's gradients are 2^exponent times those of the form. */
  readonly exponent: number;
  /** W_1 W_1ᵀ, k_1 × k_1. */
  readonly gram: Float64Array;
}

/** A point (ρ, λ): λ_j belongs to coordinate j + 1. */
export interface ChainPoint {
  readonly rho: number;
  readonly lambda: Float64Array;
}

const unit = 2 ** -53;

/**
 * @param ranges slopes of every hidden layer's neurons
 * @param sizes base-2 logarithms of the layers' norms, about
 */
export function chainForm(
  network: DeepNetwork,
  ranges: readonly (readonly SlopeRange[])[],
  sizes: readonly number[],
): ChainForm {
  let exponent = 0;
  const layers = network.layers.map((layer, i) => {
    const power = Math.max(-1000, Math.min(1000, Math.round(sizes[i])));
    exponent += power;
    return { ...layer, W: layer.W.map((w) => w * 2 ** -power) };
  });
  const hidden = layers.slice(0, -1);
  const offsets: number[] = [];
  let m = 1;
  for (let i = hidden.length - 1; i >= 0; i--) {
    offsets[i] = m;
    m += hidden[i].rows;
  }
  const low = new Float64Array(m - 1);
  const high = new Float64Array(m - 1);
  ranges.forEach((layer, i) => {
    layer.forEach((range, l) => {
      low[offsets[i] - 1 + l] = range.low;
      high[offsets[i] - 1 + l] = range.high;
    });
  });
  const { rows, columns, W } = hidden[0];
  return { m, low, high, offsets, layers, exponent, gram: multiplyTransposed(W, W, rows, columns, rows) };
}

/** c_j of every neuron as rows, (m − 1) × m. */
export function inputRows({ m, offsets, layers }: ChainForm): Float64Array {
  const C = new Float64Array((m - 1) * m);
  layers.slice(0, -1).forEach(({ rows }, i) => {
    const above = layers[i + 1];
    const first = i + 1 < offsets.length ? offsets[i + 1] : 0;
    for (let l = 0; l < rows; l++) {
      const at = (offsets[i] - 1 + l) * m + first;
      for (let r = 0; r < above.rows; r++) C[at + r] = above.W[r * above.columns + l];
    }
  });
  return C;
}

/** M(ρ, λ), m × m, symmetric. */
export function chainMatrix(form: ChainForm, C: Float64Array, { rho, lambda }: ChainPoint): Float64Array {
  const { m, low, high, offsets, gram } = form;
  const M = new Float64Array(m * m);
  M[0] = rho;
  if (low.some((value, j) => value * high[j] !== 0)) addProducts(form, C, lambda, M);
  for (let j = 0; j < m - 1; j++) {
    M[(j + 1) * m + j + 1] += lambda[j];
    const factor = -0.5 * (low[j] + high[j]) * lambda[j];
    // A neuron's inputs lie at smaller coordinates than itself.
    for (let i = 0; i <= j; i++) {
      const entry = factor * C[j * m + i];
      if (entry === 0) continue;
      M[(j + 1) * m + i] += entry;
      M[i * m + j + 1] += entry;
    }
  }
  const size = m - offsets[0];
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) M[(offsets[0] + i) * m + offsets[0] + j] -= gram[i * size + j];
  }
  return M;
}

/** Adds Σ λ_j lo_j hi_j c_j c_jᵀ. */
function addProducts(
  { m, low, high }: ChainForm,
  C: Float64Array,
  lambda: Float64Array,
  M: Float64Array,
): void {
  const right = new Float64Array(m * (m - 1));
  const left = new Float64Array(m * (m - 1));
  for (let j = 0; j < m - 1; j++) {
    for (let i = 0; i <= j; i++) {
      right[i * (m - 1) + j] = C[j * m + i];
      left[i * (m - 1) + j] = lambda[j] * low[j] * high[j] * C[j * m + i];
    }
  }
  const sum = multiplyTransposed(left, right, m, m - 1, m);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < m; j++) M[i * m + j] += 0.5 * (sum[i * m + j] + sum[j * m + i]);
}

/**
 * Whether M(ρ, λ) is positive semidefinite for certain, all roundings included: the entries of M are scaled by powers of
 * two to a diagonal near one, and what their roundings can change its eigenvalues by is added to what the test allows:
 * at most 8u of each λ term, γ_{d+2} of G and γ_{m+8} of the terms c cᵀ, in the Frobenius norm each.
 */
export function certifies(form: ChainForm, C: Float64Array, point: ChainPoint): boolean {
  const { m, low, high, offsets, layers } = form;
  if (!(point.rho > 0) || !point.lambda.every((value) => value >= 0 && Number.isFinite(value))) return false;
  const M = chainMatrix(form, C, point);
  const scales = Float64Array.from({ length: m }, (_, i) => 2 ** -Math.round(Math.log2(M[i * m + i]) / 2));
  if (!scales.every((scale) => scale > 0 && Number.isFinite(scale))) return false;
  let entries = 0;
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      M[i * m + j] *= scales[i] * scales[j];
      entries += M[i * m + j] ** 2;
    }
  }
  // Terms before they cancel.
  const [first] = layers;
  let terms = Math.sqrt(entries);
  for (let l = 0; l < first.rows; l++) {
    let squared = 0;
    for (let j = l * first.columns; j < (l + 1) * first.columns; j++) squared += first.W[j] ** 2;
    terms += squared * scales[offsets[0] + l] ** 2;
  }
  for (let j = 0; j < m - 1; j++) {
    const inputs = Math.abs(low[j]) + Math.abs(high[j]);
    let squared = 0;
    for (let i = 0; i <= j; i++) squared += (C[j * m + i] * scales[i]) ** 2;
    terms += point.lambda[j] * (scales[j + 1] + inputs * Math.sqrt(squared)) ** 2;
  }
  const error = 4 * (m + first.columns + 32) * unit * terms;
  return isPositiveSemidefinite(M, m, error);
}
