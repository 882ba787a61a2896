/** The smallest Lipschitz constant that any interpolant has (McShane, Whitney 1934; COLT 2021, §2). */
import type { Dataset } from "../data/dataset.ts";
import { interpolationFloor } from "../theory/floor.ts";
import { type ConstructionMethod, HypothesisError } from "./construction.ts";

export const mcshaneMethod: ConstructionMethod = {
  name: "mcshane",
  theorem: "McShane 1934; COLT 2021, section 2",
  summary:
    "the smallest Lipschitz constant that any interpolant has, and a function that has it (no network)",
  options: {},
  isFunction: true,
  signs: false,
  // All pairs for the constant, and all points again for every value at a point.
  operations: ({ n, d }) => 1.5 * n * n * d,
  build(data) {
    const { constant, pair, evaluate } = mcshane(data);
    return {
      evaluate,
      hypotheses: [],
      guarantee: {
        statement: "no function with f(x_i) = y_i has a smaller Lipschitz constant",
        value: constant,
      },
      exact: [{ value: constant, domain: "space", formula: "max |y_i - y_j|/‖x_i - x_j‖" }],
      ...(pair && { details: { pair: `${pair[0] + 1}, ${pair[1] + 1}` } }),
    };
  },
};

interface McShaneInterpolant {
  /** L* = max |y_i − y_j|/‖x_i − x_j‖: no interpolant has less. */
  readonly constant: number;
  /** The pair that needs it, i < j; absent where all labels are equal. */
  readonly pair?: readonly [number, number];
  /** ½ [max_i (y_i − L* ‖x − x_i‖) + min_i (y_i + L* ‖x − x_i‖)], which has that constant. */
  evaluate(x: Float64Array): number;
}

/**
 * The interpolant of real labels; n²d operations.
 * @throws HypothesisError where two equal points have different labels
 */
export function mcshane(data: Dataset): McShaneInterpolant {
  const { n, d, X, y } = data;
  const { value: constant, pair } = interpolationFloor(data);
  if (pair && constant === Number.POSITIVE_INFINITY) {
    const [i, j] = pair;
    throw new HypothesisError(
      `mcshane: contradictory duplicates, points ${i + 1} and ${j + 1} are equal and have labels ${y[i]} and ${y[j]}`,
    );
  }
  return {
    constant,
    ...(pair && { pair }),
    evaluate(x) {
      let [below, above] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
      for (let i = 0; i < n; i++) {
        const reach = constant * Math.sqrt(squaredDistance(X, i * d, x, 0, d));
        below = Math.max(below, y[i] - reach);
        above = Math.min(above, y[i] + reach);
      }
      return (below + above) / 2;
    },
  };
}

function squaredDistance(x: Float64Array, from: number, y: Float64Array, at: number, d: number): number {
  let squared = 0;
  for (let j = 0; j < d; j++) {
    const difference = x[from + j] - y[at + j];
    squared += difference * difference;
  }
  return squared;
}
