/**
 * The dense products on the kernels' memory, of the kernels themselves or of a native library: whoever computes with them
 * need not know which. Addresses and strides in bytes, counts in elements; matrices are row-major unless said otherwise.
 */
import { kernels } from "./kernels.ts";

/** A right factor in panels of some columns, each panel's rows one after the other; zero where a panel is wider than what is left. */
export interface RightFactor {
  /** Of its first byte. */
  readonly address: number;
  readonly rows: number;
  /** Columns of a panel. */
  readonly panel: number;
}

/** Products in f32. */
export interface SingleProducts {
  /** Columns of a panel that suit a matrix of so many columns: a multiple of 8. */
  panel(columns: number): number;
  /**
   * C = A B, or C += A B: A is m × k and C m × n at `a` and `c`, with `lda` and `ldc` bytes from row to row; B is k × n, at
   * `row` and `column` of a factor: either is where a panel begins. Rows of A and C up to a multiple of 4, and columns of C
   * up to one of 8, may be read and written.
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

/** Products in f64, each sum of k products in some order: what proofs of rounding errors count on. */
export interface DoubleProducts {
  /** Bytes of scratch memory for a product of so many columns and sums. */
  scratch(n: number, k: number): number;
  /**
   * C = A Bᵀ, or C −= A Bᵀ where `subtract`, or C += A Bᵀ where `accumulate`: A is m × k, B n × k and C m × n. Rows of all
   * three, and columns of C, up to a multiple of 4 may be read and written.
   * @param scratch address of as much memory as `scratch` says
   */
  multiplyTransposed(
    m: number,
    n: number,
    k: number,
    a: number,
    lda: number,
    b: number,
    ldb: number,
    c: number,
    ldc: number,
    how: "set" | "accumulate" | "subtract",
    scratch: number,
  ): void;
}

export interface Products {
  readonly single: SingleProducts;
  readonly double: DoubleProducts;
}

/** `count` rounded up to a multiple. */
export function roundUp(count: number, multiple: number): number {
  return Math.ceil(count / multiple) * multiple;
}

/** Floats that a factor of so many rows and columns takes. */
export function factorSize(rows: number, columns: number, panel: number): number {
  return rows * roundUp(columns, panel);
}

/** Place of an entry of a factor, in floats from its first. */
export function entryPlace(
  { rows, panel }: Pick<RightFactor, "rows" | "panel">,
  row: number,
  column: number,
): number {
  return Math.floor(column / panel) * panel * rows + row * panel + (column % panel);
}

/** The kernels' own products: the same bits on every machine. */
export const kernelProducts: Products = {
  single: {
    panel: () => 8,
    multiply: (m, n, k, a, lda, factor, row, column, c, ldc, accumulate) =>
      kernels().run.multiplySingle(
        roundUp(m, 4),
        roundUp(n, 8),
        k,
        a,
        lda,
        factor.address + 4 * entryPlace(factor, row, column),
        factor.rows * 32,
        c,
        ldc,
        accumulate,
      ),
  },
  double: {
    scratch: (n, k) => roundUp(n, 4) * k * 8,
    multiplyTransposed(m, n, k, a, lda, b, ldb, c, ldc, how, scratch) {
      const { run, memory } = kernels();
      const columns = roundUp(n, 4);
      run.packRows(columns, k, b, ldb, scratch);
      if (how === "subtract") {
        const panels = memory.doubles(scratch, columns * k);
        for (let i = 0; i < panels.length; i++) panels[i] = -panels[i];
      }
      run.multiplyDouble(roundUp(m, 4), columns, k, a, lda, scratch, k * 32, c, ldc, how !== "set");
    },
  },
};
