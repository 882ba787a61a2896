/** The `wasm` engine: training on SIMD kernels of our own, with no native part and the same bytes on every machine. */
import type { Engine, Parameters, Session, Shape, TrainingSettings } from "../engine.ts";
import { checkFits, choosePlan, layout } from "./layout.ts";
import { FusedSession, type TrainingData } from "./session.ts";

// Blocks of the f64 products behind `parameters()`: about 16 MB in the kernels' memory and 4 MB outside it.
const STATISTICS_BYTES = 20 * 2 ** 20;

/** Engine that computes in f32 on plain WebAssembly SIMD. */
export const wasmEngine: Engine = {
  name: "wasm",
  version: "wasm simd 1",

  memory(shape: Shape): number {
    const { n, d, k } = shape;
    const plan = choosePlan(shape);
    const covariance = plan === "S" ? 8 * d * (3 * d + 512) : 0;
    const copies = 8 * (k * d + 6 * k + d) + 4 * n;
    return layout(shape, plan).bytes + covariance + copies + STATISTICS_BYTES;
  },

  /** Throws a RangeError for n < 2, shapes that do not agree, and a run that does not fit in 4 GiB. */
  open(data: TrainingData, initial: Parameters, settings: TrainingSettings): Session {
    const shape = { n: data.n, d: data.d, k: initial.a.length };
    checkShapes(data, initial, shape);
    checkFits(shape);
    return new FusedSession(data, initial, settings, choosePlan(shape));
  },
};

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
