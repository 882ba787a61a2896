/** Label noise and isoperimetry of the data families (A Universal Law of Robustness via Isoperimetry, Definition 1.1 and Theorem 3). */
import type { LabelModel } from "../data/data-model.ts";
import {
  type Family,
  type FamilyName,
  familyNames,
  hasSigns,
  leastDimension,
  numberOf,
} from "../data/families.ts";
import { type Bound, type Law, needed } from "./law.ts";
import { checkInside, checkWhole } from "./ranges.ts";
import { mixtureMinSamples } from "./universal.ts";

/**
 * σ² = E Var[y | x, the sign of its family]: (1 − S)² 4q(1 − q) + S²/3, with q = 1/2 for random signs. Where the sign follows from x
 * this is E Var[y | x], else that is larger. Below σ² in mean squared error a function fits noise.
 * @throws RangeError
 */
export function noiseLevel({ signs, flip, noise }: LabelModel): number {
  checkInside("flip", flip, "[0, 0.5]");
  checkInside("noise", noise, "[0, 1]");
  const q = signs === "random" ? 0.5 : flip;
  return (1 - noise) ** 2 * 4 * q * (1 - q) + noise ** 2 / 3;
}

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

const universal = "A Universal Law of Robustness via Isoperimetry";

export const noiseLaw: Law = {
  name: "noise",
  theorem: `${universal}, Definition 1.1 and Theorem 3`,
  summary: "the label noise and the isoperimetry constant of a family of --data",
  parameters: {
    family: { kind: "choice", choices: familyNames, default: "gaussian", description: "of --data" },
    number: { kind: "number", description: "of the family, as 2 in clusters:2" },
    d: { kind: "number", description: "dimension" },
    flip: { kind: "number", default: 0, description: "probability that the sign of a cluster is turned" },
    noise: { kind: "number", default: 0, description: "S of +noise:S" },
    e: {
      kind: "number",
      isError: true,
      description: "mean squared error below the noise level, for the n that Theorem 3 asks for there",
    },
    delta: { kind: "number", default: 0.05, description: "probability that Theorem 3 may fail with" },
  },
  takes: [],
  example: "--family clusters --number 2 --d 100 --flip 0.1",
  ask(question) {
    const name = question.choices.family as FamilyName;
    const { d } = needed("noise", question, "d");
    const family: Family = numberOf(name) ? { name, ...needed("noise", question, "number") } : { name };
    const { c, least, components, method } = isoperimetryConstant(family, d);
    const flip = Number(question.numbers.flip);
    if (flip !== 0 && !hasSigns(family)) {
      throw new RangeError(`flip must lie in {0} for ${name}, whose signs are random, got ${flip}`);
    }
    const signs = hasSigns(family) ? "family" : "random";
    const isoperimetry = { theorem: `${universal}, Definition 1.1`, hypotheses: [], vacuous: false } as const;
    const level = noiseLevel({ signs, flip, noise: Number(question.numbers.noise) });
    const { e } = question.numbers;
    if (e !== undefined) checkInside("e", e, "(0, inf)");
    // The noise level itself, up to rounding, is not below it.
    const least_n =
      e !== undefined && e < level - 1e-12 && c < Number.POSITIVE_INFINITY
        ? mixtureMinSamples({
            components,
            delta: Number(question.numbers.delta),
            epsilon: level - e,
            constants: "printed",
          })
        : undefined;
    const bounds: Bound[] = [
      {
        kind: signs === "random" ? "exact" : "lower",
        quantity: "σ² = E Var[y | x]",
        value: level,
        method: "(1 - S)² 4q(1 - q) + S²/3, q = 1/2 for random signs",
        theorem: `${universal}, Theorem 3`,
        hypotheses: [],
        vacuous: false,
      },
      { ...isoperimetry, kind: "upper", quantity: "c", value: c, method },
    ];
    if (least !== undefined) {
      const half = "variance of the distance to half of the vertices, for large d";
      bounds.push({ ...isoperimetry, kind: "lower", quantity: "c", value: least, method: half });
    }
    return {
      bounds,
      details: {
        components,
        effective_dimension: d / c,
        ...(least_n !== undefined && { least_n_of_theorem_3: least_n }),
      },
      warnings:
        c < Number.POSITIVE_INFINITY ? [] : [`No c will do for ${name}: the theorem does not speak of it.`],
    };
  },
};
