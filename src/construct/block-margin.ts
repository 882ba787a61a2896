/**
 * The shortest neuron that is |y_i| on one block of points and off at all others: the beyond-paper form of COLT 2021,
 * Theorem 3, whose reach is that of half-spaces.
 */
import type { Dataset } from "../data/dataset.ts";
import { gramMatrix } from "../numeric/gram-matrix.ts";
import { nonNegativeLeastSquares } from "../numeric/nnls.ts";
import { dot, row } from "./construction.ts";
import { factorBlock, type SignBlock } from "./sign-blocks.ts";
import { divided, sizesOf } from "./unit-size.ts";

export interface HalfSpaceNeuron {
  readonly w: Float64Array;
  readonly b: number;
  /** Foreign points that lie on its kink: what holds it. */
  readonly held: number;
}

/** A bias of this size costs as much as a unit of ‖w‖. */
const biasScale = 3;
/** A residual of norm below this is none: no half-space cuts the block off. */
const leastResidual = 1e-8;

/**
 * For blocks of the points of `data`: min ‖w‖² + (b/3)² with ⟨w, x_i⟩ + b = |y_i| on the block and <= 0 off it; undefined
 * where that cannot be. With points x̃ = (x, 3), w̃0 the shortest solution on the block and N a basis of the rest of space
 * it is min ‖z‖ with G z >= h, G = −X̃N, h = X̃w̃0 of the foreign points, which Lawson and Hanson's least distance programming
 * (chapter 23.4) turns into non-negative least squares.
 */
export function halfSpaceNeurons(data: Dataset): (block: SignBlock) => HalfSpaceNeuron | undefined {
  const sizes = sizesOf(data);
  const { n, d, X, y } = divided(data, sizes);
  const D = d + 1;
  const lifted = new Float64Array(n * D).fill(biasScale);
  for (let i = 0; i < n; i++) lifted.set(row(X, i, d), i * D);
  const gram = gramMatrix(lifted, n, D);
  return (block) => {
    const m = block.points.length;
    const factors = factorBlock(lifted, D, block);
    // Labels of size one: the residual that tells whether there is a half-space falls with 1/‖w̃‖.
    const size = block.points.reduce((most, i) => Math.max(most, Math.abs(y[i])), 0);
    const start = factors.minimumNorm(block.points.map((i) => Math.abs(y[i]) / size));
    const inBlock = new Set(block.points);
    const foreign = Array.from({ length: n }, (_, i) => i).filter((i) => !inBlock.has(i));
    const count = foreign.length;
    const rest = D - m;
    const neuronOf = (lift: Float64Array, held: number): HalfSpaceNeuron => ({
      w: lift.subarray(0, d).map((value) => (size * value * sizes.labels) / sizes.points),
      b: size * biasScale * lift[d] * sizes.labels,
      held,
    });
    if (count === 0) return neuronOf(start, 0);
    // Rows (G_j, h_j), and coordinates in the block's span, one after the other for all points.
    const columns = new Float64Array(count * (rest + 1));
    const spanned = new Float64Array(m * count);
    const rotated = new Float64Array(D);
    foreign.forEach((i, at) => {
      const point = row(lifted, i, D);
      rotated.set(point);
      factors.rotateBack(rotated);
      for (let p = 0; p < m; p++) spanned[p * count + at] = rotated[p];
      for (let p = 0; p < rest; p++) columns[at * (rest + 1) + p] = -rotated[m + p];
      columns[at * (rest + 1) + rest] = dot(point, start);
    });
    // G Gᵀ + h hᵀ: inner products of points less those within the block's span, m + 1 products an entry and not D.
    const gramRow = (j: number) => {
      const products = new Float64Array(count);
      const all = row(gram, foreign[j], n);
      const height = columns[j * (rest + 1) + rest];
      for (let i = 0; i < count; i++) {
        products[i] = all[foreign[i]] + height * columns[i * (rest + 1) + rest];
      }
      for (let p = 0, at = 0; p < m; p++) {
        const own = spanned[p * count + j];
        for (let i = 0; i < count; i++, at++) products[i] -= own * spanned[at];
      }
      return products;
    };
    const target = new Float64Array(rest + 1);
    target[rest] = 1;
    const { x, residual } = nonNegativeLeastSquares(columns, count, rest + 1, target, gramRow);
    if (!(Math.sqrt(dot(residual, residual)) >= leastResidual)) return undefined;
    const w = new Float64Array(D);
    for (let p = 0; p < rest; p++) w[m + p] = -residual[p] / residual[rest];
    factors.rotate(w);
    for (let p = 0; p < D; p++) w[p] += start[p];
    return neuronOf(
      w,
      x.reduce((sum, u) => sum + (u > 0 ? 1 : 0), 0),
    );
  };
}
