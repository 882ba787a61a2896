/**
 * Where a training session keeps its arrays, and by which plan it computes.
 *
 * Plan H holds the activations of all neurons at all samples; plan S walks over blocks of samples and gets the
 * variances from the covariance of the data. The choice is a rule of the shape alone, never of a timing: the bytes of
 * a result must not depend on luck.
 */
import { MEMORY_LIMIT } from "../../numeric/kernels/kernels.ts";
import { factorSize, roundUp } from "../../numeric/kernels/products.ts";
import type { Shape } from "../engine.ts";
import type { Arrangement } from "./gemm.ts";

export type Plan = "H" | "S";

// What is left of the 4 GiB after the module's own page.
const CAPACITY = MEMORY_LIMIT - 65536;

/** Floats from one row to the next, for rows of `length` floats: spread over the sets of the caches. */
export function stride(length: number): number {
  const padded = roundUp(length, 16);
  return padded % 1024 === 0 ? padded + 16 : padded;
}

/** Arrays of a session: sizes in elements, strides and offsets in bytes from the start of its region. */
export interface Layout {
  readonly plan: Plan;
  /** k rounded up to the 4 rows of a tile of a product. */
  readonly rows: number;
  /** n and d rounded up to 16, the step of the elementwise kernels. */
  readonly samples: number;
  readonly columns: number;
  /** Bytes from one row of W to the next, and of the activations. */
  readonly weightStride: number;
  readonly activationStride: number;
  /** Floats in the block W (rows × stride), a, gamma, beta: parameters, gradient and moments are laid out alike. */
  readonly parameterCount: number;
  readonly parameters: number;
  readonly gradient: number;
  readonly first: number;
  readonly second: number;
  /** Of a, gamma and beta within such a block. */
  readonly a: number;
  readonly gamma: number;
  readonly beta: number;
  /** 1/√(v_l + ε_bn), length k. */
  readonly inverse: number;
  readonly f: number;
  readonly y: number;
  readonly residual: number;
  /** Xᵀ (d × n) and X (n × d), both centred, in panels. */
  readonly transposed: number;
  readonly data: number;
  /** Samples that are computed at once: all in plan H. */
  readonly block: number;
  /** H, or a block of it in plan S. */
  readonly activations: number;
  /** Plan S: covariance (d × d, in panels) and W times it (like W). */
  readonly covariance: number;
  readonly product: number;
  readonly bytes: number;
}

/** Layout of a session under a plan, for a product. */
export function layout(shape: Shape, plan: Plan, { panel, sampleBlock }: Arrangement): Layout {
  const { n, d, k } = shape;
  let bytes = 0;
  const place = (floats: number): number => {
    const offset = bytes;
    bytes += Math.ceil(floats / 16) * 64;
    return offset;
  };
  const rows = roundUp(k, 4);
  const neurons = roundUp(k, 16);
  const samples = roundUp(n, 16);
  const columns = roundUp(d, 16);
  const weights = rows * stride(d);
  const parameterCount = weights + 3 * neurons;
  const covariant = plan === "S";
  const block = covariant ? sampleBlock(shape) : samples;
  const activationStride = covariant ? Math.min(block, samples) + 16 : stride(n);
  return {
    plan,
    rows,
    samples,
    columns,
    weightStride: stride(d) * 4,
    activationStride: activationStride * 4,
    parameterCount,
    parameters: place(parameterCount),
    gradient: place(parameterCount),
    first: place(parameterCount),
    second: place(parameterCount),
    a: weights * 4,
    gamma: (weights + neurons) * 4,
    beta: (weights + 2 * neurons) * 4,
    inverse: place(neurons),
    f: place(samples),
    y: place(samples),
    residual: place(samples),
    transposed: place(factorSize(d, n, panel(n))),
    data: place(factorSize(n, d, panel(d))),
    block,
    activations: place(rows * activationStride),
    covariance: place(covariant ? factorSize(d, d, panel(d)) : 0),
    product: place(covariant ? weights : 0),
    bytes,
  };
}

/** The plan for a shape: H when d² ≥ wide·n or n·d·k ≤ 10⁶, S otherwise and when H would not fit in 4 GiB. */
export function choosePlan(shape: Shape, arrangement: Arrangement): Plan {
  const { n, d, k } = shape;
  if (d * d < arrangement.wide * n && n * d * k > 1e6) return "S";
  return layout(shape, "H", arrangement).bytes <= CAPACITY ? "H" : "S";
}

/** Throws a RangeError when no plan fits in the 4 GiB of WebAssembly. */
export function checkFits(shape: Shape, arrangement: Arrangement): void {
  const { bytes } = layout(shape, choosePlan(shape, arrangement), arrangement);
  if (bytes > CAPACITY) {
    const size = (bytes / 2 ** 30).toFixed(1);
    throw new RangeError(
      `n=${shape.n}, d=${shape.d}, k=${shape.k} needs ${size} GiB in the ${arrangement.engine} engine, which has 4 GiB: ` +
        "make n, d or k smaller or take another engine",
    );
  }
}
