/** Dense Cholesky factorisation in f64, for solving; nothing here is a certificate. */

/**
 * L of A = L Lᵀ, its upper triangle zero; undefined where a pivot is not positive.
 * @param A m × m, row-major, symmetric; only its lower triangle is read
 */
export function cholesky(A: Float64Array, m: number): Float64Array | undefined {
  const L = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = A[i * m + j] - dot(L, i * m, L, j * m, j);
      if (j < i) L[i * m + j] = rest / L[j * m + j];
      else if (rest > 0) L[i * m + i] = Math.sqrt(rest);
      else return undefined;
    }
  }
  return L;
}

/** L⁻¹ of a lower triangular matrix, m × m. */
export function inverseLower(L: Float64Array, m: number): Float64Array {
  // Row i of the inverse: (e_i − Σ_{j < i} L_ij row j)/L_ii.
  const Y = new Float64Array(m * m);
  for (let i = 0; i < m; i++) {
    const row = i * m;
    for (let j = 0; j < i; j++) {
      const factor = L[row + j];
      if (factor === 0) continue;
      const other = j * m;
      for (let p = 0; p <= j; p++) Y[row + p] -= factor * Y[other + p];
    }
    const scale = 1 / L[row + i];
    for (let p = 0; p < i; p++) Y[row + p] *= scale;
    Y[row + i] = scale;
  }
  return Y;
}

/** x with L Lᵀ x = y. */
export function solveCholesky(L: Float64Array, m: number, y: Float64Array): Float64Array {
  const x = Float64Array.from(y);
  for (let i = 0; i < m; i++) x[i] = (x[i] - dot(L, i * m, x, 0, i)) / L[i * m + i];
  for (let i = m - 1; i >= 0; i--) {
    x[i] /= L[i * m + i];
    for (let j = 0; j < i; j++) x[j] -= L[i * m + j] * x[i];
  }
  return x;
}

/** Σ_{p < length} x[p] y[p] from two places on, in four partial sums. */
function dot(x: Float64Array, from: number, y: Float64Array, at: number, length: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let p = 0;
  for (; p + 3 < length; p += 4) {
    s0 += x[from + p] * y[at + p];
    s1 += x[from + p + 1] * y[at + p + 1];
    s2 += x[from + p + 2] * y[at + p + 2];
    s3 += x[from + p + 3] * y[at + p + 3];
  }
  for (; p < length; p++) s0 += x[from + p] * y[at + p];
  return s0 + s1 + (s2 + s3);
}
