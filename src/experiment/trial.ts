/** One trial from top to bottom: sample, train, measure. */
import type { Dataset } from "../data/dataset.ts";
import { genericPoints, randomSigns } from "../data/generic.ts";
import { bracket } from "../lipschitz/bracket.ts";
import { maximumRandomGradient } from "../lipschitz/maximum-random-gradient.ts";
import { spectralBound } from "../lipschitz/spectral.ts";
import { totalWeight } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { stream } from "../numeric/random.ts";
import type { Engine } from "../train/engine.ts";
import { initialParameters } from "../train/initial.ts";
import type { Memorization } from "../train/memorize.ts";
import { defaultSettings, train } from "../train/train.ts";
import type { Trial } from "./plan.ts";
import type { Measure } from "./spec.ts";

/** What a trial found. All but `seconds` and `message` is a function of the trial and the engine. */
export interface TrialResult {
  readonly outcome: Memorization | "error";
  readonly steps?: number;
  readonly loss?: number;
  readonly signErrors?: number;
  readonly labelSum?: number;
  readonly maxRandomGradient?: number;
  readonly lipschitzLower?: number;
  readonly lipschitzUpper?: number;
  readonly spectralBound?: number;
  readonly totalWeight?: number;
  /** Why the trial has no result, in one line; only with outcome `error`. */
  readonly message?: string;
  readonly seconds?: {
    readonly data: number;
    readonly training: number;
    readonly proxy: number;
    readonly spectral: number;
    readonly bracket: number;
  };
}

/** The arrays behind a result, for those who want to keep them. */
export interface TrialArrays {
  readonly data: Dataset;
  /** Absent when training diverged. */
  readonly network?: TwoLayerNetwork;
  /** The point of the maximum random gradient. */
  readonly witness?: Float64Array;
  /** The point of the certified lower bound. */
  readonly lowerWitness?: Float64Array;
}

/** The data set of a trial: a function of its seed and id alone. */
export function trialData(trial: Trial): Dataset {
  const { n, d } = trial;
  const X = genericPoints(trial, trial.data, stream(trial.seed, trial.id, "points"));
  const y = randomSigns(n, stream(trial.seed, trial.id, "labels"));
  return { n, d, X, y };
}

/** Runs a trial. Throws only where something is broken: a network that does not memorise is a result. */
export async function runTrial(
  trial: Trial,
  engine: Engine,
  measure: readonly Measure[],
  onProgress?: (steps: number, loss: number) => void,
): Promise<{ result: TrialResult; arrays: TrialArrays }> {
  const random = (purpose: string) => stream(trial.seed, trial.id, purpose);
  const start = performance.now();
  const data = trialData(trial);
  const sampled = performance.now();

  const training = await train(engine, data, initialParameters(trial, random("weights")), {
    epsilon: trial.epsilon,
    maxSteps: trial.maxSteps,
    settings: { ...defaultSettings, learningRate: trial.learningRate },
    ...(onProgress && { onProgress }),
  });
  const trained = performance.now();

  const { network, outcome, steps, signErrors } = training;
  const products = engine.products?.();
  const proxy =
    network &&
    maximumRandomGradient(network, {
      draws: trial.draws,
      random: random("gradient"),
      products: products?.single,
    });
  const sampledAt = performance.now();
  const spectral =
    network && measure.includes("spectral") && spectralBound(network, random("spectral"), products?.double);
  const measured = {
    ...(proxy && { maxRandomGradient: proxy.value }),
    ...(spectral && { spectralBound: spectral.value }),
    ...(network && measure.includes("weight") && { totalWeight: totalWeight(network) }),
  };
  const measuredAt = performance.now();
  const interval =
    network &&
    proxy &&
    measure.includes("bracket") &&
    bracket(network, {
      random: random("bracket"),
      products: products?.double,
      // Data of both kinds have norms about one.
      radius: 1,
      ...searchEffort(trial.n),
      starts: [proxy.witness],
    });
  const seconds = {
    data: (sampled - start) / 1000,
    training: (trained - sampled) / 1000,
    proxy: (sampledAt - trained) / 1000,
    spectral: (measuredAt - sampledAt) / 1000,
    bracket: (performance.now() - measuredAt) / 1000,
  };
  const labelSum = data.y.reduce((sum, label) => sum + label, 0);
  return {
    result: {
      outcome,
      steps,
      labelSum,
      // A network that diverged has neither a loss nor signs.
      ...(network && { loss: training.loss, signErrors }),
      ...measured,
      ...(interval && { lipschitzLower: interval.lower.value, lipschitzUpper: interval.upper.value }),
      seconds,
    },
    arrays: {
      data,
      ...(network && { network }),
      ...(proxy && { witness: proxy.witness }),
      ...(interval && { lowerWitness: interval.lower.witness }),
    },
  };
}

/** Steps and lines cost a part of a training step that falls with n: the search stays a small part of the whole. */
function searchEffort(n: number): { steps: number; lines: number } {
  return { steps: Math.max(15, Math.min(40, Math.round(n / 50))), lines: Math.min(3, Math.floor(n / 1000)) };
}
