/** The memorisation filter of COLT 2021, §5. */

/** What is asked beside the mean squared error: every sign right, as in the paper, or nothing more. */
export const filters = ["signs", "loss"] as const;
export type Filter = (typeof filters)[number];

/** Why a network is kept, or why not; `loss` is reported before `signs` when both fail. */
export type Memorization = "kept" | "loss" | "signs" | "diverged";

export interface MemorizationResult {
  readonly outcome: Memorization;
  /** Mean over the points of (f(x_i) − y_i)²; NaN when diverged. */
  readonly loss: number;
  /** Number of points with f(x_i)·y_i <= 0. */
  readonly signErrors: number;
}

/**
 * Keeps a network iff its mean squared error is at most epsilon and every sign is right (f = 0 is an error).
 * Both conditions are needed: the first implies the second only when n·epsilon < 1. Where a part of the labels is noise
 * that is not to be fitted yet, signs are wrong by intent: the filter "loss" counts them and keeps the network.
 * @param outputs f(x_i), length n
 * @param y labels ±1, length n
 */
export function memorizes(
  outputs: ArrayLike<number>,
  y: ArrayLike<number>,
  epsilon: number,
  filter: Filter = "signs",
): MemorizationResult {
  const n = y.length;
  if (outputs.length !== n) throw new RangeError(`${outputs.length} outputs for ${n} labels`);
  let sum = 0;
  let signErrors = 0;
  for (let i = 0; i < n; i++) {
    const error = outputs[i] - y[i];
    sum += error * error;
    if (!(outputs[i] * y[i] > 0)) signErrors++;
  }
  const loss = sum / n;
  if (!Number.isFinite(loss)) return { outcome: "diverged", loss: Number.NaN, signErrors };
  const outcome = loss > epsilon ? "loss" : filter === "signs" && signErrors > 0 ? "signs" : "kept";
  return { outcome, loss, signErrors };
}
