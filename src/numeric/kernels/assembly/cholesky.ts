// The parts of a blocked Cholesky factorisation and of products with a symmetric matrix that are no product of matrices.

/**
 * Overwrites a block of columns of A (rows x width, stride lda in bytes, its first `width` rows the diagonal block) by
 * those of L, with plain substitution in f64. Returns false as soon as a pivot is not positive (or not a number).
 */
export function choleskyColumns(rows: i32, width: i32, a: usize, lda: usize): bool {
  for (let i = 0; i < rows; i++) {
    const row = a + <usize>i * lda;
    const last = min(i, width);
    for (let j = 0; j < last; j++) {
      const pivotRow = a + <usize>j * lda;
      const at = row + ((<usize>j) << 3);
      f64.store(at, (f64.load(at) - dot(j, row, pivotRow)) / f64.load(pivotRow + ((<usize>j) << 3)));
    }
    if (i < width) {
      const at = row + ((<usize>i) << 3);
      const pivot = f64.load(at) - dot(i, row, row);
      if (!(pivot > 0)) return false;
      f64.store(at, sqrt(pivot));
    }
  }
  return true;
}

/**
 * y += the part of a product A x that a block of columns of a symmetric A has: rows x width, stride lda in bytes, its
 * first `width` rows the diagonal block with both triangles, and what is below stands for its mirror image too. x and y
 * start at the block's first row. width is a multiple of 2 where there are rows below.
 */
export function symmetricColumns(rows: i32, width: i32, a: usize, lda: usize, x: usize, y: usize): void {
  for (let i = 0; i < width; i++) {
    const at = y + ((<usize>i) << 3);
    f64.store(at, f64.load(at) + dot(width, a + <usize>i * lda, x));
  }
  for (let i = width; i < rows; i++) {
    const at = (<usize>i) << 3;
    f64.store(y + at, f64.load(y + at) + dotAndAdd(width, a + <usize>i * lda, x, f64.load(x + at), y));
  }
}

/** Returns Σ row_p x_p; y += factor · row. */
function dotAndAdd(length: i32, row: usize, x: usize, factor: f64, y: usize): f64 {
  let s0 = f64x2.splat(0),
    s1 = f64x2.splat(0);
  const lanes = f64x2.splat(factor);
  let end = row + ((<usize>(length & ~3)) << 3);
  for (; row < end; row += 32, x += 32, y += 32) {
    const u = v128.load(row),
      v = v128.load(row, 16);
    s0 = f64x2.add(s0, f64x2.mul(u, v128.load(x)));
    s1 = f64x2.add(s1, f64x2.mul(v, v128.load(x, 16)));
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(lanes, u)));
    v128.store(y, f64x2.add(v128.load(y, 16), f64x2.mul(lanes, v)), 16);
  }
  if (length & 2) {
    const u = v128.load(row);
    s0 = f64x2.add(s0, f64x2.mul(u, v128.load(x)));
    v128.store(y, f64x2.add(v128.load(y), f64x2.mul(lanes, u)));
  }
  s0 = f64x2.add(s0, s1);
  return f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
}

/** Σ_{p < length} x_p y_p. */
function dot(length: i32, x: usize, y: usize): f64 {
  let s0 = f64x2.splat(0),
    s1 = f64x2.splat(0);
  const end = x + ((<usize>(length & ~3)) << 3);
  for (; x < end; x += 32, y += 32) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(x), v128.load(y)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(x, 16), v128.load(y, 16)));
  }
  s0 = f64x2.add(s0, s1);
  let sum = f64x2.extract_lane(s0, 0) + f64x2.extract_lane(s0, 1);
  for (let p = 0; p < (length & 3); p++, x += 8, y += 8) sum += f64.load(x) * f64.load(y);
  return sum;
}
