/** Hermite polynomials, orthonormal for N(0, 1), and polynomials by their coefficients p_0 + p_1 t + p_2 t² + …. */

/** H_m by its m + 1 coefficients: H_0 = 1, H_1 = t, H_m = (t H_{m−1} − √(m−1) H_{m−2})/√m. */
export function hermite(m: number): Float64Array {
  let [before, last] = [new Float64Array(m + 1), new Float64Array(m + 1)];
  last[0] = 1;
  for (let q = 1; q <= m; q++) {
    const next = new Float64Array(m + 1);
    for (let p = 0; p <= q; p++) {
      next[p] = ((p > 0 ? last[p - 1] : 0) - Math.sqrt(q - 1) * before[p]) / Math.sqrt(q);
    }
    [before, last] = [last, next];
  }
  return last;
}

/** p(t), by Horner's rule. */
export function polynomialAt(p: ArrayLike<number>, t: number): number {
  let value = 0;
  for (let q = p.length - 1; q >= 0; q--) value = value * t + p[q];
  return value;
}

/** p'. */
export function derivative(p: ArrayLike<number>): Float64Array {
  return Float64Array.from({ length: Math.max(1, p.length - 1) }, (_, q) =>
    q + 1 < p.length ? (q + 1) * p[q + 1] : 0,
  );
}
