/** n neurons for any activation that is no polynomial (Network size and weights size for memorization, Proposition 2). */

import { type Activation, activationFunction, parseActivation } from "../network/activation.ts";
import { evaluate } from "../network/evaluate.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { solveCholesky } from "../numeric/cholesky.ts";
import { gramMatrix, largestOf } from "../numeric/gram-matrix.ts";
import { orthogonalFactorization } from "../numeric/householder.ts";
import { largestEigenvalue } from "../numeric/lanczos.ts";
import { multiplyTransposed } from "../numeric/matrix.ts";
import { independentVectors } from "../numeric/pivoted-qr.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { Hypothesis } from "../theory/law.ts";
import { type Construction, type ConstructionMethod, dot, HypothesisError } from "./construction.ts";
import { lineFeatures } from "./line-features.ts";
import { checkNumbers } from "./memory-limit.ts";
import { equalPoints } from "./unusable.ts";

/** Features are dependent, as far as f64 tells, where |R_nn| falls by this factor. */
const leastRatio = 1e-12;
/**
 * Draws before giving up. Without a choice among neurons about half of all draws of some hundred have one that is off at
 * all points.
 */
const mostDraws = { pivot: 2, square: 10 } as const;

interface Points {
  readonly n: number;
  readonly d: number;
  readonly X: Float64Array;
}

interface Features {
  /** n × d, row-major. */
  readonly W: Float64Array;
  readonly b: Float64Array;
  /** The a with Σ_l a_l ψ(⟨w_l, x_i⟩ + b_l) = y_i for all i. */
  solve(y: Float64Array): Float64Array;
  readonly hypothesis: Hypothesis;
  readonly details: Readonly<Record<string, number>>;
}

export const randomFeatures: ConstructionMethod = {
  name: "random-features",
  theorem: "Network size and weights size for memorization, Proposition 2",
  summary: "k = n neurons that are drawn, and the output weights that fit any labels",
  options: {
    form: {
      kind: "choice",
      choices: ["pivot", "square", "line"],
      default: "pivot",
      description:
        "pivot: the n most independent of 3n random neurons; square: n random neurons, badly conditioned; line: one " +
        "direction for all, a ReLU from point to point along it",
    },
    activation: {
      kind: "choice",
      choices: [
        "relu",
        "leaky-relu",
        "abs",
        "hardtanh",
        "tanh",
        "sigmoid",
        "softplus",
        "sin",
        "step",
        "identity",
        "polynomial:0,0,1",
        "polynomial:0,0,0,1",
      ],
      default: "relu",
      description:
        "relu, leaky-relu, abs, hardtanh, tanh, sigmoid, softplus, sin or step; polynomials of degree p for few points " +
        "alone: identity, polynomial:0,0,1 (t^2), polynomial:0,0,0,1 (t^3)",
    },
  },
  signs: false,
  build(data, { form, activation: name }, random): Construction {
    const { n, d, X, y } = data;
    const activation = parseActivation(String(name));
    checkNumbers("random-features", 6 * n * n, "n × n matrices");
    const degree = checkDegree(activation, n, d);
    checkDistinct(data);
    if (form === "line" && activation !== "relu") {
      throw new HypothesisError(
        `random-features: form line needs relu (got ${activation}), take --form pivot`,
      );
    }
    const { W, b, solve, hypothesis, details } =
      form === "line"
        ? lineFeatures(data, random("directions"))
        : drawnFeatures(data, activation, form === "square" ? "square" : "pivot", random);
    const network = (a: Float64Array): TwoLayerNetwork => ({ activation, k: n, d, W, b, a, c: 0 });
    // One step of refinement, on what the network itself gives.
    const a = solve(y);
    const missing = evaluate(network(a), X).map((value, i) => y[i] - value);
    const correction = solve(missing);
    const refined = a.map((value, l) => value + correction[l]);
    const common = {
      network: network(refined),
      hypotheses: [...degree, hypothesis],
      guarantee: { statement: "f(x_i) = y_i with k <= n neurons, for all labels", value: n },
      details,
      ...(activation === "step" && { warnings: ["f jumps: it has no Lipschitz constant"] }),
    };
    if (form !== "line") return common;
    // Behind its l-th knot the slope along the direction is a_1 + … + a_l.
    let [slope, steepest] = [0, 0];
    for (const change of refined) {
      slope += change;
      steepest = Math.max(steepest, Math.abs(slope));
    }
    return {
      ...common,
      exact: [
        {
          value: steepest,
          domain: "space",
          formula: "largest |slope| along u, between neighbours and before the first point",
        },
      ],
    };
  },
};

/**
 * The n of 3n random neurons that are most independent on the points, about 6n³ operations; for square all of n.
 * (w, b) is uniform on the unit sphere of R^(d+1), or on that of radius √(d + 1) where its length is more than a factor:
 * within |t| < 1 hardtanh is linear, and tanh, sin and others nearly are.
 */
function drawnFeatures(
  { n, d, X }: Points,
  activation: Activation,
  form: "pivot" | "square",
  random: (purpose: string) => RandomStream,
): Features {
  const m = form === "pivot" ? 3 * n : n;
  const { pieces, value } = activationFunction(activation);
  const homogeneous = pieces?.kinks.every((kink) => kink === 0) ?? false;
  const draw = random("neurons");
  let ratio = 0;
  for (let drawn = 1; drawn <= mostDraws[form]; drawn++) {
    const { W, b } = drawNeurons(m, d, homogeneous ? 1 : Math.sqrt(d + 1), draw);
    const values = multiplyTransposed(W, X, m, d, n);
    for (let l = 0, at = 0; l < m; l++)
      for (let i = 0; i < n; i++, at++) values[at] = value(values[at] + b[l]);
    const { chosen, sizes } =
      form === "pivot"
        ? independentVectors(values, m, n, n)
        : { chosen: Int32Array.from({ length: n }, (_, l) => l) };
    // n points × n neurons.
    const Psi = new Float64Array(n * n);
    chosen.forEach((from, l) => {
      for (let i = 0; i < n; i++) Psi[i * n + l] = values[from * n + i];
    });
    const factors = orthogonalFactorization(Psi, n, n);
    ratio = sizes ? sizes[n - 1] / sizes[0] || 0 : factors.rankRatio;
    if (ratio < leastRatio) continue;
    const chosenW = new Float64Array(n * d);
    chosen.forEach((from, l) => {
      chosenW.set(W.subarray(from * d, (from + 1) * d), l * d);
    });
    return {
      W: chosenW,
      b: Float64Array.from(chosen, (from) => b[from]),
      solve: (y) => factors.minimumNorm(y),
      hypothesis: { name: "|R_nn|/|R_11| >= 1e-12", ok: true, left: ratio, right: leastRatio },
      details: { condition: conditionNumber(Psi, factors.R, n, random("condition")), drawn },
    };
  }
  throw new HypothesisError(
    `random-features: ${m} random neurons are dependent on these points, ${mostDraws[form]} times ` +
      `(got |R_nn|/|R_11| = ${ratio.toPrecision(3)}, needs ${leastRatio}), take ` +
      `${form === "pivot" ? "another --activation" : "--form pivot"}`,
  );
}

/** m neurons with (w, b) uniform on a sphere of R^(d+1). */
function drawNeurons(m: number, d: number, radius: number, random: RandomStream) {
  const W = new Float64Array(m * d);
  const b = new Float64Array(m);
  for (let l = 0; l < m; l++) {
    const direction = random.gaussians(d + 1);
    const scale = radius / Math.sqrt(dot(direction, direction));
    for (let j = 0; j < d; j++) W[l * d + j] = scale * direction[j];
    b[l] = scale * direction[d];
  }
  return { W, b };
}

/** σ_max/σ_min of Ψ, n × n, with Ψᵀ = Q R. */
function conditionNumber(Psi: Float64Array, R: Float64Array, n: number, random: RandomStream): number {
  const L = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) L[i * n + j] = R[j * n + i];
  // Ψ Ψᵀ = L Lᵀ.
  const inverse = largestEigenvalue((v) => solveCholesky(L, n, v), n, { random, tolerance: 1e-8 });
  return Math.sqrt(largestOf(gramMatrix(Psi, n, n), n) * inverse.value);
}

/** Neurons of a polynomial of degree p span polynomials of degree p alone, which have C(d + p, p) coefficients. */
function checkDegree(activation: Activation, n: number, d: number): Hypothesis[] {
  const p = degreeOf(activation);
  if (p === undefined) return [];
  let dimension = 1;
  for (let i = 1; i <= p; i++) dimension = (dimension * (d + i)) / i;
  if (n > dimension) {
    throw new HypothesisError(
      `random-features: ${activation} is a polynomial of degree p = ${p}, needs n <= C(d + p, p) ` +
        `(got n=${n}, C(${d + p}, ${p}) = ${dimension}), take --activation relu`,
    );
  }
  return [{ name: "n <= C(d + p, p), for a polynomial", ok: true, left: n, right: dimension }];
}

function degreeOf(activation: Activation): number | undefined {
  if (activation === "identity") return 1;
  const [name, parameters] = activation.split(":");
  return name === "polynomial" ? parameters.split(",").length - 1 : undefined;
}

/** Equal points have equal rows of features, whatever the labels. */
function checkDistinct(data: Points & { readonly y: Float64Array }): void {
  const { y } = data;
  const pair = equalPoints(data);
  if (!pair) return;
  const [i, j] = pair;
  throw new HypothesisError(
    y[i] === y[j]
      ? `random-features: needs different points, points ${i + 1} and ${j + 1} are equal, leave one out`
      : `random-features: contradictory duplicates, points ${i + 1} and ${j + 1} are equal and have labels ${y[i]} and ${y[j]}`,
  );
}
