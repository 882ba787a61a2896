/**
 * Solves the semidefinite programme of chain-form.ts: least ρ with M(ρ, λ) positive semidefinite, by a barrier method
 * (S. Boyd, L. Vandenberghe, Convex Optimization, §11.3). Every iterate is strictly feasible, so each gives a bound.
 *
 * F = sρ − log det M − w Σ log λ_j over y = (ρ, λ), Z = M⁻¹:
 *   ∂F/∂λ_j = −v_jᵀZu_j − w/λ_j,  ∂²F/∂λ_i∂λ_j = ½[(v_iᵀZv_j)(u_iᵀZu_j) + (v_iᵀZu_j)(v_jᵀZu_i)],
 * and with all inner products from P = V Yᵀ, Q = U Yᵀ, Y = L⁻¹, M = L Lᵀ. ρ is M's first diagonal entry: v = u = e_τ.
 * Where no lo·hi is positive, M_jj > 0 has λ_j > 0 already, and w = 0: another barrier would only slow the steps. Else w = 1.
 *
 * A neuron whose slope is fixed, lo = hi, adds λ (p − lo q)² to M: the larger λ the better. It keeps one large value.
 */
import { cholesky, inverseLower, solveCholesky } from "../../numeric/cholesky.ts";
import { multiplyTransposed } from "../../numeric/matrix.ts";
import { type ChainForm, type ChainPoint, certifies, chainMatrix, inputRows } from "./chain-form.ts";

/** λ of fixed slopes, in units of what is feasible. */
const stiffness = 1e5;

interface ChainBound {
  /** No gradient of the form has a norm above it, for certain. */
  readonly upper: number;
  /** Relative distance to the programme's optimum in ρ is at most about this. */
  readonly gap: number;
  readonly iterations: number;
}

interface ChainOptions {
  /** Stops when the gap is below; 1e-3 unless given. */
  readonly tolerance?: number;
  readonly outOfTime?: (() => boolean) | undefined;
}

/** @returns undefined where nothing could be certified */
export function chainBound(form: ChainForm, options: ChainOptions = {}): ChainBound | undefined {
  const { tolerance = 1e-3, outOfTime = () => false } = options;
  const C = inputRows(form);
  const start = feasiblePoint(form, C);
  if (!start) return undefined;
  const { V, U } = terms(form, C);
  const free = form.low.reduce((sum, low, j) => sum + (low < form.high[j] ? 1 : 0), 0);
  const parameter = form.m + logWeight(form) * free;
  let point = start;
  let gap = 1;
  let iterations = 0;
  // Well inside first: from a start next to the boundary Newton steps go along it, and stay short for long.
  let s = (0.3 * parameter) / start.rho;
  for (let finished = false; !finished; ) {
    for (let centred = false; !centred && !finished; iterations++) {
      const step = newtonStep(form, C, V, U, point, s);
      const next = step && lineSearch(form, C, point, step, s);
      if (!step || !next) {
        finished = true;
        break;
      }
      point = next;
      centred = step.decrement < 0.5;
      finished = outOfTime() || iterations > 300;
    }
    gap = parameter / (s * point.rho);
    if (gap <= tolerance) finished = true;
    // Larger factors lead to the boundary as well.
    s *= 4;
  }
  const rho = certified(form, C, point, start);
  return rho === undefined ? undefined : { upper: Math.sqrt(rho) * (1 + 2 ** -50), gap, iterations };
}

/** The best certified ρ on the way from a point back to the strictly feasible start. */
function certified(
  form: ChainForm,
  C: Float64Array,
  point: ChainPoint,
  start: ChainPoint,
): number | undefined {
  for (let share = 1e-9; share <= 1; share *= 8) {
    const lambda = point.lambda.map((value, j) => value + share * (start.lambda[j] - value));
    const candidate = { rho: point.rho + share * (start.rho - point.rho), lambda };
    if (certifies(form, C, candidate)) return candidate.rho;
  }
  return certifies(form, C, start) ? start.rho : undefined;
}

/**
 * λ constant on layers, growing from layer to layer: large λ_i dominates what layer i − 1 couples to it, so some growth
 * is enough.
 */
function feasiblePoint(form: ChainForm, C: Float64Array): ChainPoint | undefined {
  const { m, offsets, layers, high, low } = form;
  const steepest = Math.max(1e-6, ...high.map(Math.abs), ...low.map(Math.abs));
  for (let growth = 1.2; growth < 1e30; growth *= 1.2) {
    const lambda = new Float64Array(m - 1);
    let size = 1;
    offsets.forEach((offset, i) => {
      size *= growth;
      lambda.fill(size, offset - 1, offset - 1 + layers[i].rows);
      size *= steepest * steepest;
    });
    const point = { rho: size * growth, lambda };
    if (!cholesky(chainMatrix(form, C, point), m)) continue;
    return { ...point, lambda: lambda.map((value, j) => (low[j] < high[j] ? value : value * stiffness)) };
  }
  return undefined;
}

function logWeight({ low, high }: ChainForm): 0 | 1 {
  return low.some((value, j) => value * high[j] > 0) ? 1 : 0;
}

/** v_j and u_j as rows, and e_τ for ρ as row 0 of both: m × m. */
function terms({ m, low, high }: ChainForm, C: Float64Array): { V: Float64Array; U: Float64Array } {
  const V = new Float64Array(m * m);
  const U = new Float64Array(m * m);
  V[0] = 1;
  U[0] = 1;
  for (let j = 1; j < m; j++) {
    for (let i = 0; i < j; i++) {
      V[j * m + i] = -low[j - 1] * C[(j - 1) * m + i];
      U[j * m + i] = -high[j - 1] * C[(j - 1) * m + i];
    }
    V[j * m + j] = 1;
    U[j * m + j] = 1;
  }
  return { V, U };
}

interface Step {
  readonly direction: Float64Array;
  /** Squared Newton decrement. */
  readonly decrement: number;
}

function newtonStep(
  form: ChainForm,
  C: Float64Array,
  V: Float64Array,
  U: Float64Array,
  point: ChainPoint,
  s: number,
): Step | undefined {
  const { m, low, high } = form;
  const weight = logWeight(form);
  const L = cholesky(chainMatrix(form, C, point), m);
  if (!L) return undefined;
  const Y = inverseLower(L, m);
  const P = multiplyTransposed(V, Y, m, m, m);
  const Q = multiplyTransposed(U, Y, m, m, m);
  const VV = multiplyTransposed(P, P, m, m, m);
  const UU = multiplyTransposed(Q, Q, m, m, m);
  const VU = multiplyTransposed(P, Q, m, m, m);
  const H = VV;
  const gradient = new Float64Array(m);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) {
      H[i * m + j] = 0.5 * (VV[i * m + j] * UU[i * m + j] + VU[i * m + j] * VU[j * m + i]);
    }
    gradient[i] = -VU[i * m + i];
    if (i === 0) {
      gradient[0] += s;
      continue;
    }
    gradient[i] -= weight / point.lambda[i - 1];
    H[i * m + i] += weight / point.lambda[i - 1] ** 2;
  }
  for (let i = 1; i < m; i++) {
    if (low[i - 1] < high[i - 1]) continue;
    for (let j = 0; j < m; j++) {
      H[i * m + j] = 0;
      H[j * m + i] = 0;
    }
    H[i * m + i] = 1;
    gradient[i] = 0;
  }
  // Scaled to a unit diagonal: λ of different layers have different sizes.
  const scales = Float64Array.from({ length: m }, (_, i) => 1 / Math.sqrt(H[i * m + i]));
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < m; j++) H[i * m + j] *= scales[i] * scales[j];
    H[i * m + i] += 1e-13;
  }
  const factor = cholesky(H, m);
  if (!factor) return undefined;
  const scaled = gradient.map((g, i) => -g * scales[i]);
  const direction = solveCholesky(factor, m, scaled).map((x, i) => x * scales[i]);
  const decrement = -direction.reduce((sum, x, i) => sum + x * gradient[i], 0);
  return { direction, decrement };
}

/**
 * The damped step 1/(1 + δ), which a self-concordant function allows, or twice, four times, … as long while F falls;
 * undefined where rounding leaves none.
 */
function lineSearch(
  form: ChainForm,
  C: Float64Array,
  point: ChainPoint,
  { direction, decrement }: Step,
  s: number,
): ChainPoint | undefined {
  const at = (length: number) => {
    const next = {
      rho: point.rho + length * direction[0],
      lambda: point.lambda.map((value, j) => value + length * direction[j + 1]),
    };
    const inside = next.rho > 0 && next.lambda.every((value) => value > 0);
    return { next, value: inside ? barrier(form, C, next, s) : Number.POSITIVE_INFINITY };
  };
  let length = decrement < 0.1 ? 1 : 1 / (1 + Math.sqrt(decrement));
  let best = at(length);
  for (let tries = 0; tries < 20 && !Number.isFinite(best.value); tries++) {
    length /= 2;
    best = at(length);
  }
  if (!Number.isFinite(best.value)) return undefined;
  while (decrement >= 0.1) {
    length *= 2;
    const further = at(length);
    if (!(further.value < best.value)) break;
    best = further;
  }
  return best.next;
}

function barrier(form: ChainForm, C: Float64Array, point: ChainPoint, s: number): number {
  const { m, low, high } = form;
  const L = cholesky(chainMatrix(form, C, point), m);
  if (!L) return Number.POSITIVE_INFINITY;
  const weight = logWeight(form);
  let sum = s * point.rho;
  for (let i = 0; i < m; i++) sum -= 2 * Math.log(L[i * m + i]);
  for (let j = 0; j < m - 1; j++) if (low[j] < high[j]) sum -= weight * Math.log(point.lambda[j]);
  return sum;
}
