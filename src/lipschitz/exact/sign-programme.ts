/** The maximum of zᵀQz over signs with z_0 = 1, for Q = BBᵀ: squared gradient norms as a function of the gates. */
import { multiplyTransposed } from "../../numeric/matrix.ts";
import type { GateForm } from "../gate-form.ts";

const unit = 2 ** -53;

export interface SignProgramme {
  readonly K: number;
  readonly d: number;
  /** K × d, row-major. */
  readonly B: Float64Array;
  /** BBᵀ, K × K. */
  readonly Q: Float64Array;
  /** Σ ‖B_i‖. */
  readonly sizes: number;
  /** |zᵀQz − ‖exact gradient‖²·4^−exponent| is at most this plus 2·slack·√(zᵀQz) + slack², whatever the order of sums. */
  readonly error: number;
  readonly slack: number;
}

export function signProgramme({ K, d, B, slack }: GateForm): SignProgramme {
  const Q = multiplyTransposed(B, B, K, d, K);
  let sizes = 0;
  for (let i = 0; i < K; i++) {
    let squared = 0;
    for (let j = i * d; j < (i + 1) * d; j++) squared += B[j] * B[j];
    sizes += Math.sqrt(squared);
  }
  // Q's entries carry d roundings of |B_i|·|B_j|; sums of its entries in two stages K + 2 more each, twice over.
  const error = (d + 6 * K + 32) * unit * sizes * sizes * 1.01 + Number.MIN_VALUE * K * K * (d + 1);
  return { K, d, B, Q, sizes, error, slack };
}

/** A number that the gradients of norm² <= square (up to the programme's errors) do not exceed in norm. */
export function gradientNormAbove({ error, slack }: SignProgramme, square: number): number {
  return (Math.sqrt(Math.max(0, square) + error) + slack) * (1 + 2 ** -48);
}

/** A number that ‖Bᵀz‖ reaches for certain, B and z exact: rounded down. z: K signs. */
export function normBelow({ K, d, B, sizes, slack }: SignProgramme, z: ArrayLike<number>): number {
  const sum = new Float64Array(d);
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < d; j++) sum[j] += z[i] * B[i * d + j];
  }
  let squared = 0;
  for (const value of sum) squared += value * value;
  const size = Math.sqrt(squared);
  return Math.max(0, (size - slack - (K + 8) * unit * sizes - (d + 8) * unit * size) * (1 - 2 ** -48));
}
