/** Sets that parameters of laws lie in. */

/** @throws RangeError "<name> must lie in <set>, got <value>" */
export function checkWhole(name: string, value: number, least = 1, most = Number.POSITIVE_INFINITY): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  const set = most === Number.POSITIVE_INFINITY ? `{${least}, ${least + 1}, …}` : `{${least}, …, ${most}}`;
  throw new RangeError(`${name} must lie in ${set}, got ${value}`);
}

/**
 * @param set an interval as "(0, 1)", "[0, 1)" or "(0, inf)"
 * @throws RangeError "<name> must lie in <set>, got <value>"
 */
export function checkInside(name: string, value: number, set: string): void {
  const match = /^([[(])(.+), (.+)([\])])$/.exec(set);
  if (!match) throw new Error(`${set} is no interval`);
  const [, left, low, high, right] = match;
  const [from, to] = [low, high].map((end) => Number(end.replace("inf", "Infinity")));
  const inside = (left === "[" ? value >= from : value > from) && (right === "]" ? value <= to : value < to);
  if (!inside) throw new RangeError(`${name} must lie in ${set}, got ${value}`);
}

/** Of larger numbers the squares leave f64, and inner products with them. */
const mostEntry = 1e100;

/** @throws RangeError "length of <name> must lie in {<length>}, got <length>" */
export function checkLength(name: string, { length }: ArrayLike<number>, expected: number): void {
  if (length !== expected) throw new RangeError(`length of ${name} must lie in {${expected}}, got ${length}`);
}

/**
 * @param X n × d, row-major
 * @throws RangeError where a length does not agree, or a number is not finite or too large
 */
export function checkPoints({
  n,
  d,
  X,
  y,
}: {
  n: number;
  d: number;
  X: Float64Array;
  y?: Float64Array;
}): void {
  checkWhole("n", n);
  checkWhole("d", d);
  checkLength("X", X, n * d);
  if (y) checkLength("y", y, n);
  for (const [name, values] of [
    ["X", X],
    ["y", y ?? new Float64Array(0)],
  ] as const) {
    const at = values.findIndex((value) => !(Math.abs(value) <= mostEntry));
    if (at >= 0) {
      throw new RangeError(
        `${name} must lie in [-${mostEntry}, ${mostEntry}], got ${values[at]} at ${at}, scale the data`,
      );
    }
  }
}

/** @throws RangeError where a label is no sign */
export function checkSigns(y: Float64Array): void {
  const at = y.findIndex((label) => Math.abs(label) !== 1);
  if (at >= 0) throw new RangeError(`y must lie in {-1, 1}, got ${y[at]} at ${at}`);
}
