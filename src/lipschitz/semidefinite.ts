/**
 * The semidefinite bound on max ‖Bᵀz‖ over signs z, with a certificate.
 *
 * For every t > 0, zᵀBBᵀz <= λ_max(Bᵀ diag(1/t) B) Σt, so any t gives a bound; the best t is the dual of a max-cut-like
 * semidefinite programme (for ReLU networks LipSDP-Neuron's value). The mixing method (P.-W. Wang, W.-C. Chang, J. Z.
 * Kolter, 2017) finds it in f32; the eigenvalue is then bounded in f64 with all rounding errors (gram.ts).
 */
import { gramEigenvalueBound } from "../numeric/gram.ts";
import { kernels } from "../numeric/kernels/kernels.ts";
import type { RandomStream } from "../numeric/random.ts";
import type { GateForm } from "./gate-form.ts";

export interface SemidefiniteBound {
  /** No sign vector z has ‖Bᵀz‖ above it, B exact. In units of the form. */
  readonly upper: number;
  /** ‖Bᵀ V‖_F of the feasible V: the optimum of the programme is at least this (up to f32 rounding). */
  readonly relaxation: number;
  readonly sweeps: number;
  /** Unit vectors of the programme, K × rank, row-major: for rounding to signs. */
  readonly V: Float32Array;
  readonly rank: number;
}

export interface SemidefiniteOptions {
  readonly random: RandomStream;
  /** Stops when a sweep lowers the dual by less than this, relatively. */
  readonly tolerance?: number;
  readonly maxSweeps?: number;
}

const overRelaxation = 0.6;

export function semidefiniteBound(form: GateForm, options: SemidefiniteOptions): SemidefiniteBound {
  const { K, d, B } = form;
  const { random } = options;
  const squares = rowSquares(B, K, d);
  const { t, V, rank, sweeps, relaxation } = mix(form, squares, options);
  // Columns of diag(1/√t) B; a zero row adds nothing whatever its t.
  const wide = d > K;
  const F = new Float64Array(K * d);
  let sum = 0;
  for (let i = 0; i < K; i++) {
    if (squares[i] === 0) continue;
    sum += t[i];
    const scale = 1 / Math.sqrt(t[i]);
    for (let j = 0; j < d; j++) F[wide ? i * d + j : j * K + i] = scale * B[i * d + j];
  }
  if (sum === 0) return { upper: form.slack, relaxation, sweeps, V, rank };
  const [m, columns] = wide ? [K, d] : [d, K];
  const { upper: eigenvalue } = gramEigenvalueBound(F, m, columns, { random });
  // F's entries carry three roundings each: ‖F − exact‖ <= 3u‖F‖_F <= 3u √(K·λ) relative to √λ.
  const root = Math.sqrt(eigenvalue) * (1 + 8 * 2 ** -53 * Math.sqrt(Math.min(m, columns)));
  const upper = (root * Math.sqrt(sum) * (1 + (K + 8) * 2 ** -53) + form.slack) * (1 + 2 ** -45);
  return { upper, relaxation, sweeps, V, rank };
}

function rowSquares(B: Float64Array, K: number, d: number): Float64Array {
  const squares = new Float64Array(K);
  for (let i = 0; i < K; i++) {
    for (let j = i * d; j < (i + 1) * d; j++) squares[i] += B[j] * B[j];
  }
  return squares;
}

function mix(form: GateForm, squares: Float64Array, options: SemidefiniteOptions) {
  const { K, d, B } = form;
  const { random, tolerance = 2e-5, maxSweeps = 200 } = options;
  const { run, memory } = kernels();
  const rank = K <= 500 ? 16 : 32;
  const stride = Math.ceil(d / 4) * 4;
  const sizes = [K * stride, K, K * rank, d * rank, K, rank].map((count) => Math.ceil(count / 16) * 64);
  const region = memory.reserve(sizes.reduce((sum, size) => sum + size, 0));
  try {
    const [b, s, v, p, lengths, g] = sizes.map(
      (_, i) => region.address + sizes.slice(0, i).reduce((sum, size) => sum + size, 0),
    );
    const rows = memory.singles(b, K * stride);
    rows.fill(0);
    for (let i = 0; i < K; i++) rows.set(B.subarray(i * d, (i + 1) * d), i * stride);
    memory.singles(s, K).set(squares);
    const start = memory.singles(v, K * rank);
    for (let i = 0; i < K; i++) {
      let squared = 0;
      for (let c = i * rank; c < (i + 1) * rank; c++) {
        start[c] = random.gaussian();
        squared += start[c] * start[c];
      }
      const scale = 1 / Math.sqrt(squared);
      for (let c = i * rank; c < (i + 1) * rank; c++) start[c] *= scale;
    }
    memory.clear(p, d * rank * 4);
    run.mixingStart(K, d, rank, b, stride * 4, v, p);
    let total = Number.POSITIVE_INFINITY;
    let sweeps = 0;
    for (let quiet = 0; sweeps < maxSweeps && quiet < 2; sweeps++) {
      const next = run.mixingSweep(K, d, rank, b, stride * 4, s, overRelaxation, v, p, lengths, g);
      quiet = Math.abs(total - next) <= tolerance * next ? quiet + 1 : 0;
      total = next;
    }
    const found = memory.singles(lengths, K);
    const t = Float64Array.from(found, (length, i) => length + squares[i]);
    const floor = 1e-9 * t.reduce((most, value) => Math.max(most, value), 0);
    for (let i = 0; i < K; i++) t[i] = Math.max(t[i], floor);
    let primal = 0;
    for (const value of memory.singles(p, d * rank)) primal += value * value;
    return {
      t,
      V: Float32Array.from(memory.singles(v, K * rank)),
      rank,
      sweeps,
      relaxation: Math.sqrt(primal),
    };
  } finally {
    region.release();
  }
}
