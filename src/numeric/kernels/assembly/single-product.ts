// Product of two f32 matrices. Plain SIMD only (no relaxed SIMD, hence no fused multiply-add): every machine computes
// the same bits.

// Blocks of the sums (KC) and of the rows (MC): a panel of B of KC x 8 (8 KB) stays in the first cache while a block of
// A of MC x KC (128 KB) stays in the second.
const KC: i32 = 256;
const MC: i32 = 128;
// With few rows each panel is used too briefly to hide its way from memory: longer stretches of it run 10% faster.
const THIN: i32 = 64;
const THIN_KC: i32 = 1024;

/**
 * C = A B, or C += A B. A is m x k and C m x n, row-major with strides lda and ldc; B is k x n in panels of 8 columns
 * (row p of a panel is 8 consecutive floats), one panel every `panel` bytes. m is a multiple of 4, n of 8. Strides and
 * addresses in bytes.
 */
export function multiplySingle(
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
  const block = m <= THIN ? THIN_KC : KC;
  for (let p = 0; p < k; p += block) {
    const depth = min(block, k - p);
    const add = accumulate || p > 0;
    for (let first = 0; first < m; first += MC) {
      const last = min(m, first + MC);
      for (let j = 0; j < n; j += 8) {
        const columns = b + <usize>(j >> 3) * panel + ((<usize>p) << 5);
        for (let i = first; i < last; i += 4) {
          tile(
            depth,
            a + <usize>i * lda + ((<usize>p) << 2),
            lda,
            columns,
            c + <usize>i * ldc + ((<usize>j) << 2),
            ldc,
            add,
          );
        }
      }
    }
  }
}

// One 4 x 8 tile of C: 8 accumulators, so that with two of B and one of A all stay in registers. The loop is left
// rolled: unrolled by 2 or 4, V8 spills and a third of the speed is lost. It is a function of its own so that V8
// replaces it by its optimised version during a long product.
function tile(k: i32, a: usize, lda: usize, b: usize, c: usize, ldc: usize, add: bool): void {
  let c00 = f32x4.splat(0),
    c01 = f32x4.splat(0);
  let c10 = f32x4.splat(0),
    c11 = f32x4.splat(0);
  let c20 = f32x4.splat(0),
    c21 = f32x4.splat(0);
  let c30 = f32x4.splat(0),
    c31 = f32x4.splat(0);
  const end = a + ((<usize>k) << 2);
  let a0 = a,
    a1 = a + lda,
    a2 = a + lda * 2,
    a3 = a + lda * 3;
  while (a0 < end) {
    const b0 = v128.load(b),
      b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a0);
    c00 = f32x4.add(c00, f32x4.mul(x0, b0));
    c01 = f32x4.add(c01, f32x4.mul(x0, b1));
    const x1 = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x1, b0));
    c11 = f32x4.add(c11, f32x4.mul(x1, b1));
    const x2 = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x2, b0));
    c21 = f32x4.add(c21, f32x4.mul(x2, b1));
    const x3 = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x3, b0));
    c31 = f32x4.add(c31, f32x4.mul(x3, b1));
    b += 32;
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
  }
  const r1 = c + ldc,
    r2 = c + ldc * 2,
    r3 = c + ldc * 3;
  if (add) {
    c00 = f32x4.add(v128.load(c), c00);
    c01 = f32x4.add(v128.load(c, 16), c01);
    c10 = f32x4.add(v128.load(r1), c10);
    c11 = f32x4.add(v128.load(r1, 16), c11);
    c20 = f32x4.add(v128.load(r2), c20);
    c21 = f32x4.add(v128.load(r2, 16), c21);
    c30 = f32x4.add(v128.load(r3), c30);
    c31 = f32x4.add(v128.load(r3, 16), c31);
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
