/** A plan in parts that machines run apart: disjoint, together whole, each of about the same expected cost. */
import TinyQueue from "tinyqueue";
import { expectedCost, type Plan, type Trial } from "./plan.ts";

export interface Shard {
  /** From 1 to count. */
  readonly index: number;
  readonly count: number;
}

/** More parts than this are a mistake. */
export const mostShards = 100_000;

/** "2/3"; undefined where the text is none. */
export function parseShard(text: string): Shard | undefined {
  const [, index, count] = (/^(\d{1,6})\/(\d{1,6})$/.exec(text.trim()) ?? []).map(Number);
  const sound = index >= 1 && index <= count && count <= mostShards;
  return sound ? { index, count } : undefined;
}

/** "2/3". */
export function shardName({ index, count }: Shard): string {
  return `${index}/${count}`;
}

/**
 * The trials of each part, in the order of the plan: the costliest first, each to the part that has least. A function of the
 * plan and the count alone.
 */
export function shardsOf({ trials }: Plan, count: number): Trial[][] {
  const place = new Map(trials.map((trial, i) => [trial, i]));
  const parts = Array.from({ length: count }, (_, index) => ({ index, cost: 0, trials: [] as Trial[] }));
  const queue = new TinyQueue([...parts], (p, q) => p.cost - q.cost || p.index - q.index);
  const byCost = trials
    .map((trial, i) => ({ trial, cost: expectedCost(trial), i }))
    .sort((p, q) => q.cost - p.cost || p.i - q.i);
  for (const { trial, cost } of byCost) {
    const part = queue.pop();
    if (!part) break;
    part.trials.push(trial);
    part.cost += cost;
    queue.push(part);
  }
  const order = (trial: Trial) => place.get(trial) ?? 0;
  return parts.map((part) => part.trials.sort((p, q) => order(p) - order(q)));
}

/** One part of a plan; its hash stays that of the whole. */
export function shardOf(plan: Plan, shard: Shard): Plan {
  return { ...plan, trials: shardsOf(plan, shard.count)[shard.index - 1], shard };
}
