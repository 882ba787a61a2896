/** The data set and the network of the specification, from a generator of three lines: its golden numbers are of these. */
import type { Dataset } from "../../src/data/dataset.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";

/** u in [−1/2, 1/2), one after the other. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
}

/** 60 points on the sphere of R^8 with signs. */
export const fixture: Dataset = (() => {
  const [n, d] = [60, 8];
  const next = generator(1);
  const X = Float64Array.from({ length: n * d }, next);
  for (let i = 0; i < n; i++) {
    const row = X.subarray(i * d, (i + 1) * d);
    const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
    for (let j = 0; j < d; j++) row[j] /= length;
  }
  return { n, d, X, y: Float64Array.from({ length: n }, () => (next() >= 0 ? 1 : -1)) };
})();

/** Five ReLU neurons. */
export const fixtureNetwork: TwoLayerNetwork = (() => {
  const [k, d] = [5, 8];
  const next = generator(2);
  return {
    activation: "relu",
    k,
    d,
    W: Float64Array.from({ length: k * d }, () => 2 * next()),
    b: Float64Array.from({ length: k }, next),
    a: Float64Array.from({ length: k }, () => 2 * next()),
    c: 0,
  };
})();

/** Whether two numbers agree to the digits shown. */
export function closeTo(value: number, expected: number, relative = 1e-6): boolean {
  return Math.abs(value - expected) <= relative * Math.abs(expected);
}
