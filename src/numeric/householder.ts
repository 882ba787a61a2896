/** Householder QR of a set of vectors, for minimum-norm solutions and null spaces. In f64; nothing here is a certificate. */

/** V = [v_1 … v_n] = Q R for n <= d vectors of R^d, Q of d × d as a product of reflections. */
export interface OrthogonalFactorization {
  readonly n: number;
  readonly d: number;
  /** n × n, row-major, upper triangular. */
  readonly R: Float64Array;
  /** min |R_ii| / max |R_ii|: 0 where the vectors are dependent, as far as this can tell. */
  readonly rankRatio: number;
  /** Q x, in place; x of length d. */
  rotate(x: Float64Array): void;
  /** Qᵀ x, in place; x of length d. */
  rotateBack(x: Float64Array): void;
  /** The shortest w with ⟨v_i, w⟩ = y_i for all i: Q R⁻ᵀ y. */
  minimumNorm(y: ArrayLike<number>): Float64Array;
}

/**
 * Factorises n vectors of R^d; 2dn² operations.
 * @param V the vectors, n × d, a row each
 * @throws RangeError if n > d or a length does not agree
 */
export function orthogonalFactorization(V: Float64Array, n: number, d: number): OrthogonalFactorization {
  if (V.length !== n * d) throw new RangeError(`V must have ${n} × ${d} entries, got ${V.length}`);
  if (n > d) throw new RangeError(`${n} vectors of R^${d} cannot be independent`);
  // Row j ends as R_0j … R_{j−1,j}, then the unit vector h_j of the reflection I − 2 h_j h_jᵀ, from place j on.
  const A = Float64Array.from(V);
  const diagonal = new Float64Array(n);
  for (let j = 0; j < n; j++) {
    const row = j * d;
    const size = Math.sqrt(dot(A, row + j, A, row + j, d - j));
    const sign = A[row + j] > 0 ? -1 : 1;
    diagonal[j] = sign * size;
    A[row + j] -= diagonal[j];
    const length = Math.sqrt(dot(A, row + j, A, row + j, d - j));
    if (length === 0) continue;
    for (let p = row + j; p < row + d; p++) A[p] /= length;
    for (let i = j + 1; i < n; i++) reflect(A, i * d + j, A, row + j, d - j);
  }
  const R = new Float64Array(n * n);
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < j; i++) R[i * n + j] = A[j * d + i];
    R[j * n + j] = diagonal[j];
    least = Math.min(least, Math.abs(diagonal[j]));
    most = Math.max(most, Math.abs(diagonal[j]));
  }
  const rotate = (x: Float64Array) => {
    for (let j = n - 1; j >= 0; j--) reflect(x, j, A, j * d + j, d - j);
  };
  const rotateBack = (x: Float64Array) => {
    for (let j = 0; j < n; j++) reflect(x, j, A, j * d + j, d - j);
  };
  const minimumNorm = (y: ArrayLike<number>) => {
    const w = new Float64Array(d);
    // Rᵀ z = y.
    for (let i = 0; i < n; i++) {
      let rest = y[i];
      for (let p = 0; p < i; p++) rest -= R[p * n + i] * w[p];
      w[i] = rest / R[i * n + i];
    }
    rotate(w);
    return w;
  };
  return { n, d, R, rankRatio: most > 0 ? least / most : 0, rotate, rotateBack, minimumNorm };
}

/** x −= 2 ⟨h, x⟩ h over `length` numbers from two places on. */
function reflect(x: Float64Array, from: number, h: Float64Array, at: number, length: number): void {
  const factor = 2 * dot(h, at, x, from, length);
  if (factor === 0) return;
  for (let p = 0; p < length; p++) x[from + p] -= factor * h[at + p];
}

function dot(x: Float64Array, from: number, y: Float64Array, at: number, length: number): number {
  let [s0, s1] = [0, 0];
  let p = 0;
  for (; p + 1 < length; p += 2) {
    s0 += x[from + p] * y[at + p];
    s1 += x[from + p + 1] * y[at + p + 1];
  }
  if (p < length) s0 += x[from + p] * y[at + p];
  return s0 + s1;
}
