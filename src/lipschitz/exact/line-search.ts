/** The largest gradient along a line, over all its intervals between crossings. */
import type { Gates } from "./gates.ts";

/**
 * The point x + τv in the middle of the interval with the largest gradient: exact up to rounding. O(m(d + log m)).
 * @param limit largest |τ|
 */
export function bestOnLine(
  { m, K, d, B, normals, offsets }: Gates,
  x: Float64Array,
  v: Float64Array,
  limit = Number.POSITIVE_INFINITY,
): Float64Array {
  const sum = B.slice(0, d);
  const crossings: { time: number; gate: number; sign: number }[] = [];
  for (let i = 1; i < K; i++) {
    let value = offsets[i - 1];
    let slope = 0;
    for (let j = 0; j < d; j++) {
      value += normals[(i - 1) * d + j] * x[j];
      slope += normals[(i - 1) * d + j] * v[j];
    }
    const time = slope === 0 ? Number.NaN : -value / slope;
    const crosses = Math.abs(time) < limit;
    // The sign at the start of the line.
    const before = crosses ? -Math.sign(slope) : Math.sign(value);
    for (let j = 0; j < d; j++) sum[j] += before * B[i * d + j];
    if (crosses) crossings.push({ time, gate: i, sign: Math.sign(slope) });
  }
  crossings.sort((p, q) => p.time - q.time);
  let best = { squared: -1, time: 0 };
  for (let at = 0; at <= m && at <= crossings.length; at++) {
    const squared = sum.reduce((total, value) => total + value * value, 0);
    if (squared > best.squared) {
      const last = crossings[crossings.length - 1]?.time ?? 0;
      const from =
        at > 0 ? crossings[at - 1].time : Math.max(-limit, (crossings[0]?.time ?? 0) * 2 - last - 1);
      const to = at < crossings.length ? crossings[at].time : Math.min(limit, last + (last - from) + 1);
      best = { squared, time: (from + to) / 2 };
    }
    if (at === crossings.length) break;
    const { gate, sign } = crossings[at];
    for (let j = 0; j < d; j++) sum[j] += 2 * sign * B[gate * d + j];
  }
  return x.map((value, j) => value + best.time * v[j]);
}
