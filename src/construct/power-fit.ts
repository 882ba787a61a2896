/** Networks of activation t^p with few neurons, fitted to the data exactly (beyond the papers). */
import type { Dataset } from "../data/dataset.ts";
import { cholesky, solveCholesky } from "../numeric/cholesky.ts";
import { gramMatrix } from "../numeric/gram-matrix.ts";
import { multiply, multiplyTransposed } from "../numeric/matrix.ts";
import type { PowerNeurons } from "./polarisation.ts";

export interface PowerFit extends PowerNeurons {
  /** max |f(x_i) − y_i|. */
  readonly error: number;
  /** Steps tried. */
  readonly iterations: number;
}

/** An error of this part of the largest label is as small as f64 gets it with few neurons; up to `enough` it is a fit. */
const aim = 1e-13;
const enough = 1e-10;
const mostIterations = 150;
/** Damping in units of the mean eigenvalue of J Jᵀ: at first, and where nothing is gained any more. */
const damping = { first: 1e-2, most: 1e6 };

export function isFitted({ error }: PowerFit, { y }: Dataset): boolean {
  return error <= enough * largest(y);
}

/**
 * Solves Σ_l a_l ⟨w_l, x_i⟩^p = y_i for W from a start, a as given, by Levenberg and Marquardt in kernel form: with
 * S = (XWᵀ)^{∘(p−1)} diag(a) and residuals r it is J Jᵀ = p² (SSᵀ) ∘ (XXᵀ), λ = (J Jᵀ + μ tr/n)^{-1} r and
 * W ← W − p (S ∘ λ)ᵀ X; n³/3 + 2n²k operations a step.
 */
export function fitPowers({ n, d, X, y }: Dataset, p: number, start: PowerNeurons): PowerFit {
  const { k, a } = start;
  const inner = gramMatrix(X, n, d);
  const wanted = aim * largest(y);
  let W = Float64Array.from(start.W);
  let state = stateOf(W);
  let mu = damping.first;
  let iterations = 0;
  while (state.error > wanted && mu < damping.most && iterations < mostIterations) {
    const { S, residual } = state;
    const kernel = multiplyTransposed(S, S, n, k, n);
    for (let i = 0; i < kernel.length; i++) kernel[i] *= p * p * inner[i];
    let trace = 0;
    for (let i = 0; i < n; i++) trace += kernel[i * n + i];
    for (let accepted = false; !accepted && mu < damping.most && iterations < mostIterations; iterations++) {
      const step = stepOf(kernel, (mu * trace) / n, residual, S);
      const tried = step && W.map((weight, at) => weight - step[at]);
      const reached = tried && stateOf(tried);
      accepted = reached !== undefined && reached.squared < state.squared;
      if (tried && reached && accepted) {
        [W, state] = [tried, reached];
        mu /= 5;
      } else if (state.error <= enough * largest(y)) {
        // A fit that no step betters: rounding is all that is left.
        mu = damping.most;
      } else mu *= 4;
    }
  }
  return { k, W, a, error: state.error, iterations };

  function stepOf(kernel: Float64Array, shift: number, residual: Float64Array, S: Float64Array) {
    const shifted = Float64Array.from(kernel);
    for (let i = 0; i < n; i++) shifted[i * n + i] += shift;
    const L = cholesky(shifted, n);
    if (!L) return undefined;
    const lambda = solveCholesky(L, n, residual);
    const weighted = new Float64Array(k * n);
    for (let i = 0; i < n; i++)
      for (let l = 0; l < k; l++) weighted[l * n + i] = p * lambda[i] * S[i * k + l];
    return multiply(weighted, X, k, n, d);
  }

  function stateOf(weights: Float64Array) {
    const Z = multiplyTransposed(X, weights, n, d, k);
    const S = new Float64Array(n * k);
    const residual = new Float64Array(n);
    let [error, squared] = [0, 0];
    for (let i = 0; i < n; i++) {
      let value = 0;
      for (let l = 0, at = i * k; l < k; l++, at++) {
        S[at] = a[l] * Z[at] ** (p - 1);
        value += S[at] * Z[at];
      }
      residual[i] = value - y[i];
      squared += residual[i] ** 2;
      error = Math.max(error, Math.abs(residual[i]));
    }
    return { S, residual, error, squared };
  }
}

function largest(y: Float64Array): number {
  return y.reduce((most, label) => Math.max(most, Math.abs(label)), 0);
}
