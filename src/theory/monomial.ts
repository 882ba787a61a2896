/** Networks of polynomial activation, as the laws of COLT 2021, Theorems 7 to 9 have them. */
import { polynomialCoefficients } from "../network/activation.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { Hypothesis } from "./law.ts";

/** Of its activation; undefined where that is no polynomial. */
export function degreeOf({ activation }: TwoLayerNetwork): number | undefined {
  if (activation === "identity") return 1;
  return polynomialCoefficients(activation)?.findLastIndex((coefficient) => coefficient !== 0);
}

/** Whether x ↦ f(x) is ⟨T, x^{⊗p}⟩: neurons a t^p without biases and no constant. */
export function powerHypotheses(network: TwoLayerNetwork, p: number): Hypothesis[] {
  const coefficients = polynomialCoefficients(network.activation) ?? [];
  const others = coefficients.filter((coefficient, q) => q !== p && coefficient !== 0).length;
  const shift = network.b.reduce((most, value) => Math.max(most, Math.abs(value)), Math.abs(network.c));
  const degree = degreeOf(network) ?? Number.NaN;
  return [
    { name: "degree of the activation = p", ok: degree === p, left: degree, right: p },
    { name: "activation has no other power than t^p", ok: others === 0, left: others, right: 0 },
    { name: "no biases", ok: shift === 0, left: shift, right: 0 },
  ];
}
