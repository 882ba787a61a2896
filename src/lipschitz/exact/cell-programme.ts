/**
 * Does an open set of R^d have given signs? The linear programme: the largest margin t with z_i(⟨n_i, x⟩ + o_i) >= t for all
 * fixed signs, t <= 1 in units of typical offsets. Solved by HiGHS in f64; what it says is only a proposal, and either a
 * point whose gates are certain or multipliers that prove emptiness decide. Asked where nearest-points.ts cannot tell.
 */
import { norm } from "../../network/evaluate.ts";
import { loadHighs, type Highs as Solver } from "../../numeric/highs.ts";
import { certainSide } from "../witness.ts";
import { provesEmpty } from "./empty-cell.ts";
import { type Gates, typicalOffset } from "./gates.ts";

type Model = ReturnType<Solver["createModel"]>;

const unit = 2 ** -53;

export type CellAnswer =
  /** A point strictly inside, its gates certain. */
  | { readonly kind: "point"; readonly point: Float64Array; readonly signs: Int8Array }
  /** Proved: no open set has the signs. */
  | { readonly kind: "empty" }
  /** Neither. */
  | { readonly kind: "unsure" };

export class CellProgramme {
  private readonly gates: Gates;
  private readonly scale: number;
  private readonly highs: Solver;
  private model: Model;
  private constructor(gates: Gates, highs: Solver) {
    this.gates = gates;
    this.highs = highs;
    this.scale = typicalOffset(gates);
    this.model = this.build();
  }

  static async load(gates: Gates): Promise<CellProgramme> {
    return new CellProgramme(gates, await loadHighs());
  }

  dispose(): void {
    this.model.dispose();
  }

  /** @param signs 1 or −1, 0 for gates that do not matter; K */
  ask(signs: Int8Array): CellAnswer {
    const { m, d } = this.gates;
    const { infinity } = this.highs;
    const lower = new Float64Array(2 * m).fill(-infinity);
    const upper = new Float64Array(2 * m).fill(infinity);
    for (let i = 0; i < m; i++) {
      const bound = -this.gates.offsets[i] / this.scale;
      if (signs[i + 1] > 0) lower[i] = bound;
      else if (signs[i + 1] < 0) upper[m + i] = bound;
    }
    if (m > 0) this.model.changeRowsBounds({ kind: "range", from: 0, to: 2 * m - 1 }, lower, upper);
    try {
      this.model.run();
    } catch {
      // HiGHS gives up on some programmes with nearly equal rows; what it holds then is not known.
      this.model.dispose();
      this.model = this.build();
      return { kind: "unsure" };
    }
    if (this.model.getModelStatus() !== this.highs.constants.modelStatus.optimal) return { kind: "unsure" };
    const { colValue, rowDual } = this.model.getSolution();
    const point = Float64Array.from(colValue.subarray(0, d), (value) => value * this.scale);
    const found = gateSigns(this.gates, point);
    if (found?.every((sign, i) => signs[i] === 0 || sign === signs[i]))
      return { kind: "point", point, signs: found };
    const weights = Float64Array.from({ length: m }, (_, i) =>
      Math.abs(signs[i + 1] > 0 ? rowDual[i] : rowDual[m + i]),
    );
    const empty = colValue[d] < 1e-6 && provesEmpty(this.gates, signs, weights);
    return { kind: empty ? "empty" : "unsure" };
  }

  private build(): Model {
    const { m, d, normals } = this.gates;
    const { infinity } = this.highs;
    const model = this.highs.createModel();
    model.options.set({
      output_flag: false,
      primal_feasibility_tolerance: 1e-9,
      dual_feasibility_tolerance: 1e-9,
    });
    for (let j = 0; j < d; j++) model.addVar(-infinity, infinity);
    model.addVar(-infinity, 1);
    model.changeColCost(d, -1);
    // Rows ⟨n_i, x⟩ − t >= … where gate i is on, and ⟨n_i, x⟩ + t <= … where it is off.
    const indices = Int32Array.from({ length: d + 1 }, (_, j) => j);
    for (const sign of [-1, 1]) {
      for (let i = 0; i < m; i++) {
        const values = Float64Array.of(...normals.subarray(i * d, (i + 1) * d), sign);
        model.addRow(-infinity, infinity, { indices, values });
      }
    }
    return model;
  }
}

/**
 * The signs of all gates at x, K with z_0 = 1, where each is certain in exact arithmetic.
 * @returns undefined where one is not, or x is not in the open ball for certain
 */
export function gateSigns(
  { m, d, normals, offsets }: Gates,
  x: Float64Array,
  radius = Number.POSITIVE_INFINITY,
): Int8Array | undefined {
  const signs = new Int8Array(m + 1);
  signs[0] = 1;
  for (let i = 0; i < m; i++) {
    const side = certainSide(normals, i * d, x, offsets[i]);
    if (side === 0) return undefined;
    signs[i + 1] = side;
  }
  if (radius === Number.POSITIVE_INFINITY) return signs;
  return norm(x) * (1 + (d + 8) * unit) < radius ? signs : undefined;
}
