/** The smallest Lipschitz constant of any interpolant (McShane, Whitney 1934; COLT 2021, §2). */
import type { Dataset } from "../data/dataset.ts";
import { evaluate } from "../network/evaluate.ts";
import { type Law, MissingError } from "./law.ts";
import { checkPoints } from "./ranges.ts";

/** The pair of points that forces a slope. */
export interface Floor {
  /** max |y_i − y_j|/‖x_i − x_j‖; 0 where all labels are equal, infinite where equal points have different ones. */
  readonly value: number;
  /** Its points, i < j; absent where all labels are equal. */
  readonly pair?: readonly [number, number];
}

/**
 * No f with f(x_i) = y_i has a smaller constant on any set that contains the points, and McShane's extension has it on R^d.
 * n²d operations. Distances are taken from differences: inner products would lose half of the digits.
 * @throws RangeError
 */
export function interpolationFloor({ n, d, X, y }: Dataset): Floor {
  checkPoints({ n, d, X, y });
  let value = 0;
  let pair: readonly [number, number] | undefined;
  for (let i = 0; i < n; i++) {
    for (let j = i + 1; j < n; j++) {
      const gap = Math.abs(y[i] - y[j]);
      if (gap === 0) continue;
      let squared = 0;
      for (let t = 0; t < d; t++) squared += (X[i * d + t] - X[j * d + t]) ** 2;
      const slope = gap / Math.sqrt(squared);
      if (slope > value) [value, pair] = [slope, [i, j]];
    }
  }
  return { value, ...(pair && { pair }) };
}

export const floorLaw: Law = {
  name: "floor",
  theorem: "McShane 1934; COLT 2021, section 2",
  summary: "the least Lipschitz constant of any function with these values at the points, whatever its size",
  parameters: {},
  takes: ["data", "network"],
  example: "--data sphere --n 500 --d 100",
  ask({ data, network }) {
    if (!data) throw new MissingError("floor: give --data");
    // Of a network its own values count: it need not fit.
    const { value, pair } = interpolationFloor(network ? { ...data, y: evaluate(network, data.X) } : data);
    return {
      bounds: [
        {
          kind: "lower",
          quantity: "Lip(f)",
          value,
          method: network ? "largest |f(x_i) - f(x_j)|/‖x_i - x_j‖" : "largest |y_i - y_j|/‖x_i - x_j‖",
          theorem: "McShane 1934; COLT 2021, section 2",
          hypotheses: [],
          vacuous: value === 0,
        },
      ],
      ...(pair && { details: { pair: `${pair[0] + 1}, ${pair[1] + 1}` } }),
    };
  },
};
