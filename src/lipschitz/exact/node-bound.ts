/**
 * The semidefinite bound at the nodes of a search: some signs fixed, their rows moved into the constant row.
 *
 * With Q' the form of the node (row 0 the sum of the fixed rows), diag(t) − Q' ⪰ 0 gives zᵀQ'z <= Σt. The mixing method
 * finds t in f32, starting from the parent's vectors; the factorisation that proves it is in f64.
 */
import { kernels } from "../../numeric/kernels/kernels.ts";
import { isPositiveSemidefinite } from "../../numeric/positive-semidefinite.ts";
import type { RandomStream } from "../../numeric/random.ts";
import type { SignProgramme } from "./sign-programme.ts";

export interface Node {
  /** 1 or −1 for fixed signs, 0 for free ones; K, the first 1. */
  readonly signs: Int8Array;
  /** zᵀQz (as computed by exact arithmetic from Q's entries, sums within the programme's error) is at most this. */
  readonly upper: number;
  /** K × rank unit vectors to start from. */
  readonly V?: Float32Array;
}

interface NodeBound {
  readonly upper: number;
  /** K × rank: converged vectors of the free rows and of row 0. */
  readonly V: Float32Array;
  /** ⟨v_0, v_i⟩ of free rows i: near ±1 where the relaxation has decided. */
  readonly leanings: Float64Array;
}

export const rank = 16;
const overRelaxation = 0.6;
const sweepLimit = 60;

/** Bounds nodes of one programme; holds memory until disposed of. */
export class NodeBounds {
  private readonly programme: SignProgramme;
  private readonly random: RandomStream;
  private readonly region: { readonly address: number; release(): void };
  private readonly at: readonly number[];
  /** Rows with BBᵀ's inner products in min(d, K) coordinates, f32, and their length. */
  private readonly rows: Float32Array;
  private readonly width: number;

  constructor(programme: SignProgramme, random: RandomStream) {
    const { K, d } = programme;
    this.programme = programme;
    this.random = random;
    const compact = d > K ? factor(programme.Q, K) : programme.B;
    const columns = Math.min(d, K);
    this.width = Math.ceil(columns / 4) * 4;
    // A common scale: f32 holds neither 1e−60 nor the squares of large numbers.
    const scale = programme.sizes > 0 ? 1 / programme.sizes : 1;
    this.rows = new Float32Array(K * this.width);
    for (let i = 0; i < K; i++) {
      for (let j = 0; j < columns; j++) this.rows[i * this.width + j] = compact[i * columns + j] * scale;
    }
    const counts = [K * this.width, K, K * rank, this.width * rank, K, rank];
    const { region, addresses } = kernels().memory.reserveSingles(counts);
    this.region = region;
    this.at = addresses;
  }

  dispose(): void {
    this.region.release();
  }

  /** @param cut no need to know the bound better than that it is at most this */
  bound(node: Node, cut: number): NodeBound {
    const { K } = this.programme;
    const free = freeRows(node.signs);
    const { V, t, total } = this.mix(node, free, cut);
    const leanings = new Float64Array(K);
    for (const i of free) {
      for (let c = 0; c < rank; c++) leanings[i] += V[c] * V[i * rank + c];
    }
    if (total <= cut * (1 + 1e-5) && this.certifiesSigns(node.signs, free, leanings, cut)) {
      return { upper: Math.min(node.upper, cut), V, leanings };
    }
    return { upper: Math.min(node.upper, this.certify(node, free, t, total, cut)), V, leanings };
  }

  /**
   * Whether the signs that the relaxation leans to are optimal at this node, and within the cut. Then the dual point is
   * known to all digits, t_i = z_i (Q'z)_i: f32 would not do where the cut is met but for 1e−9.
   */
  private certifiesSigns(signs: Int8Array, free: Int32Array, leanings: Float64Array, cut: number): boolean {
    const size = free.length + 1;
    const S = this.nodeForm(signs, free).map((value) => -value);
    const z = Int8Array.from({ length: size }, (_, p) => (p === 0 || leanings[free[p - 1]] >= 0 ? 1 : -1));
    const t = new Float64Array(size);
    let total = 0;
    for (let p = 0; p < size; p++) {
      for (let q = 0; q < size; q++) t[p] -= z[p] * z[q] * S[p * size + q];
      total += t[p];
    }
    const share = (cut * (1 - 2 ** -44) - total) / size;
    if (!(share > 0)) return false;
    let sum = 0;
    for (let p = 0; p < size; p++) {
      S[p * size + p] += t[p] + share;
      sum += t[p] + share;
    }
    return sum * (1 + (size + 4) * 2 ** -53) <= cut && isPositiveSemidefinite(S, size, 0);
  }

  /** Σt of some t that is proved; infinite where no proof succeeds. */
  private certify(node: Node, free: Int32Array, t: Float64Array, total: number, cut: number): number {
    const size = free.length + 1;
    const A = this.nodeForm(node.signs, free);
    const factors = [1 + 3e-6, 1 + 3e-5, 1 + 1e-3];
    // Room up to the cut is there to be used.
    if (total < cut && cut < total * 1.1) factors.unshift((cut / total) * (1 - 2 ** -44));
    else if (total < cut) factors.unshift(1.1);
    for (const by of factors) {
      const S = new Float64Array(size * size);
      let sum = 0;
      for (let i = 0; i < size * size; i++) S[i] = -A[i];
      for (let i = 0; i < size; i++) {
        const entry = t[i] * by;
        sum += entry;
        S[i * size + i] += entry;
      }
      sum *= 1 + (size + 4) * 2 ** -53;
      if (sum < node.upper && isPositiveSemidefinite(S, size, 0)) return sum;
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Q' over [constant, free rows]. */
  nodeForm(signs: Int8Array, free: Int32Array): Float64Array {
    const { K, Q } = this.programme;
    const size = free.length + 1;
    const A = new Float64Array(size * size);
    for (let i = 0; i < K; i++) {
      if (signs[i] === 0) continue;
      let sum = 0;
      for (let j = 0; j < K; j++) sum += signs[j] * Q[i * K + j];
      A[0] += signs[i] * sum;
    }
    for (let p = 1; p < size; p++) {
      const row = free[p - 1] * K;
      let sum = 0;
      for (let j = 0; j < K; j++) sum += signs[j] * Q[row + j];
      A[p] = sum;
      A[p * size] = sum;
      for (let q = 1; q < size; q++) A[p * size + q] = Q[row + free[q - 1]];
    }
    return A;
  }

  private mix(node: Node, free: Int32Array, cut: number) {
    const { K, sizes } = this.programme;
    const { run, memory } = kernels();
    const { width, rows } = this;
    const size = free.length + 1;
    const [b, s, v, p, lengths, g] = this.at;
    const b32 = memory.singles(b, size * width);
    b32.fill(0, 0, width);
    for (let i = 0; i < K; i++) {
      if (node.signs[i] === 0) continue;
      for (let j = 0; j < width; j++) b32[j] += node.signs[i] * rows[i * width + j];
    }
    for (const [at, i] of free.entries()) {
      b32.set(rows.subarray(i * width, (i + 1) * width), (at + 1) * width);
    }
    const squares = memory.singles(s, size);
    for (let i = 0; i < size; i++) {
      let squared = 0;
      for (let j = i * width; j < (i + 1) * width; j++) squared += b32[j] * b32[j];
      squares[i] = squared;
    }
    const vectors = memory.singles(v, size * rank);
    for (let at = 0; at < size; at++) {
      const from = (at === 0 ? 0 : free[at - 1]) * rank;
      if (node.V) vectors.set(node.V.subarray(from, from + rank), at * rank);
      else this.drawUnit(vectors.subarray(at * rank, (at + 1) * rank));
    }
    memory.clear(p, width * rank * 4);
    run.mixingStart(size, width, rank, b, width * 4, v, p);
    const scaledCut = cut / (sizes * sizes);
    const products = memory.singles(p, width * rank);
    let total = Number.POSITIVE_INFINITY;
    for (let sweep = 0, quiet = 0; sweep < sweepLimit && quiet < 2; sweep++) {
      const next = run.mixingSweep(size, width, rank, b, width * 4, s, overRelaxation, v, p, lengths, g);
      let primal = 0;
      for (const value of products) primal += value * value;
      // A node that will stay open needs no exact bound.
      const tolerance = primal > scaledCut ? 1e-4 : 3e-6;
      quiet = Math.abs(total - next) <= tolerance * next ? quiet + 1 : 0;
      total = next;
    }
    const found = memory.singles(lengths, size);
    const t = Float64Array.from(found, (length, i) => (length + squares[i]) * sizes * sizes);
    const most = t.reduce((largest, value) => Math.max(largest, value), 0);
    for (let i = 0; i < size; i++) t[i] = Math.max(t[i], 1e-9 * most);
    const V = new Float32Array(K * rank);
    V.set(vectors.subarray(0, rank));
    for (const [at, i] of free.entries()) {
      V.set(vectors.subarray((at + 1) * rank, (at + 2) * rank), i * rank);
    }
    return { V, t, total: t.reduce((sum, value) => sum + value, 0) };
  }

  private drawUnit(target: Float32Array): void {
    let squared = 0;
    for (let c = 0; c < rank; c++) {
      target[c] = this.random.gaussian();
      squared += target[c] * target[c];
    }
    for (let c = 0; c < rank; c++) target[c] /= Math.sqrt(squared);
  }
}

export function freeRows(signs: Int8Array): Int32Array {
  return Int32Array.from(Array.from(signs.keys()).filter((i) => signs[i] === 0));
}

/** L, K × K row-major, with LLᵀ near Q: rows of a Cholesky factorisation where dependent ones lose their remainder. */
function factor(Q: Float64Array, K: number): Float64Array {
  const L = new Float64Array(K * K);
  let most = 0;
  for (let i = 0; i < K; i++) most = Math.max(most, Q[i * K + i]);
  for (let i = 0; i < K; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = Q[i * K + j];
      for (let c = 0; c < j; c++) rest -= L[i * K + c] * L[j * K + c];
      if (i === j) L[i * K + i] = rest > 1e-12 * most ? Math.sqrt(rest) : 0;
      else L[i * K + j] = L[j * K + j] > 0 ? rest / L[j * K + j] : 0;
    }
  }
  return L;
}
