/** A product whose result is known, in small integers: a library that gets it wrong is not used. */
import { PLAIN, ROWS, type Sgemm, type TRANSPOSED } from "./cblas.ts";

// [1 2 3; 4 5 6] times a 3 × 2 matrix, added to ones.
const left = [1, 2, 3, 4, 5, 6];
const right = [7, 8, 9, 10, 11, 12];
const rightTransposed = [7, 9, 11, 8, 10, 12];
const expected = [59, 65, 140, 155];

/** Whether C += A B comes out right, or C += A Bᵀ where the right factor is to be transposed: as they are used here. */
export function multipliesRight(
  gemm: Sgemm,
  Numbers: Float32ArrayConstructor | Float64ArrayConstructor,
  form: typeof PLAIN | typeof TRANSPOSED,
  addressOf: (view: Float32Array) => number,
): boolean {
  const numbers = new Numbers(16);
  numbers.set([...left, ...(form === PLAIN ? right : rightTransposed), 1, 1, 1, 1]);
  const at = addressOf(new Float32Array(numbers.buffer));
  const place = (index: number) => at + index * Numbers.BYTES_PER_ELEMENT;
  gemm(ROWS, PLAIN, form, 2, 2, 3, 1, place(0), 3, place(6), form === PLAIN ? 2 : 3, 1, place(12), 2);
  return expected.every((value, i) => numbers[12 + i] === value);
}
