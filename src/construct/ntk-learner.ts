/** The pair of neurons that one step of the NTK network is (Network size and weights size for memorization, §4). */
import type { Dataset } from "../data/dataset.ts";
import { type Activation, activationFunction } from "../network/activation.ts";
import type { RandomStream } from "../numeric/random.ts";
import { timesVector, transposedTimesVector } from "../numeric/vector-products.ts";
import type { WeakLearner } from "./boosting.ts";
import { dot, type Neuron } from "./construction.ts";

/**
 * How far the pair ψ(⟨u + δv, x⟩)/δ − ψ(⟨u, x⟩)/δ is apart.
 * - `limit`: as a ReLU pair on the data equals its limit δ → 0, ψ'(⟨u, x⟩) ⟨v, x⟩, for no gate changes
 * - `finite`: δ = 0.3 ‖u‖/‖v‖, the gates change and the weights stay small
 * - `small`: δ = 1e-4/‖v‖, for smooth ψ: below, rounding outweighs what is left of δ
 */
export type PairSpacing = "limit" | "finite" | "small";

/** Pairs with u ~ N(0, I) and v = Σ ψ'(⟨u, x_i⟩) r_i x_i, without biases; no point may be 0. */
export function pairLearner(
  { n, d, X }: Dataset,
  activation: Activation,
  spacing: PairSpacing,
  random: RandomStream,
): WeakLearner {
  const { value, slope } = activationFunction(activation);
  return (r) => {
    let u = random.gaussians(d);
    let along = timesVector(X, u, n, d);
    // A point on the gate itself leaves no room for δ.
    while (along.includes(0)) {
      u = random.gaussians(d);
      along = timesVector(X, u, n, d);
    }
    const gates = along.map(slope);
    const v = transposedTimesVector(
      X,
      gates.map((gate, i) => gate * r[i]),
      n,
      d,
    );
    const size = Math.sqrt(dot(v, v));
    if (size === 0) return { neurons: [], values: new Float64Array(n) };
    const change = timesVector(X, v, n, d);
    if (spacing === "limit") {
      return {
        neurons: pair(u, v, gateSpacing(along, change)),
        values: gates.map((gate, i) => gate * change[i]),
      };
    }
    const delta = spacing === "finite" ? (0.3 * Math.sqrt(dot(u, u))) / size : 1e-4 / size;
    return {
      neurons: pair(u, v, delta),
      values: along.map((s, i) => (value(s + delta * change[i]) - value(s)) / delta),
    };
  };
}

/** δ = ½ min |⟨u, x_i⟩|/|⟨v, x_i⟩|: no gate changes between u and u + δv. */
export function gateSpacing(along: Float64Array, change: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < along.length; i++) {
    if (change[i] !== 0) least = Math.min(least, Math.abs(along[i] / change[i]));
  }
  return least / 2;
}

/** The neurons of [ψ(⟨u + δv, x⟩) − ψ(⟨u, x⟩)]/δ. */
export function pair(u: Float64Array, v: Float64Array, delta: number): Neuron[] {
  return [
    { w: u.map((value, j) => value + delta * v[j]), b: 0, a: 1 / delta },
    { w: u, b: 0, a: -1 / delta },
  ];
}
