/** Networks that certificates are tried on: random ones, those of the kinds that break them, and trained ones. */
import { Matrix, QrDecomposition } from "ml-matrix";
import { planTrials } from "../../src/experiment/plan.ts";
import { completeSpec } from "../../src/experiment/spec.ts";
import { runTrial } from "../../src/experiment/trial.ts";
import type { Activation } from "../../src/network/activation.ts";
import { isDeep } from "../../src/network/deep.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import type { RandomStream } from "../../src/numeric/random.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";

export function networkOf(
  d: number,
  W: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number> = new Float64Array(a.length),
  activation: Activation = "relu",
): TwoLayerNetwork {
  const [k, f] = [a.length, (x: ArrayLike<number>) => Float64Array.from(x)];
  return { activation, k, d, W: f(W), b: f(b), a: f(a), c: 0 };
}

/** Rows of a random orthogonal matrix. */
export function orthonormal(count: number, d: number, random: RandomStream): Float64Array {
  const entries = Array.from({ length: d * d }, () => random.gaussian());
  const square = new QrDecomposition(Matrix.from1DArray(d, d, entries)).orthogonalMatrix;
  return Float64Array.from(square.to1DArray()).slice(0, count * d);
}

/** What `degenerateNetwork` knows. */
export const kinds = 12;

/** A small network of one of the kinds that break certificates. */
export function degenerateNetwork(
  kind: number,
  random: RandomStream,
  activation: Activation = "relu",
): TwoLayerNetwork {
  const choose = (count: number) => Math.floor(random.uniform() * count);
  const gaussians = (length: number) => Float64Array.from({ length }, () => random.gaussian());
  const k = kind === 1 ? 1 : 1 + choose(8);
  const d = kind === 2 ? 1 : 1 + choose(6);
  const W = gaussians(k * d);
  const a = gaussians(k);
  const b = gaussians(k).map((value) => 0.5 * value);
  const row = (l: number) => W.subarray(l * d, (l + 1) * d);
  const scale = (power: number) => 10 ** (power * (2 * random.uniform() - 1));
  if (kind === 3) for (let l = 0; l < k; l++) if (choose(2)) row(l).fill(0);
  if (kind === 4) for (let l = 0; l < k; l++) if (choose(2)) a[l] = 0;
  if (kind === 5) for (let l = 1; l < k; l++) row(l).set(row(choose(l)));
  if (kind === 6) for (let l = 1; l < k; l++) row(l).set(row(l - 1).map((value) => -value));
  if (kind === 7) {
    // Everything at one scale of 1e±30 for W and b, another for a.
    const [w, output] = [scale(30), scale(30)];
    for (let i = 0; i < W.length; i++) W[i] *= w;
    for (let l = 0; l < k; l++) b[l] *= w;
    for (let l = 0; l < k; l++) a[l] *= output;
  }
  if (kind === 8) {
    // Every neuron at a scale of its own.
    for (let l = 0; l < k; l++) {
      const w = scale(30);
      row(l).forEach((_, j) => {
        row(l)[j] *= w;
      });
      b[l] *= w;
      a[l] *= scale(30);
    }
  }
  // Small integers: gates exactly on their boundary at the points that are tried first.
  if (kind === 9) {
    for (let i = 0; i < W.length; i++) W[i] = choose(5) - 2;
    for (let l = 0; l < k; l++) [a[l], b[l]] = [choose(5) - 2, choose(3) - 1];
  }
  if (kind === 10) b.fill(0);
  if (kind === 11) {
    // One step of training from a small start: rows that share the directions of signed data.
    for (let i = 0; i < 2 * k; i++) {
      const [x, y] = [gaussians(d), random.sign()];
      for (let l = 0; l < k; l++) for (let j = 0; j < d; j++) W[l * d + j] += choose(2) * y * a[l] * x[j];
    }
  }
  return networkOf(d, W, a, b, activation);
}

/**
 * Networks trained on random signs as a sweep trains them, kept or not: n = 20 to 60.
 * @param replicates of the 64 sizes
 */
export async function trainedNetworks(replicates: number): Promise<TwoLayerNetwork[]> {
  const sizes = { n: "20,30,40,60", d: "2,5,10,20", k: "3,6,9,12" };
  const spec = completeSpec({}, undefined, { ...sizes, replicates, max_steps: 600 }, "test");
  const networks: TwoLayerNetwork[] = [];
  for (const trial of planTrials(spec).trials) {
    const { arrays } = await runTrial(trial, wasmEngine, { measure: [] });
    if (arrays.network && !isDeep(arrays.network)) networks.push(arrays.network);
  }
  return networks;
}
