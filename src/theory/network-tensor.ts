/** T of a network f(x) = ⟨T, x^{⊗p}⟩: between which numbers its operator norm lies (COLT 2021, Theorems 7 to 9). */
import { polynomialCoefficients } from "../network/activation.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { operatorNormBracket } from "../numeric/power-sum.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Bound } from "./law.ts";
import { powerHypotheses } from "./monomial.ts";

/** Neurons for which four k × k matrices are 2 GiB. */
const mostNeurons = 8192;

/**
 * Bounds on ‖T‖_op with T = Σ_l a_l w_l^{⊗p}, which meet for p <= 2: the value at some u, and a flattening's spectral norm.
 * @param p the order; there are none unless all neurons are a t^p, without biases and constant, and for p >= 3 of too many
 * @param random starts of ascents, for p >= 3
 */
export function networkTensorNorm(
  network: TwoLayerNetwork,
  p: number,
  { random, theorem }: { random: RandomStream; theorem: string },
): Bound[] {
  const hypotheses = powerHypotheses(network, p);
  if (!hypotheses.every(({ ok }) => ok) || (p > 2 && network.k > mostNeurons)) return [];
  const { k, d, W, a, activation } = network;
  const leading = polynomialCoefficients(activation)?.[p] ?? 1;
  const beta = a.map((value) => leading * value);
  const { lower, upper } = operatorNormBracket({ n: k, d, p, X: W, beta }, random);
  const common = { quantity: "‖T‖op of the network", theorem, hypotheses, vacuous: false };
  const exact = "eigenvalues of the network's T";
  return [
    { ...common, kind: "lower", value: lower, method: p <= 2 ? exact : "shifted power iteration" },
    { ...common, kind: "upper", value: upper, method: p <= 2 ? exact : "spectral norm of a flattening" },
  ];
}
