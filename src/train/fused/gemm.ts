/** The dense products of a session: what tells the engine `wasm` from `blas`, which share everything else. */
import { kernelProducts, type SingleProducts } from "../../numeric/kernels/products.ts";
import type { EngineName, Shape } from "../engine.ts";

/** What of a product settles plan, layout and memory; known without loading it. */
export interface Arrangement extends Pick<SingleProducts, "panel"> {
  readonly engine: EngineName;
  /** Plan H, which costs fewer operations, is taken where d² ≥ wide · n. */
  readonly wide: number;
  /** Samples in a block of plan S, a multiple of 16. */
  sampleBlock(shape: Shape): number;
}

/** A session multiplies by its data, their transpose and their covariance: right factors that never change. */
export interface Gemm extends Arrangement, SingleProducts {}

export const wasmArrangement: Arrangement = {
  engine: "wasm",
  wide: 8,
  sampleBlock: () => 256,
  panel: kernelProducts.single.panel,
};

/** The product of the kernels themselves: the same bits on every machine. */
export function wasmGemm(): Gemm {
  return { ...wasmArrangement, ...kernelProducts.single };
}
