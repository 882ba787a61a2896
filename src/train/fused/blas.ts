/** The `blas` engine's product: a native library's sgemm, on the kernels' memory. */
import type { Blas } from "../../native/blas.ts";
import { kernels } from "../../numeric/kernels/kernels.ts";
import type { Engine } from "../engine.ts";
import { fusedEngine } from "./engine.ts";
import { type Arrangement, entryAddress, type Gemm } from "./gemm.ts";
import { stride } from "./layout.ts";

export const blasArrangement: Arrangement = {
  engine: "blas",
  // Operations are cheaper than for `wasm` beside passes over memory: plan H, which costs fewer, pays later.
  wide: 25,
  sampleBlock: ({ d, k }) => (k * 128 * Math.min(d, 256) <= 1e6 ? 128 : 512),
  // One panel: row-major, as these libraries have it.
  panel: stride,
};

// The values of CBLAS's enumerations.
const ROW_MAJOR = 101;
const AS_IT_IS = 111;

// Up to so many multiply-adds, OpenBLAS's kernels for AVX-512 skip the packing of the factors.
const SMALL = 1e6;
// Packing is much beside the work where few rows use what is packed.
const THIN = 64;

/** The `blas` engine on a loaded library. Its results depend on the library, its version and the processor type it takes. */
export function blasEngine(blas: Blas): Engine {
  let gemm: Gemm | undefined;
  return fusedEngine(`blas ${blas.description}`, blasArrangement, () => {
    gemm ??= blasGemm(blas);
    return gemm;
  });
}

/** Whether the processor type at the end of OpenBLAS's description is one with AVX-512. */
export function usesAvx512(description: string): boolean {
  return /\b(SkylakeX|Cooperlake|SapphireRapids)$/i.test(description);
}

/** Products by a library's sgemm. */
export function blasGemm({ name, core, sgemm, addressOf }: Blas): Gemm {
  const { memory } = kernels();
  const cuts = name === "openblas" && usesAvx512(core ?? "");
  let buffer: ArrayBuffer | undefined;
  let base = 0;
  return {
    ...blasArrangement,
    multiply(m, n, k, a, lda, factor, row, column, c, ldc, accumulate) {
      if (memory.memory.buffer !== buffer) {
        // The memory has grown, and may have moved.
        buffer = memory.memory.buffer;
        base = addressOf(new Float32Array(buffer));
      }
      const [left, right, target] = [base + a, base + entryAddress(factor, row, column), base + c];
      const [ra, rb, rc] = [lda / 4, factor.panel, ldc / 4];
      const product = (j: number, width: number, p: number, depth: number, add: boolean) =>
        sgemm(
          ROW_MAJOR,
          AS_IT_IS,
          AS_IT_IS,
          m,
          width,
          depth,
          1,
          left + 4 * p,
          ra,
          right + 4 * (p * rb + j),
          rb,
          add ? 1 : 0,
          target + 4 * j,
          rc,
        );
      if (!cuts || m > THIN || m * n * k <= SMALL) {
        product(0, n, 0, k, accumulate);
        return;
      }
      const wide = m <= THIN / 2 ? 512 : 256;
      const deep = Math.floor(SMALL / (m * Math.min(n, wide)) / 16) * 16;
      for (let j = 0; j < n; j += wide) {
        for (let p = 0; p < k; p += deep) {
          product(j, Math.min(wide, n - j), p, Math.min(deep, k - p), accumulate || p > 0);
        }
      }
    },
  };
}
