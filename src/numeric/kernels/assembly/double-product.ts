// Product of two f64 matrices. Plain SIMD only (no relaxed SIMD, hence no fused multiply-add): every machine computes
// the same bits.

// Blocks of the sums (KC) and of the rows (MC): a panel of B of KC x 4 (8 KB) stays in the first cache while a block of
// A of MC x KC (256 KB) stays in the second.
const KC: i32 = 256;
const MC: i32 = 128;

/**
 * C = A B, or C += A B. A is m x k and C m x n, row-major with strides lda and ldc; B is k x n in panels of 4 columns
 * (row p of a panel is 4 consecutive doubles), one panel every `panel` bytes. m is a multiple of 4, n of 4. Strides and
 * addresses in bytes.
 */
export function multiplyDouble(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  lda: usize,
  b: usize,
  panel: usize,
  c: usize,
  ldc: usize,
  accumulate: bool,
): void {
  for (let p = 0; p < k; p += KC) {
    const depth = min(KC, k - p);
    const add = accumulate || p > 0;
    for (let first = 0; first < m; first += MC) {
      const last = min(m, first + MC);
      for (let j = 0; j < n; j += 4) {
        const columns = b + <usize>(j >> 2) * panel + ((<usize>p) << 5);
        for (let i = first; i < last; i += 4) {
          tile(
            depth,
            a + <usize>i * lda + ((<usize>p) << 3),
            lda,
            columns,
            c + <usize>i * ldc + ((<usize>j) << 3),
            ldc,
            add,
          );
        }
      }
    }
  }
}

// One 4 x 4 tile of C: 8 accumulators, so that with two of B and one of A all stay in registers. The loop is left
// rolled: unrolled by 2 or 4, V8 spills and a third of the speed is lost. It is a function of its own so that V8
// replaces it by its optimised version during a long product. The twin of single-product.ts, for 2 lanes.
function tile(k: i32, a: usize, lda: usize, b: usize, c: usize, ldc: usize, add: bool): void {
  let c00 = f64x2.splat(0),
    c01 = f64x2.splat(0);
  let c10 = f64x2.splat(0),
    c11 = f64x2.splat(0);
  let c20 = f64x2.splat(0),
    c21 = f64x2.splat(0);
  let c30 = f64x2.splat(0),
    c31 = f64x2.splat(0);
  const end = a + ((<usize>k) << 3);
  let a0 = a,
    a1 = a + lda,
    a2 = a + lda * 2,
    a3 = a + lda * 3;
  while (a0 < end) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16);
    const x0 = v128.load64_splat(a0);
    c00 = f64x2.add(c00, f64x2.mul(x0, b0));
    c01 = f64x2.add(c01, f64x2.mul(x0, b1));
    const x1 = v128.load64_splat(a1);
    c10 = f64x2.add(c10, f64x2.mul(x1, b0));
    c11 = f64x2.add(c11, f64x2.mul(x1, b1));
    const x2 = v128.load64_splat(a2);
    c20 = f64x2.add(c20, f64x2.mul(x2, b0));
    c21 = f64x2.add(c21, f64x2.mul(x2, b1));
    const x3 = v128.load64_splat(a3);
    c30 = f64x2.add(c30, f64x2.mul(x3, b0));
    c31 = f64x2.add(c31, f64x2.mul(x3, b1));
    b += 32;
    a0 += 8;
    a1 += 8;
    a2 += 8;
    a3 += 8;
  }
  const r1 = c + ldc,
    r2 = c + ldc * 2,
    r3 = c + ldc * 3;
  if (add) {
    c00 = f64x2.add(v128.load(c), c00);
    c01 = f64x2.add(v128.load(c, 16), c01);
    c10 = f64x2.add(v128.load(r1), c10);
    c11 = f64x2.add(v128.load(r1, 16), c11);
    c20 = f64x2.add(v128.load(r2), c20);
    c21 = f64x2.add(v128.load(r2, 16), c21);
    c30 = f64x2.add(v128.load(r3), c30);
    c31 = f64x2.add(v128.load(r3, 16), c31);
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(r1, c10);
  v128.store(r1, c11, 16);
  v128.store(r2, c20);
  v128.store(r2, c21, 16);
  v128.store(r3, c30);
  v128.store(r3, c31, 16);
}
