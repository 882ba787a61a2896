/** Boosting: a network from many that are each a little right (Network size and weights size for memorization, Lemma 1). */
import { dot, HypothesisError, type Neuron } from "./construction.ts";

/** A small network and its outputs f(x_i), n. */
export interface WeakFit {
  readonly neurons: readonly Neuron[];
  readonly values: Float64Array;
}

/** Fits a residual r = y − f, n, a little: ⟨r, f⟩ > 0 as a rule. It must not keep or change r. */
export type WeakLearner = (residual: Float64Array) => WeakFit;

export interface BoostingOptions {
  /** Who asks, for messages. */
  readonly name: string;
  /** Ends at ‖r‖² <= ε ‖y‖². */
  readonly epsilon: number;
  /** η of every step; the best of each, ⟨r, f⟩/‖f‖², where absent. */
  readonly step?: number;
  /** Calls of the learner, at the most. */
  readonly most: number;
}

export interface Boosted {
  /** All neurons, their a times η. */
  readonly neurons: readonly Neuron[];
  /** ‖r‖²/‖y‖² before the first step and after each. */
  readonly history: readonly number[];
  /** ⟨r, f⟩/‖r‖² of the first step: α of the lemma. */
  readonly firstCorrelation: number;
  /**
   * The lemma with the worst step's numbers for its α, β and ω: for the best η the least decrease is α²/β of ‖r‖², so
   * that steps <= (β/α²) ln(1/ε) and W(f) <= (ω/α) ln(1/ε), ε the one reached.
   */
  readonly bound: { readonly steps: number; readonly weight: number };
}

/**
 * r ← r − η f with the learner's f for r, from r = y on.
 * @throws HypothesisError where all labels are 0, or the learner's calls are spent
 */
export function boost(y: Float64Array, learner: WeakLearner, options: BoostingOptions): Boosted {
  const { name, epsilon, most } = options;
  const whole = dot(y, y);
  if (whole === 0) throw new HypothesisError(`${name}: needs a label other than 0 (got ${y.length} of 0)`);
  const residual = Float64Array.from(y);
  const neurons: Neuron[] = [];
  const history = [1];
  let firstCorrelation = 0;
  let leastGain = Number.POSITIVE_INFINITY;
  let dearest = 0;
  let squared = whole;
  for (let calls = 0; squared > epsilon * whole; calls++) {
    if (calls >= most) {
      throw new HypothesisError(
        `${name}: the residual is ${(squared / whole).toPrecision(3)} after ${calls} steps (needs ${epsilon}), take a larger ` +
          "--epsilon",
      );
    }
    const { values, neurons: weak } = learner(residual);
    const inner = dot(residual, values);
    const length = dot(values, values);
    // A learner that found nothing, for instance where no gate is open.
    if (length === 0 || inner === 0) continue;
    const step = options.step ?? inner / length;
    if (history.length === 1) firstCorrelation = inner / squared;
    let weight = 0;
    for (const { w, b, a } of weak) {
      neurons.push({ w, b, a: step * a });
      weight += Math.abs(step * a) * Math.sqrt(dot(w, w) + b * b);
    }
    for (let i = 0; i < residual.length; i++) residual[i] -= step * values[i];
    const next = dot(residual, residual);
    const gain = 1 - next / squared;
    leastGain = Math.min(leastGain, gain);
    dearest = Math.max(dearest, weight / gain);
    squared = next;
    history.push(squared / whole);
  }
  const logarithm = -Math.log(squared / whole);
  return {
    neurons,
    history,
    firstCorrelation,
    bound: { steps: logarithm / leastGain, weight: dearest * logarithm },
  };
}

/** What boosting tells of itself. */
export function boostingDetails({ history, bound }: Boosted) {
  return {
    steps: history.length - 1,
    boosted_mse: history[history.length - 1],
    // A step that gained nothing leaves the lemma without a bound.
    ...(Number.isFinite(bound.steps) && { steps_by_lemma_1: bound.steps }),
    ...(Number.isFinite(bound.weight) && { weight_by_lemma_1: bound.weight }),
  };
}
