/** A number together with the side of the truth it lies on: nothing sampled is ever called an upper bound. */
export interface Bound {
  readonly kind: "lower" | "upper" | "exact";
  readonly value: number;
  /** How it was found, such as "random". */
  readonly method: string;
  /** For a lower bound on a Lipschitz constant: a point where the gradient has that norm. */
  readonly witness?: Float64Array;
}

/** A last line of defence: throws where the bounds contradict each other, which would be a fault of this program. */
export function checkOrder(lower: Bound, upper: Bound): void {
  if (!(lower.value <= upper.value)) {
    throw new Error(
      `the certificate contradicts itself, please report it: ${lower.method} ${lower.value} is above ${upper.method} ${upper.value}`,
    );
  }
}
