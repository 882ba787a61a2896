/**
 * Does an open set have given signs, in a ball around 0 or anywhere? The point of the cell that is nearest to 0 tells: the
 * least ‖x‖ with z_i(⟨n_i, x⟩ + o_i) >= margin for all fixed signs. At the optimum x = Σ y_i z_i n_i with y >= 0, and −β =
 * ‖x‖² for margin 0, so that ‖x‖ > R makes y a proof of emptiness (empty-cell.ts); where ‖x‖ < R the point, pushed off the
 * gates by a margin, is one of the cell. Where no point is there at all, y grows without bound, along a proof of that. Both
 * are judged by others: what is found here is only a proposal.
 *
 * The dual, max Σ y_i c_i − ½‖Σ y_i p_i‖² over y >= 0, by active sets (Lawson and Hanson 1974, chapter 23).
 */
import { norm } from "../../network/evaluate.ts";
import { multiplyTransposed } from "../../numeric/matrix.ts";
import { type CellAnswer, gateSigns } from "./cell-programme.ts";
import { provesEmpty } from "./empty-cell.ts";
import { type Gates, typicalOffset } from "./gates.ts";

/** Distances from the gates that are tried, as shares of the radius, or of a typical distance of the gates from 0. */
const margins = [1e-3, 0, 1e-5, 1e-7, 1e-9, 1e-11, 1e-13];
/** In all of R^d: no point is looked for farther out than so many typical distances. */
const farthest = 1e6;
/** Added to squares of normals, relatively: dependent ones get large multipliers, not infinite ones. */
const ridge = 1e-15;

export class NearestPoints {
  private readonly gates: Gates;
  private readonly radius: number;
  /** The radius, or a typical distance. */
  private readonly scale: number;
  /** Norm beyond which points are of no use. */
  private readonly reach: number;
  /** Inner products of normals, m × m. */
  private readonly products: Float64Array;
  /** A direction in which no gate stays as it is, for certain but by accident. */
  private readonly aside: Float64Array;
  constructor(gates: Gates, radius = Number.POSITIVE_INFINITY) {
    const { normals, m, d } = gates;
    this.gates = gates;
    this.radius = radius;
    this.scale = Number.isFinite(radius) ? radius : typicalOffset(gates);
    this.reach = Number.isFinite(radius) ? radius * (1 + 1e-6) : farthest * this.scale;
    this.products = multiplyTransposed(normals, normals, m, d, m);
    this.aside = Float64Array.from({ length: d }, (_, j) => Math.cos(1 + j * j) / Math.sqrt(d));
  }

  /** @param signs 1 or −1, 0 for gates that do not matter; K */
  ask(signs: Int8Array): CellAnswer {
    const { gates, radius, scale, aside } = this;
    for (const share of margins) {
      const { x, weights } = this.nearest(signs, share * scale);
      if (share > 0) {
        // Gates that do not matter may go through the nearest point.
        const point = x.map((value, j) => value + 0.3 * share * scale * aside[j]);
        const found = gateSigns(gates, point, radius);
        if (found?.every((sign, i) => signs[i] === 0 || sign === signs[i]))
          return { kind: "point", point, signs: found };
      }
      if (provesEmpty(gates, signs, weights, radius)) return { kind: "empty" };
    }
    return { kind: "unsure" };
  }

  /** The nearest point at that distance from the fixed gates, or one too far out, and its multipliers, m. */
  private nearest(signs: Int8Array, margin: number): { x: Float64Array; weights: Float64Array } {
    const { m, d, normals, offsets } = this.gates;
    const fixed = Array.from({ length: m }, (_, i) => i).filter((i) => signs[i + 1] !== 0);
    const wanted = offsets.map((offset, i) => margin - signs[i + 1] * offset);
    const weights = new Float64Array(m);
    let x = new Float64Array(d);
    const support = new Support(this.products, m, signs);
    for (let round = 0; round < 4 * m + 20; round++) {
      const next = this.mostViolated(fixed, signs, wanted, x);
      if (next < 0 || support.gates.includes(next)) break;
      support.add(next);
      if (!support.settle(wanted, weights)) break;
      x = new Float64Array(d);
      let dual = 0;
      for (const i of support.gates) {
        const weight = weights[i] * signs[i + 1];
        for (let j = 0; j < d; j++) x[j] += weight * normals[i * d + j];
        dual += weights[i] * wanted[i];
      }
      const size = norm(x);
      // By weak duality every point at that distance from the gates is farther out.
      if (dual - (size * size) / 2 > (this.reach * this.reach) / 2) break;
    }
    return { x, weights };
  }

  private mostViolated(fixed: number[], signs: Int8Array, wanted: Float64Array, x: Float64Array): number {
    const { d, normals } = this.gates;
    let most = 1e-13 * this.scale;
    let gate = -1;
    for (const i of fixed) {
      let product = 0;
      for (let j = 0; j < d; j++) product += normals[i * d + j] * x[j];
      const gap = wanted[i] - signs[i + 1] * product;
      if (gap > most) [most, gate] = [gap, i];
    }
    return gate;
  }
}

/** The gates whose multipliers are positive, with the Cholesky factorisation of their signed inner products. */
class Support {
  private readonly products: Float64Array;
  private readonly m: number;
  private readonly signs: Int8Array;
  gates: number[] = [];
  /** Row i has i + 1 numbers. */
  private rows: Float64Array[] = [];

  constructor(products: Float64Array, m: number, signs: Int8Array) {
    this.products = products;
    this.m = m;
    this.signs = signs;
  }

  add(gate: number): void {
    const { products, m, signs, gates, rows } = this;
    const row = new Float64Array(gates.length + 1);
    let rest = products[gate * m + gate] * (1 + ridge);
    for (let j = 0; j < gates.length; j++) {
      let entry = products[gate * m + gates[j]] * signs[gate + 1] * signs[gates[j] + 1];
      for (let p = 0; p < j; p++) entry -= row[p] * rows[j][p];
      row[j] = entry / rows[j][j];
      rest -= row[j] * row[j];
    }
    row[gates.length] = Math.sqrt(Math.max(rest, products[gate * m + gate] * ridge * 1e-3));
    gates.push(gate);
    rows.push(row);
  }

  /**
   * Goes from the present multipliers towards those that meet all equations of the support, leaving gates out on the way
   * whose multipliers become 0.
   * @returns false where the last gate added is left out at once
   */
  settle(wanted: Float64Array, weights: Float64Array): boolean {
    const last = this.gates[this.gates.length - 1];
    for (;;) {
      const solution = this.solve(wanted);
      let step = 1;
      for (const [at, i] of this.gates.entries()) {
        if (!(solution[at] > 0)) step = Math.min(step, weights[i] / (weights[i] - solution[at]));
      }
      if (!(step >= 0)) return false;
      const kept: number[] = [];
      for (const [at, i] of this.gates.entries()) {
        weights[i] += step * (solution[at] - weights[i]);
        if (solution[at] > 0 || weights[i] > 1e-14 * Math.abs(solution[at])) kept.push(i);
        else weights[i] = 0;
      }
      if (step === 1) return true;
      if (kept.length === this.gates.length || !kept.includes(last)) return false;
      this.gates = [];
      this.rows = [];
      for (const i of kept) this.add(i);
    }
  }

  private solve(wanted: Float64Array): Float64Array {
    const { gates, rows } = this;
    const y = Float64Array.from(gates, (i) => wanted[i]);
    for (let i = 0; i < y.length; i++) {
      for (let p = 0; p < i; p++) y[i] -= rows[i][p] * y[p];
      y[i] /= rows[i][i];
    }
    for (let i = y.length - 1; i >= 0; i--) {
      y[i] /= rows[i][i];
      for (let p = 0; p < i; p++) y[p] -= rows[i][p] * y[i];
    }
    return y;
  }
}
