/**
 * Dense products in f64, row-major, for certificates and evaluation. They go through the kernels' memory in blocks: it
 * holds at most about 16 MB of them, whatever the sizes (more only for rows longer than 4096 numbers).
 */
import { kernels } from "./kernels/kernels.ts";
import { type DoubleProducts, kernelProducts, roundUp } from "./kernels/products.ts";

// Doubles in one block of the left factor, the right factor (held twice: as given and packed) or the product.
const BLOCK = 1 << 19;
// Rows that a block has at the least, so that packing the right factor stays a small part of the work.
const LEAST_ROWS = 128;
const MOST_COLUMNS = 4096;

/** Receives rows `first` to `first + count` of a product, count × n, row-major; valid during the call only. */
export type RowVisitor = (rows: Float64Array, first: number, count: number) => void;

/**
 * A·Bᵀ, m × n, for A m × d and B n × d. Throws a RangeError where a shape does not agree.
 * @param products what multiplies; the kernels unless given
 */
export function multiplyTransposed(
  A: Float64Array,
  B: Float64Array,
  m: number,
  d: number,
  n: number,
  products?: DoubleProducts,
): Float64Array {
  checkSize("m", m);
  checkMatrix("A", A, m, d);
  checkMatrix("B", B, n, d);
  const product = new Float64Array(m * n);
  transposedInto(product, A, B, 0, m, d, n, products);
  return product;
}

/**
 * A·Bᵀ as for `multiplyTransposed`, `blockRows` rows at a time in order, without holding the whole product. B is packed
 * again for each block: blocks of fewer than 64 rows waste time.
 */
export function multiplyTransposedRows(
  A: Float64Array,
  B: Float64Array,
  m: number,
  d: number,
  n: number,
  blockRows: number,
  visit: RowVisitor,
  products?: DoubleProducts,
): void {
  checkSize("m", m);
  checkSize("blockRows", blockRows);
  checkMatrix("A", A, m, d);
  checkMatrix("B", B, n, d);
  const block = new Float64Array(Math.min(m, blockRows) * n);
  for (let first = 0; first < m; first += blockRows) {
    const count = Math.min(blockRows, m - first);
    const rows = block.subarray(0, count * n);
    transposedInto(rows, A, B, first, count, d, n, products);
    visit(rows, first, count);
  }
}

/** A·B, m × n, for A m × k and B k × n. Throws a RangeError where a shape does not agree. */
export function multiply(A: Float64Array, B: Float64Array, m: number, k: number, n: number): Float64Array {
  checkSize("m", m);
  checkMatrix("A", A, m, k);
  checkMatrix("B", B, k, n);
  const product = new Float64Array(m * n);
  const { run, memory } = kernels();
  blocked(product, A, 0, m, k, n, {
    scratch: kernelProducts.double.scratch,
    stage(columns, count, staged, packed) {
      const wide = roundUp(count, 4);
      const view = memory.doubles(staged, k * wide);
      if (wide > count) view.fill(0);
      for (let p = 0; p < k; p++) {
        view.set(B.subarray(p * n + columns, p * n + columns + count), p * wide);
      }
      run.packColumns(k, wide, staged, wide * 8, packed);
    },
    compute(rows, count, left, _, packed, target, stride) {
      run.multiplyDouble(
        roundUp(rows, 4),
        roundUp(count, 4),
        k,
        left,
        k * 8,
        packed,
        k * 32,
        target,
        stride,
        false,
      );
    },
  });
  return product;
}

/** How a block of the right factor gets into the kernels' memory, and how a block of the left one is multiplied by it. */
interface BlockProduct {
  /** Bytes beside the block itself. */
  scratch(columns: number, k: number): number;
  /** Brings columns `first` to `first + count` of the right factor to `staged`, or in its own way to `scratch`. */
  stage(first: number, count: number, staged: number, scratch: number): void;
  /** rows × count at `target`, `stride` bytes from row to row. */
  compute(
    rows: number,
    count: number,
    left: number,
    staged: number,
    scratch: number,
    target: number,
    stride: number,
  ): void;
}

function transposedInto(
  product: Float64Array,
  A: Float64Array,
  B: Float64Array,
  firstRow: number,
  m: number,
  d: number,
  n: number,
  products: DoubleProducts = kernelProducts.double,
): void {
  const { memory } = kernels();
  blocked(product, A, firstRow, m, d, n, {
    scratch: products.scratch,
    stage(first, count, staged) {
      const view = memory.doubles(staged, roundUp(count, 4) * d);
      view.set(B.subarray(first * d, (first + count) * d));
      view.fill(0, count * d);
    },
    compute(rows, count, left, staged, scratch, target, stride) {
      products.multiplyTransposed(rows, count, d, left, d * 8, staged, d * 8, target, stride, "set", scratch);
    },
  });
}

// product = rows firstRow to firstRow + m of A (rows of length k) times a k × n factor, block by block.
function blocked(
  product: Float64Array,
  A: Float64Array,
  firstRow: number,
  m: number,
  k: number,
  n: number,
  { scratch, stage, compute }: BlockProduct,
): void {
  const { memory } = kernels();
  const columns = Math.min(roundUp(n, 4), blockRows(k), MOST_COLUMNS);
  const rows = Math.min(roundUp(m, 4), blockRows(Math.max(k, columns)));
  const counts = [rows * k, columns * k, rows * columns];
  const sizes = [...counts.map((count) => count * 8), scratch(columns, k)].map((bytes) => roundUp(bytes, 64));
  const region = memory.reserve(sizes.reduce((sum, bytes) => sum + bytes, 0));
  const left = region.address;
  const staged = left + sizes[0];
  const target = staged + sizes[1];
  const free = target + sizes[2];
  try {
    for (let j = 0; j < n; j += columns) {
      const width = Math.min(columns, n - j);
      stage(j, width, staged, free);
      for (let i = 0; i < m; i += rows) {
        const height = Math.min(rows, m - i);
        const view = memory.doubles(left, roundUp(height, 4) * k);
        view.set(A.subarray((firstRow + i) * k, (firstRow + i + height) * k));
        view.fill(0, height * k);
        compute(height, width, left, staged, free, target, columns * 8);
        const result = memory.doubles(target, rows * columns);
        for (let row = 0; row < height; row++) {
          const at = row * columns;
          product.set(result.subarray(at, at + width), (i + row) * n + j);
        }
      }
    }
  } finally {
    region.release();
  }
}

function blockRows(length: number): number {
  return roundUp(Math.max(LEAST_ROWS, Math.floor(BLOCK / length)), 4);
}

function checkSize(name: string, value: number): void {
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new RangeError(`${name} must be an integer of at least 1, got ${value}`);
  }
}

function checkMatrix(name: string, A: Float64Array, rows: number, columns: number): void {
  checkSize(`rows of ${name}`, rows);
  checkSize(`columns of ${name}`, columns);
  if (A.length !== rows * columns) {
    throw new RangeError(`${name} must have ${rows} × ${columns} entries, got ${A.length}`);
  }
}
