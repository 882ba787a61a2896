/** The interface of CBLAS: its products, and the values of its enumerations. */

/**
 * cblas_sgemm or cblas_dgemm: C = alpha op(A) op(B) + beta C for op(A) m × k, op(B) k × n. Matrices are given by their
 * addresses in this process, strides in elements; nothing checks either.
 */
export type Sgemm = (
  order: number,
  transposeA: number,
  transposeB: number,
  m: number,
  n: number,
  k: number,
  alpha: number,
  a: number,
  lda: number,
  b: number,
  ldb: number,
  beta: number,
  c: number,
  ldc: number,
) => void;

/** Row-major matrices … */
export const ROWS = 101;
/** … as they are, and transposed. */
export const PLAIN = 111;
export const TRANSPOSED = 112;
