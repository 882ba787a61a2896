/** Numbers times powers of two, whose exponents may be beyond those of f64: what keeps products from overflowing in part. */

/** value · 2^exponent. */
export interface Scaled {
  readonly value: number;
  readonly exponent: number;
}

/** The number with |value| near one, exactly; as it is where it is 0 or not finite. */
export function scaled(x: number): Scaled {
  if (x === 0 || !Number.isFinite(x)) return { value: x, exponent: 0 };
  const exponent = exponentOf(x);
  return { value: timesPower(x, -exponent), exponent };
}

/** At least x · 2^exponent, for x >= 0; Infinity where that exceeds every number. */
export function timesPowerAbove(x: number, exponent: number): number {
  const product = timesPower(x, exponent);
  // Only results below the normal range are rounded, by MIN_VALUE at most.
  return x > 0 && product < 2 ** -1021 ? product + Number.MIN_VALUE : product;
}

/** At most x · 2^exponent, for x >= 0, and a finite number. */
export function timesPowerBelow(x: number, exponent: number): number {
  const product = Math.min(timesPower(x, exponent), Number.MAX_VALUE);
  return product < 2 ** -1021 ? Math.max(0, product - Number.MIN_VALUE) : product;
}

/** x · 2^exponent, rounded once, and only where it underflows. */
export function timesPower(x: number, exponent: number): number {
  let result = x;
  let left = exponent;
  for (; left > 1000; left -= 1000) result *= 2 ** 1000;
  // A step down is exact while its result is normal; below, what is left takes it to 0.
  for (; left < -1000; left += 500) result *= 2 ** -500;
  return result * 2 ** left;
}

/** e with 2^e <= |x| < 2^(e+1), give or take one, for finite x other than 0. */
export function exponentOf(x: number): number {
  return Math.floor(Math.log2(Math.abs(x)));
}

/** The same of the largest entry; 0 for zeros. */
export function largestExponent(x: Float64Array): number {
  let most = 0;
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i]));
  return most === 0 ? 0 : exponentOf(most);
}
