/** What statements over random points and labels ask of the family that data are sampled from. */
import { hasRandomSigns } from "../data/data-model.ts";
import { isoperimetryConstant } from "./isoperimetry-constant.ts";
import type { Hypothesis, Law, Question } from "./law.ts";

/** Of a parameter that originValues has. */
export const ofFamily = "; that of a sampled family where not given";

type Origin = Pick<Question, "data" | "origin">;

/** What the family says of a law's parameters, as texts. */
export function originValues({ parameters }: Law, { data, origin }: Origin): Record<string, string> {
  if (!data || !origin) return {};
  const { c, components } = isoperimetryConstant(origin.family, data.d);
  return {
    ...("c" in parameters && { c: String(c) }),
    ...("components" in parameters && { components: String(components) }),
  };
}

/** That points are generic, as the papers call them; nothing of data whose origin is not known. */
export function genericHypotheses({ origin }: Origin): Hypothesis[] {
  if (!origin) return [];
  const ok = ["gaussian", "sphere"].includes(origin.family.name);
  return [{ name: "points are gaussian or on the sphere", ok, left: Number(ok), right: 1 }];
}

/** That labels are independent uniform signs; nothing of data whose origin is not known. */
export function signHypotheses({ origin }: Origin): Hypothesis[] {
  if (!origin) return [];
  const ok = hasRandomSigns(origin.labels);
  return [{ name: "labels are random signs, whatever the points", ok, left: Number(ok), right: 1 }];
}

/** What is to be said of labels whose origin is not known. */
export function signWarnings({ data, origin }: Origin): string[] {
  return data && !origin
    ? [
        "a bound for random signs takes these labels for random signs, independent of the points: that cannot be seen from them",
      ]
    : [];
}

/** That the family has a constant c, and no larger one, nor more components, than the law is asked with. */
export function isoperimetryHypotheses(
  { data, origin }: Origin,
  given: { readonly c: number; readonly components: number },
): Hypothesis[] {
  if (!data || !origin) return [];
  const { c, components } = isoperimetryConstant(origin.family, data.d);
  return [
    {
      name: "the family's isoperimetry constant is finite, at most c",
      ok: Number.isFinite(c) && c <= given.c,
      left: c,
      right: given.c,
    },
    {
      name: "components of the family <= those of the law",
      ok: components <= given.components,
      left: components,
      right: given.components,
    },
  ];
}
