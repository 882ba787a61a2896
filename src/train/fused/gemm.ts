/**
 * The dense products of a session: what tells the engine `wasm` from `blas`, which share everything else.
 *
 * A session multiplies by three matrices that never change: its data, their transpose and their covariance. They lie in
 * panels, as wide as the product likes them: a panel is some columns of the matrix, its rows one after the other.
 */
import { kernels } from "../../numeric/kernels/kernels.ts";
import type { EngineName, Shape } from "../engine.ts";

/** What of a product settles plan, layout and memory; known without loading it. */
export interface Arrangement {
  readonly engine: EngineName;
  /** Plan H, which costs fewer operations, is taken where d² ≥ wide · n. */
  readonly wide: number;
  /** Samples in a block of plan S, a multiple of 16. */
  sampleBlock(shape: Shape): number;
  /** Columns of a panel, for a matrix of so many columns: a multiple of 8. */
  panel(columns: number): number;
}

/** A right factor in the kernels' memory, zero where a panel is wider than what is left of its columns. */
export interface RightFactor {
  /** Of its first byte. */
  readonly address: number;
  readonly rows: number;
  /** Columns of a panel. */
  readonly panel: number;
}

export interface Gemm extends Arrangement {
  /**
   * C = A B, or C += A B, in f32: A is m × k and C m × n, row-major in the kernels' memory at `a` and `c`, with `lda` and
   * `ldc` bytes from row to row; B is k × n, at `row` and `column` of a factor: either is where a panel begins. Rows of A
   * and C up to a multiple of 4, and columns of C up to one of 8, may be read and written.
   */
  multiply(
    m: number,
    n: number,
    k: number,
    a: number,
    lda: number,
    factor: RightFactor,
    row: number,
    column: number,
    c: number,
    ldc: number,
    accumulate: boolean,
  ): void;
}

/** `count` rounded up to a multiple. */
export function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}

/** Floats that a factor of so many rows and columns takes. */
export function factorSize(rows: number, columns: number, panel: number): number {
  return rows * roundUp(columns, panel);
}

/** Address of an entry of a factor. */
export function entryAddress({ address, rows, panel }: RightFactor, row: number, column: number): number {
  return address + 4 * (Math.floor(column / panel) * panel * rows + row * panel + (column % panel));
}

export const wasmArrangement: Arrangement = {
  engine: "wasm",
  wide: 8,
  sampleBlock: () => 256,
  panel: () => 8,
};

/** The product of the kernels themselves: the same bits on every machine. */
export function wasmGemm(): Gemm {
  const { run } = kernels();
  return {
    ...wasmArrangement,
    multiply: (m, n, k, a, lda, factor, row, column, c, ldc, accumulate) =>
      run.multiplySingle(
        roundUp(m, 4),
        roundUp(n, 8),
        k,
        a,
        lda,
        entryAddress(factor, row, column),
        factor.rows * 32,
        c,
        ldc,
        accumulate,
      ),
  };
}
