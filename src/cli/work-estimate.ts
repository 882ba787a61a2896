/** How much of a run's work is done: in expected cost, corrected by what is seen. */
import { expectedCost, expectedSteps, stepCost, type Trial } from "../experiment/plan.ts";

/** A training that takes more steps than expected is never seen as further than this. */
const mostUnderWay = 0.9;

/** Progress is counted in cost, not in trials: the time left follows from the share done so far. */
export class WorkEstimate {
  private readonly costs: Map<string, number>;
  private readonly done = new Map<string, number>();
  private readonly unfinished: Set<string>;
  /** Sums of the two, kept as they change: they are asked for at every step of every worker. */
  private readonly sums = { cost: 0, done: 0 };

  /** @param trials those still to run */
  constructor(trials: readonly Trial[]) {
    this.costs = new Map(trials.map((trial) => [trial.id, expectedCost(trial)]));
    for (const cost of this.costs.values()) this.sums.cost += cost;
    this.unfinished = new Set(this.costs.keys());
  }

  /** A trial has taken so many steps and goes on: where that is more than expected, its cost grows with them. */
  advance(trial: Trial, steps: number): void {
    const cost = this.costOf(trial, Math.max(expectedSteps(trial), steps / mostUnderWay));
    this.set(trial, cost, mostUnderWay * Math.min(cost, this.costOf(trial, steps)));
  }

  /** A trial is finished. @param steps what it took, where it was trained */
  finish(trial: Trial, steps: number | undefined): void {
    const cost = steps === undefined ? expectedCost(trial) : this.costOf(trial, steps);
    this.set(trial, cost, cost);
    this.unfinished.delete(trial.id);
  }

  /** From 0 to 1. */
  get share(): number {
    const { cost, done } = this.sums;
    return this.unfinished.size > 0 ? Math.min(1, done / cost) : 1;
  }

  private set({ id }: Trial, cost: number, done: number): void {
    this.sums.cost += cost - (this.costs.get(id) ?? 0);
    this.sums.done += done - (this.done.get(id) ?? 0);
    this.costs.set(id, cost);
    this.done.set(id, done);
  }

  /** Cost with another number of steps than the expected one. */
  private costOf(trial: Trial, steps: number): number {
    return expectedCost(trial) + stepCost(trial) * (steps - expectedSteps(trial));
  }
}
