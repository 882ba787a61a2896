/**
 * GFLOP/s of the WebAssembly matrix products on one core: `node --import tsx bench/gemm.ts`.
 *
 * For each (n, d, k) both f32 products of a training step, H = W Xᵀ (k × d by d × n) and dW = V X (k × n by n × d), and
 * the f64 product X Wᵀ of the evaluation, copies and packing included. Each figure is the best of several runs. When
 * LAWROB_PYTHON names a Python with numpy, its sgemm on one thread is measured between them and the last column is the
 * speed of the two f32 products as a share of the best sgemm seen (the machine's native peak).
 */
import { execFileSync } from "node:child_process";
import { kernels } from "../src/numeric/kernels/kernels.ts";
import { multiplyTransposed } from "../src/numeric/matrix.ts";
import { eights, stride } from "../src/train/fused/layout.ts";

const SHAPES = [
  [100, 50, 10],
  [500, 100, 50],
  [500, 400, 500],
  [2000, 200, 100],
  [2000, 200, 2000],
  [2000, 1500, 20],
  [2000, 1500, 2000],
];
// Milliseconds to spend on one product, about.
const BUDGET = 600;

const NUMPY = `
import numpy, time
a = numpy.random.rand(1500, 1500).astype("f")
best = 1e9
for _ in range(8):
    start = time.perf_counter()
    a @ a
    best = min(best, time.perf_counter() - start)
print(2 * 1500**3 / best / 1e9)
`;

/** Best speed of `task` in GFLOP/s, `flops` being what one call computes. */
function speed(flops: number, task: () => void): number {
  const start = performance.now();
  let best = Number.POSITIVE_INFINITY;
  // Small products are timed in batches: the clock is coarse beside them.
  const batch = Math.max(1, Math.round(2e6 / flops));
  for (let runs = 0; runs < 3 || performance.now() - start < BUDGET; runs++) {
    const from = performance.now();
    for (let call = 0; call < batch; call++) task();
    best = Math.min(best, (performance.now() - from) / batch);
  }
  return flops / best / 1e6;
}

/** Speed of the f32 product of m × k by k × n, the right factor packed beforehand. */
function single(m: number, k: number, n: number): number {
  const { run, memory } = kernels();
  const rows = Math.ceil(m / 4) * 4;
  const [lda, ldc] = [stride(k) * 4, stride(n) * 4];
  const [left, right] = [rows * lda, eights(n) * k * 4];
  const region = memory.reserve(left + right + rows * ldc);
  memory.singles(region.address, (left + right) / 4).fill(0.5);
  const a = region.address;
  const b = a + left;
  const result = speed(2 * m * k * n, () => {
    run.multiplySingle(rows, eights(n), k, a, lda, b, k * 32, b + right, ldc, false);
  });
  region.release();
  return result;
}

function double(n: number, d: number, k: number): number {
  const X = new Float64Array(n * d).fill(0.5);
  const W = new Float64Array(k * d).fill(0.5);
  return speed(2 * n * d * k, () => {
    multiplyTransposed(X, W, n, d, k);
  });
}

function nativePeak(): number {
  const python = process.env.LAWROB_PYTHON;
  if (!python) return Number.NaN;
  const threads = { OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" };
  return Number(execFileSync(python, ["-c", NUMPY], { env: { ...process.env, ...threads } }));
}

const rows: { name: string; forward: number; backward: number; f64: number }[] = [];
let peak = nativePeak();
for (const [n, d, k] of SHAPES) {
  rows.push({
    name: `${n},${d},${k}`,
    forward: single(k, d, n),
    backward: single(k, n, d),
    f64: double(n, d, k),
  });
}
peak = Math.max(peak, nativePeak());

console.log(
  `${"n,d,k".padEnd(18)}${"W·Xᵀ f32".padStart(10)}${"V·X f32".padStart(10)}${"X·Wᵀ f64".padStart(10)}` +
    `${Number.isNaN(peak) ? "" : "of native".padStart(12)}`,
);
for (const { name, forward, backward, f64 } of rows) {
  // Both products have the same flops: the harmonic mean is the speed of the pair.
  const pair = 2 / (1 / forward + 1 / backward);
  const share = Number.isNaN(peak) ? "" : `${((100 * pair) / peak).toFixed(0)}%`.padStart(12);
  console.log(
    name.padEnd(18) + [forward, backward, f64].map((v) => v.toFixed(1).padStart(10)).join("") + share,
  );
}
if (!Number.isNaN(peak)) console.log(`native sgemm, one thread: ${peak.toFixed(1)} GFLOP/s`);
