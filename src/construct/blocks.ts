/** One ReLU neuron for each block of m points of one sign (COLT 2021, Theorem 3; proof in Appendix C). */

import type { Dataset } from "../data/dataset.ts";
import { extent } from "../numeric/extent.ts";
import { multiplyTransposed } from "../numeric/matrix.ts";
import type { Hypothesis } from "../theory/law.ts";
import { halfSpaceNeurons } from "./block-margin.ts";
import {
  type Construction,
  type ConstructionMethod,
  dot,
  HypothesisError,
  type Neuron,
  networkOfNeurons,
  row,
} from "./construction.ts";
import { checkNumbers } from "./memory-limit.ts";
import { type SignBlock, shortestOnBlocks, signBlocks } from "./sign-blocks.ts";

type Mode = "printed" | "adaptive" | "margin";

/** Adaptive thresholds above this are refused: slopes grow like 1/(1 − t). */
const mostThreshold = 0.95;

export const blocks: ConstructionMethod = {
  name: "blocks",
  theorem: "COLT 2021, Theorem 3",
  summary: "one neuron for each block of m points of one sign, k about n/m",
  options: {
    mode: {
      kind: "choice",
      choices: ["printed", "adaptive", "margin"],
      default: "margin",
      description:
        "printed: threshold 1/2, for m up to about d/(8 ln(n^2/2)); adaptive: each block's own threshold, four times as " +
        "far; margin: the shortest neuron that is off at all other points, up to about 0.7 d/ln(n/m)",
    },
    block: {
      kind: "whole",
      least: 1,
      description:
        "points of a block, m; unless given what its mode can be expected to reach, for margin half of it",
    },
  },
  signs: false,
  build(data, options): Construction {
    const { n, d, y } = data;
    if (y.every((label) => label === 0)) throw new HypothesisError("blocks: needs a label other than 0");
    const mode = options.mode as Mode;
    const m = options.block === undefined ? expectedBlock(mode, n, d) : Number(options.block);
    if (mode === "margin") checkNumbers("blocks", 3 * n * n, "n × n matrices", "take --mode adaptive");
    const parts = signBlocks(y, m);
    const attempt =
      mode === "margin" ? marginNeurons(data, parts, m) : thresholdNeurons(data, parts, mode, m);
    const { neurons, details, hypotheses } = attempt;
    const k = neurons.length;
    const steepest = neurons.reduce(
      (most, { a, w }) => Math.max(most, Math.abs(a) * Math.sqrt(dot(w, w))),
      0,
    );
    return {
      network: networkOfNeurons(d, neurons),
      hypotheses: [
        { name: "n ln(n)/d <= k", ok: (n * Math.log(n)) / d <= k, left: (n * Math.log(n)) / d, right: k },
        { name: "k <= n", ok: k <= n, left: k, right: n },
        ...hypotheses,
      ],
      guarantee: {
        statement:
          mode === "printed"
            ? "Lip(f) on the unit sphere <= C n ln(d)/k for random points, with some C"
            : `f(x_i) = y_i; the theorem's bound on the sphere is for --mode printed alone`,
      },
      details: {
        block: m,
        largest_block: extent(parts.map(({ points }) => points.length))[1],
        steepest_neuron: steepest,
        ...details,
      },
    };
  },
};

interface Attempt {
  readonly neurons: readonly Neuron[];
  readonly details: Readonly<Record<string, number>>;
  readonly hypotheses: readonly Hypothesis[];
}

/** The largest m that generic points can be expected to allow; half of that in mode margin. */
function expectedBlock(mode: Mode, n: number, d: number): number {
  if (mode !== "margin") {
    const times = mode === "printed" ? 8 : 2;
    return Math.max(1, Math.min(d, Math.floor(d / (times * Math.log(Math.max(2, (n * n) / 2))))));
  }
  let m = 1;
  // A block of half of all points and more is cut off by a half-space through half-full space: never below ln 2.
  while (m < Math.min(n, d) && (m + 1) * Math.log(Math.max(2, n / (m + 1))) <= 0.35 * d) m++;
  return m;
}

function marginNeurons(data: Dataset, parts: readonly SignBlock[], m: number): Attempt {
  const neuronOf = halfSpaceNeurons(data);
  let held = 0;
  const neurons = parts.map((block, l): Neuron => {
    const neuron = neuronOf(block);
    if (!neuron && block.points.length === 1) {
      throw new HypothesisError(
        `blocks: point ${block.points[0] + 1} lies among the others, no half-space cuts it off: no --block will do (n=${data.n}, ` +
          `d=${data.d})`,
      );
    }
    if (!neuron) {
      throw new HypothesisError(
        `blocks: block ${l + 1} of ${parts.length}, of ${block.points.length} points, cannot be cut off from the others by a ` +
          `half-space (got m=${m}, random points allow up to about ${expectedBlock("margin", data.n, data.d) * 2}), take a smaller --block or ` +
          "move points that nearly coincide",
      );
    }
    held = Math.max(held, neuron.held);
    return { w: neuron.w, b: neuron.b, a: block.sign };
  });
  return { neurons, details: { most_points_on_a_kink: held }, hypotheses: [] };
}

/** Modes printed and adaptive. @throws HypothesisError naming the worst block and the largest m that passes */
function thresholdNeurons(
  data: Dataset,
  parts: readonly SignBlock[],
  mode: "printed" | "adaptive",
  m: number,
): Attempt {
  const limit = mode === "printed" ? 0.5 : mostThreshold;
  const found = thresholds(data, parts, mode);
  if (found.worst > limit) {
    const passes = (size: number) => thresholds(data, signBlocks(data.y, size), mode).worst <= limit;
    const largest = largestThat(passes, m);
    const what = mode === "printed" ? "a foreign point's projection" : "its threshold";
    throw new HypothesisError(
      `blocks: block ${found.at + 1} of ${parts.length} fails (needs ${what} <= ${limit}, got ${found.worst.toPrecision(4)}), ` +
        (largest > 0
          ? `the largest --block that passes is ${largest}`
          : `and no --block passes, take --mode margin`),
    );
  }
  const name =
    mode === "printed" ? "largest projection of a foreign point <= 1/2" : "largest threshold <= 0.95";
  return {
    neurons: found.neurons,
    details: { [mode === "printed" ? "worst_foreign_projection" : "largest_threshold"]: found.worst },
    hypotheses: [{ name, ok: true, left: found.worst, right: limit }],
  };
}

/**
 * The neurons of modes printed and adaptive, and the worst block: its largest foreign projection, or its threshold.
 *
 * With w_1 and w_y the shortest that are 1 and |y_i|/s on a block, s the largest label, the neuron of threshold t is
 * w = t w_1 + (1 − t) w_y, b = −t, a = ±s/(1 − t), and off at a foreign point where (1 − t)⟨w_y, x⟩ <= t(1 − ⟨w_1, x⟩).
 * The printed one has t = 1/2; the adaptive one the least t >= 0 (for signs the largest foreign projection).
 */
function thresholds(
  data: Dataset,
  parts: readonly SignBlock[],
  mode: "printed" | "adaptive",
): { readonly neurons: readonly Neuron[]; readonly worst: number; readonly at: number } {
  const { n, d, X, y } = data;
  const k = parts.length;
  const most = y.reduce((size, label) => Math.max(size, Math.abs(label)), 0);
  const sizes = y.map((label) => Math.abs(label) / most);
  const [W1, Wy] = shortestOnBlocks(data, parts, [new Float64Array(n).fill(1), sizes]);
  const P1 = multiplyTransposed(W1, X, k, d, n);
  const Py = multiplyTransposed(Wy, X, k, d, n);
  let [worst, at] = [0, 0];
  const neurons = parts.map(({ sign, points }, l): Neuron => {
    const inBlock = new Set(points);
    // Projections of foreign points on the printed neuron; what t/(1 − t) must be for the adaptive one.
    let [projection, ratio] = [0, 0];
    for (let j = 0; j < n; j++) {
      if (inBlock.has(j)) continue;
      const [one, own] = [P1[l * n + j], Py[l * n + j]];
      projection = Math.max(projection, (one + own) / 2);
      if (one >= 1) ratio = Number.POSITIVE_INFINITY;
      else ratio = Math.max(ratio, own / (1 - one));
    }
    const t = mode === "printed" ? 0.5 : ratio === Number.POSITIVE_INFINITY ? 1 : ratio / (1 + ratio);
    const value = mode === "printed" ? projection : t;
    if (value > worst) [worst, at] = [value, l];
    const [w1, wy] = [row(W1, l, d), row(Wy, l, d)];
    return { w: w1.map((one, j) => t * one + (1 - t) * wy[j]), b: -t, a: (sign * most) / (1 - t) };
  });
  return { neurons, worst, at };
}

/** The largest whole number in [1, failing) that passes, by bisection as if all below it passed; 0 for none. */
function largestThat(passes: (size: number) => boolean, failing: number): number {
  let [low, high] = [0, failing];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (passes(middle)) low = middle;
    else high = middle;
  }
  return low;
}
