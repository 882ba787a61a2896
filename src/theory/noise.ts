/** Label noise and isoperimetry of the data families (A Universal Law of Robustness via Isoperimetry, Definition 1.1 and Theorem 3). */
import type { LabelModel } from "../data/data-model.ts";
import { type Family, type FamilyName, familyNames, hasSigns, numberOf } from "../data/families.ts";
import { isoperimetryConstant } from "./isoperimetry-constant.ts";
import { type Bound, type Law, needed } from "./law.ts";
import { checkInside } from "./ranges.ts";
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
