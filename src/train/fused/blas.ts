/** The `blas` engine's product: a native library's sgemm, on the kernels' memory. */
import { type Blas, PLAIN, ROWS, TRANSPOSED } from "../../native/blas.ts";
import { kernels } from "../../numeric/kernels/kernels.ts";
import { type DoubleProducts, entryPlace, kernelProducts } from "../../numeric/kernels/products.ts";
import type { Engine } from "../engine.ts";
import { fusedEngine } from "./engine.ts";
import type { Arrangement, Gemm } from "./gemm.ts";
import { stride } from "./layout.ts";
import { type Board, multiplySlab, slabRows } from "./team.ts";

export const blasArrangement: Arrangement = {
  engine: "blas",
  // Operations are cheaper than for `wasm` beside passes over memory: plan H, which costs fewer, pays later.
  wide: 25,
  sampleBlock: ({ d, k }) => (k * 128 * Math.min(d, 256) <= 1e6 ? 128 : 512),
  // One panel: row-major, as these libraries have it.
  panel: stride,
};

// Up to so many multiply-adds, OpenBLAS's kernels for AVX-512 skip the packing of the factors.
const SMALL = 1e6;
// From so many multiply-adds a product of many rows is cut into slabs that threads can share.
const LARGE = 2e7;
// Packing is much beside the work where few rows use what is packed.
const THIN = 64;

/**
 * The `blas` engine on a loaded library. Its results depend on the library, its version and the processor type it takes.
 * @param team threads that share large products; the results are the same without
 */
export function blasEngine(blas: Blas, team?: Board): Engine {
  let gemm: Gemm | undefined;
  const single = () => {
    gemm ??= blasGemm(blas, team);
    return gemm;
  };
  let doubles: DoubleProducts | undefined;
  const double = () => {
    doubles ??= blasDoubles(blas) ?? kernelProducts.double;
    return doubles;
  };
  return {
    ...fusedEngine(`blas ${blas.description}`, blasArrangement, single, double),
    products: () => ({ single: single(), double: double() }),
  };
}

/** Whether the processor type at the end of OpenBLAS's description is one with AVX-512. */
export function usesAvx512(description: string): boolean {
  return /\b(SkylakeX|Cooperlake|SapphireRapids)$/i.test(description);
}

/** Products by a library's sgemm. */
export function blasGemm(blas: Blas, team?: Board): Gemm {
  const { name, core, sgemm } = blas;
  const cuts = name === "openblas" && usesAvx512(core ?? "");
  const memoryBase = baseOf(blas);
  return {
    ...blasArrangement,
    multiply(m, n, k, a, lda, factor, row, column, c, ldc, accumulate) {
      const base = memoryBase();
      const left = base + a;
      const right = base + factor.address + 4 * entryPlace(factor, row, column);
      const target = base + c;
      const ra = lda / 4;
      const rb = factor.panel;
      const rc = ldc / 4;
      if (m > THIN && m * n * k >= LARGE) {
        const beta = accumulate ? 1 : 0;
        const product = { m, n, k, a: left, lda: ra, b: right, ldb: rb, beta, c: target, ldc: rc };
        if (team) {
          team.offer(product);
          team.help(sgemm);
          team.finish();
        } else {
          for (let first = 0; first < m; first += slabRows(m)) multiplySlab(sgemm, product, first);
        }
        return;
      }
      const whole = !cuts || m > THIN || m * n * k <= SMALL;
      const wide = whole ? n : m <= THIN / 2 ? 512 : 256;
      const deep = whole ? k : Math.floor(SMALL / (m * Math.min(n, wide)) / 16) * 16;
      for (let j = 0; j < n; j += wide) {
        const width = Math.min(wide, n - j);
        for (let p = 0; p < k; p += deep) {
          const x = left + 4 * p;
          const y = right + 4 * (p * rb + j);
          const add = accumulate || p > 0 ? 1 : 0;
          const depth = Math.min(deep, k - p);
          sgemm(ROWS, PLAIN, PLAIN, m, width, depth, 1, x, ra, y, rb, add, target + 4 * j, rc);
        }
      }
    },
  };
}

/** Products by a library's dgemm; undefined where it has none. */
function blasDoubles(blas: Blas): DoubleProducts | undefined {
  const { dgemm } = blas;
  if (!dgemm) return undefined;
  const memoryBase = baseOf(blas);
  return {
    scratch: () => 0,
    multiplyTransposed(m, n, k, a, lda, b, ldb, c, ldc, how) {
      const base = memoryBase();
      const sign = how === "subtract" ? -1 : 1;
      const beta = how === "set" ? 0 : 1;
      dgemm(
        ROWS,
        PLAIN,
        TRANSPOSED,
        m,
        n,
        k,
        sign,
        base + a,
        lda / 8,
        base + b,
        ldb / 8,
        beta,
        base + c,
        ldc / 8,
      );
    },
  };
}

/** Address of the kernels' memory in this process: it changes when the memory grows. */
function baseOf({ addressOf }: Blas): () => number {
  const { memory } = kernels();
  let buffer: ArrayBuffer | undefined;
  let base = 0;
  return () => {
    if (memory.memory.buffer !== buffer) {
      buffer = memory.memory.buffer;
      base = addressOf(new Float32Array(buffer));
    }
    return base;
  };
}
