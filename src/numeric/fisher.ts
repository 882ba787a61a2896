/**
 * The upper tail of Fisher's F distribution with integer degrees of freedom.
 *
 * Written out for the same reason as student.ts: one tail probability does not need a statistics library.
 */

/** Terms after which the continued fraction is given up; it needs about √(ν₁ + ν₂). */
const MOST_TERMS = 100_000;

/**
 * P(F > f) for F with ν₁ and ν₂ degrees of freedom.
 *
 * f ≥ 0 (1 at 0, 0 at infinity); ν₁ and ν₂ positive integers, else RangeError. It is the regularised incomplete
 * beta function I_x(ν₂/2, ν₁/2) at x = ν₂/(ν₂ + ν₁ f) (DLMF 8.17.22), with a relative error below 1e-11
 * for degrees of freedom up to some thousands.
 */
export function fisherTail(f: number, numerator: number, denominator: number): number {
  for (const nu of [numerator, denominator]) {
    if (!Number.isInteger(nu) || nu < 1) {
      throw new RangeError(`degrees of freedom must be positive integers, not ${nu}`);
    }
  }
  if (!(f >= 0)) throw new RangeError(`F must be at least 0, not ${f}`);
  if (f === 0) return 1;
  if (f === Number.POSITIVE_INFINITY) return 0;
  // Both x and 1 − x without a difference of near numbers.
  const x = denominator / (denominator + numerator * f);
  const rest = (numerator * f) / (denominator + numerator * f);
  const [a, b] = [denominator / 2, numerator / 2];
  // The fraction converges fast below the mean of the beta distribution; above it the complement does.
  const inTail = x < (a + 1) / (a + b + 2);
  return inTail ? betaBelow(x, rest, a, b) : 1 - betaBelow(rest, x, b, a);
}

/** I_x(a, b) for 2a and 2b positive integers, given x and 1 − x. */
function betaBelow(x: number, rest: number, a: number, b: number): number {
  const logBeta = logGammaOfHalf(2 * a) + logGammaOfHalf(2 * b) - logGammaOfHalf(2 * (a + b));
  return (Math.exp(a * Math.log(x) + b * Math.log(rest) - logBeta) / a) * betaFraction(x, a, b);
}

/** The continued fraction of DLMF 8.17.22, by the modified method of Lentz. */
function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const away = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let m = 1; m <= MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    let step = 1;
    for (const term of [even, odd]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      step = c * d;
      value *= step;
    }
    if (Math.abs(step - 1) <= 4 * Number.EPSILON) return value;
  }
  throw new RangeError(`the incomplete beta function of ${a} and ${b} at ${x} did not converge`);
}

/** ln Γ(m/2), from Γ(1) = 1 or Γ(1/2) = √π and Γ(z + 1) = z Γ(z). */
function logGammaOfHalf(m: number): number {
  let sum = m % 2 === 0 ? 0 : Math.log(Math.PI) / 2;
  for (let z = m % 2 === 0 ? 1 : 0.5; z < m / 2; z++) sum += Math.log(z);
  return sum;
}
