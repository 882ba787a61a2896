/** How well one neuron can go with labels: max |Σ y_i ψ(⟨w, x_i⟩ + b)| over unit (w, b), from below and from above. */
import type { Dataset } from "../data/dataset.ts";
import { type Activation, activationFunction } from "../network/activation.ts";
import { norm } from "../network/evaluate.ts";
import { largestEigenvalue } from "../numeric/lanczos.ts";
import { type RandomStream, stream } from "../numeric/random.ts";
import { timesVector, transposedTimesVector } from "../numeric/vector-products.ts";
import type { Bound } from "./law.ts";
import { checkPoints, checkWhole } from "./ranges.ts";

/** Of one ascent; some tens are usual. */
const mostSteps = 2000;

interface SupremumOptions {
  readonly withBias: boolean;
  /** ψ with ψ(st) = sψ(t) for s > 0; ReLU unless given. */
  readonly activation?: Activation;
}

/** The two slopes of a positively homogeneous ψ. @throws RangeError for another one */
function twoSlopes(activation: Activation): readonly [left: number, right: number] {
  if (!isHomogeneous(activation)) {
    throw new RangeError(`activation must lie in the positively homogeneous ones, got ${activation}`);
  }
  const { slope } = activationFunction(activation);
  return [slope(-1), slope(1)];
}

/** Whether ψ(st) = sψ(t) for s > 0. */
export function isHomogeneous(activation: Activation): boolean {
  const { value, pieces } = activationFunction(activation);
  return value(0) === 0 && (pieces?.kinks.every((kink) => kink === 0) ?? false);
}

/** The points, each with a 1 at its end where there are biases. */
function lifted({ n, d, X }: Dataset, withBias: boolean): { X: Float64Array; columns: number } {
  if (!withBias) return { X, columns: d };
  const longer = new Float64Array(n * (d + 1)).fill(1);
  for (let i = 0; i < n; i++) longer.set(X.subarray(i * d, (i + 1) * d), i * (d + 1));
  return { X: longer, columns: d + 1 };
}

/**
 * M = max |Σ y_i ψ(⟨w, x_i⟩ + b)| over unit (w, b), or unit w without biases, from below: ascents along the sphere from random
 * directions, for either sign, with steps that grow while the sum rises. W(f) >= ⟨y, f⟩/M holds with M itself: this one makes an
 * estimate of that, no bound.
 * @throws RangeError
 */
export function correlationSup(
  data: Dataset,
  {
    withBias,
    activation = "relu",
    starts,
    random,
  }: SupremumOptions & { readonly starts: number; readonly random: RandomStream },
): Bound {
  checkPoints(data);
  checkWhole("starts", starts);
  const [left, right] = twoSlopes(activation);
  const { n, y } = data;
  const { X, columns } = lifted(data, withBias);
  // For homogeneous ψ the sum is ⟨w, ∇⟩ with ∇ = Σ y_i ψ'(⟨w, x_i⟩) x_i.
  const ascend = (sign: number) => {
    let w = random.gaussians(columns);
    scale(w, 1 / norm(w));
    const at = (v: Float64Array) => {
      const along = timesVector(X, v, n, columns);
      const shares = along.map((t, i) => sign * y[i] * (t > 0 ? right : left));
      const value = shares.reduce((sum, share, i) => sum + share * along[i], 0);
      return { value, shares };
    };
    let here = at(w);
    for (let step = 1, tried = 0; step > 1e-9 && tried < mostSteps; tried++) {
      const gradient = transposedTimesVector(X, here.shares, n, columns);
      const length = norm(gradient);
      if (length === 0) break;
      const next = w.map((value, j) => value + (step * gradient[j]) / length);
      scale(next, 1 / norm(next));
      const there = at(next);
      if (there.value > here.value) [w, here, step] = [next, there, step * 2];
      else step /= 4;
    }
    return here.value;
  };
  let value = 0;
  for (let start = 0; start < starts; start++) value = Math.max(value, ascend(1), ascend(-1));
  return {
    kind: "lower",
    quantity: "max |Σ y_i ψ|",
    value,
    method: `ascent along the sphere, ${starts} starts`,
    theorem: "Network size and weights size for memorization, Proposition 1",
    hypotheses: [],
    vacuous: value === 0,
  };
}

function scale(x: Float64Array, factor: number): void {
  for (let j = 0; j < x.length; j++) x[j] *= factor;
}

/**
 * M from above, for these points and labels. With slopes p and q of ψ, ψ(t) = ((p + q)t + (q − p)|t|)/2: the first part is at most
 * |p + q|/2 ‖Σ y_i (x_i, 1)‖. Without biases the second is at most |q − p|/2 times the larger of √n_± σ_max(X_±), of the points of
 * positive and of negative labels; with biases |q − p|/2 √((Σ y_i)² + ‖y‖² σ_max(X)²), as |⟨w, x⟩ + b| is within |⟨w, x⟩| of |b|.
 * @throws RangeError
 */
export function correlationUpper(data: Dataset, { withBias, activation = "relu" }: SupremumOptions): number {
  checkPoints(data);
  const [left, right] = twoSlopes(activation);
  const { n, d, X, y } = data;
  const { X: longer, columns } = lifted(data, withBias);
  const linear = norm(transposedTimesVector(longer, y, n, columns));
  const ones = y.reduce((sum, label) => sum + label, 0);
  const absolute = withBias
    ? Math.hypot(ones, norm(y) * largestSingular(X, n, d))
    : Math.max(...[1, -1].map((sign) => weighted(data, sign)));
  return (Math.abs(left + right) / 2) * linear + (Math.abs(right - left) / 2) * absolute;
}

/** ‖y_±‖ σ_max(X_±) over the points whose label has the sign. */
function weighted({ d, X, y }: Dataset, sign: number): number {
  const chosen = Array.from(y.keys()).filter((i) => sign * y[i] > 0);
  if (chosen.length === 0) return 0;
  const rows = new Float64Array(chosen.length * d);
  chosen.forEach((i, at) => {
    rows.set(X.subarray(i * d, (i + 1) * d), at * d);
  });
  return norm(Float64Array.from(chosen, (i) => y[i])) * largestSingular(rows, chosen.length, d);
}

/** σ_max of a matrix n × d, to ten digits. */
function largestSingular(X: Float64Array, n: number, d: number): number {
  const square = (v: Float64Array) => transposedTimesVector(X, timesVector(X, v, n, d), n, d);
  const { value, residual } = largestEigenvalue(square, d, { random: stream(0, "eigenvalue", "singular") });
  return Math.sqrt(value + residual);
}
