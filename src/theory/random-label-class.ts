/**
 * The class that a trained network is taken to belong to, for the law of random labels: its numbers, rounded up to grids that
 * do not depend on the data, and what the union over the grids costs (docs/random-label-law.md, section 7).
 */
import { activationFunction } from "../network/activation.ts";
import { evaluate, norm, totalWeight } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { Hypothesis, Question } from "./law.ts";

const measures = ["k", "total-weight", "radius", "e"] as const;
type Measure = (typeof measures)[number];

/** A place of a grid, and its share of δ; the shares of a grid sum to 1 at the most. */
interface Place {
  readonly value: number;
  readonly share: number;
}

const grids: Readonly<Record<Measure, (value: number) => Place>> = {
  // The architecture is chosen before the data.
  k: (neurons) => ({ value: neurons, share: 1 }),
  "total-weight"(weight) {
    let j = 1;
    while (2 ** j < weight) j++;
    return { value: 2 ** j, share: 1 / (2 * j * j) };
  },
  // Eighths, a millionth of one above: points of norm one up to rounding are no longer than the first that is 1.
  radius(radius) {
    const eighths = Math.max(1, Math.ceil(8 * radius - 1e-6));
    return { value: (eighths + 1e-6) / 8, share: 1 / (2 * eighths * eighths) };
  },
  // √e in steps of 1/256, below 1.
  e(error) {
    const root = Math.min(255, Math.ceil(256 * Math.sqrt(error)));
    return { value: (root / 256) ** 2, share: 1 / 256 };
  },
};

/**
 * The numbers of the question, with neurons, total weight, radius and training error of the network where they are not given:
 * those given were chosen before the data, and the network is held against them.
 */
export function classOf(
  network: TwoLayerNetwork,
  { numbers, data }: Pick<Question, "numbers" | "data">,
): { numbers: Question["numbers"]; hypotheses: readonly Hypothesis[]; share: number } {
  const found: Partial<Record<Measure, number>> = {
    k: network.k,
    // An output bias is a neuron of w = 0.
    "total-weight": totalWeight(network) + Math.abs(network.c),
    ...(data && {
      radius: Array.from({ length: data.n }, (_, i) =>
        norm(data.X.subarray(i * data.d, (i + 1) * data.d)),
      ).reduce((most, length) => Math.max(most, length), 0),
      e: evaluate(network, data.X).reduce((sum, value, i) => sum + (value - data.y[i]) ** 2, 0) / data.n,
    }),
  };
  const completed: Record<string, number | undefined> = {
    ...numbers,
    d: numbers.d ?? network.d,
  };
  const hypotheses = [homogeneity(network)];
  let share = 1;
  for (const name of measures) {
    const left = found[name];
    if (left === undefined) continue;
    const given = completed[name];
    const place = given === undefined ? grids[name](left) : { value: given, share: 1 };
    completed[name] = place.value;
    share *= place.share;
    hypotheses.push({
      name: `${name} of the network <= that of the class`,
      // Points of norm one are so up to rounding.
      ok: left <= place.value * (1 + 1e-12),
      left,
      right: place.value,
    });
  }
  return { numbers: completed, hypotheses, share };
}

/** ψ(st) = sψ(t) for s > 0, with slopes of at most 1: what lets weights be balanced. */
function homogeneity({ activation }: TwoLayerNetwork): Hypothesis {
  const { pieces, slope } = activationFunction(activation);
  const steepest = Math.max(Math.abs(slope(-1)), Math.abs(slope(1)));
  const kinksAtZero = pieces?.kinks.every((kink) => kink === 0) ?? false;
  return {
    name: "the activation is positively homogeneous, its slopes at most 1",
    ok: kinksAtZero && steepest <= 1,
    left: steepest,
    right: 1,
  };
}
