/** From a specification to the list of its trials. Pure: the same specification gives the same plan anywhere. */
import { createHash } from "node:crypto";
import { parseDataModel } from "../data/data-model.ts";
import { leastDimension } from "../data/families.ts";
import type { Shape } from "../train/engine.ts";
import type { Filter } from "../train/memorize.ts";
import { GridError, gridPoints } from "./grid.ts";
import { mostTogether } from "./measure-deep.ts";
import { hasOwnSize, trainingOf } from "./method.ts";
import { defaultSpec, type Measure, type Spec } from "./spec.ts";

/** Everything one trial depends on, beside the engine. */
export interface Trial {
  /** A hash of the trial's own configuration: the key of its random streams and of its row. */
  readonly id: string;
  /**
   * Key of its data's random streams. Of one method every trial has its own data; several methods, and explicit networks,
   * meet the same data at the same (n, d), whatever k and the settings of training.
   */
  readonly dataId: string;
  /**
   * Key of the random streams that its network comes from: its own id, but where several ε are asked. Those trials that differ
   * in ε alone share it and their data: they are one path of training, stopped at several errors.
   */
  readonly networkId: string;
  /** How it gets its network, as `checkMethod` spells it. */
  readonly method: string;
  readonly n: number;
  readonly d: number;
  /** Neurons of each hidden layer of a trained network. */
  readonly k: number;
  /** The distribution of its points and labels, as `parseDataModel` reads it. */
  readonly data: string;
  readonly activation: "relu";
  readonly seed: number;
  /** From 1. */
  readonly replicate: number;
  readonly epsilon: number;
  /** Absent where it is the usual one, "signs". */
  readonly filter?: Filter;
  readonly learningRate: number;
  readonly maxSteps: number;
  readonly draws: number;
}

export interface Plan {
  readonly spec: Spec;
  readonly measure: readonly Measure[];
  readonly laws: readonly string[];
  /** In the order of the rows of trials.csv. */
  readonly trials: readonly Trial[];
  /** Hash of the trials, of what is measured and of the laws asked: two runs of one name and one hash write the same table. */
  readonly hash: string;
  /** Which part of a plan this is; the hash is that of the whole. */
  readonly shard?: { readonly index: number; readonly count: number };
}

const mostTrials = 1_000_000;

/**
 * Lays out the trials: every (n, d, k) of the grids, every family of data, every replicate, every method, every ε. Sizes that
 * coincide are planned once; so is what has its own number of neurons, or none, on the data of the first k of its (n, d).
 * @throws GridError for sizes that no trial can have
 */
export function planTrials(spec: Spec): Plan {
  const points = gridPoints(spec);
  const families = spec.data.split(",").map((data) => ({
    data,
    least: leastDimension(parseDataModel(data).family),
  }));
  const kinds = families.length * spec.replicates * spec.method.length * spec.epsilon.length;
  const count = points.length * kinds;
  if (count > mostTrials) {
    throw new GridError("n", `the plan has ${count} trials, at most ${mostTrials} are run`);
  }
  const methods = spec.method.map((method) => ({
    method,
    planned: new Set<string>(),
    free: hasOwnSize(method, spec.laws),
    own: trainingOf(method)?.k,
  }));
  const shared = spec.method.some((method) => method !== "train");
  const severalLevels = spec.epsilon.length > 1;
  const trials = new Map<string, Trial>();
  const placed = points.flatMap((sizes) => families.map((family) => ({ ...sizes, ...family })));
  for (const { n, d, k, data, least } of placed) {
    if (n < 2) throw new GridError("n", `${n} is too small, batch normalisation needs at least 2 points`);
    if (d < least) throw new GridError("d", `${d} is too small, ${data} data need at least ${least}`);
    for (let replicate = 1; replicate <= spec.replicates; replicate++) {
      const { seed } = spec;
      const sharedData = shared ? digest({ n, d, data, seed, replicate }, 16) : undefined;
      for (const epsilon of spec.epsilon) {
        const configuration = {
          n,
          d,
          k,
          data,
          activation: "relu" as const,
          seed,
          replicate,
          epsilon,
          learningRate: spec.learning_rate,
          maxSteps: spec.max_steps,
          draws: spec.draws,
          // A trial with the usual filter keeps the id that it had before there was another.
          ...(spec.filter !== defaultSpec.filter && { filter: spec.filter }),
        };
        for (const { method, planned, free, own } of methods) {
          const where = `${n} ${d} ${data} ${replicate} ${epsilon}`;
          if (free && planned.has(where)) continue;
          planned.add(where);
          const identity = sharedData ? { ...configuration, method, points: sharedData } : configuration;
          const path = severalLevels ? digest({ ...identity, epsilon: undefined }, 16) : undefined;
          const id = digest(path ? { ...identity, path } : identity, 16);
          const keys = { id, dataId: sharedData ?? path ?? id, networkId: path ?? id };
          trials.set(id, { ...keys, method, ...configuration, k: own ?? k });
        }
      }
    }
  }
  const place = (data: string) => families.findIndex((family) => family.data === data);
  const list = [...trials.values()].sort(
    (p, q) =>
      p.n - q.n ||
      p.d - q.d ||
      p.k - q.k ||
      place(p.data) - place(q.data) ||
      p.replicate - q.replicate ||
      spec.method.indexOf(p.method) - spec.method.indexOf(q.method) ||
      q.epsilon - p.epsilon,
  );
  return planOf(spec, [...new Set(spec.measure)].sort(), list);
}

/** At most so many trials of a plan, spread evenly over its order. */
export function subsetOf({ spec, measure, trials }: Plan, count: number): Plan {
  const most = Math.min(count, trials.length);
  const chosen = Array.from(
    { length: most },
    (_, i) => trials[Math.floor(((i + 0.5) * trials.length) / most)],
  );
  return planOf(spec, measure, chosen);
}

function planOf(spec: Spec, measure: readonly Measure[], trials: readonly Trial[]): Plan {
  const { laws } = spec;
  // A plan without laws keeps the hash that it had before there were any.
  const asked = laws.length > 0 ? { laws } : {};
  const hash = digest({ trials: trials.map((trial) => trial.id), measure, ...asked }, 16);
  return { spec, measure, laws, trials, hash };
}

function digest(value: unknown, length: number): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, length);
}

/**
 * Expected cost of a trial in useful multiply-adds, for ordering and for progress: never for a result. Networks with
 * few neurons tend to get stuck at a point where no ReLU is active and use all their steps; the others need fewer
 * steps the more parameters there are for each point, and more the wider they are: at one learning rate for all, wide
 * networks first overshoot. Fitted to Experiments 1 and 2 at the paper's sizes, where half of the trials are within a
 * factor of 1.6; the certificate of more than two layers to the experiment of depth.
 */
export function expectedCost(trial: Trial): number {
  // A construction mostly factorises n × n matrices, some ten times.
  const shape = shapeOf(trial);
  if (!shape) return 4 * trial.n ** 3 + trial.draws * trial.d * trial.k;
  const { depth, k } = shape;
  const draws = trial.draws * weightsOf(shape);
  // Nearly all of it the programme over all layers together: systems of the size of its neurons.
  const certificate = depth > 2 ? 1000 * Math.min((depth - 1) * k, mostTogether) ** 3 : 0;
  return stepCost(trial) * expectedSteps(trial) + draws + certificate;
}

/** Useful multiply-adds of one Adam step, up to a factor that is the same for all. */
export function stepCost(trial: Trial): number {
  const shape = shapeOf(trial);
  return shape ? trial.n * weightsOf(shape) : 0;
}

/** The sizes of a trained network on its data; undefined for a construction. */
export function shapeOf({ method, n, d, k }: Trial): Required<Shape> | undefined {
  const training = trainingOf(method);
  return training && { n, d, k, depth: training.depth };
}

/** Numbers in the matrices between the points and the last hidden layer. */
function weightsOf({ d, k, depth }: Required<Shape>): number {
  return k * (d + (depth - 2) * k);
}

/** Expected Adam steps of a trial, at most its maximum. */
export function expectedSteps(trial: Trial): number {
  const { n, d, k, maxSteps } = trial;
  const parametersPerPoint = weightsOf(shapeOf(trial) ?? { n, d, k, depth: 2 }) / n;
  if (k <= 12 || parametersPerPoint < 2) return maxSteps;
  return Math.min(maxSteps, 12 + k / 200 + (800 * Math.max(1, k / 600)) / parametersPerPoint);
}
