/**
 * Certified eigenvalue bounds of Gram matrices M = F Fᵀ, in f64 with every rounding error accounted for.
 *
 * A number s is above λ_max(M) when a Cholesky factorisation of sI − M runs to completion, up to the error of the
 * factorisation and of forming M (S. M. Rump, "Verification of positive definiteness", BIT 46, 2006): with u = 2⁻⁵³ and
 * γ_j = j u/(1 − j u), whatever the order of the sums,
 *
 *   ‖fl(F Fᵀ) − F Fᵀ‖ <= γ_K ‖F‖_F²             for F of K columns,
 *   A + E = L Lᵀ with ‖E‖ <= γ_{m+1}/(1 − γ_{m+1}) tr(A)   for A of m rows (Higham, Theorem 10.3).
 *
 * Proofs: docs/certificate.md. One file, for forming, factorising and judging share the layout in the kernels' memory, and
 * the proof goes through all three. Matrices lie in the kernels' memory as blocks of columns from the diagonal down.
 */
import { kernels, type Region } from "./kernels/kernels.ts";
import { type DoubleProducts, kernelProducts } from "./kernels/products.ts";
import { largestEigenvalue } from "./lanczos.ts";
import type { RandomStream } from "./random.ts";

/** Columns of one block, and of the parts of a block that are factorised without products. */
const blockWidth = 128;
const partWidth = 32;
const blockStride = blockWidth * 8;
/** Columns of F that are taken at once. */
const depthAtOnce = 256;
const unit = 2 ** -53;

/** Lower triangle of a symmetric matrix: block column b holds rows b·width … m − 1, row-major. */
export interface BlockColumns {
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
  /** The largest eigenvalue's estimate that it was tried from. */
  readonly estimate: number;
  /** Factorisations tried. */
  readonly attempts: number;
}

export interface EigenvalueOptions {
  readonly random: RandomStream;
  /** Relative room above the estimate that is tried first; four times as much after each failure. */
  readonly slack?: number;
  /** What multiplies; the kernels unless given. */
  readonly products?: DoubleProducts | undefined;
}

/** Writes columns `first` to `first + count` of F into `target`, m × count, row-major. */
export type ColumnFiller = (first: number, count: number, target: Float64Array) => void;

/**
 * A rigorous upper bound on λ_max(F Fᵀ).
 * @param F m × K, row-major; or what writes its columns, whose largest entry is then between 2^−200 and 2^200
 * @throws RangeError where F has an entry that is not finite
 */
export function gramEigenvalueBound(
  F: Float64Array | ColumnFiller,
  m: number,
  K: number,
  options: EigenvalueOptions,
): EigenvalueBound {
  if (typeof F === "function") return certify(F, m, K, options);
  let most = 0;
  for (const value of F) most = Math.max(most, Math.abs(value));
  // Scaled by a power of two where squares could overflow or vanish.
  const moderate = most === 0 || (most > 2 ** -200 && most < 2 ** 200);
  const power = moderate ? 0 : Math.max(-1000, Math.min(1000, Math.round(Math.log2(most))));
  const factor = 2 ** -power;
  const { upper, estimate, attempts } = certify(
    (first, count, target) => {
      for (let i = 0; i < m; i++) {
        for (let p = 0; p < count; p++) target[i * count + p] = F[i * K + first + p] * factor;
      }
    },
    m,
    K,
    options,
  );
  if (power === 0) return { upper, estimate, attempts };
  const unscaled = upper * 2 ** power * 2 ** power;
  const above = upper > 0 && unscaled < 2 ** -1021 ? unscaled + Number.MIN_VALUE : unscaled;
  return { upper: above, estimate: estimate * 2 ** power * 2 ** power, attempts };
}

/** γ_n = nu/(1 − nu). */
export function gamma(count: number): number {
  return (count * unit) / (1 - count * unit);
}

/** The lower triangle of a symmetric matrix given by its entries. */
export function blockColumns(m: number, entry: (i: number, j: number) => number): BlockColumns {
  const blocks = [];
  for (let start = 0; start < m; start += blockWidth) {
    const width = Math.min(blockWidth, m - start);
    const values = new Float64Array((m - start) * width);
    for (let i = 0; i < m - start; i++) {
      for (let j = 0; j < width; j++) values[i * width + j] = entry(start + i, start + j);
    }
    blocks.push({ start, width, values });
  }
  return { m, blocks };
}

/** Whether the Cholesky factorisation of shift·I − M runs to completion. */
export function choleskyCompletes({ m, blocks }: BlockColumns, shift: number): boolean {
  const { memory } = kernels();
  const layout = layoutOf(m);
  const region = memory.reserve(layout.bytes);
  try {
    for (const { start, width, values } of blocks) {
      const rows = m - start;
      const target = memory.doubles(layout.address(region, start), rows * blockWidth);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < width; j++) target[i * blockWidth + j] = -values[i * width + j];
      }
      for (let i = 0; i < width; i++) target[i * (blockWidth + 1)] += shift;
    }
    return factorise(layout, region, kernelProducts.double);
  } finally {
    region.release();
  }
}

function certify(
  fill: ColumnFiller,
  m: number,
  K: number,
  { random, slack: least = 1e-7, products = kernelProducts.double }: EigenvalueOptions,
): EigenvalueBound {
  const { memory } = kernels();
  const layout = layoutOf(m);
  const region = memory.reserve(layout.bytes);
  try {
    const frobenius = formGram(fill, K, layout, region, products);
    if (!Number.isFinite(frobenius)) throw new RangeError("an entry of the matrix is not a finite number");
    if (frobenius === 0) return { upper: 0, estimate: 0, attempts: 0 };
    // tr(M) is above every eigenvalue.
    const trivial = frobenius * (1 + gamma(m * K)) * (1 + 2 ** -45);
    const estimate = estimateTop(layout, region, random);
    // What rounding can hide, relative to the trace: the first attempt leaves room for it.
    const noise = 4 * (m + 2) * unit * Math.max(1, frobenius / estimate);
    let slack = Math.max(least, noise);
    const factor = memory.reserve(layout.bytes);
    try {
      for (let attempts = 1; ; attempts++) {
        const shift = estimate * (1 + slack);
        if (!(shift < trivial)) return { upper: trivial, estimate, attempts: attempts - 1 };
        shiftedNegative(layout, region, factor, shift);
        if (factorise(layout, factor, products)) {
          const trace = m * shift;
          const errors =
            gamma(K) * frobenius * (1 + gamma(m * K)) + // forming M, and summing the trace
            (gamma(m + 1) / (1 - gamma(m + 1))) * trace + // factorising
            2 * unit * (shift + frobenius); // subtracting from the diagonal
          return { upper: Math.min(trivial, (shift + errors) * (1 + 2 ** -45)), estimate, attempts };
        }
        slack *= 4;
      }
    } finally {
      factor.release();
    }
  } finally {
    region.release();
  }
}

/** Where the blocks of an m × m matrix lie: rows of `blockWidth` numbers, as many as a multiple of four holds. */
interface Layout {
  readonly m: number;
  readonly bytes: number;
  /** First row and column of each block. */
  readonly starts: readonly number[];
  address(region: Region, start: number): number;
}

function layoutOf(m: number): Layout {
  const starts = Array.from({ length: Math.ceil(m / blockWidth) }, (_, i) => i * blockWidth);
  const rows = (start: number) => roundUp(m - start);
  let bytes = 0;
  const offsets = starts.map((start) => {
    const offset = bytes;
    bytes += rows(start) * blockStride;
    return offset;
  });
  return { m, bytes, starts, address: (region, start) => region.address + offsets[start / blockWidth] };
}

/** M = F Fᵀ, both triangles of the blocks on the diagonal. Returns ‖F‖_F². */
function formGram(
  fill: ColumnFiller,
  K: number,
  { m, starts, address }: Layout,
  M: Region,
  products: DoubleProducts,
): number {
  const { memory } = kernels();
  const most = Math.min(K, depthAtOnce);
  const [rows, lefts] = [roundUp(m), roundUp(m) * most];
  const scratch = memory.reserve(lefts * 8 + products.scratch(blockWidth, most));
  const left = scratch.address;
  const packed = left + lefts * 8;
  let frobenius = 0;
  try {
    for (let first = 0; first < K; first += most) {
      const depth = Math.min(most, K - first);
      const view = memory.doubles(left, rows * depth);
      fill(first, depth, view.subarray(0, m * depth));
      view.fill(0, m * depth);
      for (let i = 0; i < m * depth; i++) frobenius += view[i] * view[i];
      for (const start of starts) {
        const below = left + start * depth * 8;
        products.multiplyTransposed(
          m - start,
          Math.min(blockWidth, m - start),
          depth,
          below,
          depth * 8,
          below,
          depth * 8,
          address(M, start),
          blockStride,
          first > 0 ? "accumulate" : "set",
          packed,
        );
      }
    }
    return frobenius;
  } finally {
    scratch.release();
  }
}

/** A lower estimate of λ_max(M), and at least M's largest entry on the diagonal. */
function estimateTop({ m, starts, address }: Layout, M: Region, random: RandomStream): number {
  const { run, memory } = kernels();
  const scratch = memory.reserve(2 * m * 8);
  const x = scratch.address;
  const y = x + m * 8;
  try {
    const product = (v: Float64Array) => {
      memory.doubles(x, m).set(v);
      memory.clear(y, m * 8);
      for (const start of starts) {
        const width = Math.min(blockWidth, m - start);
        run.symmetricColumns(m - start, width, address(M, start), blockStride, x + start * 8, y + start * 8);
      }
      return memory.doubles(y, m).slice();
    };
    let estimate = largestEigenvalue(product, m, { random, tolerance: 1e-4 }).value;
    for (const start of starts) {
      const width = Math.min(blockWidth, m - start);
      const block = memory.doubles(address(M, start), width * blockWidth);
      for (let i = 0; i < width; i++) estimate = Math.max(estimate, block[i * (blockWidth + 1)]);
    }
    return estimate;
  } finally {
    scratch.release();
  }
}

/** A = shift·I − M. */
function shiftedNegative({ bytes, starts, m, address }: Layout, M: Region, A: Region, shift: number): void {
  const { memory } = kernels();
  const from = memory.doubles(M.address, bytes / 8);
  const to = memory.doubles(A.address, bytes / 8);
  for (let i = 0; i < to.length; i++) to[i] = -from[i];
  for (const start of starts) {
    const block = memory.doubles(address(A, start), (m - start) * blockWidth);
    for (let i = 0; i < Math.min(blockWidth, m - start); i++) block[i * (blockWidth + 1)] += shift;
  }
}

/** Overwrites A by its Cholesky factor, left-looking; false where a pivot is not positive. */
function factorise({ m, starts, address }: Layout, A: Region, products: DoubleProducts): boolean {
  const { run, memory } = kernels();
  const scratch = memory.reserve(Math.max(64, products.scratch(blockWidth, blockWidth)));
  // rows × width at `target` −= X Yᵀ; X and Y start `depth` numbers wide at `left` and `right`.
  const subtract = (
    rows: number,
    width: number,
    depth: number,
    left: number,
    right: number,
    target: number,
  ) => {
    products.multiplyTransposed(
      rows,
      width,
      depth,
      left,
      blockStride,
      right,
      blockStride,
      target,
      blockStride,
      "subtract",
      scratch.address,
    );
  };
  try {
    for (const start of starts) {
      const block = address(A, start);
      const width = Math.min(blockWidth, m - start);
      for (const earlier of starts) {
        if (earlier >= start) break;
        const beside = address(A, earlier) + (start - earlier) * blockStride;
        subtract(m - start, width, blockWidth, beside, beside, block);
      }
      for (let part = 0; part < width; part += partWidth) {
        const columns = Math.min(partWidth, width - part);
        const rows = m - start - part;
        const left = block + part * blockStride;
        const corner = left + part * 8;
        if (part > 0) subtract(rows, columns, part, left, left, corner);
        if (!run.choleskyColumns(rows, columns, corner, blockStride)) return false;
      }
    }
    return true;
  } finally {
    scratch.release();
  }
}

function roundUp(count: number): number {
  return Math.ceil(count / 4) * 4;
}
