/** The NTK network with all gates at once: the minimum-norm interpolant over P half-spaces. */
import type { Dataset } from "../data/dataset.ts";
import { cholesky, solveCholesky } from "../numeric/cholesky.ts";
import { multiply, multiplyTransposed } from "../numeric/matrix.ts";
import type { RandomStream } from "../numeric/random.ts";
import { timesVector } from "../numeric/vector-products.ts";
import { dot, HypothesisError, type Neuron, row } from "./construction.ts";
import { gateSpacing, pair } from "./ntk-learner.ts";

/** Directions that each gate is the best of: the one whose closest point is farthest. */
const candidates = 16;

interface Gate {
  /** Unit. */
  readonly u: Float64Array;
  /** ⟨u, x_i⟩, n. */
  readonly along: Float64Array;
}

/**
 * Σ_l 1{⟨u_l, x⟩ > 0} ⟨v_l, x⟩ of least Σ ‖v_l‖² with f(x_i) = y_i, as P pairs: v_l = Σ_i β_i D_il x_i with D_il = 1{⟨u_l,
 * x_i⟩ > 0} and K β = y for K = (D Dᵀ) ∘ (X Xᵀ). The second gate is the opposite of the first, so that each point is in
 * one; n²(d + P) + n³/3 operations.
 * @param inner X Xᵀ, n × n; some label must differ from 0
 * @throws HypothesisError where K is singular
 */
export function exactPairs(
  { n, d, X, y }: Dataset,
  inner: Float64Array,
  gates: number,
  random: RandomStream,
): Neuron[] {
  const chosen = chooseGates({ n, d, X }, gates, random);
  const D = new Float64Array(n * gates);
  chosen.forEach(({ along }, l) => {
    for (let i = 0; i < n; i++) D[i * gates + l] = along[i] > 0 ? 1 : 0;
  });
  const K = multiplyTransposed(D, D, n, gates, n);
  for (let p = 0; p < K.length; p++) K[p] *= inner[p];
  const L = cholesky(K, n);
  if (!L) throw singular(n, d, gates);
  const beta = solveCholesky(L, n, y);
  // One step of refinement: it takes off what the condition of K added.
  const rest = timesVector(K, beta, n, n).map((value, i) => y[i] - value);
  const correction = solveCholesky(L, n, rest);
  const shares = new Float64Array(gates * n);
  for (let l = 0; l < gates; l++) {
    for (let i = 0; i < n; i++) shares[l * n + i] = (beta[i] + correction[i]) * D[i * gates + l];
  }
  const V = multiply(shares, X, gates, n, d);
  const neurons = chosen.flatMap(({ u, along }, l) => {
    const v = row(V, l, d);
    const delta = gateSpacing(along, timesVector(X, v, n, d));
    // A gate that no point's share moves adds nothing.
    return delta < Number.POSITIVE_INFINITY ? pair(u, v, delta) : [];
  });
  // Nothing is left where a pivot was rounding alone and β overflowed.
  if (neurons.length === 0) throw singular(n, d, gates);
  return neurons;
}

function singular(n: number, d: number, gates: number): HypothesisError {
  return new HypothesisError(
    `ntk: the kernel matrix of ${gates} gates is singular (needs points of different directions and gates * d >= about ` +
      `1.1 n = ${Math.ceil(1.1 * n)}, got ${gates * d}), take a larger --gates or move points that nearly coincide`,
  );
}

function chooseGates(
  { n, d, X }: Pick<Dataset, "n" | "d" | "X">,
  gates: number,
  random: RandomStream,
): Gate[] {
  const first = widestGate({ n, d, X }, random);
  const chosen = [first, { u: first.u.map((value) => -value), along: first.along.map((value) => -value) }];
  while (chosen.length < gates) chosen.push(widestGate({ n, d, X }, random));
  return chosen;
}

function widestGate({ n, d, X }: Pick<Dataset, "n" | "d" | "X">, random: RandomStream): Gate {
  let best: (Gate & { readonly margin: number }) | undefined;
  for (let candidate = 0; candidate < candidates; candidate++) {
    const u = random.gaussians(d);
    const length = Math.sqrt(dot(u, u));
    for (let j = 0; j < d; j++) u[j] /= length;
    const along = timesVector(X, u, n, d);
    const margin = along.reduce((least, s) => Math.min(least, Math.abs(s)), Number.POSITIVE_INFINITY);
    if (!(best && best.margin >= margin)) best = { u, along, margin };
  }
  if (!best || best.margin === 0) {
    throw new HypothesisError("ntk: needs a gate with no point on it (got 0 as the smallest |<u, x_i>|)");
  }
  return best;
}
