/** The largest gradient over cells that a sweep visits, one flip after the other. */
import type { Gates } from "./gates.ts";

export interface Cells {
  /** ‖Bᵀz‖ of no cell is above it, B exact. */
  readonly upper: number;
  /** The signs of the best cell, K. */
  readonly z: Int8Array;
  /** A point meant to lie inside that cell. */
  readonly point: Float64Array;
  /** Cells visited, some of them more than once. */
  readonly visits: number;
}

export class CellRecord {
  private readonly gates: Gates;
  private z: Int8Array;
  private readonly sum: Float64Array;
  private sizes = 0;
  private flips = 0;
  private visits = 0;
  private most = -1;
  private best: { z: Int8Array; point: () => Float64Array } | undefined;
  private mostFlips = 0;

  constructor(gates: Gates) {
    this.gates = gates;
    this.z = new Int8Array(gates.K);
    this.sum = new Float64Array(gates.d);
    for (let i = 0; i < gates.K; i++) {
      this.sizes += Math.hypot(...gates.B.subarray(i * gates.d, (i + 1) * gates.d));
    }
  }

  /** Goes to the signs z (K, z_0 = 1). */
  start(z: Int8Array): void {
    const { K, d, B } = this.gates;
    this.z = Int8Array.from(z);
    this.sum.fill(0);
    for (let i = 0; i < K; i++) for (let j = 0; j < d; j++) this.sum[j] += z[i] * B[i * d + j];
    this.flips = 0;
  }

  flip(i: number): void {
    const { d, B } = this.gates;
    this.z[i] = -this.z[i];
    for (let j = 0; j < d; j++) this.sum[j] += 2 * this.z[i] * B[i * d + j];
    this.flips++;
    this.mostFlips = Math.max(this.mostFlips, this.flips);
  }

  /**
   * Takes the present signs as those of a cell.
   * @param point gives a point inside it
   */
  visit(point: () => Float64Array): void {
    this.visits++;
    let squared = 0;
    for (const value of this.sum) squared += value * value;
    if (squared <= this.most) return;
    this.most = squared;
    this.best = { z: Int8Array.from(this.z), point };
  }

  /** @throws RangeError where no cell was visited */
  result(): Cells {
    const { K, d, slack } = this.gates;
    // Each addition rounds by at most u times the sum of all sizes, in each of d coordinates.
    const drift = 2 * (K + 2 * this.mostFlips + 8) * 2 ** -53 * this.sizes * Math.sqrt(d);
    const upper = (Math.sqrt(Math.max(0, this.most)) * (1 + 2 ** -48) + drift + slack) * (1 + 2 ** -48);
    if (!this.best) throw new RangeError("a sweep visits at least one cell");
    return { upper, z: this.best.z, point: this.best.point(), visits: this.visits };
  }
}
