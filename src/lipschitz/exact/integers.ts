/** Exact arithmetic on f64 numbers, as integers: for the few signs that floating point cannot decide. */

const number = new Float64Array(1);
const bits = new BigUint64Array(number.buffer);

/** x = mantissa · 2^exponent, exactly, the mantissa odd or 0; x finite. */
function decode(x: number): { mantissa: bigint; exponent: number } {
  if (!Number.isFinite(x)) throw new RangeError(`${x} is no multiple of a power of two`);
  if (x === 0) return { mantissa: 0n, exponent: 0 };
  number[0] = Math.abs(x);
  const field = Number(bits[0] >> 52n);
  const fraction = bits[0] & ((1n << 52n) - 1n);
  const whole = field === 0 ? fraction : fraction | (1n << 52n);
  const zeros = (whole & -whole).toString(2).length - 1;
  const mantissa = whole >> BigInt(zeros);
  return { mantissa: x < 0 ? -mantissa : mantissa, exponent: Math.max(field, 1) - 1075 + zeros };
}

/**
 * The integers n_i with x_i = n_i · 2^e for one e.
 * @throws RangeError where a number is not finite
 */
export function commonIntegers(x: ArrayLike<number>): bigint[] {
  const parts = Array.from(x, decode);
  const lowest = parts.reduce(
    (least, { mantissa, exponent }) => (mantissa === 0n ? least : Math.min(least, exponent)),
    Number.POSITIVE_INFINITY,
  );
  return parts.map(({ mantissa, exponent }) =>
    mantissa === 0n ? 0n : mantissa << BigInt(exponent - lowest),
  );
}

/** −1, 0 or 1. */
export function signOf(x: bigint): number {
  if (x === 0n) return 0;
  return x > 0n ? 1 : -1;
}

/**
 * The vectors y with Σ_i y_i rows_i = 0 where they are the multiples of one: that one, in integers.
 * Elimination without fractions (Bareiss 1968).
 * @param rows n rows of equal length
 * @returns n integers, or undefined where the solutions are only 0 or more than a line
 */
export function dependence(rows: readonly (readonly bigint[])[]): bigint[] | undefined {
  const n = rows.length;
  const columns = rows[0]?.length ?? 0;
  // Equations: one for each column, in the unknowns y.
  const M = Array.from({ length: columns }, (_, j) => rows.map((row) => row[j]));
  const pivots: number[] = [];
  let previous = 1n;
  let rank = 0;
  for (let column = 0; column < n && rank < columns; column++) {
    const found = M.findIndex((row, i) => i >= rank && row[column] !== 0n);
    if (found < 0) continue;
    [M[rank], M[found]] = [M[found], M[rank]];
    const pivot = M[rank][column];
    for (let i = 0; i < columns; i++) {
      if (i === rank) continue;
      const factor = M[i][column];
      for (let j = 0; j < n; j++) M[i][j] = (pivot * M[i][j] - factor * M[rank][j]) / previous;
    }
    previous = pivot;
    pivots.push(column);
    rank++;
  }
  if (rank !== n - 1) return undefined;
  const free = Array.from({ length: n }, (_, i) => i).find((i) => !pivots.includes(i)) as number;
  // Every pivot is `previous` by now: previous · y_pivot + M[row][free] · y_free = 0.
  const y = new Array<bigint>(n).fill(0n);
  y[free] = previous;
  for (const [row, column] of pivots.entries()) y[column] = -M[row][free];
  return y;
}
