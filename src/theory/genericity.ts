/** Generic points (Network size and weights size for memorization, Definition 1) and what follows for the NTK network. */
import type { Dataset } from "../data/dataset.ts";
import { norm } from "../network/evaluate.ts";
import { fisherTail } from "../numeric/fisher.ts";
import { gramMatrix, smallestOf } from "../numeric/gram-matrix.ts";
import { largestEigenvalue } from "../numeric/lanczos.ts";
import { multiplyTransposedRows } from "../numeric/matrix.ts";
import { stream } from "../numeric/random.ts";
import { timesVector, transposedTimesVector } from "../numeric/vector-products.ts";
import { interpolationFloor } from "./floor.ts";
import { boostingSteps, crowding, gateKernel, gateKernelFloor, gateKernelLower } from "./gate-kernel.ts";
import { type Bound, type Finding, type Law, needed } from "./law.ts";
import { checkInside, checkPoints, checkWhole } from "./ranges.ts";

type Points = Pick<Dataset, "n" | "d" | "X">;

/** Rows of the Gram matrix that are held at once. */
const blockRows = 512;
/** A norm within this of 1 is 1, for rows that were divided by their norms. */
export const normRoom = 1e-9;
/** A cosine within this of 1 is 1: its rounding error. */
const cosineRoom = 2 ** -48;

/** How generic points are. */
export interface Genericity {
  /** min ‖x_i‖ and max ‖x_i‖. */
  readonly minNorm: number;
  readonly maxNorm: number;
  /** γ = max |cos(x_i, x_j)| over i ≠ j; 0 for one point. */
  readonly gamma: number;
  /** ω = d λ_max(XᵀX/n). */
  readonly omega: number;
  /** Whether the points are (γ, ω)-generic for these numbers. */
  readonly isGeneric: boolean;
  /** Why they are not, a sentence each. */
  readonly reasons: readonly string[];
}

/**
 * The least γ and ω of n points X (n × d), and whether Definition 1 holds with them: norms of at least 1 and γ < 1. (It asks for
 * γ > 1/(2n) too; where the least is smaller, any γ above that will do.) n²d operations; the Gram matrix is never held as a whole.
 * @throws RangeError, for a point that is 0 as well: it has no direction
 */
export function checkGeneric({ n, d, X }: Points): Genericity {
  checkPoints({ n, d, X });
  const lengths = Float64Array.from({ length: n }, (_, i) => norm(X.subarray(i * d, (i + 1) * d)));
  const minNorm = lengths.reduce((least, length) => Math.min(least, length), Number.POSITIVE_INFINITY);
  const maxNorm = lengths.reduce((most, length) => Math.max(most, length), 0);
  if (minNorm === 0) {
    throw new RangeError(`X must lie in the points other than 0, got 0 at point ${lengths.indexOf(0) + 1}`);
  }
  const unit = X.map((value, at) => value / lengths[Math.floor(at / d)]);
  let largest = 0;
  multiplyTransposedRows(unit, unit, n, d, n, blockRows, (rows, first, count) => {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j < first + i; j++) largest = Math.max(largest, Math.abs(rows[i * n + j]));
    }
  });
  const gamma = largest > 1 - cosineRoom ? 1 : largest;
  const covariance = (v: Float64Array) => transposedTimesVector(X, timesVector(X, v, n, d), n, d);
  const { value } = largestEigenvalue(covariance, d, { random: stream(0, "eigenvalue", "genericity") });
  const reasons = [
    ...(minNorm < 1 - normRoom
      ? [`the least norm is ${minNorm.toPrecision(6)}, below 1: divide each point by its norm`]
      : []),
    ...(gamma === 1 ? ["two points have one direction: gamma is 1"] : []),
  ];
  return { minNorm, maxNorm, gamma, omega: (value * d) / n, isGeneric: reasons.length === 0, reasons };
}

/**
 * What γ and ω are to be expected of n uniform points of the sphere in R^d, d >= 2: ω = (1 + √(d/n))², and the γ that one pair
 * exceeds on average, n(n − 1)/2 P(|cos| > γ) = 1, where P(|cos| > γ) = I_{1−γ²}((d − 1)/2, 1/2).
 * @throws RangeError
 */
export function predictGenericity({ n, d }: { n: number; d: number }): { gamma: number; omega: number } {
  checkWhole("n", n);
  checkWhole("d", d, 2);
  const pairs = (n * (n - 1)) / 2;
  // cos²/(1 − cos²) (d − 1) is Fisher's F of 1 and d − 1 degrees of freedom.
  const exceeding = (gamma: number) =>
    pairs * fisherTail(((d - 1) * gamma ** 2) / (1 - gamma ** 2), 1, d - 1);
  let [low, high] = [0, 1];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (exceeding(middle) > 1) low = middle;
    else high = middle;
  }
  return { gamma: high <= 1e-12 ? 0 : high, omega: (1 + Math.sqrt(d / n)) ** 2 };
}

/** What generic data are like, beside γ and ω. */
export interface DataDescription extends Omit<Genericity, "minNorm" | "maxNorm"> {
  readonly norms: { readonly least: number; readonly mean: number; readonly most: number };
  /** min ‖x_i − x_j‖; infinite for one point. */
  readonly minDistance: number;
  /** The least Lipschitz constant of any function that fits. */
  readonly floor: number;
  /** Σ y_i: ±n where every label happens to be equal. */
  readonly labelSum: number;
}

/**
 * The numbers by which data are generic (COLT 2021, §1), n²d operations.
 * @throws RangeError
 */
export function describeData(data: Dataset): DataDescription {
  const { n, d, X, y } = data;
  const { minNorm, maxNorm, ...genericity } = checkGeneric(data);
  let length = 0;
  for (let i = 0; i < n; i++) length += norm(X.subarray(i * d, (i + 1) * d));
  let squared = Number.POSITIVE_INFINITY;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      let distance = 0;
      for (let t = 0; t < d; t++) distance += (X[i * d + t] - X[j * d + t]) ** 2;
      squared = Math.min(squared, distance);
    }
  }
  return {
    norms: { least: minNorm, mean: length / n, most: maxNorm },
    ...genericity,
    minDistance: Math.sqrt(squared),
    floor: interpolationFloor(data).value,
    labelSum: y.reduce((sum, label) => sum + label, 0),
  };
}

/** Points whose kernel, n × n, is worth its eigenvalue. */
const mostKernelPoints = 3000;
const definition = "Network size and weights size for memorization, Definition 1";

export const genericityLaw: Law = {
  name: "genericity",
  theorem: "Network size and weights size for memorization, Definition 1, Lemmas 1 to 3",
  summary: "how generic points are, and how many neurons the NTK network needs on them",
  parameters: {
    n: { kind: "number", description: "points on the sphere, where there are no data" },
    d: { kind: "number", description: "their dimension" },
    epsilon: { kind: "number", default: 0.1, isError: true, description: "‖f - y‖² <= epsilon ‖y‖²" },
    kernel: {
      kind: "choice",
      choices: ["yes", "no"],
      default: "yes",
      description: `whether the kernel of Lemma 3 is looked at, which takes longest, for n <= ${mostKernelPoints}`,
    },
  },
  takes: ["data"],
  example: "--data sphere --n 500 --d 100",
  ask(question) {
    if (question.data)
      return ofData(question.data, Number(question.numbers.epsilon), question.choices.kernel !== "no");
    const { n, d } = needed("genericity", question, "n", "d");
    const { gamma, omega } = predictGenericity({ n, d });
    const expected = { kind: "rate", theorem: definition, hypotheses: [], vacuous: false } as const;
    return {
      bounds: [
        { ...expected, quantity: "gamma", value: gamma, method: "exceeded by one pair on average" },
        { ...expected, quantity: "omega", value: omega, method: "(1 + √(d/n))²" },
      ],
    };
  },
};

function ofData(data: Dataset, epsilon: number, withKernel: boolean): Finding {
  const { n, d, y } = data;
  checkInside("epsilon", epsilon, "(0, 1)");
  const { norms, reasons, gamma, omega, minDistance, floor, labelSum } = describeData(data);
  const expected = d >= 2 ? predictGenericity({ n, d }) : undefined;
  const exact = { kind: "exact", theorem: definition, hypotheses: [], vacuous: false } as const;
  const bounds: Bound[] = [
    { ...exact, quantity: "gamma", value: gamma, method: "largest |cos| of a pair" },
    { ...exact, quantity: "omega", value: omega, method: "d λ_max(XᵀX/n)" },
  ];
  const apart = { name: "gamma < 1", ok: gamma < 1, left: gamma, right: 1 };
  const kernel = withKernel && n <= mostKernelPoints ? gateKernel(gramMatrix(data.X, n, d), n) : undefined;
  // Points at right angles have any γ above 0.
  const crowd = { n, gamma: Math.max(gamma, 1 / (2 * n)) };
  if (gamma < 1) {
    const { printed, corrected } = gateKernelLower(crowd);
    const lemma = {
      kind: "lower",
      quantity: "λ_min(D⁻¹HD⁻¹)",
      theorem: "Network size and weights size for memorization, Lemma 3",
      hypotheses: [apart],
      vacuous: false,
    } as const;
    bounds.push(
      { ...lemma, value: printed, method: "√(ln(1/γ)/ln(2n))/10, as printed" },
      { ...lemma, value: corrected, method: "√(ln(1/γ)/ln(2n))/16, derived from its argument" },
    );
  }
  if (kernel) {
    const estimate = smallestOf(kernel, n);
    const least = gateKernelFloor(kernel, n, d, estimate);
    const eigenvalue = { quantity: "λ_min(H)", theorem: "derived", hypotheses: [] } as const;
    bounds.push(
      {
        ...eigenvalue,
        kind: "upper",
        value: estimate,
        method: "Lanczos, H the kernel of Lemma 3",
        vacuous: false,
      },
      {
        ...eigenvalue,
        kind: "lower",
        value: least,
        method: "a Cholesky factorisation",
        vacuous: least === 0,
      },
    );
    if (least > 0) bounds.push(neuronsBound(n, (omega * n) / d, least, epsilon));
  }
  return {
    bounds,
    details: {
      least_norm: norms.least,
      mean_norm: norms.mean,
      largest_norm: norms.most,
      least_distance: minDistance,
      floor,
      label_sum: labelSum,
      ...(gamma < 1 && { r: crowding(crowd) }),
      ...(kernel && { first_correlation: quadratic(kernel, y) }),
      ...(expected && { gamma_expected_on_the_sphere: expected.gamma, omega_expected: expected.omega }),
    },
    warnings: [
      ...reasons.map((reason) => `Not generic: ${reason}.`),
      ...(Math.abs(labelSum) === n ? ["All labels are equal."] : []),
      ...(kernel || !withKernel
        ? []
        : [`The kernel of ${n} points is not formed, only up to ${mostKernelPoints}.`]),
    ],
  };
}

/** Lemma 2 has ‖f‖² <= (ωn/d) ⟨y, f⟩, in Lemma 1 β = α ωn/d, with the α of these points. */
function neuronsBound(n: number, ratio: number, alpha: number, epsilon: number): Bound {
  const { steps } = boostingSteps({ alpha, beta: alpha * ratio, epsilon });
  return {
    kind: "upper",
    quantity: "neurons",
    value: 2 * steps,
    method: "Lemmas 1 and 2 with λ_min(H), two neurons a step, on average",
    theorem: "Network size and weights size for memorization, Theorem 2; derived",
    hypotheses: [],
    vacuous: 2 * steps >= n,
  };
}

/** yᵀ H y/‖y‖²; 0 for labels that are 0. */
function quadratic(H: Float64Array, y: Float64Array): number {
  const n = y.length;
  const product = timesVector(H, y, n, n);
  const squared = y.reduce((sum, label) => sum + label * label, 0);
  return squared === 0 ? 0 : y.reduce((sum, label, i) => sum + label * product[i], 0) / squared;
}
