/** Interpolation by Gauss–Newton steps from a small random ReLU network. */
import type { Dataset } from "../data/dataset.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { cholesky, solveCholesky } from "../numeric/cholesky.ts";
import { gramMatrix } from "../numeric/gram-matrix.ts";
import { multiply, multiplyTransposed } from "../numeric/matrix.ts";
import type { RandomStream } from "../numeric/random.ts";
import { type Construction, type ConstructionMethod, dot, HypothesisError, row } from "./construction.ts";
import { checkNumbers } from "./memory-limit.ts";
import { divided, sizesOf, undivided } from "./unit-size.ts";

/** Largest error that ends the steps, for labels of size 1. */
const tolerance = 1e-9;
const mostIterations = 80;
/** Steps that bring ‖f − y‖² down by less than half in so many iterations go nowhere. */
const patience = 12;
const firstDamping = 3e-2;
/** Below it K would be singular in f64 where points outnumber what the neurons can tell apart. */
const leastDamping = 1e-14;

export const gaussNewtonMethod: ConstructionMethod = {
  name: "gauss-newton",
  theorem: "none of the papers'; to compare with COLT 2021, Conjecture 1",
  summary: "few ReLU neurons of small constant and weight, by Gauss-Newton steps from a small random network",
  options: {
    k: {
      kind: "whole",
      least: 2,
      description: "neurons; unless given 3 n/d, or more where each point would not have one that is on",
    },
    scale: {
      kind: "number",
      least: 1e-6,
      most: 1e6,
      default: 0.2,
      description: "s of the start: w ~ s N(0, I), b = s/2, a = ±s",
    },
    biases: {
      kind: "choice",
      choices: ["yes", "no"],
      default: "yes",
      description: "no: neurons without biases, from a start without them",
    },
    restarts: { kind: "whole", least: 0, default: 5, description: "further starts, where one leads nowhere" },
  },
  signs: false,
  build(data, options, random): Construction {
    const { n, d } = data;
    const withBiases = options.biases !== "no";
    const k = Number(options.k ?? Math.max(Math.ceil((3 * n) / d), neededAtStart(n, withBiases)));
    const starts = 1 + Number(options.restarts);
    // Of a neuron's weights one is its scale.
    const each = withBiases ? d + 1 : d;
    const enough = withBiases ? "k (d + 1) >= n" : "k d >= n";
    if (k * each < n) {
      throw new HypothesisError(
        `gauss-newton: needs ${enough} (got ${k * each} < ${n}), take --k ${Math.ceil(n / each)} or more`,
      );
    }
    checkNumbers("gauss-newton", 5 * n * n + 3 * n * k, "n × n matrices");
    const sizes = sizesOf(data);
    const interpolate = gaussNewton(divided(data, sizes), { withBiases });
    let least = Number.POSITIVE_INFINITY;
    for (let start = 1; start <= starts; start++) {
      const draw = random(`weights ${start}`);
      const found = interpolate(smallNetwork(k, d, Number(options.scale), withBiases, draw));
      if (found.interpolates) {
        const { iterations, error } = found;
        return {
          network: undivided(found.network, sizes),
          hypotheses: [{ name: enough, ok: true, left: k * each, right: n }],
          guarantee: { statement: "none: no theorem says that the steps end at an interpolant" },
          details: { starts: start, iterations, error_of_last_step: error },
          ...(k * d < 2 * n && {
            warnings: [`k d/n = ${((k * d) / n).toPrecision(3)}: below 2 some starts lead nowhere`],
          }),
        };
      }
      least = Math.min(least, found.error);
    }
    throw new HypothesisError(
      `gauss-newton: ${starts} starts of ${k} neurons led to no interpolant (needs largest error <= ${tolerance}, ` +
        `got ${least.toPrecision(3)}), take a larger --k or --restarts`,
    );
  },
};

/**
 * A start's neuron is off at a point of norm 1 with probability P(N(0, 1) < −1/2) = 0.31, or 1/2 without biases: all are at 0.1
 * points or fewer.
 */
function neededAtStart(n: number, withBiases: boolean): number {
  return Math.ceil(Math.log(10 * n) / -Math.log(withBiases ? 0.3085 : 0.5));
}

/** w ~ s N(0, I), b = s/2 or 0, a = ±s in turn. */
function smallNetwork(
  k: number,
  d: number,
  s: number,
  withBiases: boolean,
  random: RandomStream,
): TwoLayerNetwork {
  return {
    activation: "relu",
    k,
    d,
    W: random.gaussians(k * d, s),
    b: new Float64Array(k).fill(withBiases ? s / 2 : 0),
    a: Float64Array.from({ length: k }, (_, l) => (l % 2 === 0 ? s : -s)),
    c: 0,
  };
}

export interface Interpolation {
  readonly network: TwoLayerNetwork;
  /** Linear systems solved. */
  readonly iterations: number;
  /** max |f(x_i) − y_i|. */
  readonly error: number;
  readonly interpolates: boolean;
}

/** A network on its way, with what its next step needs. */
interface State {
  readonly network: TwoLayerNetwork;
  /** ⟨w_l, x_i⟩ + b_l, n × k. */
  readonly P: Float64Array;
  /** f(x_i) − y_i. */
  readonly residual: Float64Array;
  readonly squared: number;
}

/**
 * The steps from any ReLU network: with D_il = 1{P_il > 0} a_l, R = ReLU(P) and K = (D Dᵀ) ∘ (X Xᵀ + 1) + R Rᵀ, the
 * kernel of f's gradients by its weights, each changes the weights as little as the linearised f allows for f = y, damped
 * (Levenberg, Marquardt). A step costs 4n²k + n³/3 operations.
 *
 * Without biases the 1 is left out, and b stays as it is.
 *
 * A point where no neuron is on has nothing to move it by and keeps its error: such a start leads nowhere.
 */
export function gaussNewton(
  { n, d, X, y }: Dataset,
  { withBiases = true } = {},
): (start: TwoLayerNetwork) => Interpolation {
  const inner = gramMatrix(X, n, d);
  if (withBiases) for (let p = 0; p < inner.length; p++) inner[p] += 1;
  const enough = tolerance * y.reduce((most, label) => Math.max(most, Math.abs(label)), 1);

  const stateOf = (network: TwoLayerNetwork): State => {
    const { k, W, b, a, c } = network;
    const P = multiplyTransposed(X, W, n, d, k);
    const residual = new Float64Array(n);
    for (let i = 0, at = 0; i < n; i++) {
      let sum = c;
      for (let l = 0; l < k; l++, at++) {
        P[at] += b[l];
        if (P[at] > 0) sum += a[l] * P[at];
      }
      residual[i] = sum - y[i];
    }
    return { network, P, residual, squared: dot(residual, residual) };
  };

  const gradients = ({ network: { k, a }, P }: State) => {
    const D = new Float64Array(n * k);
    const R = new Float64Array(n * k);
    for (let i = 0, at = 0; i < n; i++) {
      for (let l = 0; l < k; l++, at++) {
        if (P[at] > 0) [D[at], R[at]] = [a[l], P[at]];
      }
    }
    const K = multiplyTransposed(D, D, n, k, n);
    const byOutput = multiplyTransposed(R, R, n, k, n);
    for (let p = 0; p < K.length; p++) K[p] = K[p] * inner[p] + byOutput[p];
    return { D, R, K };
  };

  const moved = ({ network }: State, D: Float64Array, R: Float64Array, multipliers: Float64Array): State => {
    const { k } = network;
    const [b, a] = [Float64Array.from(network.b), Float64Array.from(network.a)];
    const shares = new Float64Array(k * n);
    for (let i = 0, at = 0; i < n; i++) {
      for (let l = 0; l < k; l++, at++) {
        const share = D[at] * multipliers[i];
        shares[l * n + i] = share;
        if (withBiases) b[l] -= share;
        a[l] -= R[at] * multipliers[i];
      }
    }
    const change = multiply(shares, X, k, n, d);
    return stateOf({ ...network, W: network.W.map((value, p) => value - change[p]), b, a });
  };

  return (start) => {
    let state = stateOf(balanced(start));
    let damping = firstDamping;
    let iterations = 0;
    const history: number[] = [];
    const worst = () => state.residual.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const stuck = () => iterations >= patience && state.squared > history[iterations - patience] / 2;
    while (!(worst() <= enough) && iterations < mostIterations && !stuck()) {
      const { D, R, K } = gradients(state);
      const diagonal = Float64Array.from({ length: n }, (_, i) => K[i * n + i]);
      const mean = diagonal.reduce((sum, value) => sum + value, 0) / n;
      if (!(mean > 0)) break;
      for (let accepted = false; !accepted && iterations < mostIterations && !stuck(); ) {
        history[iterations++] = state.squared;
        for (let i = 0; i < n; i++) K[i * n + i] = diagonal[i] + damping * mean;
        const L = cholesky(K, n);
        const next = L && moved(state, D, R, solveCholesky(L, n, state.residual));
        accepted = next !== undefined && next.squared < state.squared;
        if (next && accepted) state = next;
        damping = accepted ? Math.max(leastDamping, damping / 5) : damping * 4;
      }
    }
    const error = worst();
    return { network: state.network, iterations, error, interpolates: error <= enough };
  };
}

/** The same function with |a_l| = ‖(w_l, b_l)‖ for all neurons, so that a step moves inner and outer weights alike. */
function balanced(network: TwoLayerNetwork): TwoLayerNetwork {
  const { k, d } = network;
  const [W, b, a] = [network.W, network.b, network.a].map((weights) => Float64Array.from(weights));
  for (let l = 0; l < k; l++) {
    const w = row(W, l, d);
    const inner = Math.sqrt(dot(w, w) + b[l] * b[l]);
    const factor = Math.sqrt(Math.abs(a[l]) / inner);
    // A neuron without one of its sides has no scale to choose.
    if (!(factor > 0 && factor < Number.POSITIVE_INFINITY)) continue;
    for (let j = 0; j < d; j++) w[j] *= factor;
    b[l] *= factor;
    a[l] /= factor;
  }
  return { ...network, W, b, a };
}
