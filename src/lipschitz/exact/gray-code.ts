/**
 * All 2^m patterns of a quadratic form in signs, by a compiled Gray code on integers.
 *
 * Q is rounded to multiples of a power of two so small that sums of its entries stay below 2⁵³ units: from then on f64
 * arithmetic is exact, nothing drifts, and the error of the maximum is that of the rounding, at most K²/2 units.
 */
import { kernels } from "../../numeric/kernels/kernels.ts";

/** Gates of the table, and of one walk of the kernel: a call takes a few milliseconds. */
const mostLow = 10;
const mostWalk = 12;

interface EnumeratedMaximum {
  /** zᵀQz <= upper for all the signs that were looked at. */
  readonly upper: number;
  /** Signs that reach it up to the rounding, K; absent where no value lies above `floor`. */
  readonly z?: Int8Array;
  /** Whether all patterns were looked at. */
  readonly complete: boolean;
}

/**
 * max zᵀQz over z in {−1, 1}^K with z_0 = 1.
 * @param Q symmetric, K × K, row-major; 1 <= K <= 41
 * @param options.floor values below it are of no interest
 * @param options.outOfTime asked after every few milliseconds
 */
export function enumerateSigns(
  Q: Float64Array,
  K: number,
  options: { floor?: number; outOfTime?: () => boolean } = {},
): EnumeratedMaximum {
  if (K < 1 || K > 41) throw new RangeError(`K must be from 1 to 41, got ${K}`);
  const { floor = Number.NEGATIVE_INFINITY, outOfTime } = options;
  const { G, scale } = integerGram(Q, K);
  const rounding = 0.5 * K * K;
  // At least three low gates: absent ones are rows of zeros.
  const low = Math.max(3, Math.min(mostLow, K - 1));
  const walk = Math.max(0, Math.min(mostWalk, K - 1 - low));
  const high = Math.max(0, K - 1 - low - walk);
  const size = 1 + low + walk + high;
  const g = (i: number, j: number) => (i < K && j < K ? G[i * K + j] : 0);
  const lowAt = 1;
  const walkAt = 1 + low;
  const highAt = walkAt + walk;
  const order = [
    ...Array.from({ length: walk }, (_, i) => walkAt + i),
    ...Array.from({ length: low }, (_, i) => lowAt + i),
  ];
  const width = order.length + (order.length % 2);
  const { run, memory } = kernels();
  const counts = [width, Math.max(1, walk) * width, 2 ** low, 2 ** (low - 2), 4];
  // A double has the room of two floats.
  const { region, addresses } = memory.reserveSingles(counts.map((count) => 2 * count));
  try {
    const [state, rows, table, scratch, best] = addresses;
    const rowValues = memory.doubles(rows, counts[1]).fill(0);
    for (let i = 0; i < walk; i++) {
      for (const [j, index] of order.entries()) rowValues[i * width + j] = g(walkAt + i, index);
    }
    const tableValues = memory.doubles(table, 2 ** low);
    fillTable(tableValues, low, (i, j) => g(lowAt + i, lowAt + j));
    const record = memory.doubles(best, 3);
    record[0] = Math.max(Math.floor(floor * scale - rounding), -(2 ** 53));
    let found: { chunk: number; step: number } | undefined;
    let complete = true;
    const active = new Uint8Array(size);
    active[0] = 1;
    for (let chunk = 0; chunk < 2 ** high; chunk++) {
      if (chunk > 0 && outOfTime?.()) {
        complete = false;
        break;
      }
      for (let i = 0; i < high; i++) active[highAt + i] = Math.floor(chunk / 2 ** i) % 2;
      const on = [...active.keys()].filter((i) => active[i] === 1);
      let value = 0;
      for (const i of on) for (const j of on) value += g(i, j);
      const stateValues = memory.doubles(state, width).fill(0);
      for (const [j, index] of order.entries()) for (const i of on) stateValues[j] += g(i, index);
      record[2] = 0;
      run.grayMaximum(walk, low, width, value, state, rows, table, scratch, best);
      if (record[2] === 1) found = { chunk, step: record[1] };
    }
    const upper = (record[0] + rounding) / scale;
    if (!found) return { upper, complete };
    for (let i = 0; i < high; i++) active[highAt + i] = Math.floor(found.chunk / 2 ** i) % 2;
    const code = found.step ^ (found.step >>> 1);
    for (let i = 0; i < walk; i++) active[walkAt + i] = (code >>> i) & 1;
    const wanted = record[0];
    const on = [...active.keys()].filter((i) => active[i] === 1);
    let value = 0;
    for (const i of on) for (const j of on) value += g(i, j);
    const products = Array.from({ length: low }, (_, j) => on.reduce((sum, i) => sum + g(i, lowAt + j), 0));
    for (let bits = 0; bits < 2 ** low; bits++) {
      let sum = value + tableValues[bits];
      for (let j = 0; j < low; j++) if ((bits >>> j) & 1) sum += 2 * products[j];
      if (sum !== wanted) continue;
      for (let j = 0; j < low; j++) active[lowAt + j] = (bits >>> j) & 1;
      break;
    }
    return { upper, z: Int8Array.from({ length: K }, (_, i) => (active[i] === 1 ? 1 : -1)), complete };
  } finally {
    region.release();
  }
}

/** The form in gates g = (1 + z)/2 with g_0 = 1, times `scale`, in integers: ‖B_0 − ΣB_i + 2Σ g_i B_i‖². */
function integerGram(Q: Float64Array, K: number): { G: Float64Array; scale: number } {
  const G = new Float64Array(K * K);
  let sizes = 0;
  for (let i = 0; i < K; i++) sizes += Math.sqrt(Math.abs(Q[i * K + i]));
  // |sums| <= 16·sizes² for the form itself and everything on the way.
  const exponent = sizes > 0 ? 48 - Math.ceil(Math.log2(sizes * sizes)) : 0;
  const scale = 2 ** Math.max(-1000, Math.min(1000, exponent));
  // Integer entries of Q first, so that all that follows is exact.
  const q = (i: number, j: number) => Math.round(Q[Math.max(i, j) * K + Math.min(i, j)] * scale);
  for (let i = 1; i < K; i++) {
    let rest = q(0, i);
    for (let j = 1; j < K; j++) {
      G[i * K + j] = 4 * q(i, j);
      rest -= q(i, j);
    }
    G[i] = 2 * rest;
    G[i * K] = 2 * rest;
  }
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < K; j++) G[0] += i !== j && (i === 0 || j === 0) ? -q(i, j) : q(i, j);
  }
  return { G, scale };
}

/** table[Σ g_j 2^j] = ΣΣ g_i g_j entry(i, j). */
function fillTable(table: Float64Array, low: number, entry: (i: number, j: number) => number): void {
  table[0] = 0;
  for (let j = 0; j < low; j++) {
    for (let bits = 0; bits < 2 ** j; bits++) {
      let value = table[bits] + entry(j, j);
      for (let i = 0; i < j; i++) if ((bits >>> i) & 1) value += 2 * entry(i, j);
      table[2 ** j + bits] = value;
    }
  }
}
