/** What the tests of the fused engines share: the engines, problems of awkward shapes, and runs over them. */
import assert from "node:assert/strict";
import type { Parameters, TrainingSettings } from "../../src/train/engine.ts";
import { blasEngine, blasGemm } from "../../src/train/fused/blas.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";
import { type Gemm, wasmGemm } from "../../src/train/fused/gemm.ts";
import type { FusedSession } from "../../src/train/fused/session.ts";
import { generator } from "../fixtures/torch-training/problem.ts";
import { obtainBlas } from "./obtain-blas.ts";
import type { Problem } from "./reference.ts";

export const SETTINGS: TrainingSettings = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  adamEpsilon: 1e-8,
  batchNormEpsilon: 1e-5,
};
export const PLANS = ["H", "S"] as const;
export const blas = await obtainBlas();
/** Why there is no BLAS library; false where there is one. */
export const missing = typeof blas === "string" && blas;
export const gemms: readonly Gemm[] = [wasmGemm(), ...(typeof blas === "string" ? [] : [blasGemm(blas)])];
export const engines = [wasmEngine, ...(typeof blas === "string" ? [] : [blasEngine(blas)])];
/** Each engine on both of its plans. */
export const VARIANTS = gemms.flatMap((gemm) =>
  PLANS.map((plan) => ({ gemm, plan, name: `${gemm.engine} ${plan}` })),
);
export const NAMES = ["W", "a", "gamma", "beta"] as const;
// n, d, k: one of each, nothing a multiple of anything, several blocks of samples of each length, more dimensions than points.
export const SHAPES = [
  [2, 1, 1],
  [7, 1, 3],
  [20, 4, 1],
  [60, 8, 5],
  [33, 17, 6],
  [257, 9, 13],
  [600, 21, 19],
  [1024, 16, 8],
  [530, 80, 98],
];
export const WIDE = [30, 41, 7];

/** Points of any mean, and parameters where the derivative of nothing is zero. */
export function sample([n, d, k]: number[], seed = 1): { problem: Problem; initial: Parameters } {
  const draw = generator(seed);
  const numbers = (length: number, scale: number, shift = 0) =>
    Float64Array.from({ length }, () => Math.fround(scale * draw() + shift));
  return {
    problem: { n, d, X: numbers(n * d, 2, 0.3), y: numbers(n, 1).map((value) => (value < 0 ? -1 : 1)) },
    initial: {
      W: numbers(k * d, 2),
      a: numbers(k, 2),
      gamma: numbers(k, 0.5, 1),
      beta: numbers(k, 0.5, 0.1),
    },
  };
}

export function run(session: FusedSession, problem: Problem, steps: number): number[] {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push(meanSquare(session.evaluate(), problem.y));
    session.update();
  }
  return losses;
}

export function meanSquare(f: ArrayLike<number>, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (f[i] - y[i]) ** 2;
  return sum / y.length;
}

export function norm(x: Float64Array): number {
  return Math.hypot(...x);
}

export function distance(x: Float64Array, y: Float64Array): number {
  return norm(x.map((value, i) => value - y[i]));
}

export function assertRelative(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${what}: ${actual}, ${expected}`);
}
