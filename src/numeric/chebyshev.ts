/** Chebyshev polynomials T_m, and what they say about coefficients. */

/** T_m by its m + 1 coefficients: T_0 = 1, T_1 = t, T_m = 2t T_{m−1} − T_{m−2}. */
export function chebyshev(m: number): Float64Array {
  let [before, last] = [new Float64Array(m + 1), Float64Array.of(1, ...new Float64Array(m))];
  for (let q = 1; q <= m; q++) {
    const factor = q === 1 ? 1 : 2;
    const next = last.map((_, p) => (p > 0 ? factor * last[p - 1] : 0) - before[p]);
    [before, last] = [last, next];
  }
  return last;
}

/**
 * The largest coefficient of t^j in a polynomial of degree m that lies in [−1, 1] on [−1, 1]: that of T_m, or of T_{m−1}
 * where m − j is odd (V. Markov, 1892).
 */
export function largestCoefficient(m: number, j: number): number {
  return Math.abs(chebyshev((m - j) % 2 === 0 ? m : m - 1)[j]);
}
