/** How long many nodes take for a list of trials: events in order, no clock, the same every time. */

export interface Job {
  /** Seconds as expected before it runs: what orders and shards go by. */
  readonly expected: number;
  /** Seconds that it takes. */
  readonly actual: number;
  /** Bytes; not above a node's. */
  readonly need: number;
}

export interface Cluster {
  readonly nodes: number;
  /** Trials that a node runs at once, where its memory allows. */
  readonly lanes: number;
  /** Bytes of a node. */
  readonly memory: number;
  /** Seconds before a node begins, for the merge of tables at the end, and of the merge for each node. */
  readonly start: number;
  readonly merge: number;
  readonly mergeEach: number;
}

/** Seconds until all is done and merged, where every free lane takes the costliest trial left that fits. */
export function sharedQueue(jobs: readonly Job[], cluster: Cluster): number {
  return cluster.start + makespan(costliestFirst(jobs), cluster.nodes, cluster) + mergeSeconds(cluster);
}

/** The same where each trial has its node before anything runs: the costliest first, onto the node with least cost so far. */
export function fixedShards(jobs: readonly Job[], cluster: Cluster): number {
  const shards = Array.from({ length: cluster.nodes }, () => ({ cost: 0, jobs: [] as Job[] }));
  for (const job of costliestFirst(jobs)) {
    const shard = shards.reduce((best, one) => (one.cost < best.cost ? one : best));
    shard.cost += job.expected;
    shard.jobs.push(job);
  }
  const slowest = shards.reduce((most, shard) => Math.max(most, makespan(shard.jobs, 1, cluster)), 0);
  return cluster.start + slowest + mergeSeconds(cluster);
}

function costliestFirst(jobs: readonly Job[]): Job[] {
  return jobs.toSorted((p, q) => q.expected - p.expected);
}

function mergeSeconds({ nodes, merge, mergeEach }: Cluster): number {
  return nodes > 1 ? merge + nodes * mergeEach : 0;
}

/** @param jobs in the order of preference */
function makespan(jobs: readonly Job[], count: number, { lanes, memory }: Cluster): number {
  const nodes = Array.from({ length: count }, () => ({ lanes, memory }));
  const waiting = [...jobs];
  const running: { end: number; node: number; need: number }[] = [];
  let now = 0;
  let last = 0;
  while (waiting.length > 0) {
    // Where one found no node, none that needs as much does before another has ended.
    let refused = Number.POSITIVE_INFINITY;
    for (let i = 0; i < waiting.length && refused > 0; ) {
      const job = waiting[i];
      if (job.need >= refused) {
        i++;
        continue;
      }
      const node = nodes.findIndex((one) => one.lanes > 0 && one.memory >= job.need);
      if (node < 0) {
        refused = nodes.some((one) => one.lanes > 0) ? job.need : 0;
        continue;
      }
      nodes[node].lanes--;
      nodes[node].memory -= job.need;
      running.push({ end: now + job.actual, node, need: job.need });
      last = Math.max(last, now + job.actual);
      waiting.splice(i, 1);
    }
    if (waiting.length === 0) break;
    const first = running.reduce((best, one, i) => (one.end < running[best].end ? i : best), 0);
    const [{ end, node, need }] = running.splice(first, 1);
    now = end;
    nodes[node].lanes++;
    nodes[node].memory += need;
  }
  return last;
}
