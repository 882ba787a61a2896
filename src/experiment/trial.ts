/** One trial from top to bottom: sample, train or construct, measure, ask the laws. */
import { alsoFrom, searchOfConstructions, sphereStarts } from "../construct/describe.ts";
import { steepestPoint } from "../construct/steepest-point.ts";
import { parseDataModel, sampleData } from "../data/data-model.ts";
import type { Dataset } from "../data/dataset.ts";
import { bracket } from "../lipschitz/bracket.ts";
import { proxyBound } from "../lipschitz/certify.ts";
import { hasBoundedSlopes } from "../lipschitz/slopes.ts";
import { spectralBound } from "../lipschitz/spectral.ts";
import { sphereGradient } from "../lipschitz/sphere.ts";
import type { Activation } from "../network/activation.ts";
import { isDeep, type Network } from "../network/deep.ts";
import { totalWeight } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { Products } from "../numeric/kernels/products.ts";
import { stream } from "../numeric/random.ts";
import type { Engine } from "../train/engine.ts";
import { askLaws, type LawLine } from "./ask-laws.ts";
import { type Made, makeNetwork } from "./make.ts";
import { measureDeep } from "./measure-deep.ts";
import { trainingOf } from "./method.ts";
import type { Trial } from "./plan.ts";
import type { Measure } from "./spec.ts";

/** What a trial found. All but `seconds` and `message` is a function of the trial and the engine. */
export interface TrialResult {
  readonly outcome: Made["outcome"] | "error";
  readonly steps?: number;
  readonly loss?: number;
  readonly signErrors?: number;
  readonly labelSum?: number;
  readonly maxRandomGradient?: number;
  readonly lipschitzLower?: number;
  readonly lipschitzUpper?: number;
  readonly spectralBound?: number;
  readonly totalWeight?: number;
  /** Neurons, constants among them. */
  readonly neurons?: number;
  readonly activation?: Activation;
  /** max |f(x_i) − y_i| of a construction. */
  readonly maxError?: number;
  /** Largest gradients found on the unit sphere: the whole one, and along it. */
  readonly sphereGradient?: number;
  readonly sphereTangential?: number;
  /** What the laws say, where any were asked. */
  readonly laws?: readonly LawLine[];
  /** Why the trial has no result, in one line; with the outcomes `error` and `refused`. */
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
  /** Absent when training diverged. */
  readonly network?: Network;
  /** The point of the maximum random gradient. */
  readonly witness?: Float64Array;
  /** The point of the certified lower bound. */
  readonly lowerWitness?: Float64Array;
}

/** The data set of a trial: a function of its seed and id alone. */
export function trialData(trial: Trial): Dataset {
  const model = parseDataModel(trial.data);
  return sampleData(model, trial, (purpose) => stream(trial.seed, trial.dataId, purpose));
}

/** What is to be found out about a trial's network and data. */
export interface Tasks {
  readonly measure: readonly Measure[];
  /** As `parseLaw` reads them. */
  readonly laws?: readonly string[];
}

/** Runs a trial. Throws only where something is broken: a network that does not memorise is a result. */
export async function runTrial(
  trial: Trial,
  engine: Engine,
  { measure, laws = [] }: Tasks,
  onProgress?: (steps: number, loss: number) => void,
): Promise<{ result: TrialResult; arrays: TrialArrays }> {
  // In a function of its own: the largest data sets are to be gone while the network is measured.
  const { network, data, result, seconds } = await sampleAndMake(
    trial,
    engine,
    trial.method !== "train" || measure.includes("sphere") || laws.length > 0,
    onProgress,
  );
  const measured = network
    ? measureNetwork(network, trial, { measure, data, products: engine.products?.() })
    : nothingMeasured;
  const { numbers, witness, lowerWitness } = measured;
  const answers = laws.length > 0 && data ? { laws: askLaws(laws, trial, { data, network }) } : {};
  return {
    result: { ...result, ...numbers, ...answers, seconds: { ...seconds, ...measured.seconds } },
    arrays: {
      ...(network && { network }),
      ...(witness && { witness }),
      ...(lowerWitness && { lowerWitness }),
    },
  };
}

async function sampleAndMake(
  trial: Trial,
  engine: Engine,
  keepData: boolean,
  onProgress?: (steps: number, loss: number) => void,
) {
  const start = performance.now();
  const data = trialData(trial);
  const sampled = performance.now();
  const { network, ...made } = await makeNetwork(trial, data, engine, onProgress);
  const seconds = { data: (sampled - start) / 1000, training: (performance.now() - sampled) / 1000 };
  const labelSum = data.y.reduce((sum, label) => sum + label, 0);
  return { network, result: { ...made, labelSum }, seconds, data: keepData ? data : undefined };
}

/** Measures of a network, with their seconds. */
export interface Measured {
  readonly numbers: Partial<TrialResult>;
  readonly witness?: Float64Array;
  readonly lowerWitness?: Float64Array;
  readonly seconds: { readonly proxy: number; readonly spectral: number; readonly bracket: number };
}

interface MeasureOptions {
  readonly measure: readonly Measure[];
  /** For constructions, laws, and what is measured on the sphere. */
  readonly data: Dataset | undefined;
  readonly products: Products | undefined;
}

const nothingMeasured: Measured = { numbers: {}, seconds: { proxy: 0, spectral: 0, bracket: 0 } };

function measureNetwork(network: Network, trial: Trial, options: MeasureOptions): Measured {
  return isDeep(network)
    ? measureDeep(network, trial, options.measure)
    : measureTwoLayers(network, trial, options);
}

function measureTwoLayers(
  network: TwoLayerNetwork,
  trial: Trial,
  { measure, data, products }: MeasureOptions,
): Measured {
  const random = (purpose: string) => stream(trial.seed, trial.id, purpose);
  // A jump has no gradient, and what has no steepest slope on R^d no constant there.
  const { activation } = network;
  const smooth = activation !== "step";
  const bounded = hasBoundedSlopes(activation);
  const trained = trainingOf(trial.method) !== undefined;
  const start = performance.now();
  const proxy = smooth
    ? proxyBound(network, { draws: trial.draws, random: random("gradient"), products: products?.single })
    : undefined;
  const sampled = performance.now();
  const spectral =
    measure.includes("spectral") && activation === "relu"
      ? spectralBound(network, random("spectral"), products?.double)
      : undefined;
  const weight = measure.includes("weight") ? totalWeight(network) : undefined;
  const sphere =
    measure.includes("sphere") && smooth && data
      ? sphereGradient(network, { starts: sphereStarts(network, data.X, data.n, random("sphere")) })
      : undefined;
  const measured = performance.now();
  const starts = proxy ? [proxy.witness] : [];
  if (sphere) starts.push(sphere.witness);
  // Explicit networks are steep near their points, where no random point comes.
  if (!trained && data && smooth) starts.push(steepestPoint(network, data.X, data.n).x);
  const interval =
    measure.includes("bracket") && bounded
      ? bracket(network, {
          random: random("bracket"),
          products: products?.double,
          ...(trained ? searchOfTrained(trial.n) : searchOfConstructions),
          starts,
        })
      : undefined;
  // Far from the sphere gradients of a direction without biases are the same.
  const onSphere = sphere && interval ? alsoFrom(network, sphere, interval.lower.witness) : sphere;
  return {
    numbers: {
      neurons: network.k,
      activation,
      ...(proxy && { maxRandomGradient: proxy.value }),
      ...(spectral && { spectralBound: spectral.value }),
      ...(weight !== undefined && { totalWeight: weight }),
      ...(onSphere && { sphereGradient: onSphere.gradient, sphereTangential: onSphere.tangential }),
      ...(interval && { lipschitzLower: interval.lower.value, lipschitzUpper: interval.upper.value }),
    },
    ...(proxy && { witness: proxy.witness }),
    ...(interval && { lowerWitness: interval.lower.witness }),
    seconds: {
      proxy: (sampled - start) / 1000,
      spectral: (measured - sampled) / 1000,
      bracket: (performance.now() - measured) / 1000,
    },
  };
}

/**
 * Within the unit ball, as points have norms about one. Steps and lines cost a part of a training step that
 * falls with n: the search stays a small part of the whole.
 */
function searchOfTrained(n: number): { radius: number; steps: number; lines: number } {
  return {
    radius: 1,
    steps: Math.max(15, Math.min(40, Math.round(n / 50))),
    lines: Math.min(3, Math.floor(n / 1000)),
  };
}
