/** One ReLU neuron for each point, on on a cap around it (COLT 2021, §3.2). */

import type { Dataset } from "../data/dataset.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { gramMatrix } from "../numeric/gram-matrix.ts";
import type { Hypothesis } from "../theory/law.ts";
import {
  type ClosedForm,
  type Construction,
  type ConstructionMethod,
  dot,
  HypothesisError,
  networkOfNeurons,
  row,
} from "./construction.ts";
import { checkNumbers } from "./memory-limit.ts";

export const caps: ConstructionMethod = {
  name: "caps",
  theorem: "COLT 2021, section 3.2",
  summary: "k = n neurons, each on on a cap around its point alone",
  options: {
    form: {
      kind: "choice",
      choices: ["relative", "printed", "disjoint", "isolate"],
      default: "relative",
      description:
        "printed: unit points; relative: thresholds as parts of each point's norm; disjoint: the widest caps that do not " +
        "meet; isolate: the smallest slopes at the points, caps may meet",
    },
    threshold: {
      kind: "number",
      least: 0,
      most: 1,
      description: "of the caps <x, x_i> >= t, for printed and relative; 0.9 unless given",
    },
  },
  signs: false,
  distinct: true,
  build(data, options): Construction {
    const { n, d, X, y } = data;
    checkNumbers("caps", 2 * n * n + 3 * n * d, "their inner products and neurons");
    if (options.threshold !== undefined && (options.form === "disjoint" || options.form === "isolate")) {
      throw new HypothesisError(
        `caps: --form ${options.form} finds its own thresholds (got ${options.threshold}), leave --threshold out`,
      );
    }
    const G = gramMatrix(X, n, d);
    const form = String(options.form);
    const lengths = Float64Array.from({ length: n }, (_, i) => Math.sqrt(G[i * n + i]));
    const zero = lengths.indexOf(0);
    if (zero >= 0) throw new HypothesisError(`caps: point ${zero + 1} is 0, and no cap is around it`);
    const cosine = largestCosine(G, lengths, n);
    const t = form === "disjoint" ? disjointThreshold(cosine) : Number(options.threshold ?? 0.9);
    if (form !== "isolate" && !(t < 1)) {
      throw new HypothesisError(
        `caps: needs a threshold below 1 (got ${t}${form === "disjoint" ? ", for two points have one direction" : ""})`,
      );
    }
    const thresholds = Float64Array.from({ length: n }, (_, i) => {
      if (form === "printed") return t;
      if (form === "relative") return t * lengths[i] ** 2;
      if (form === "disjoint") return t * lengths[i];
      let most = 0;
      for (let j = 0; j < n; j++) if (j !== i) most = Math.max(most, G[i * n + j]);
      return most;
    });
    // The disjoint form takes directions x_i/‖x_i‖ for weights, the others the points themselves.
    const scale = (i: number) => (form === "disjoint" ? 1 / lengths[i] : 1);
    const reached = (i: number, j: number) => G[i * n + j] * scale(i) - thresholds[i];
    let worst: { i: number; j: number; value: number } | undefined;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const value = reached(i, j);
        if (j !== i && value > 0 && !(worst && worst.value >= value)) worst = { i, j, value };
      }
    }
    if (worst) {
      const { i, j } = worst;
      throw new HypothesisError(
        `caps: point ${j + 1} lies in the cap of point ${i + 1} (needs <x, x_i> <= ${figure(thresholds[i])}, ` +
          `got ${figure(G[i * n + j] * scale(i))}), take a larger --threshold or --form isolate`,
      );
    }
    const outside = Array.from({ length: n }, (_, i) => i).find((i) => !(reached(i, i) > 0));
    if (outside !== undefined) {
      throw new HypothesisError(
        `caps: point ${outside + 1} lies outside its own cap (needs ‖x_i‖² > ${figure(thresholds[outside])}, got ` +
          `${figure(lengths[outside] ** 2)}), take --form relative`,
      );
    }
    const slopes = Float64Array.from({ length: n }, (_, i) => y[i] / reached(i, i));
    const network = networkOfNeurons(
      d,
      Array.from({ length: n }, (_, i) => ({
        w: row(X, i, d).map((value) => value * scale(i)),
        b: -thresholds[i],
        a: slopes[i],
      })),
    );
    return describe(data, network, { form, t, cosine, lengths, thresholds, G });
  },
};

/** Largest cosine between two points; −1 for a single one. */
function largestCosine(G: Float64Array, lengths: Float64Array, n: number): number {
  let most = -1;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) most = Math.max(most, G[i * n + j] / (lengths[i] * lengths[j]));
  }
  return Math.min(1, most);
}

/** cos θ for caps of half the smallest angle; half the sphere at the most. */
function disjointThreshold(cosine: number): number {
  return Math.cos(Math.acos(cosine) / 2);
}

interface Described {
  readonly form: string;
  readonly t: number;
  readonly cosine: number;
  readonly lengths: Float64Array;
  readonly thresholds: Float64Array;
  readonly G: Float64Array;
}

function describe(
  { n, y }: Dataset,
  network: TwoLayerNetwork,
  { form, t, cosine, lengths, thresholds, G }: Described,
): Construction {
  const unit = lengths.every((length) => Math.abs(length - 1) <= 1e-9);
  // The cap of neuron i on the unit sphere has the angle arccos of its threshold over the norm of its weights.
  const angles = thresholds.map((threshold, i) =>
    Math.acos(Math.min(1, threshold / (form === "disjoint" ? 1 : lengths[i]))),
  );
  let overlapping = 0;
  let most = 0;
  for (let i = 0; i < n; i++) {
    let met = 0;
    for (let j = 0; j < n; j++) {
      if (j === i) continue;
      const angle = Math.acos(Math.max(-1, Math.min(1, G[i * n + j] / (lengths[i] * lengths[j]))));
      // Caps that touch at a point do not overlap.
      if (angle < (angles[i] + angles[j]) * (1 - 1e-9)) met += 1;
    }
    overlapping += met;
    most = Math.max(most, met);
  }
  overlapping /= 2;
  const disjoint = overlapping === 0;
  const hypotheses: Hypothesis[] = [
    form === "isolate"
      ? { name: "overlapping pairs <= 0, caps disjoint", ok: disjoint, left: overlapping, right: 0 }
      : {
          name: "largest cosine <= 2 t^2 - 1, caps disjoint",
          ok: disjoint,
          left: cosine,
          // Where t is chosen so that the nearest caps touch, it is this number but for rounding.
          right: form === "disjoint" && disjoint ? cosine : 2 * t * t - 1,
        },
    {
      name: "largest | ‖x_i‖ - 1 | <= 1e-9",
      ok: unit,
      left: lengths.reduce((worst, length) => Math.max(worst, Math.abs(length - 1)), 0),
      right: 1e-9,
    },
  ];
  const details = {
    largest_cosine: cosine,
    overlapping_pairs: overlapping,
    ...(form !== "isolate" && { threshold: t }),
  };
  const signs = y.every((label) => Math.abs(label) === 1);
  if (disjoint && unit && signs && form !== "isolate") {
    const theta = Math.acos(t);
    const exact: ClosedForm[] = [
      { value: 1 / (1 - t), domain: "sphere-gradient", formula: "1/(1 - t): one neuron is on at a time" },
      // With one cap there is nothing of the other sign to come from; the slope is the same.
      { value: Math.sin(theta) / (1 - t), domain: "sphere", formula: "cot(arccos(t)/2)" },
    ];
    return {
      network,
      hypotheses,
      guarantee: { statement: "the gradient on the unit sphere is at most 1/(1 - t)", value: 1 / (1 - t) },
      exact,
      details,
      warnings: ["smooth on the unit sphere only: far outside half of all neurons are on"],
    };
  }
  const steepest = Math.max(
    ...Array.from({ length: n }, (_, i) => Math.abs(network.a[i]) * Math.sqrt(dotRow(network, i))),
  );
  return {
    network,
    hypotheses,
    guarantee: {
      statement: "the gradient on the unit sphere is at most (1 + most overlaps) times the steepest cap",
      value: (1 + most) * steepest,
    },
    details,
    warnings: [
      `${overlapping} pairs of caps overlap: it interpolates, but the constant on the sphere is not the theorem's`,
    ].filter(() => !disjoint),
  };
}

function dotRow({ W, d }: TwoLayerNetwork, l: number): number {
  const w = row(W, l, d);
  return dot(w, w);
}

function figure(value: number): string {
  return String(Number(value.toPrecision(4)));
}
