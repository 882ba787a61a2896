/** The ReLU along one direction that fits a residual best. */

/** ReLU(side (t − knot)). */
export interface BestKnot {
  readonly side: 1 | -1;
  readonly knot: number;
  /** What its best multiple takes off ‖r‖²: ⟨r, f⟩²/‖f‖². */
  readonly gain: number;
}

/**
 * The best of ReLU(t − c) and ReLU(c − t) with c among the values and at least `least` points on, by one sort and sums over
 * the points that are on; O(n log n).
 * @param t values of the points along the direction, n
 * @param r residual, n
 */
export function bestKnot(t: Float64Array, r: Float64Array, least: number): BestKnot | undefined {
  const n = t.length;
  const order = ascending(t);
  let best: BestKnot | undefined;
  for (const side of [1, -1] as const) {
    const place = (p: number) => order[side === 1 ? n - 1 - p : p];
    // Σ r, Σ r t, Σ t and Σ t² over the points on, t taken on this side.
    let [r0, r1, t1, t2] = [0, 0, 0, 0];
    for (let p = 0; p + 1 < n; p++) {
      const i = place(p);
      const value = side * t[i];
      r0 += r[i];
      r1 += r[i] * value;
      t1 += value;
      t2 += value * value;
      const on = p + 1;
      if (on < least) continue;
      const knot = side * t[place(on)];
      const inner = r1 - knot * r0;
      const squared = t2 - 2 * knot * t1 + on * knot * knot;
      // Where points are tied the difference is rounding alone.
      if (!(squared > 1e-10 * t2)) continue;
      const gain = (inner * inner) / squared;
      if (!best || gain > best.gain) best = { side, knot: side * knot, gain };
    }
  }
  return best;
}

/**
 * The places of the values from the least to the largest. Each value carries its place in its last log2 n bits, so that plain
 * numbers are sorted, at least three times as fast as places with a comparison; values that agree in all other bits are in
 * the order of their places.
 */
function ascending(t: Float64Array): Uint32Array {
  const n = t.length;
  const mask = 2 ** Math.ceil(Math.log2(n)) - 1;
  const keys = Float64Array.from(t);
  const words = new Uint32Array(keys.buffer);
  for (let i = 0; i < n; i++) words[2 * i + lowWord] = (words[2 * i + lowWord] & ~mask) | i;
  keys.sort();
  const order = new Uint32Array(n);
  for (let p = 0; p < n; p++) order[p] = words[2 * p + lowWord] & mask;
  return order;
}

/** Where the last 32 bits of a double lie on this machine. */
const lowWord = new Uint32Array(Float64Array.of(1).buffer)[0] === 0 ? 0 : 1;
