/**
 * Certified eigenvalue bounds of Gram matrices M = F Fᵀ, in f64 with every rounding error accounted for.
 *
 * A number s is above λ_max(M) when a Cholesky factorisation of sI − M runs to completion, up to the error of the
 * factorisation and of forming M (S. M. Rump, "Verification of positive definiteness", BIT 46, 2006): with u = 2⁻⁵³ and
 * γ_j = j u/(1 − j u), whatever the order of the sums,
 *
 *   ‖fl(F Fᵀ) − F Fᵀ‖ <= γ_K ‖F‖_F²             for F of K columns,
 *   A + E = L Lᵀ with ‖E‖ <= γ_{m+1}/(1 − γ_{m+1}) tr(A)   for A of m rows (Higham, Theorem 10.3).
 */
import { kernels } from "./kernels/kernels.ts";
import { largestEigenvalue } from "./lanczos.ts";
import { multiplyTransposed } from "./matrix.ts";
import type { RandomStream } from "./random.ts";

/** Columns of one block; the matrix is kept as blocks of columns from the diagonal down. */
const blockWidth = 128;
const unit = 2 ** -53;

/** Lower triangle of a symmetric matrix: block column b holds rows b·width … m − 1, row-major. */
interface BlockColumns {
  readonly m: number;
  readonly blocks: readonly {
    readonly start: number;
    readonly width: number;
    readonly values: Float64Array;
  }[];
}

export interface EigenvalueBound {
  /** No eigenvalue of F Fᵀ is above it. */
  readonly upper: number;
  /** The Lanczos value that it was tried from. */
  readonly estimate: number;
  /** Factorisations tried. */
  readonly attempts: number;
}

/**
 * A rigorous upper bound on λ_max(F Fᵀ).
 * @param F m × K, row-major, finite
 * @param options.slack relative room above the estimate that is tried first; four times as much after each failure
 */
export function gramEigenvalueBound(
  F: Float64Array,
  m: number,
  K: number,
  options: { random: RandomStream; slack?: number },
): EigenvalueBound {
  const M = lowerGram(F, m, K);
  let frobenius = 0;
  for (const value of F) frobenius += value * value;
  const estimate = largestEigenvalue((v) => symmetricVector(M, v), m, {
    random: options.random,
    tolerance: 1e-4,
  }).value;
  if (frobenius === 0) return { upper: 0, estimate: 0, attempts: 0 };
  // What rounding can hide, relative to the trace: the first attempt leaves room for it.
  const noise = 4 * (m + 2) * unit * Math.max(1, frobenius / estimate);
  let slack = Math.max(options.slack ?? 1e-7, noise);
  for (let attempts = 1; ; attempts++) {
    const shift = estimate * (1 + slack);
    if (choleskyCompletes(M, shift)) {
      const trace = m * shift;
      const errors =
        gamma(K) * frobenius * (1 + gamma(m * K)) + // forming M, and summing the trace
        (gamma(m + 1) / (1 - gamma(m + 1))) * trace + // factorising
        2 * unit * (shift + frobenius); // subtracting from the diagonal
      return { upper: (shift + errors) * (1 + 2 ** -45), estimate, attempts };
    }
    slack *= 4;
    // tr(M) is above every eigenvalue: there is nothing to find beyond it.
    if (shift > 2 * frobenius)
      return { upper: frobenius * (1 + gamma(m * K)) * (1 + 2 ** -45), estimate, attempts };
  }
}

function gamma(count: number): number {
  return (count * unit) / (1 - count * unit);
}

function lowerGram(F: Float64Array, m: number, K: number): BlockColumns {
  const blocks = [];
  for (let start = 0; start < m; start += blockWidth) {
    const width = Math.min(blockWidth, m - start);
    const below = F.subarray(start * K);
    const values = multiplyTransposed(below, F.subarray(start * K, (start + width) * K), m - start, K, width);
    blocks.push({ start, width, values });
  }
  return { m, blocks };
}

function symmetricVector({ m, blocks }: BlockColumns, v: Float64Array): Float64Array {
  const product = new Float64Array(m);
  for (const { start, width, values } of blocks) {
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < i; j++) {
        const entry = values[i * width + j];
        product[start + i] += entry * v[start + j];
        product[start + j] += entry * v[start + i];
      }
      product[start + i] += values[i * width + i] * v[start + i];
    }
    const rows = m - start;
    for (let i = width; i < rows; i++) {
      const at = i * width;
      const x = v[start + i];
      let s0 = 0;
      let s1 = 0;
      let j = 0;
      for (; j + 1 < width; j += 2) {
        s0 += values[at + j] * v[start + j];
        s1 += values[at + j + 1] * v[start + j + 1];
        product[start + j] += values[at + j] * x;
        product[start + j + 1] += values[at + j + 1] * x;
      }
      if (j < width) {
        s0 += values[at + j] * v[start + j];
        product[start + j] += values[at + j] * x;
      }
      product[start + i] += s0 + s1;
    }
  }
  return product;
}

/** Whether the Cholesky factorisation of shift·I − M runs to completion. Left-looking, a block of columns at a time. */
function choleskyCompletes({ m, blocks }: BlockColumns, shift: number): boolean {
  const { run, memory } = kernels();
  const factors: { start: number; width: number; values: Float64Array }[] = [];
  for (const { start, width, values } of blocks) {
    const rows = m - start;
    const column = new Float64Array(rows * width);
    for (let i = 0; i < column.length; i++) column[i] = -values[i];
    for (let i = 0; i < width; i++) column[i * width + i] += shift;
    for (const earlier of factors) {
      const from = (start - earlier.start) * earlier.width;
      const below = earlier.values.subarray(from);
      const beside = earlier.values.subarray(from, from + width * earlier.width);
      const update = multiplyTransposed(below, beside, rows, earlier.width, width);
      for (let i = 0; i < column.length; i++) column[i] -= update[i];
    }
    const region = memory.reserve(column.length * 8);
    try {
      memory.doubles(region.address, column.length).set(column);
      if (!run.choleskyColumns(rows, width, region.address, width * 8)) return false;
      column.set(memory.doubles(region.address, column.length));
    } finally {
      region.release();
    }
    factors.push({ start, width, values: column });
  }
  return true;
}
