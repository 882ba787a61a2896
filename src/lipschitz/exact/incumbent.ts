/** The best gradient of a cell that exists for certain. */

import type { TwoLayerNetwork } from "../../network/two-layer.ts";
import { cholesky, solveCholesky } from "../../numeric/cholesky.ts";
import { multiplyTransposed } from "../../numeric/matrix.ts";
import type { RandomStream } from "../../numeric/random.ts";
import { ascend } from "../ascent.ts";
import { bestOnLine } from "../line-search.ts";
import { gateSigns } from "./cell-programme.ts";
import type { Gates } from "./gates.ts";
import { normBelow, type SignProgramme } from "./sign-programme.ts";

export class Incumbent {
  private readonly gates: Gates;
  private readonly programme: SignProgramme;
  private readonly radius: number;
  /** Whether every pattern is there: then signs need no point. */
  private readonly everyPattern: boolean;
  private solveNormal: ((wanted: Float64Array) => Float64Array) | undefined;
  /** ‖Bᵀz‖, rounded down, in units of the gates. */
  value = 0;
  signs: Int8Array | undefined;
  point: Float64Array | undefined;

  constructor(gates: Gates, programme: SignProgramme, radius: number, everyPattern: boolean) {
    this.gates = gates;
    this.programme = programme;
    this.radius = radius;
    this.everyPattern = everyPattern;
  }

  /** Takes signs that a cell has for certain. */
  offerSigns(signs: Int8Array, point?: Float64Array): boolean {
    const value = normBelow(this.programme, signs);
    if (!(value > this.value)) return false;
    this.value = value;
    this.signs = Int8Array.from(signs);
    this.point = point;
    return true;
  }

  offerPoint(point: Float64Array): boolean {
    const signs = gateSigns(this.gates, point, this.radius);
    return signs !== undefined && this.offerSigns(signs, point);
  }

  /** Takes signs that may have no cell: where they need one, points near to having them are tried. */
  offerWish(signs: Int8Array): void {
    if (this.everyPattern) {
      this.offerSigns(signs);
      return;
    }
    if (normBelow(this.programme, signs) <= this.value) return;
    const near = this.nearPattern(signs);
    this.offerPoint(near);
    const from = this.point ?? new Float64Array(this.gates.d);
    this.offerLine(
      near,
      near.map((value, j) => value - from[j]),
    );
  }

  /** Takes the best point of a line; in a ball, of the part of the line within it. */
  offerLine(x: Float64Array, v: Float64Array): void {
    this.offerPoint(bestOnLine(this.gates, x, v, this.radius));
  }

  /** Ascents from random points at several distances. */
  ascend(network: TwoLayerNetwork, random: RandomStream): void {
    const { d, offsets } = this.gates;
    const sizes = Array.from(offsets, Math.abs).sort((p, q) => p - q);
    const typical = sizes[Math.floor(sizes.length / 2)] || 1;
    const finite = Number.isFinite(this.radius);
    const distances = finite ? [this.radius * 0.9, this.radius * 0.5] : [typical * 2, typical * 20];
    for (const distance of distances) {
      const starts = Array.from({ length: 8 }, () => random.gaussians(d, distance / Math.sqrt(d)));
      const points = ascend(network, starts, {
        steps: 100,
        ball: finite ? this.radius * 0.999 : distance * 100,
      });
      for (const point of points) {
        this.offerPoint(point);
        this.offerLine(
          point,
          Float64Array.from({ length: d }, () => random.gaussian()),
        );
      }
    }
  }

  /** A point whose gates are near the wanted signs, by ridge regression of margins. */
  private nearPattern(signs: Int8Array): Float64Array {
    const { m, d, normals, offsets } = this.gates;
    const margin = Math.max(...offsets.map(Math.abs)) || 1;
    const wanted = Float64Array.from({ length: m }, (_, i) => margin * signs[i + 1] - offsets[i]);
    this.solveNormal ??= ridge(normals, m, d);
    return this.solveNormal(wanted);
  }
}

/** wanted ↦ argmin ‖N x − wanted‖² + λ‖x‖². */
function ridge(normals: Float64Array, m: number, d: number): (wanted: Float64Array) => Float64Array {
  const transposed = new Float64Array(d * m);
  for (let i = 0; i < m; i++) for (let j = 0; j < d; j++) transposed[j * m + i] = normals[i * d + j];
  const G = multiplyTransposed(transposed, transposed, d, m, d);
  for (let j = 0; j < d; j++) G[j * d + j] += 1e-6 * m;
  const L = cholesky(G, d);
  if (!L) return () => new Float64Array(d);
  return (wanted) => {
    const right = new Float64Array(d);
    for (let j = 0; j < d; j++) for (let i = 0; i < m; i++) right[j] += transposed[j * m + i] * wanted[i];
    return solveCholesky(L, d, right);
  };
}
