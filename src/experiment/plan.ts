/** From a specification to the list of its trials. Pure: the same specification gives the same plan anywhere. */
import { createHash } from "node:crypto";
import type { DataKind } from "../data/generic.ts";
import { GridError, gridPoints } from "./grid.ts";
import type { Measure, Spec } from "./spec.ts";

/** Everything one trial depends on, beside the engine. */
export interface Trial {
  /** A hash of the trial's own configuration: the key of its random streams and of its row. */
  readonly id: string;
  readonly n: number;
  readonly d: number;
  readonly k: number;
  readonly data: DataKind;
  readonly activation: "relu";
  readonly seed: number;
  /** From 1. */
  readonly replicate: number;
  readonly epsilon: number;
  readonly learningRate: number;
  readonly maxSteps: number;
  readonly draws: number;
}

export interface Plan {
  readonly spec: Spec;
  readonly measure: readonly Measure[];
  /** In the order of the rows of trials.csv. */
  readonly trials: readonly Trial[];
  /** Hash of the trials and of what is measured: two runs of one name and one hash write the same table. */
  readonly hash: string;
}

const mostTrials = 1_000_000;

/**
 * Lays out the trials: every (n, d, k) of the grids, every replicate. Sizes that coincide are planned once.
 * @throws GridError for sizes that no trial can have
 */
export function planTrials(spec: Spec): Plan {
  const points = gridPoints(spec);
  if (points.length * spec.replicates > mostTrials) {
    throw new GridError(
      "n",
      `the plan has ${points.length * spec.replicates} trials, at most ${mostTrials} are run`,
    );
  }
  const trials = new Map<string, Trial>();
  for (const { n, d, k } of points) {
    if (n < 2) throw new GridError("n", `${n} is too small, batch normalisation needs at least 2 points`);
    if (spec.data === "sphere" && d < 2)
      throw new GridError("d", "1 is too small, the sphere needs at least 2");
    for (let replicate = 1; replicate <= spec.replicates; replicate++) {
      const configuration = {
        n,
        d,
        k,
        data: spec.data,
        activation: "relu" as const,
        seed: spec.seed,
        replicate,
        epsilon: spec.epsilon,
        learningRate: spec.learning_rate,
        maxSteps: spec.max_steps,
        draws: spec.draws,
      };
      const id = digest(configuration, 16);
      trials.set(id, { id, ...configuration });
    }
  }
  const list = [...trials.values()].sort(
    (p, q) => p.n - q.n || p.d - q.d || p.k - q.k || p.replicate - q.replicate,
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
  const hash = digest({ trials: trials.map((trial) => trial.id), measure }, 16);
  return { spec, measure, trials, hash };
}

function digest(value: unknown, length: number): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, length);
}

/**
 * Expected cost of a trial in useful multiply-adds, for ordering and for progress: never for a result. Networks with
 * few neurons tend to get stuck at a point where no ReLU is active and use all their steps; the others need fewer
 * steps the more parameters there are for each point.
 */
export function expectedCost(trial: Trial): number {
  return trial.n * trial.d * trial.k * expectedSteps(trial) + trial.draws * trial.d * trial.k;
}

/** Expected Adam steps of a trial, at most its maximum. */
export function expectedSteps({ n, d, k, maxSteps }: Trial): number {
  const parametersPerPoint = (k * d) / n;
  if (k <= 12 || parametersPerPoint < 2) return maxSteps;
  return Math.min(maxSteps, 20 + 800 / parametersPerPoint);
}
