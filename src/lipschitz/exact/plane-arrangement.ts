/**
 * d = 2: every cell of an arrangement of lines has an edge on one of them, so a sweep along each line, with the cells on
 * both its sides, sees all. Crossings are put in order exactly: signs of determinants in f64 where they are certain,
 * in integers elsewhere, so that parallel lines and lines through one point need no tolerance. O(m² log m).
 */
import { CellRecord, type Cells } from "./cell-record.ts";
import type { Gates } from "./gates.ts";
import { commonIntegers, signOf } from "./integers.ts";

const unit = 2 ** -53;

/** @param radius only the open disc matters, and all lines cut it */
export function sweepPlane(gates: Gates, radius = Number.POSITIVE_INFINITY): Cells {
  const { m } = gates;
  const record = new CellRecord(gates);
  const lines = new Lines(gates);
  for (let i = 0; i < m; i++) sweepAlong(gates, lines, i, radius, record);
  return record.result();
}

function sweepAlong(gates: Gates, lines: Lines, i: number, radius: number, record: CellRecord): void {
  const { m } = gates;
  const z = new Int8Array(m + 1);
  z[0] = 1;
  z[i + 1] = -1;
  const slopes = new Int8Array(m);
  const crossing: number[] = [];
  for (let j = 0; j < m; j++) {
    if (j === i) continue;
    slopes[j] = lines.pair(i, j);
    if (slopes[j] === 0) {
      z[j + 1] = lines.besideParallel(i, j);
    } else {
      z[j + 1] = -slopes[j];
      crossing.push(j);
    }
  }
  const compare = (j: number, l: number) => (j === l ? 0 : lines.triple(i, j, l) * slopes[j] * slopes[l]);
  crossing.sort(compare);
  record.start(z);
  for (let at = 0; ; ) {
    // The open edge between the crossings before `at` and at it.
    const left = at > 0 ? crossing[at - 1] : undefined;
    const right = at < crossing.length ? crossing[at] : undefined;
    const inside = lines.edgeInDisc(i, left, right, radius);
    for (let side = 0; side < 2; side++) {
      const above = side === 1;
      if (inside) record.visit(() => lines.beside(i, left, right, above ? 1 : -1, radius));
      record.flip(i + 1);
    }
    if (at >= crossing.length) return;
    const first = crossing[at];
    do record.flip(crossing[at++] + 1);
    while (at < crossing.length && compare(first, crossing[at]) === 0);
  }
}

/** Predicates on the lines n_i·x + o_i = 0, exact; and points, rounded. */
class Lines {
  private readonly gates: Gates;
  private readonly integers: (bigint[] | undefined)[];

  constructor(gates: Gates) {
    this.gates = gates;
    this.integers = new Array(gates.m);
  }

  /** Sign of det[n_i n_j]: how gate j changes along (−n_i2, n_i1). */
  pair(i: number, j: number): number {
    const { normals: n } = this.gates;
    const left = n[2 * i] * n[2 * j + 1];
    const right = n[2 * i + 1] * n[2 * j];
    const room = 4 * unit * (Math.abs(left) + Math.abs(right)) + 1e-290;
    if (Math.abs(left - right) > room) return Math.sign(left - right);
    const [a, b] = [this.exact(i), this.exact(j)];
    return signOf(a[0] * b[1] - a[1] * b[0]);
  }

  /** Sign of gate j on line i, for parallel lines. */
  besideParallel(i: number, j: number): number {
    const [a, b] = [this.exact(i), this.exact(j)];
    const p = a[0] !== 0n ? 0 : 1;
    return signOf((b[2] * a[p] - a[2] * b[p]) * a[p]);
  }

  /** Sign of det[(n_i, o_i) (n_j, o_j) (n_l, o_l)]. */
  triple(i: number, j: number, l: number): number {
    const { normals: n, offsets: o } = this.gates;
    const terms = [
      [n[2 * j] * n[2 * l + 1], n[2 * j + 1] * n[2 * l], o[i]],
      [n[2 * l] * n[2 * i + 1], n[2 * l + 1] * n[2 * i], o[j]],
      [n[2 * i] * n[2 * j + 1], n[2 * i + 1] * n[2 * j], o[l]],
    ];
    let sum = 0;
    let size = 0;
    for (const [plus, minus, offset] of terms) {
      sum += (plus - minus) * offset;
      size += (Math.abs(plus) + Math.abs(minus)) * Math.abs(offset);
    }
    if (Math.abs(sum) > 16 * unit * size + 1e-290) return Math.sign(sum);
    const [a, b, c] = [this.exact(i), this.exact(j), this.exact(l)];
    return signOf(
      (b[0] * c[1] - b[1] * c[0]) * a[2] +
        (c[0] * a[1] - c[1] * a[0]) * b[2] +
        (a[0] * b[1] - a[1] * b[0]) * c[2],
    );
  }

  /** Whether the open edge of line i between its crossings with two lines (none: unbounded) meets the open disc. */
  edgeInDisc(i: number, left: number | undefined, right: number | undefined, radius: number): boolean {
    if (radius === Number.POSITIVE_INFINITY) return true;
    // Times count from the foot of the origin: an end is before the end of the chord if it is before the foot or inside.
    return [
      [left, 1],
      [right, -1],
    ].every(
      ([j, sign]) => j === undefined || (sign ?? 1) * this.side(i, j) <= 0 || this.inDisc(i, j, radius),
    );
  }

  /** Sign of the time at which line i meets line j. */
  private side(i: number, j: number): number {
    const { time, error } = this.time(i, j);
    if (Math.abs(time) > error) return Math.sign(time);
    const { X, Y, D } = this.meeting(i, j);
    const [p, q] = this.exact(i);
    return signOf(p * Y - q * X) * signOf(D);
  }

  private inDisc(i: number, j: number, radius: number): boolean {
    const { foot, size } = this.frame(i);
    const { time, error } = this.time(i, j);
    const distance = Math.hypot(foot[0], foot[1], time * size);
    const room = error * size + 64 * unit * (distance + Math.hypot(...foot));
    if (distance + room < radius) return true;
    if (distance - room > radius) return false;
    const { X, Y, D } = this.meeting(i, j);
    const [numerator, one] = commonIntegers([radius, 1]);
    return (X * X + Y * Y) * one * one < numerator * numerator * D * D;
  }

  /** Lines i and j meet at (X/D, Y/D). */
  private meeting(i: number, j: number): { X: bigint; Y: bigint; D: bigint } {
    const [a, b] = [this.exact(i), this.exact(j)];
    return {
      X: a[1] * b[2] - a[2] * b[1],
      Y: a[2] * b[0] - a[0] * b[2],
      D: a[0] * b[1] - a[1] * b[0],
    };
  }

  /** A point off line i, beside the middle of an edge, closer to it than to any other line. */
  beside(
    i: number,
    left: number | undefined,
    right: number | undefined,
    side: 1 | -1,
    radius: number,
  ): Float64Array {
    const { normals: n, offsets: o, m } = this.gates;
    const { foot, along, size } = this.frame(i);
    const distance = Math.hypot(...foot);
    const chord = Math.sqrt(Math.max(0, radius * radius - distance * distance)) / size;
    const from = Math.max(left === undefined ? Number.NEGATIVE_INFINITY : this.time(i, left).time, -chord);
    const to = Math.min(right === undefined ? Number.POSITIVE_INFINITY : this.time(i, right).time, chord);
    let time = (from + to) / 2;
    if (!Number.isFinite(from)) time = Number.isFinite(to) ? to - 1 - Math.abs(to) : 0;
    else if (!Number.isFinite(to)) time = from + 1 + Math.abs(from);
    const x = foot[0] + time * along[0];
    const y = foot[1] + time * along[1];
    let room = Math.min(1 + Math.abs(time), radius - Math.hypot(x, y));
    for (let j = 0; j < m; j++) {
      if (j === i) continue;
      const value = Math.abs(n[2 * j] * x + n[2 * j + 1] * y + o[j]);
      room = Math.min(room, value / Math.hypot(n[2 * j], n[2 * j + 1]));
    }
    const step = (side * room) / 2 / size;
    return Float64Array.of(x + step * n[2 * i], y + step * n[2 * i + 1]);
  }

  /** The foot of the origin on line i, its direction, and that direction's length. */
  private frame(i: number) {
    const { normals: n, offsets: o } = this.gates;
    const [p, q] = [n[2 * i], n[2 * i + 1]];
    const size = Math.hypot(p, q);
    const scale = -o[i] / size / size;
    return { foot: [scale * p, scale * q], along: [-q, p], size };
  }

  /** Where line i, from its foot along its direction, meets line j. */
  private time(i: number, j: number): { time: number; error: number } {
    const { normals: n, offsets: o } = this.gates;
    const { foot, along } = this.frame(i);
    const slope = n[2 * j] * along[0] + n[2 * j + 1] * along[1];
    const value = n[2 * j] * foot[0] + n[2 * j + 1] * foot[1] + o[j];
    const time = -value / slope;
    const sizes = Math.hypot(...foot) + Math.abs(o[j]) + Math.abs(time);
    const error = (256 * unit * (sizes + 1e-290)) / Math.abs(slope);
    return { time, error: Number.isFinite(error) ? error : Number.POSITIVE_INFINITY };
  }

  private exact(i: number): bigint[] {
    const { normals: n, offsets: o } = this.gates;
    this.integers[i] ??= commonIntegers([n[2 * i], n[2 * i + 1], o[i]]);
    return this.integers[i];
  }
}
