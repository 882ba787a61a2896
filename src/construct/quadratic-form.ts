/** Quadratic forms f(x) = ⟨x, T x⟩ as networks of activation t², and their constants, which eigenvalues give exactly. */
import { type Eigensystem, operatorNorm } from "../numeric/quadratic-form.ts";
import type { ClosedForm } from "./construction.ts";

/** Eigenvalues below this part of the largest are 0 up to rounding. */
const leastPart = 1e-12;

/** Places of the eigenvalues that are not 0, largest |λ| first. */
export function support({ values }: Eigensystem): number[] {
  const most = operatorNorm(values);
  return Array.from(values.keys())
    .filter((l) => Math.abs(values[l]) > leastPart * most)
    .sort((i, j) => Math.abs(values[j]) - Math.abs(values[i]));
}

/** Lipschitz constants of x ↦ ⟨x, T x⟩, from all eigenvalues, largest first. On R^d there is none. */
export function quadraticConstants(values: Float64Array): ClosedForm[] {
  const ball = 2 * operatorNorm(values);
  return [
    { value: ball, domain: "ball", formula: "2 ‖T‖_op" },
    { value: ball, domain: "sphere-gradient", formula: "2 ‖T‖_op" },
    {
      value: values[0] - values[values.length - 1],
      domain: "sphere",
      formula: "lambda_max(T) - lambda_min(T)",
    },
  ];
}
