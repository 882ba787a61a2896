/** Householder QR with column pivoting, for choosing vectors that are far from dependent. In f64; no certificate. */

interface IndependentVectors {
  /** Numbers of the vectors in the order of their choice, from 0. */
  readonly chosen: Int32Array;
  /** |R_11| >= |R_22| >= …: the distance of each from the span of those before it. */
  readonly sizes: Float64Array;
}

/**
 * Chooses `count` vectors one by one, each the farthest from the span of those before it (Businger and Golub, 1965): the
 * columns that QR with column pivoting takes first. About 4 count d (m − count/2) operations for count near d.
 * @param V the vectors, m × d, a row each; not changed
 * @throws RangeError if count > min(m, d) or a length does not agree
 */
export function independentVectors(V: Float64Array, m: number, d: number, count: number): IndependentVectors {
  if (V.length !== m * d) throw new RangeError(`V must have ${m} × ${d} entries, got ${V.length}`);
  if (count > Math.min(m, d))
    throw new RangeError(`${count} of ${m} vectors of R^${d} cannot be independent`);
  const A = Float64Array.from(V);
  const order = Int32Array.from({ length: m }, (_, i) => i);
  // ‖v‖² without the parts along the directions so far. Taken anew in every pass: updating it by differences, which is
  // cheaper, loses it to cancellation where vectors are nearly dependent.
  const rest = new Float64Array(m);
  for (let i = 0; i < m; i++) rest[i] = squaredFrom(A, i * d, (i + 1) * d);
  const sizes = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    let pivot = j;
    for (let p = j + 1; p < m; p++) if (rest[order[p]] > rest[order[pivot]]) pivot = p;
    const i = order[pivot];
    order[pivot] = order[j];
    order[j] = i;
    const size = Math.sqrt(rest[i]);
    sizes[j] = size;
    // All that is left is 0: any choice is as good, and there is nothing to reflect.
    if (size === 0) continue;
    // The reflection I − 2 h hᵀ that takes the rest of v_i to its first place.
    const h = A.slice(i * d + j, (i + 1) * d);
    h[0] += h[0] > 0 ? size : -size;
    const length = Math.sqrt(squaredFrom(h, 0, h.length));
    for (let p = 0; p < h.length; p++) h[p] /= length;
    for (let p = j + 1; p < m; p++) rest[order[p]] = reflected(A, order[p] * d + j, h);
  }
  return { chosen: order.slice(0, count), sizes };
}

/** v −= 2 ⟨h, v⟩ h from a place on; the sum of squares of what comes after its first number. */
function reflected(A: Float64Array, from: number, h: Float64Array): number {
  const length = h.length;
  let [s0, s1] = [0, 0];
  let p = 0;
  for (; p + 1 < length; p += 2) {
    s0 += A[from + p] * h[p];
    s1 += A[from + p + 1] * h[p + 1];
  }
  if (p < length) s0 += A[from + p] * h[p];
  const factor = 2 * (s0 + s1);
  A[from] -= factor * h[0];
  let squared = 0;
  for (p = 1; p < length; p++) {
    const value = A[from + p] - factor * h[p];
    A[from + p] = value;
    squared += value * value;
  }
  return squared;
}

function squaredFrom(x: Float64Array, from: number, to: number): number {
  let squared = 0;
  for (let p = from; p < to; p++) squared += x[p] * x[p];
  return squared;
}
