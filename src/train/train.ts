/** Training to memorisation: the stopping rule, one for all engines. */
import type { Dataset } from "../data/dataset.ts";
import { foldBatchNormInPlace } from "../network/batch-norm.ts";
import type { DeepNetwork, Network } from "../network/deep.ts";
import { evaluate } from "../network/evaluate.ts";
import { foldOverBatch, type NormalizedNetwork } from "../network/normalized.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import type { Engine, Parameters, Session, TrainingSettings } from "./engine.ts";
import { type Filter, type MemorizationResult, memorizes } from "./memorize.ts";

/** What PyTorch and TensorFlow call the defaults, with the learning rate that the experiments chose. */
export const defaultSettings: TrainingSettings = {
  learningRate: 3e-3,
  beta1: 0.9,
  beta2: 0.999,
  adamEpsilon: 1e-8,
  batchNormEpsilon: 1e-5,
};

export interface TrainingOptions {
  /** Stop as soon as the mean squared error is at most this and every sign is right. */
  readonly epsilon: number;
  /** "loss" for no matter which signs. */
  readonly filter?: Filter;
  /** Adam steps after which training gives up. */
  readonly maxSteps: number;
  readonly settings: TrainingSettings;
  /** Called about four times a second, between steps; the event loop turns at the same moments. */
  readonly onProgress?: (steps: number, loss: number) => void;
}

export interface Training<Trained extends Network = TwoLayerNetwork> extends MemorizationResult {
  /** Adam steps taken. */
  readonly steps: number;
  /** The network with its normalisation folded in; absent when training diverged. */
  readonly network?: Trained;
}

/**
 * Trains until the folded network memorises, diverges, or runs out of steps. The engine's f32 outputs only say when
 * to look: outcome, loss and sign errors are those of the folded network in f64, the very network that is measured.
 * @param initial gives the initial parameters, once
 */
export async function train(
  engine: Engine,
  data: Dataset,
  initial: () => Parameters,
  options: TrainingOptions,
): Promise<Training> {
  const { settings } = options;
  // Called here, so that nothing holds them while the session has a copy of its own.
  const session = engine.open(data, initial(), settings);
  return untilMemorised(session, data, options, () => {
    const network = foldBatchNormInPlace(session.parameters(), settings.batchNormEpsilon);
    return { network, outputs: evaluate(network, data.X, engine.products?.().double) };
  });
}

/**
 * The same for more than two layers, each normalised over the whole data set.
 * @param initial gives the initial parameters, once
 * @throws RangeError where the engine trains two layers alone
 */
export async function trainDeep(
  engine: Engine,
  data: Dataset,
  initial: () => NormalizedNetwork,
  options: TrainingOptions,
): Promise<Training<DeepNetwork>> {
  const { settings } = options;
  if (!engine.openDeep)
    throw new RangeError(`the engine ${engine.name} trains two layers alone, take tensorflow`);
  const session = engine.openDeep(data, initial(), settings);
  return untilMemorised(session, data, options, () =>
    foldOverBatch(session.parameters(), data.X, settings.batchNormEpsilon, engine.products?.().double),
  );
}

/** @param fold the folded network at the current parameters, with its outputs on the data */
async function untilMemorised<Trained extends Network>(
  session: Pick<Session<unknown>, "evaluate" | "update" | "dispose">,
  data: Dataset,
  { epsilon, filter, maxSteps, onProgress }: TrainingOptions,
  fold: () => { network: Trained; outputs: Float64Array },
): Promise<Training<Trained>> {
  try {
    let lastYield = performance.now();
    for (let steps = 0; ; steps++) {
      const seen = memorizes(session.evaluate(), data.y, epsilon, filter);
      if (seen.outcome === "diverged") return { ...seen, steps };
      if (seen.outcome === "kept" || steps === maxSteps) {
        const { network, outputs } = fold();
        const result = memorizes(outputs, data.y, epsilon, filter);
        if (result.outcome === "diverged") return { ...result, steps };
        if (result.outcome === "kept" || steps === maxSteps) return { ...result, steps, network };
      }
      session.update();
      if (performance.now() - lastYield > 250) {
        onProgress?.(steps + 1, seen.loss);
        await new Promise(setImmediate);
        lastYield = performance.now();
      }
    }
  } finally {
    session.dispose();
  }
}
