/**
 * The semidefinite bound on max ‖Bᵀz‖ over signs z, with a certificate.
 *
 * For every t > 0, zᵀBBᵀz <= λ_max(Bᵀ diag(1/t) B) Σt, so any t gives a bound; the best t is the dual of a max-cut-like
 * semidefinite programme (for ReLU networks LipSDP-Neuron's value). The mixing method (P.-W. Wang, W.-C. Chang, J. Z.
 * Kolter, 2017) finds it in f32; the eigenvalue is then bounded in f64 with all rounding errors (gram.ts).
 */
import { type EigenvalueOptions, gramEigenvalueBound } from "../numeric/gram.ts";
import { kernels } from "../numeric/kernels/kernels.ts";
import type { DoubleProducts } from "../numeric/kernels/products.ts";
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

interface SemidefiniteOptions {
  readonly random: RandomStream;
  /** What multiplies in the certificate; the kernels unless given. */
  readonly products?: DoubleProducts | undefined;
  /** A certificate is tried when two sweeps changed the dual by less than this, relatively. */
  readonly tolerance?: number;
  /** More sweeps follow, with a finer tolerance, while upper/relaxation − 1 is above this. */
  readonly gap?: number;
  readonly maxSweeps?: number;
}

const overRelaxation = 0.6;
const finerTolerance = 1 / 16;

export function semidefiniteBound(form: GateForm, options: SemidefiniteOptions): SemidefiniteBound {
  const { random, products, gap = 7e-4, maxSweeps = 200 } = options;
  const squares = rowSquares(form.B, form.K, form.d);
  // Where a certificate costs far more than sweeps do, the first is to be the last.
  let tolerance = options.tolerance ?? (Math.min(form.K, form.d) > 1000 ? 2e-6 : 2e-5);
  let upper = Number.POSITIVE_INFINITY;
  let sweeps = 0;
  let V: Float32Array | undefined;
  for (; ; tolerance *= finerTolerance) {
    const mixed = mix(form, squares, { random, tolerance, maxSweeps: maxSweeps - sweeps, V });
    V = mixed.V;
    sweeps += mixed.sweeps;
    upper = Math.min(upper, dualValue(form, mixed.t, { random, products }));
    const { relaxation, rank } = mixed;
    // f32 tells no smaller changes than about 1e-7 apart.
    if (!(upper > relaxation * (1 + gap)) || sweeps >= maxSweeps || tolerance < 1e-7)
      return { upper, relaxation, sweeps, V, rank };
  }
}

/** U(t): no sign vector z has ‖Bᵀz‖ above it, for any t > 0. */
function dualValue({ K, d, B, slack }: GateForm, t: Float64Array, options: EigenvalueOptions): number {
  // Row i of diag(1/√t) B; a zero row adds nothing whatever its t.
  const scales = new Float64Array(K);
  let sum = 0;
  for (let i = 0; i < K; i++) {
    if (isZero(B, i * d, d)) continue;
    sum += t[i];
    scales[i] = 1 / Math.sqrt(t[i]);
  }
  if (sum === 0) return slack;
  // The Gram matrix of the smaller side.
  const wide = d > K;
  const [m, columns] = wide ? [K, d] : [d, K];
  const fill = wide
    ? (first: number, count: number, target: Float64Array) => {
        for (let i = 0; i < K; i++) {
          const from = i * d + first;
          for (let p = 0; p < count; p++) target[i * count + p] = scales[i] * B[from + p];
        }
      }
    : (first: number, count: number, target: Float64Array) => {
        for (let p = 0; p < count; p++) {
          const from = (first + p) * d;
          for (let j = 0; j < d; j++) target[j * count + p] = scales[first + p] * B[from + j];
        }
      };
  const { upper: eigenvalue } = gramEigenvalueBound(fill, m, columns, options);
  // F's entries carry three roundings each: ‖F − exact‖ <= 4u‖F‖_F <= 4u √min(K, d) ‖F‖.
  const root = Math.sqrt(eigenvalue) * (1 + 8 * 2 ** -53 * Math.sqrt(m));
  return (root * Math.sqrt(sum) * (1 + (K + 8) * 2 ** -53) + slack) * (1 + 2 ** -45);
}

function isZero(B: Float64Array, from: number, length: number): boolean {
  for (let j = from; j < from + length; j++) if (B[j] !== 0) return false;
  return true;
}

function rowSquares(B: Float64Array, K: number, d: number): Float64Array {
  const squares = new Float64Array(K);
  for (let i = 0; i < K; i++) {
    let squared = 0;
    for (let j = i * d; j < (i + 1) * d; j++) squared += B[j] * B[j];
    squares[i] = squared;
  }
  return squares;
}

interface MixingOptions {
  readonly random: RandomStream;
  readonly tolerance: number;
  readonly maxSweeps: number;
  /** Where to start; at random vectors unless given. */
  readonly V?: Float32Array | undefined;
}

function mix({ K, d, B }: GateForm, squares: Float64Array, options: MixingOptions) {
  const { random, tolerance, maxSweeps, V } = options;
  const { run, memory } = kernels();
  const rank = K <= 600 ? 16 : 32;
  const stride = Math.ceil(d / 4) * 4;
  const { region, addresses } = memory.reserveSingles([K * stride, K, K * rank, d * rank, K, rank]);
  try {
    const [b, s, v, p, lengths, g] = addresses;
    const rows = memory.singles(b, K * stride);
    rows.fill(0);
    for (let i = 0; i < K; i++) rows.set(B.subarray(i * d, (i + 1) * d), i * stride);
    memory.singles(s, K).set(squares);
    memory.singles(v, K * rank).set(V ?? randomDirections(K, rank, random));
    memory.clear(p, d * rank * 4);
    run.mixingStart(K, d, rank, b, stride * 4, v, p);
    let total = Number.POSITIVE_INFINITY;
    let sweeps = 0;
    for (let quiet = 0; sweeps < maxSweeps && quiet < 2; sweeps++) {
      const next = run.mixingSweep(K, d, rank, b, stride * 4, s, overRelaxation, v, p, lengths, g);
      quiet = Math.abs(total - next) <= tolerance * next ? quiet + 1 : 0;
      total = next;
    }
    const t = dualPoint(memory.singles(lengths, K), squares);
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

function randomDirections(count: number, rank: number, random: RandomStream): Float32Array {
  const V = new Float32Array(count * rank);
  for (let i = 0; i < V.length; i += rank) {
    let squared = 0;
    for (let c = i; c < i + rank; c++) {
      V[c] = random.gaussian();
      squared += V[c] * V[c];
    }
    const scale = 1 / Math.sqrt(squared);
    for (let c = i; c < i + rank; c++) V[c] *= scale;
  }
  return V;
}

/** t = lengths + squares, positive and finite whatever f32 made of the lengths. */
function dualPoint(lengths: Float32Array, squares: Float64Array): Float64Array {
  const t = squares.map((square, i) => {
    const sum = lengths[i] + square;
    return Number.isFinite(sum) ? sum : square;
  });
  // Rows that f32 takes for zero get a t as well: together at most K/2 · 1e-9 of the bound.
  const floor = 1e-9 * t.reduce((most, value) => Math.max(most, value), 0) || 1;
  return t.map((value) => Math.max(value, floor));
}
