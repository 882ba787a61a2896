/** Symmetric tensors as sums of powers, by polarisation (COLT 2021, Lemma 11) with what symmetry repeats left out. */
import { multiply } from "../numeric/matrix.ts";
import type { PowerSum } from "../numeric/power-sum.ts";
import { dot, row } from "../numeric/vector-products.ts";
import { binomial } from "./symmetric-tensor.ts";

/** Neurons a_l ⟨w_l, x⟩^p. */
export interface PowerNeurons {
  readonly k: number;
  /** k × d, row-major. */
  readonly W: Float64Array;
  readonly a: Float64Array;
}

/** Neurons that `polarise` makes at the most: C(d + p − 2, p − 1) 2^{p−1}. */
export function polarisedCount(d: number, p: number): number {
  return binomial(d + p - 2, p - 1) * 2 ** (p - 1);
}

/**
 * The same function as Σ_i β_i ⟨x_i, x⟩^p with a number of neurons that does not depend on n.
 *
 * With t_I = T[I, ·] for I = (i_1 <= … <= i_{p−1}) and M_I its number of rearrangements, ⟨T, x^{⊗p}⟩ is
 * Σ_I M_I x_{i_1} ⋯ x_{i_{p−1}} ⟨t_I, x⟩, and a product of p linear forms is
 * z_1 ⋯ z_p = 1/(p! 2^{p−1}) Σ_ε ε_2 ⋯ ε_p (z_1 + ε_2 z_2 + … + ε_p z_p)^p over the signs of all but one. Slices are made
 * units before: sums of forms of one size lose least to cancellation.
 */
export function polarise({ n, d, p, X, beta }: PowerSum): PowerNeurons {
  const indices = sortedIndices(d, p - 1);
  const count = indices.length;
  const products = new Float64Array(count * n);
  indices.forEach((index, at) => {
    const target = row(products, at, n);
    target.set(beta);
    for (const j of index) for (let i = 0; i < n; i++) target[i] *= X[i * d + j];
  });
  const slices = multiply(products, X, count, n, d);
  const signs = 2 ** (p - 1);
  const W = new Float64Array(count * signs * d);
  const a = new Float64Array(count * signs);
  let k = 0;
  indices.forEach((index, at) => {
    const slice = row(slices, at, d);
    const size = Math.sqrt(dot(slice, slice));
    if (size === 0) return;
    const scale = (rearrangements(index) * size) / (factorial(p) * signs);
    for (let pattern = 0; pattern < signs; pattern++, k++) {
      const w = row(W, k, d);
      for (let j = 0; j < d; j++) w[j] = slice[j] / size;
      let sign = 1;
      index.forEach((j, q) => {
        const epsilon = (pattern >> q) & 1 ? -1 : 1;
        sign *= epsilon;
        w[j] += epsilon;
      });
      a[k] = scale * sign;
    }
  });
  return { k, W: W.slice(0, k * d), a: a.slice(0, k) };
}

/** All i_1 <= … <= i_length below d. */
function sortedIndices(d: number, length: number): number[][] {
  let indices: number[][] = [[]];
  for (let q = 0; q < length; q++) {
    indices = indices.flatMap((index) => {
      const from = index.at(-1) ?? 0;
      return Array.from({ length: d - from }, (_, j) => [...index, from + j]);
    });
  }
  return indices;
}

/** Different orders of a sorted list. */
function rearrangements(index: readonly number[]): number {
  let count = factorial(index.length);
  for (let q = 0, run = 1; q < index.length; q++) {
    run = q > 0 && index[q] === index[q - 1] ? run + 1 : 1;
    count /= run;
  }
  return count;
}

function factorial(p: number): number {
  return p <= 1 ? 1 : p * factorial(p - 1);
}
