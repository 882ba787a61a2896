/** ReLU neurons taken out of the complex neuron of the harmonic network, one a boosting step. */
import type { Dataset } from "../data/dataset.ts";
import type { RandomStream } from "../numeric/random.ts";
import { angleSplit } from "./angle-split.ts";
import { type BestKnot, bestKnot } from "./best-knot.ts";
import type { WeakFit, WeakLearner } from "./boosting.ts";
import { dot } from "./construction.ts";
import { combined, drawHarmonicNeuron, type HarmonicNeuron, harmonicPolynomial } from "./harmonic-neuron.ts";
import { reluMixture } from "./relu-mixture.ts";

/** The range on which the mixture of ReLUs is the polynomial; ⟨w, x⟩ is N(0, 1) on the unit sphere. */
const range = 3.5;
/** Angles that the greedy choice compares, over half a turn. */
const angles = 8;

interface LearnerOptions {
  readonly degree: number;
  readonly random: RandomStream;
  /** 0 for points that v leaves out, 1 for the others; the learner takes points out where `drop` is set. */
  readonly kept: Uint8Array;
  /** Leave out points with r_i² > nγ² from then on, r of mean square 1 (the set A of §5.2). */
  readonly drop: boolean;
}

/**
 * One ReLU drawn from the mixture that the neuron's polynomials are: the step of the paper.
 */
export function singleLearner(data: Dataset, options: LearnerOptions): WeakLearner {
  const { degree, random } = options;
  const phi = harmonicPolynomial(degree);
  return withNeuron(data, options, ({ w, v, phase, alongW, alongV }) => {
    const parts = angleSplit(phi, phase).map(({ angle, polynomial }) => ({
      angle,
      mixture: reluMixture(polynomial, range),
    }));
    let rest = random.uniform() * parts.reduce((sum, { mixture }) => sum + mixture.total, 0);
    const { angle, mixture } =
      parts.find((part) => {
        rest -= part.mixture.total;
        return rest < 0;
      }) ?? parts[parts.length - 1];
    const { side, knot, weight } = mixture.draw(random);
    const [p, q] = [Math.cos(angle), Math.cos(angle - phase)];
    return neuronOf(combined(w, p, v, q), combined(alongW, p, alongV, q), { side, knot }, Math.sign(weight));
  });
}

/**
 * The ReLU of best gain among eight directions between w and v, v as long as w, with all knots at points. Knots with few
 * points on are left out: neurons for one or two points alone have large gradients.
 */
export function greedyLearner(data: Dataset, options: LearnerOptions): WeakLearner {
  const { n } = data;
  const leastOn = Math.max(2, Math.ceil(n / 20));
  return withNeuron(data, options, ({ w, v, alongW, alongV }, r) => {
    const length = Math.sqrt(dot(v, v));
    const scale = length > 0 ? Math.sqrt(dot(w, w)) / length : 0;
    let best: (BestKnot & { readonly p: number; readonly q: number }) | undefined;
    for (let j = 0; j < angles; j++) {
      const alpha = (Math.PI * j) / angles;
      const [p, q] = [Math.cos(alpha), scale * Math.sin(alpha)];
      const found = bestKnot(combined(alongW, p, alongV, q), r, leastOn);
      if (found && !(best && best.gain >= found.gain)) best = { ...found, p, q };
    }
    if (!best) return { neurons: [], values: new Float64Array(n) };
    const { p, q } = best;
    return neuronOf(combined(w, p, v, q), combined(alongW, p, alongV, q), best, 1);
  });
}

/** Draws the complex neuron for the residual, brought to mean square 1. */
function withNeuron(
  data: Dataset,
  { degree, random, kept, drop }: LearnerOptions,
  choose: (neuron: HarmonicNeuron, r: Float64Array) => WeakFit,
): WeakLearner {
  const { n, d } = data;
  return (residual) => {
    const scale = Math.sqrt(n / dot(residual, residual));
    const r = residual.map((value) => scale * value);
    for (let i = 0; drop && i < n; i++) if (r[i] * r[i] > n / d) kept[i] = 0;
    const shares = r.map((value, i) => value * kept[i]);
    return choose(drawHarmonicNeuron(data, shares, degree, random), r);
  };
}

function neuronOf(
  u: Float64Array,
  t: Float64Array,
  { side, knot }: Pick<BestKnot, "side" | "knot">,
  a: number,
): WeakFit {
  return {
    neurons: [{ w: u.map((value) => side * value), b: -side * knot, a }],
    values: t.map((value) => a * Math.max(0, side * (value - knot))),
  };
}
