/** Networks with fewer neurons than dimensions look at data through a projection of rank k (COLT 2021, Theorem 6). */
import type { Dataset } from "../data/dataset.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { gramMatrix } from "../numeric/gram-matrix.ts";
import { orthogonalFactorization } from "../numeric/householder.ts";
import { independentVectors } from "../numeric/pivoted-qr.ts";
import { eigensystem, quadraticForm } from "../numeric/quadratic-form.ts";
import { dot, row } from "../numeric/vector-products.ts";
import { fittedValues } from "./correlation.ts";
import { interpolationFloor } from "./floor.ts";
import { type Bound, type Finding, type Law, needed } from "./law.ts";
import { neededConstant } from "./needed-constant.ts";
import { genericHypotheses, signHypotheses, signWarnings } from "./origin.ts";
import { differences, type Pairing, pairings, pairsOf } from "./pairs.ts";
import { completed } from "./question.ts";
import { checkWhole } from "./ranges.ts";

type Pairs = readonly (readonly [number, number])[];

/**
 * The Lipschitz constant of every f = g(Px) with P of rank k, and of every two-layer network of k neurons, is at least the
 * mean gap over √(λ_1 + … + λ_k), with the largest eigenvalues of the mean of x'x'ᵀ over the differences x' of pairs: by
 * |f(x) − f(x̃)| <= Lip ‖P(x − x̃)‖, Cauchy–Schwarz and Ky Fan. COLT 2021, Theorem 6, its constant computed from the data.
 * @param pairs of points with different labels; any disjoint or not are valid
 * @param f fitted values, n; the labels unless given
 * @throws RangeError
 */
export function undercompleteLower(data: Dataset, k: number, pairs: Pairs, f = data.y): number {
  checkWhole("k", k);
  const m = pairs.length;
  const { d } = data;
  const D = differences(data, pairs);
  // The mean of x'x'ᵀ and D Dᵀ/m have the same eigenvalues but for zeros.
  const { values } =
    m < d
      ? eigensystem(gramMatrix(D, m, d), m)
      : eigensystem(quadraticForm(D, new Float64Array(m).fill(1), m, d), d);
  const total = values.subarray(0, k).reduce((sum, value) => sum + Math.max(0, value), 0);
  return overRoot(meanGap(pairs, f), total / m);
}

/** What one network's own row space says. */
interface OwnRowSpace {
  /** Mean gap over √(mean ‖Px'‖²). */
  readonly mean: number;
  /** max |f_i − f_j|/‖P(x_i − x_j)‖ over all pairs of points. */
  readonly best: number;
}

/**
 * The same with the projection P to the span of the network's own weights. n²k operations.
 * @param f its values at the points, n
 * @throws RangeError
 */
export function ownRowSpaceLower(
  network: TwoLayerNetwork,
  data: Dataset,
  pairs: Pairs,
  f: Float64Array,
): OwnRowSpace {
  const { n } = data;
  const { Z, rank } = coordinates(network, data);
  if (rank === 0) return { mean: 0, best: 0 };
  const projected = { n, d: rank, X: Z, y: f };
  const D = differences(projected, pairs);
  return {
    mean: overRoot(meanGap(pairs, f), dot(D, D) / pairs.length),
    best: interpolationFloor(projected).value,
  };
}

/**
 * √(2d/k)/(1 + √(2d/n)), what n/2 random pairs of generic points give: by Gordon's inequality a bound for at least half of
 * all Gaussian points with as many labels of each sign.
 * @throws RangeError
 */
export function undercompleteFormula(n: number, d: number, k: number): number {
  for (const [name, value] of Object.entries({ n, d, k })) checkWhole(name, value);
  return Math.sqrt((2 * d) / k) / (1 + Math.sqrt((2 * d) / n));
}

function meanGap(pairs: Pairs, f: Float64Array): number {
  return pairs.reduce((sum, [i, j]) => sum + f[i] - f[j], 0) / pairs.length;
}

/** A gap over the root of a mean square; labels that go the other way force nothing. */
function overRoot(gap: number, square: number): number {
  return gap > 0 ? gap / Math.sqrt(square) : 0;
}

/** Directions of W closer to the span of the others than this, from rows of length 1, are rounding. */
const leastAngle = 1e-13;

/** Qᵀ x_i with orthonormal Q that spans W's rows: n × rank. */
function coordinates({ k, d, W }: TwoLayerNetwork, { n, X }: Dataset): { Z: Float64Array; rank: number } {
  // Of length 1, so that no neuron's direction is lost for its scale.
  const units = W.slice();
  for (let l = 0; l < k; l++) {
    const w = row(units, l, d);
    const length = Math.hypot(...w);
    if (length > 0) for (let j = 0; j < d; j++) w[j] /= length;
  }
  const { chosen, sizes } = independentVectors(units, k, d, Math.min(k, d));
  const rank = sizes.filter((size) => size > leastAngle).length;
  const V = new Float64Array(rank * d);
  for (let l = 0; l < rank; l++) V.set(row(units, chosen[l], d), l * d);
  const { rotateBack } = orthogonalFactorization(V, rank, d);
  const Z = new Float64Array(n * rank);
  for (let i = 0; i < n; i++) {
    const x = X.slice(i * d, (i + 1) * d);
    rotateBack(x);
    Z.set(x.subarray(0, rank), i * rank);
  }
  return { Z, rank };
}

const theorem = "COLT 2021, Theorem 6";

export const undercompleteLaw: Law = {
  name: "undercomplete",
  theorem,
  summary: "k neurons in more dimensions: Lip(f) >= c sqrt(d/k), whatever the activation",
  parameters: {
    k: { kind: "number", description: "neurons; those of the network unless given" },
    n: { kind: "number", description: "points, where there are no data" },
    d: { kind: "number", description: "dimension, where there are no data" },
    pairing: {
      kind: "choice",
      choices: pairings,
      default: "random",
      description:
        "which points of different labels go together: matching gives the largest bound, for n <= 2000; order as they stand",
    },
  },
  takes: ["data", "network"],
  example: "--data sphere --n 1000 --d 100 --k 10",
  ask(question): Finding {
    const { choices, data, network, random } = question;
    const { n, d, k } = needed("undercomplete", completed(question), "n", "d", "k");
    const least = neededConstant(data);
    const enough = { name: "n >= d", ok: n >= d, left: n, right: d };
    const lower = (value: number, method: string, quantity = "Lip(f)") =>
      ({
        kind: "lower",
        quantity,
        value,
        method,
        theorem: `${theorem}, constant derived`,
        hypotheses: [],
        vacuous: !(value > least),
      }) satisfies Bound;
    const formula: Bound = {
      ...lower(undercompleteFormula(n, d, k), "sqrt(2d/k)/(1 + sqrt(2d/n))"),
      probability: 0.5,
      hypotheses: [...genericHypotheses(question), ...signHypotheses(question), enough],
    };
    if (!data) return { bounds: [formula] };
    const f = fittedValues(data, network);
    const pairs = pairsOf(data, choices.pairing as Pairing, random("pairs"));
    const bounds: Bound[] = [
      {
        ...lower(
          undercompleteLower(data, k, pairs, f),
          "mean gap/sqrt(λ_1 + … + λ_k) of the pairs' differences",
        ),
        hypotheses: network ? [{ name: "neurons <= k", ok: network.k <= k, left: network.k, right: k }] : [],
      },
    ];
    if (network) {
      const own = ownRowSpaceLower(network, data, pairs, f);
      bounds.push(
        lower(own.mean, "mean gap/sqrt(mean ‖Px'‖²), P to the rows of W"),
        lower(own.best, "largest |f_i - f_j|/‖P(x_i - x_j)‖, P to the rows of W"),
      );
    }
    return {
      bounds: [...bounds, formula],
      details: { pairs: pairs.length, mean_gap: meanGap(pairs, f) },
      warnings: signWarnings(question),
    };
  },
};
