/** The largest gradient along a line, over all its intervals between crossings, and a climb from line to line. */
import type { GateForm } from "./gate-form.ts";

/** Gates with their hyperplanes: where ⟨n_i, x⟩ + o_i > 0, z_{i+1} = 1 and the gradient has +B_{i+1}. */
export interface HyperplaneForm extends Pick<GateForm, "K" | "d" | "B"> {
  /** n_i, (K − 1) × d, row-major. */
  readonly normals: Float64Array;
  /** o_i, K − 1. */
  readonly offsets: Float64Array;
}

/**
 * The point x + τv in the middle of the interval with the largest gradient: exact up to rounding. O(K(d + log K)).
 * @param ball radius of a ball that the line is cut to; x itself where the line misses it
 */
export function bestOnLine(
  form: HyperplaneForm,
  x: Float64Array,
  v: Float64Array,
  ball = Number.POSITIVE_INFINITY,
): Float64Array {
  if (ball === Number.POSITIVE_INFINITY) return bestWithin(form, x, v, ball);
  let xv = 0;
  let vv = 0;
  let xx = 0;
  for (let j = 0; j < x.length; j++) {
    xv += x[j] * v[j];
    vv += v[j] * v[j];
    xx += x[j] * x[j];
  }
  if (vv === 0) return x;
  const foot = x.map((value, j) => value - (xv / vv) * v[j]);
  const half = Math.sqrt((ball * ball * (1 - 1e-9) - (xx - (xv * xv) / vv)) / vv);
  return half > 0 ? bestWithin(form, foot, v, half) : x;
}

/** The best x + τv with |τ| below the limit. */
function bestWithin(
  { K, d, B, normals, offsets }: HyperplaneForm,
  x: Float64Array,
  v: Float64Array,
  limit: number,
): Float64Array {
  const sum = B.slice(0, d);
  const crossings: { time: number; gate: number; sign: number }[] = [];
  for (let i = 1; i < K; i++) {
    let value = offsets[i - 1];
    let slope = 0;
    for (let j = 0, at = (i - 1) * d; j < d; j++, at++) {
      value += normals[at] * x[j];
      slope += normals[at] * v[j];
    }
    const time = slope === 0 ? Number.NaN : -value / slope;
    const crosses = Math.abs(time) < limit;
    // The sign at the start of the line.
    const before = crosses ? -Math.sign(slope) : Math.sign(value);
    for (let j = 0, at = i * d; j < d; j++, at++) sum[j] += before * B[at];
    if (crosses) crossings.push({ time, gate: i, sign: Math.sign(slope) });
  }
  crossings.sort((p, q) => p.time - q.time);
  let best = { squared: -1, time: 0 };
  for (let at = 0; at <= crossings.length; at++) {
    let squared = 0;
    for (let j = 0; j < d; j++) squared += sum[j] * sum[j];
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

/**
 * Towards the gates that would make the gradient at x larger: Σ_i z_i n_i/‖n_i‖ over the gates i whose sign z_i is wanted,
 * sign ⟨B_i, ∇f(x)⟩, and is not that at x.
 * @returns undefined where every gate is as wanted
 */
export function wishedDirection(
  { K, d, B, normals, offsets }: HyperplaneForm,
  x: Float64Array,
): Float64Array | undefined {
  const signs = new Int8Array(K - 1);
  const gradient = B.slice(0, d);
  for (let i = 0; i < K - 1; i++) {
    let value = offsets[i];
    for (let j = 0, at = i * d; j < d; j++, at++) value += normals[at] * x[j];
    signs[i] = value > 0 ? 1 : -1;
    for (let j = 0, at = (i + 1) * d; j < d; j++, at++) gradient[j] += signs[i] * B[at];
  }
  const direction = new Float64Array(d);
  let any = false;
  for (let i = 0; i < K - 1; i++) {
    let product = 0;
    for (let j = 0, at = (i + 1) * d; j < d; j++, at++) product += B[at] * gradient[j];
    if (product * signs[i] >= 0) continue;
    let squared = 0;
    for (let j = 0, at = i * d; j < d; j++, at++) squared += normals[at] * normals[at];
    // Normals whose squares are no numbers are left to other searches.
    if (!(squared > 0) || !Number.isFinite(squared)) continue;
    any = true;
    const weight = -signs[i] / Math.sqrt(squared);
    for (let j = 0, at = i * d; j < d; j++, at++) direction[j] += weight * normals[at];
  }
  return any ? direction : undefined;
}

/**
 * From line to line towards the wished gates, each time to the best point of the line.
 * @param lines at the most
 * @param improves takes a point; whether it is better than all before, and to be gone on from
 * @param ball radius of a ball that points keep to
 */
export function climbLines(
  form: HyperplaneForm,
  start: Float64Array,
  lines: number,
  improves: (point: Float64Array) => boolean,
  ball?: number,
): void {
  let point = start;
  for (let line = 0; line < lines; line++) {
    const direction = wishedDirection(form, point);
    if (!direction) return;
    point = bestOnLine(form, point, direction, ball);
    if (!improves(point)) return;
  }
}
