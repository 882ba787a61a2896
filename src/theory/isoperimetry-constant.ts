/** The isoperimetry constants of the data families (A Universal Law of Robustness via Isoperimetry, Definition 1.1). */
import { type Family, leastDimension, numberOf } from "../data/families.ts";
import { checkWhole } from "./ranges.ts";

/**
 * How Lipschitz functions concentrate: E exp(t(f − E f)) <= exp(t²cL²/(2d)) for every L-Lipschitz f and every t. Definition 1.1,
 * P(|f − E f| >= t) <= 2 exp(−dt²/(2cL²)), follows with the same c.
 */
export interface Isoperimetry {
  /** A c for which that holds; infinite where there is none. */
  readonly c: number;
  /** No c below this will do, where that is known and far from c. */
  readonly least?: number;
  /** Parts of the mixture, each of which has this c. */
  readonly components: number;
  /** Where c is from. */
  readonly method: string;
}

/**
 * d Var f/√d for f the distance to the half of the vertices with Σ x_j <= 0, as d grows: 2 Var √max(0, g), g ~ N(0, 1). Var f is at
 * most cL²/d.
 */
const leastOfVertices = 0.4598;

/**
 * The c of a family in R^d: d/ρ for those with a logarithmic Sobolev inequality of constant ρ. A family stretched s times has s² c.
 * @throws RangeError
 */
export function isoperimetryConstant(family: Family, d: number): Isoperimetry {
  const { name, number = 0 } = family;
  const rule = numberOf(name);
  if (rule) checkWhole(rule.letter, number, rule.least, rule.most);
  checkWhole("d", d, leastDimension(family));
  const one = { components: 1 };
  switch (name) {
    case "gaussian":
      return { ...one, c: 1, method: "logarithmic Sobolev, covariance I/d" };
    case "sphere":
      return { ...one, c: d / (d - 1), method: "logarithmic Sobolev, curvature d - 1" };
    case "ball":
      return { ...one, c: (d + 2) / (d + 1), method: "projection of a sphere in R^(d+2)" };
    case "cube":
      return { ...one, c: 12 / Math.PI ** 2, method: "logarithmic Sobolev, side √(12/d)" };
    case "vertices":
      // One coordinate moves f by 2L/√d. The paper counts hypercubes among the families with c = O(1): solid ones are meant.
      return { ...one, c: d, least: leastOfVertices * Math.sqrt(d), method: "bounded differences" };
    case "subspace":
      return { ...one, c: d / number, method: "logarithmic Sobolev, covariance I/R on R^R" };
    case "clusters":
      return { c: 1, components: number, method: "logarithmic Sobolev, covariance I/d around each mean" };
    case "laplace":
      return { ...one, c: Number.POSITIVE_INFINITY, method: "none: exponential tails" };
    case "student":
      return { ...one, c: Number.POSITIVE_INFINITY, method: "none: polynomial tails" };
  }
}
