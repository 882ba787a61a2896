/** Training on SIMD kernels of our own: the engines that differ in their dense products only. */
import type { DoubleProducts } from "../../numeric/kernels/products.ts";
import type { Engine, Parameters, Session, Shape, TrainingSettings } from "../engine.ts";
import { type Arrangement, type Gemm, wasmArrangement, wasmGemm } from "./gemm.ts";
import { checkFits, choosePlan, layout } from "./layout.ts";
import { FusedSession, type TrainingData } from "./session.ts";

// Blocks of the f64 products behind `parameters()`: about 16 MB in the kernels' memory and 4 MB outside it.
const STATISTICS_BYTES = 20 * 2 ** 20;

/** Peak bytes of a session with a product, beside its data set. */
export function fusedMemory(shape: Shape, arrangement: Arrangement): number {
  const { n, d, k } = shape;
  const plan = choosePlan(shape, arrangement);
  const covariance = plan === "S" ? 8 * d * (3 * d + 512) : 0;
  const copies = 8 * (k * d + 6 * k + d) + 4 * n;
  return layout(shape, plan, arrangement).bytes + covariance + copies + STATISTICS_BYTES;
}

/**
 * An engine that computes in f32 on the kernels and takes its dense products from elsewhere. Its `open` throws a RangeError
 * for n < 2, shapes that do not agree, and a run that does not fit in 4 GiB.
 * @param gemm called when the first session is opened
 * @param doubles products in f64; those of the kernels unless given
 */
export function fusedEngine(
  version: string,
  arrangement: Arrangement,
  gemm: () => Gemm,
  doubles?: () => DoubleProducts,
): Engine {
  return {
    name: arrangement.engine,
    version,
    memory: (shape) => fusedMemory(shape, arrangement),
    open(data: TrainingData, initial: Parameters, settings: TrainingSettings): Session {
      const shape = { n: data.n, d: data.d, k: initial.a.length };
      checkShapes(data, initial, shape);
      checkFits(shape, arrangement);
      return new FusedSession(data, initial, settings, choosePlan(shape, arrangement), gemm(), doubles?.());
    },
  };
}

/** The `wasm` engine: no native part, and the same bytes on every machine. */
export const wasmEngine: Engine = fusedEngine("wasm simd 1", wasmArrangement, wasmGemm);

function checkShapes(data: TrainingData, initial: Parameters, { n, d, k }: Shape): void {
  for (const [name, value, least] of [
    ["n", n, 2],
    ["d", d, 1],
    ["k", k, 1],
  ] as const) {
    if (!Number.isSafeInteger(value) || value < least) {
      throw new RangeError(`${name} must be an integer of at least ${least}, got ${value}`);
    }
  }
  for (const [name, length, expected] of [
    ["X", data.X.length, n * d],
    ["y", data.y.length, n],
    ["W", initial.W.length, k * d],
    ["gamma", initial.gamma.length, k],
    ["beta", initial.beta.length, k],
  ] as const) {
    if (length !== expected) throw new RangeError(`${name} must have length ${expected}, got ${length}`);
  }
}
