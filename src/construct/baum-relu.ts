/** Baum's network with ReLU neurons (Network size and weights size for memorization, Proposition 4). */

import { totalWeight } from "../network/evaluate.ts";
import { extent } from "../numeric/extent.ts";
import { multiplyTransposed } from "../numeric/matrix.ts";
import { type Block, blockHyperplanes, medianOf } from "./block-hyperplanes.ts";
import {
  type Construction,
  type ConstructionMethod,
  dot,
  type Neuron,
  networkOfNeurons,
} from "./construction.ts";

/**
 * What is 0 at all points outside a block and in it the affine q(x) = ⟨v, x⟩ + c that takes its labels: the difference
 * quotient in direction (v, c) of a function of ⟨u, x⟩ that is flat away from b. The paper's v with X_B v = y_B need not
 * exist in general position, and is of heavy-tailed length where it does: q has the offset c and the shortest (v, c/s), s the size of the points.
 */
interface BlockFunction {
  readonly block: Block;
  readonly v: Float64Array;
  readonly c: number;
  /** Half the margin: the function is flat from b ± τ on. */
  readonly tau: number;
  /** Step of the quotient. */
  readonly delta: number;
  /** Largest |⟨u, x_i⟩|: rounding of it is what 1/δ enlarges. */
  readonly reach: number;
}

export const baumRelu: ConstructionMethod = {
  name: "baum-relu",
  theorem: "Network size and weights size for memorization, Proposition 4",
  summary:
    "few neurons of enormous weight: a derivative neuron around a hyperplane through each block of points",
  options: {
    form: {
      kind: "choice",
      choices: ["full", "half", "three"],
      default: "half",
      description:
        "full: k = 4 ceil(n/d), blocks of d points; half: blocks of d/2, twice the neurons and a 50th of the weight; " +
        "three: k = 3 ceil(n/d) + 1",
    },
    tolerance: {
      kind: "number",
      least: 0,
      default: 1e-7,
      description: "warn where rounding may exceed it",
    },
  },
  signs: false,
  build(data, options, random): Construction {
    const { n, d, y } = data;
    const three = options.form === "three";
    const size = options.form === "half" ? Math.max(1, d >> 1) : d;
    // Three neurons can do without the other two where q >= 0 in the block; a constant takes the shift back.
    const shift = three ? y.reduce((most, label) => Math.max(most, -label), 0) : 0;
    const { blocks, hypothesis, smallestMargin, medianMargin, largestResidual, shuffles } = blockHyperplanes(
      data,
      Int32Array.from({ length: n }, (_, i) => i),
      size,
      { method: "baum-relu", independent: true, targets: y.map((label) => label + shift), random },
    );
    const functions = blocks.map((block) => blockFunction(block, data, shift, three));
    const neurons = functions.flatMap(three ? threeNeurons : fourNeurons);
    if (shift > 0) neurons.push({ w: new Float64Array(d), b: 1, a: -shift });
    const network = networkOfNeurons(d, neurons);
    const rounding = extent(functions.map(({ reach, delta }) => (1e-16 * reach) / delta))[1];
    const weight = totalWeight(network);
    const tolerance = Number(options.tolerance);
    const promised = three ? 3 * blocks.length + 1 : 4 * blocks.length;
    return {
      network,
      hypotheses: [hypothesis],
      guarantee: {
        statement: `f(x_i) = y_i with k <= ${three ? `3 ceil(n/${size}) + 1` : `4 ceil(n/${size})`} neurons`,
        value: promised,
      },
      details: {
        block_size: size,
        blocks: blocks.length,
        smallest_margin: smallestMargin,
        median_margin: medianMargin,
        in_block_residual: largestResidual,
        smallest_delta: extent(functions.map(({ delta }) => delta))[0],
        median_slope: medianOf(functions.map(({ v }) => Math.sqrt(dot(v, v)))),
        total_weight_over_n2_root_d: (weight * Math.sqrt(d)) / n ** 2,
        expected_rounding: rounding,
        shuffles,
      },
      warnings: [
        "the neurons of a pair differ by little and cancel: weights in f32 lose the fit",
        ...(rounding > tolerance
          ? [
              `rounding may exceed the tolerance: 1e-16 max|<u, x>|/delta is ${rounding.toPrecision(3)} (tolerance ${tolerance})`,
            ]
          : []),
      ],
    };
  },
};

function blockFunction(
  block: Block,
  { n, d, X, y }: { n: number; d: number; X: Float64Array; y: Float64Array },
  shift: number,
  three: boolean,
): BlockFunction {
  const { points, factors, s, u, b, margin } = block;
  const inside = new Uint8Array(n);
  for (const i of points) inside[i] = 1;
  // The rows of the factors are (x_i, −s).
  const solution = factors.minimumNorm(Float64Array.from(points, (i) => y[i] + shift));
  const v = solution.slice(0, d);
  const c = -s * solution[d];
  const directions = new Float64Array(2 * d);
  directions.set(u);
  directions.set(v, d);
  const products = multiplyTransposed(directions, X, 2, d, n);
  const tau = margin / 2;
  // Half of what would switch a neuron at a point.
  let [delta, reach] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < n; i++) {
    const height = Math.abs(products[i] - b);
    // τ itself in the block, where the difference is rounding.
    const gap = inside[i] ? tau : three ? height : height - tau;
    delta = Math.min(delta, gap / (2 * Math.abs(products[n + i] + c)));
    reach = Math.max(reach, Math.abs(products[i]));
  }
  // Where all labels are 0 nothing would: any step will do.
  return { block, v, c, tau, delta: Number.isFinite(delta) ? delta : tau, reach };
}

/**
 * (1/δ) [ReLU(t + τ + δq) − ReLU(t + τ)] − (1/δ) [ReLU(t − τ + δq) − ReLU(t − τ)] for t = ⟨u, x⟩ − b: q where |t| < τ,
 * and 0 where |t| > τ, both by more than δ|q|.
 */
function fourNeurons({ block: { u, b }, v, c, tau, delta }: BlockFunction): Neuron[] {
  return [tau, -tau].flatMap((offset) => {
    const sign = Math.sign(offset);
    return [
      { w: moved(u, v, delta), b: offset - b + delta * c, a: sign / delta },
      { w: u, b: offset - b, a: -sign / delta },
    ];
  });
}

/**
 * (1/δ) [ReLU(t + δq) − 2 ReLU(t + (δq − τ)/2) + ReLU(t − τ)] for t = ⟨u, x⟩ − b: q where t = 0 and 0 <= δq <= τ, and 0
 * where |t| > τ and |t| > δ|q|. Not in the paper; at the points of the block its gradient is u/δ + v, where that of four
 * neurons is v.
 */
function threeNeurons({ block: { u, b }, v, c, tau, delta }: BlockFunction): Neuron[] {
  return [
    { w: moved(u, v, delta), b: -b + delta * c, a: 1 / delta },
    { w: moved(u, v, delta / 2), b: -b + (delta * c - tau) / 2, a: -2 / delta },
    { w: u, b: -b - tau, a: 1 / delta },
  ];
}

/** u + step·v. */
function moved(u: Float64Array, v: Float64Array, step: number): Float64Array {
  return u.map((value, j) => value + step * v[j]);
}
