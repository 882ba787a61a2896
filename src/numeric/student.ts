/**
 * Student's t distribution with ν degrees of freedom, ν a positive integer.
 *
 * Written out because the finite sums of Abramowitz & Stegun 26.7.3 and 26.7.4 need no gamma function, and
 * the packages that offer this quantile bring a whole statistics library with it.
 */

/**
 * A(t | ν) = P(|T| ≤ t).
 *
 * t ≥ 0; ν a positive integer, else RangeError. The sums have positive terms only, so the absolute error
 * stays near machine precision. Source: Abramowitz & Stegun, 26.7.3 (odd ν) and 26.7.4 (even ν).
 */
export function studentCentralProbability(t: number, degreesOfFreedom: number): number {
  const nu = degreesOfFreedom;
  if (!Number.isInteger(nu) || nu < 1) {
    throw new RangeError(`degrees of freedom must be a positive integer, not ${nu}`);
  }
  if (!(t >= 0)) throw new RangeError(`t must be at least 0, not ${t}`);
  if (t === Number.POSITIVE_INFINITY) return 1;
  const theta = Math.atan(t / Math.sqrt(nu));
  const sin = Math.sin(theta);
  const cos = Math.cos(theta);
  const odd = nu % 2 === 1;
  let term = odd ? cos : 1;
  let sum = nu === 1 ? 0 : term;
  for (let j = odd ? 3 : 2; j <= nu - 2; j += 2) {
    term *= ((j - 1) / j) * cos * cos;
    sum += term;
  }
  return Math.min(1, odd ? (2 / Math.PI) * (theta + sin * sum) : sin * sum);
}

/**
 * The t with P(T ≤ t) = p.
 *
 * p in (0, 1) and ν a positive integer, else RangeError. Bisection down to neighbouring doubles; relative
 * error below 1e-9 for p between 1e-6 and 1 − 1e-6.
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability strictly between 0 and 1 is needed, not ${p}`);
  if (p < 0.5) return -studentQuantile(1 - p, degreesOfFreedom);
  const central = 2 * p - 1;
  let high = 1;
  while (studentCentralProbability(high, degreesOfFreedom) < central && high < 1e300) high *= 2;
  let low = 0;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (studentCentralProbability(middle, degreesOfFreedom) < central) low = middle;
    else high = middle;
  }
}
