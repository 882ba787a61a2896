/** How much of a run's work is done: in expected cost, corrected by what is seen. */
import { expectedCost, expectedSteps, stepCost, type Trial } from "../experiment/plan.ts";

/** A training that takes more steps than expected is never seen as further than this. */
const mostUnderWay = 0.9;

/** Progress is counted in cost, not in trials: the time left follows from the share done so far. */
export class WorkEstimate {
  private readonly costs: Map<string, number>;
  private readonly done = new Map<string, number>();

  /** @param trials those still to run */
  constructor(trials: readonly Trial[]) {
    this.costs = new Map(trials.map((trial) => [trial.id, expectedCost(trial)]));
  }

  /** A trial has taken so many steps and goes on: where that is more than expected, its cost grows with them. */
  advance(trial: Trial, steps: number): void {
    const cost = this.costOf(trial, Math.max(expectedSteps(trial), steps / mostUnderWay));
    this.costs.set(trial.id, cost);
    this.done.set(trial.id, mostUnderWay * Math.min(cost, this.costOf(trial, steps)));
  }

  /** A trial is finished. @param steps what it took, where it was trained */
  finish(trial: Trial, steps: number | undefined): void {
    const cost = steps === undefined ? expectedCost(trial) : this.costOf(trial, steps);
    this.costs.set(trial.id, cost);
    this.done.set(trial.id, cost);
  }

  /** From 0 to 1. */
  get share(): number {
    const [done, total] = [sum(this.done), sum(this.costs)];
    return total > 0 ? Math.min(1, done / total) : 1;
  }

  /** Cost with another number of steps than the expected one. */
  private costOf(trial: Trial, steps: number): number {
    return expectedCost(trial) + stepCost(trial) * (steps - expectedSteps(trial));
  }
}

function sum(values: ReadonlyMap<string, number>): number {
  let total = 0;
  for (const value of values.values()) total += value;
  return total;
}
