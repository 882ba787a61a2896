/** What a shard needs where a scheduler runs it: seconds and bytes, for limits that it must not meet. */
import { expectedCost, type Plan, type Trial } from "../experiment/plan.ts";
import type { EngineName } from "../train/engine.ts";
import { measuredShape } from "./measure-engine.ts";
import { trialMemory } from "./memory.ts";

/**
 * A limit is so many times the expected time: half of the trials are within a factor of 1.6 of what is expected of them, a
 * node may be slower than this machine, and the measures beside the training come on top.
 */
export const timeFactor = 4;

/** No limit is shorter, in seconds: the start of a process on a busy file system takes its time too. */
const leastTime = 600;

/** Seconds that a shard is expected to take where nobody says how many there are. */
const usualTime = 1800;
/** Slurm's usual largest array has so many places. */
const mostUsual = 1000;

/** The process that hands out the trials, and its plan. */
const parentBytes = 300e6;
const bytesPerTrial = 2000;

/** Units of expected cost that an engine does in a second. @param millisecondsPerStep as `measureEngine` has it */
export function speedOf(millisecondsPerStep: number): number {
  const { n, d, k } = measuredShape;
  return (1000 * n * d * k) / millisecondsPerStep;
}

/** Seconds that trials are expected to take with so many workers. */
export function expectedSeconds(trials: readonly Trial[], workers: number, speed: number): number {
  const costs = trials.map(expectedCost);
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const largest = costs.reduce((most, cost) => Math.max(most, cost), 0);
  return Math.max(total / workers, largest) / speed;
}

/** So many shards that each is expected to take half an hour; at most one for each trial. */
export function usualShards({ trials }: Plan, workers: number, speed: number): number {
  const wanted = Math.ceil(expectedSeconds(trials, workers, speed) / usualTime);
  return Math.min(Math.max(1, wanted), mostUsual, Math.max(1, trials.length));
}

/** Whole minutes after which a shard may be ended. */
export function timeLimit(seconds: number): number {
  return Math.ceil(Math.max(leastTime, timeFactor * seconds) / 60);
}

/** Bytes for the workers of a shard, and for all of its processes. @param most what the workers may take together */
export function memoryLimits(
  { trials, laws }: Plan,
  { engine, workers, most }: { engine: EngineName; workers: number; most: number },
): { forWorkers: number; inAll: number } {
  const largest = trials.reduce(
    (bytes, trial) => Math.max(bytes, trialMemory(trial, engine, laws.length > 0)),
    0,
  );
  const forWorkers = Math.min(most, workers * largest);
  return { forWorkers, inAll: forWorkers + parentBytes + bytesPerTrial * trials.length };
}
