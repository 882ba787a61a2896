/** A trial's network: trained, built by a construction, or none. */
import { HypothesisError } from "../construct/construction.ts";
import { fitOf } from "../construct/describe.ts";
import { optionValues, parseConstruction, takesNeurons } from "../construct/methods.ts";
import { unusable } from "../construct/unusable.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Network } from "../network/deep.ts";
import { evaluate } from "../network/evaluate.ts";
import type { NormalizedNetwork } from "../network/normalized.ts";
import { type RandomStream, stream } from "../numeric/random.ts";
import type { Engine, Parameters } from "../train/engine.ts";
import { deepInitialParameters, initialParameters, startOnSpan } from "../train/initial.ts";
import { type Memorization, memorizes } from "../train/memorize.ts";
import { defaultSettings, train, trainDeep } from "../train/train.ts";
import { type TrainingMethod, trainingOf } from "./method.ts";
import type { Trial } from "./plan.ts";

export interface Made {
  readonly outcome: Memorization | "refused";
  /** Absent when training diverged, when there is no such network on these data, and when none was asked for. */
  readonly network?: Network;
  /** Adam steps of a training. */
  readonly steps?: number;
  /** Mean squared error. */
  readonly loss?: number;
  readonly signErrors?: number;
  /** max |f(x_i) − y_i| of a construction. */
  readonly maxError?: number;
  /** Which hypothesis fails, where the outcome is refused. */
  readonly message?: string;
}

type Randomness = (purpose: string) => RandomStream;

export async function makeNetwork(
  trial: Trial,
  data: Dataset,
  engine: Engine,
  onProgress?: (steps: number, loss: number) => void,
): Promise<Made> {
  if (trial.method === "data") return { outcome: "kept" };
  const random = (purpose: string) => stream(trial.seed, trial.networkId, purpose);
  const training = trainingOf(trial.method);
  return training
    ? trained(trial, training, data, engine, random, onProgress)
    : constructed(trial, data, random);
}

async function trained(
  trial: Trial,
  { depth, start }: TrainingMethod,
  data: Dataset,
  engine: Engine,
  random: Randomness,
  onProgress?: (steps: number, loss: number) => void,
): Promise<Made> {
  const { d, k, epsilon, filter, maxSteps, learningRate } = trial;
  const settings = { ...defaultSettings, learningRate };
  const options = {
    epsilon,
    maxSteps,
    settings,
    ...(filter && { filter }),
    ...(onProgress && { onProgress }),
  };
  const weights = () => random("weights");
  const initial = (): Parameters => {
    const parameters = initialParameters({ d, k }, weights());
    return start ? { ...parameters, W: startOnSpan(parameters.W, data) } : parameters;
  };
  const deepInitial = (): NormalizedNetwork => {
    const { hidden, a } = deepInitialParameters({ d, k, depth }, weights());
    const [first, ...others] = hidden;
    return { hidden: start ? [{ ...first, W: startOnSpan(first.W, data) }, ...others] : hidden, a };
  };
  const { network, outcome, steps, loss, signErrors } =
    depth > 2
      ? await trainDeep(engine, data, deepInitial, options)
      : await train(engine, data, initial, options);
  // A network that diverged has neither a loss nor signs.
  return { outcome, steps, ...(network && { network, loss, signErrors }) };
}

function constructed(trial: Trial, data: Dataset, random: Randomness): Made {
  const chosen = parseConstruction(trial.method.slice("construct:".length));
  const { method, given } = chosen;
  const problem = unusable(method, data);
  if (problem) return { outcome: "refused", message: problem };
  const sized = takesNeurons(chosen) ? { ...given, k: String(trial.k) } : given;
  try {
    const built = method.build(data, optionValues(method, sized), random);
    if (!("network" in built)) throw new Error(`${method.name} is no network`);
    const { network } = built;
    const outputs = evaluate(network, data.X);
    const { outcome, loss, signErrors } = memorizes(outputs, data.y, trial.epsilon, trial.filter);
    return { outcome, network, loss, signErrors, maxError: fitOf(outputs, data.y).max_error };
  } catch (error) {
    if (!(error instanceof HypothesisError)) throw error;
    return { outcome: "refused", message: error.message };
  }
}
