/** Piecewise linear interpolation along one direction, from one ReLU neuron a point. */

import { multiplyTransposed } from "../numeric/matrix.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Hypothesis } from "../theory/law.ts";
import { dot, HypothesisError } from "./construction.ts";

/** Directions tried. */
const candidates = 32;

interface LineFeatures {
  /** The direction in every row, n × d. */
  readonly W: Float64Array;
  readonly b: Float64Array;
  /** Output weights that interpolate, from the slopes between neighbours. */
  solve(y: Float64Array): Float64Array;
  readonly hypothesis: Hypothesis;
  readonly details: { readonly smallest_gap: number };
}

/**
 * The n neurons ReLU(⟨u, x⟩ − t_l) with a knot t_l at each point but the last along u, and one before the first. Of 32
 * random unit u the one whose projections are farthest apart; nd + n log n operations for each.
 * @throws HypothesisError where two projections are one number
 */
export function lineFeatures(
  { n, d, X }: { readonly n: number; readonly d: number; readonly X: Float64Array },
  random: RandomStream,
): LineFeatures {
  const U = random.gaussians(candidates * d);
  for (let t = 0; t < candidates; t++) {
    const u = U.subarray(t * d, (t + 1) * d);
    const length = Math.sqrt(dot(u, u));
    for (let j = 0; j < d; j++) u[j] /= length;
  }
  // By the product that evaluates networks: a point is then exactly at its knot.
  const projections = multiplyTransposed(U, X, candidates, d, n);
  let [best, widest] = [0, -1];
  for (let t = 0; t < candidates; t++) {
    const sorted = projections.slice(t * n, (t + 1) * n).sort();
    let gap = Number.POSITIVE_INFINITY;
    for (let p = 1; p < n; p++) gap = Math.min(gap, sorted[p] - sorted[p - 1]);
    if (gap > widest) [best, widest] = [t, gap];
  }
  if (widest === 0) {
    throw new HypothesisError(
      `random-features: form line needs projections that differ (got a gap of 0 for ${candidates} directions), take --form pivot`,
    );
  }
  const z = projections.subarray(best * n, (best + 1) * n);
  const order = Int32Array.from({ length: n }, (_, i) => i).sort((i, j) => z[i] - z[j]);
  const knots = Float64Array.from({ length: n }, (_, p) => (p === 0 ? z[order[0]] - 1 : z[order[p - 1]]));
  const u = U.subarray(best * d, (best + 1) * d);
  const W = new Float64Array(n * d);
  for (let l = 0; l < n; l++) W.set(u, l * d);
  return {
    W,
    b: knots.map((knot) => -knot),
    solve(y) {
      const a = new Float64Array(n);
      let [before, slope] = [0, 0];
      for (let p = 0; p < n; p++) {
        const i = order[p];
        const next = (y[i] - before) / (z[i] - knots[p]);
        a[p] = next - slope;
        [before, slope] = [y[i], next];
      }
      return a;
    },
    hypothesis: { name: "smallest gap > 0 along the direction", ok: true, left: widest, right: 0 },
    details: { smallest_gap: widest },
  };
}
