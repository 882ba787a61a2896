/** Operator norms of matrices, rounded up. */
import { type EigenvalueOptions, gramEigenvalueBound } from "./gram.ts";
import { largestExponent, timesPower } from "./powers.ts";

/**
 * ‖W‖op² <= square · 4^exponent, by the Gram matrix of W's smaller side.
 * @param W rows × columns, row-major
 * @throws RangeError where a number is not finite
 */
export function squaredNormAbove(
  { rows, columns, W }: { readonly rows: number; readonly columns: number; readonly W: Float64Array },
  options: EigenvalueOptions,
): { readonly square: number; readonly exponent: number } {
  const exponent = largestExponent(W);
  const F = new Float64Array(W.length);
  const wide = rows <= columns;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      F[wide ? i * columns + j : j * rows + i] = timesPower(W[i * columns + j], -exponent);
    }
  }
  const [m, K] = wide ? [rows, columns] : [columns, rows];
  const { upper } = gramEigenvalueBound(F, m, K, options);
  return { square: upper, exponent };
}
