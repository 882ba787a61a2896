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

/** H_0(t), …, H_order(t), by the recurrence upward: it is stable, unlike the sums over the coefficients of high orders. */
export function hermiteValues(order: number, t: number): Float64Array {
  const values = new Float64Array(order + 1);
  values[0] = 1;
  for (let m = 1; m <= order; m++) {
    values[m] = (t * values[m - 1] - (m > 1 ? Math.sqrt(m - 1) * values[m - 2] : 0)) / Math.sqrt(m);
  }
  return values;
}
