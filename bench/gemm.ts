/**
 * GFLOP/s of the matrix products on one core: `node --import tsx bench/gemm.ts`.
 *
 * For each (n, d, k) both f32 products of a training step, H = W Xᵀ (k × d by d × n) and dW = V X (k × n by n × d), as the
 * engines `wasm` and `blas` do them (without a BLAS library, `wasm` alone), and the f64 product X Wᵀ of the evaluation,
 * copies and packing included. Each figure is the best of several runs. When LAWROB_PYTHON names a Python with numpy, its
 * sgemm on one thread is measured between them and the columns in % are the speed of the two f32 products as a share of
 * the best sgemm seen (the machine's native peak).
 */
import { execFileSync } from "node:child_process";
import { describeBlas, loadBlas } from "../src/native/blas.ts";
import { kernels } from "../src/numeric/kernels/kernels.ts";
import { factorSize, roundUp } from "../src/numeric/kernels/products.ts";
import { multiplyTransposed } from "../src/numeric/matrix.ts";
import { blasGemm } from "../src/train/fused/blas.ts";
import { type Gemm, wasmGemm } from "../src/train/fused/gemm.ts";
import { stride } from "../src/train/fused/layout.ts";

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

/** Speed of the f32 product of m × k by k × n, the right factor laid out beforehand. */
function single(gemm: Gemm, m: number, k: number, n: number): number {
  const { memory } = kernels();
  const rows = roundUp(m, 4);
  const [lda, ldc] = [stride(k) * 4, stride(n) * 4];
  const panel = gemm.panel(n);
  const left = rows * lda;
  const right = roundUp(factorSize(k, n, panel) * 4, 64);
  const region = memory.reserve(left + right + rows * ldc);
  memory.singles(region.address, (left + right) / 4).fill(0.5);
  const a = region.address;
  const factor = { address: a + left, rows: k, panel };
  const result = speed(2 * m * k * n, () => {
    gemm.multiply(m, n, k, a, lda, factor, 0, 0, a + left + right, ldc, false);
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

const gemms = [wasmGemm()];
const blas = describeBlas();
if (blas.available) gemms.push(blasGemm(loadBlas()));
console.log(`blas: ${blas.version ?? blas.whyNot}`);
const rows: { name: string; pairs: (readonly [forward: number, backward: number])[]; f64: number }[] = [];
let peak = nativePeak();
for (const [n, d, k] of SHAPES) {
  rows.push({
    name: `${n},${d},${k}`,
    pairs: gemms.map((gemm) => [single(gemm, k, d, n), single(gemm, k, n, d)] as const),
    f64: double(n, d, k),
  });
}
peak = Math.max(peak, nativePeak());

const known = !Number.isNaN(peak);
const titles = gemms.flatMap(({ engine }) => [`${engine} W·Xᵀ`, "V·X", ...(known ? ["%"] : [])]);
console.log("n,d,k".padEnd(18) + [...titles, "f64 X·Wᵀ"].map((title) => title.padStart(11)).join(""));
for (const { name, pairs, f64 } of rows) {
  const cells = pairs.flatMap(([forward, backward]) => {
    // Both products have the same flops: the harmonic mean is the speed of the pair.
    const pair = 2 / (1 / forward + 1 / backward);
    return [forward.toFixed(1), backward.toFixed(1), ...(known ? [((100 * pair) / peak).toFixed(0)] : [])];
  });
  console.log(name.padEnd(18) + [...cells, f64.toFixed(1)].map((cell) => cell.padStart(11)).join(""));
}
if (known) console.log(`native sgemm, one thread: ${peak.toFixed(1)} GFLOP/s`);
