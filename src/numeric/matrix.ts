/**
 * Dense products in f64, row-major, for certificates and evaluation. They go through the SIMD kernels in blocks: the
 * kernels' memory holds at most about 16 MB of them, whatever the sizes (more only for rows longer than 4096 numbers).
 */
import { type Kernels, kernels } from "./kernels/kernels.ts";

// Doubles in one block of the left factor, the right factor (held twice: as given and packed) or the product.
const BLOCK = 1 << 19;
// Rows that a block has at the least, so that packing the right factor stays a small part of the work.
const LEAST_ROWS = 128;
const MOST_COLUMNS = 4096;

/** Receives rows `first` to `first + count` of a product, count × n, row-major; valid during the call only. */
export type RowVisitor = (rows: Float64Array, first: number, count: number) => void;

/** A·Bᵀ, m × n, for A m × d and B n × d. Throws a RangeError where a shape does not agree. */
export function multiplyTransposed(
  A: Float64Array,
  B: Float64Array,
  m: number,
  d: number,
  n: number,
): Float64Array {
  checkSize("m", m);
  checkMatrix("A", A, m, d);
  checkMatrix("B", B, n, d);
  const product = new Float64Array(m * n);
  transposedInto(product, A, B, 0, m, d, n);
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
): void {
  checkSize("m", m);
  checkSize("blockRows", blockRows);
  checkMatrix("A", A, m, d);
  checkMatrix("B", B, n, d);
  const block = new Float64Array(Math.min(m, blockRows) * n);
  for (let first = 0; first < m; first += blockRows) {
    const count = Math.min(blockRows, m - first);
    const rows = block.subarray(0, count * n);
    transposedInto(rows, A, B, first, count, d, n);
    visit(rows, first, count);
  }
}

/** A·B, m × n, for A m × k and B k × n. Throws a RangeError where a shape does not agree. */
export function multiply(A: Float64Array, B: Float64Array, m: number, k: number, n: number): Float64Array {
  checkSize("m", m);
  checkMatrix("A", A, m, k);
  checkMatrix("B", B, k, n);
  const product = new Float64Array(m * n);
  blocked(product, A, 0, m, k, n, (columns, count, staged, packed, { run, memory }) => {
    const wide = roundUp(count, 4);
    const view = memory.doubles(staged, k * wide);
    if (wide > count) view.fill(0);
    for (let p = 0; p < k; p++) {
      view.set(B.subarray(p * n + columns, p * n + columns + count), p * wide);
    }
    run.packColumns(k, wide, staged, wide * 8, packed);
  });
  return product;
}

/** Puts columns `first` to `first + count` of the right factor at `packed`, through `staged` where it helps. */
type Pack = (first: number, count: number, staged: number, packed: number, kernels: Kernels) => void;

function transposedInto(
  product: Float64Array,
  A: Float64Array,
  B: Float64Array,
  firstRow: number,
  m: number,
  d: number,
  n: number,
): void {
  blocked(product, A, firstRow, m, d, n, (first, count, staged, packed, { run, memory }) => {
    const wide = roundUp(count, 4);
    const view = memory.doubles(staged, wide * d);
    view.set(B.subarray(first * d, (first + count) * d));
    view.fill(0, count * d);
    run.packRows(wide, d, staged, d * 8, packed);
  });
}

// product = rows firstRow to firstRow + m of A (rows of length k) times a k × n factor packed block by block.
function blocked(
  product: Float64Array,
  A: Float64Array,
  firstRow: number,
  m: number,
  k: number,
  n: number,
  pack: Pack,
): void {
  const { run, memory } = kernels();
  const columns = Math.min(roundUp(n, 4), blockRows(k), MOST_COLUMNS);
  const rows = Math.min(roundUp(m, 4), blockRows(Math.max(k, columns)));
  const sizes = [rows * k, columns * k, columns * k, rows * columns].map((count) => roundUp(count * 8, 64));
  const region = memory.reserve(sizes[0] + sizes[1] + sizes[2] + sizes[3]);
  const left = region.address;
  const staged = left + sizes[0];
  const packed = staged + sizes[1];
  const target = packed + sizes[2];
  try {
    for (let j = 0; j < n; j += columns) {
      const width = Math.min(columns, n - j);
      pack(j, width, staged, packed, { run, memory });
      for (let i = 0; i < m; i += rows) {
        const height = Math.min(rows, m - i);
        const view = memory.doubles(left, roundUp(height, 4) * k);
        view.set(A.subarray((firstRow + i) * k, (firstRow + i + height) * k));
        view.fill(0, height * k);
        run.multiplyDouble(
          roundUp(height, 4),
          roundUp(width, 4),
          k,
          left,
          k * 8,
          packed,
          k * 32,
          target,
          columns * 8,
          false,
        );
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

function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
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
