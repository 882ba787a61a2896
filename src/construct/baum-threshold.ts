/** Baum's threshold network (Network size and weights size for memorization, Proposition 3). */
import { blockHyperplanes } from "./block-hyperplanes.ts";
import {
  type Construction,
  type ConstructionMethod,
  HypothesisError,
  networkOfNeurons,
} from "./construction.ts";

export const baumThreshold: ConstructionMethod = {
  name: "baum-threshold",
  theorem: "Network size and weights size for memorization, Proposition 3 (Baum 1988)",
  summary: "two threshold neurons for every d points of the rarer label, around a hyperplane through them",
  options: {},
  // Labels 0 and 1 will do as well: both kinds are checked below.
  signs: false,
  build(data, _, random): Construction {
    const { n, d, y } = data;
    const low = y.includes(-1) ? -1 : 0;
    const other = y.findIndex((label) => label !== 1 && label !== low);
    if (other >= 0) {
      throw new HypothesisError(
        `baum-threshold: needs two labels, -1 and 1 or 0 and 1 (got ${y[other]} for point ${other + 1})`,
      );
    }
    const ones = y.reduce((count, label) => count + (label === 1 ? 1 : 0), 0);
    const [rare, common] = 2 * ones <= n ? [1, low] : [low, 1];
    const indices = Int32Array.from({ length: n }, (_, i) => i).filter((i) => y[i] === rare);
    const { blocks, hypothesis, smallestMargin, medianMargin, largestResidual, shuffles } = blockHyperplanes(
      data,
      indices,
      d,
      { method: "baum-threshold", random },
    );
    // 1{⟨u, x⟩ >= b − τ} − 1{⟨u, x⟩ >= b + τ} is 1 in the block and 0 at all other points: half the margin for τ.
    const neurons: { w: Float64Array; b: number; a: number }[] = [];
    for (const { u, b, margin } of blocks) {
      neurons.push({ w: u, b: margin / 2 - b, a: rare - common });
      neurons.push({ w: u, b: -margin / 2 - b, a: common - rare });
    }
    // A network has one neuron at the least.
    if (common !== 0 || neurons.length === 0) neurons.push({ w: new Float64Array(d), b: 1, a: common });
    return {
      network: networkOfNeurons(d, neurons, "step"),
      hypotheses: [hypothesis],
      guarantee: { statement: "f(x_i) = y_i with k <= n/d + 3 neurons", value: n / d + 3 },
      details: {
        rarer_label: rare,
        rarer_points: indices.length,
        blocks: blocks.length,
        smallest_margin: smallestMargin,
        median_margin: medianMargin,
        median_margin_times_n_root_d: medianMargin * n * Math.sqrt(d),
        in_block_residual: largestResidual,
        shuffles,
      },
      warnings: ["f jumps: it has no Lipschitz constant"],
    };
  },
};
