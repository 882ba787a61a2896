/** Clusters of points by k-means: Lloyd's iteration from the seeds of k-means++ (Arthur, Vassilvitskii 2007). */
import type { RandomStream } from "./random.ts";

interface Points {
  readonly n: number;
  readonly d: number;
  /** n × d, row-major. */
  readonly X: Float64Array;
}

/** Lloyd's iterations at the most. */
const mostRounds = 100;

/** The points as `count` clusters, some of which may be empty; each keeps their order. */
export function clusters({ n, d, X }: Points, count: number, random: RandomStream): Points[] {
  const centres = seeds({ n, d, X }, count, random);
  const nearest = new Int32Array(n).fill(-1);
  for (let round = 0; round < mostRounds; round++) {
    let moved = false;
    for (let i = 0; i < n; i++) {
      let least = Number.POSITIVE_INFINITY;
      let at = 0;
      centres.forEach((centre, which) => {
        const squared = squaredDistance(X, i * d, centre);
        if (squared < least) [least, at] = [squared, which];
      });
      if (nearest[i] !== at) moved = true;
      nearest[i] = at;
    }
    if (!moved) break;
    centres.forEach((centre, which) => {
      const mean = new Float64Array(d);
      let members = 0;
      for (let i = 0; i < n; i++) {
        if (nearest[i] !== which) continue;
        members++;
        for (let j = 0; j < d; j++) mean[j] += X[i * d + j];
      }
      if (members > 0) for (let j = 0; j < d; j++) centre[j] = mean[j] / members;
    });
  }
  return centres.map((_, which) => {
    const places = Array.from(nearest.keys()).filter((i) => nearest[i] === which);
    const rows = new Float64Array(places.length * d);
    places.forEach((i, at) => {
      rows.set(X.subarray(i * d, (i + 1) * d), at * d);
    });
    return { n: places.length, d, X: rows };
  });
}

/** Each next centre a point, with a probability in proportion to its squared distance from those there are. */
function seeds({ n, d, X }: Points, count: number, random: RandomStream): Float64Array[] {
  const centres = [X.slice(0, d)];
  const squared = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  while (centres.length < count) {
    let sum = 0;
    for (let i = 0; i < n; i++) {
      squared[i] = Math.min(squared[i], squaredDistance(X, i * d, centres[centres.length - 1]));
      sum += squared[i];
    }
    let left = random.uniform() * sum;
    let at = 0;
    while (at < n - 1 && left >= squared[at]) left -= squared[at++];
    centres.push(X.slice(at * d, (at + 1) * d));
  }
  return centres;
}

function squaredDistance(X: Float64Array, from: number, centre: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < centre.length; j++) sum += (X[from + j] - centre[j]) ** 2;
  return sum;
}
