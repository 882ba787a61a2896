/** The distribution of points with labels as a text: a family, perhaps with what is done to its labels, as "clusters:2+flip:0.1". */
import type { RandomStream } from "../numeric/random.ts";
import type { Dataset } from "./dataset.ts";
import { type Family, familyNames, familyPoints, hasSigns, numberOf } from "./families.ts";
import { randomSigns } from "./generic.ts";

/** How labels come about: y = (1 − noise) sign + noise u with u uniform on [−1, 1]. */
export interface LabelModel {
  /** Signs of the family's points, or independent uniform ones. */
  readonly signs: "family" | "random";
  /** Probability that a sign of the family is turned; 0 to 1/2. */
  readonly flip: number;
  /** 0 for signs, up to 1: then labels lie in [−1, 1]. */
  readonly noise: number;
}

export interface DataModel {
  /** Its one spelling: what stands in the column `data`. */
  readonly text: string;
  readonly family: Family;
  readonly labels: LabelModel;
}

/** Whether labels are uniform signs, independent of each other and of the points: so are signs turned with probability 1/2. */
export function hasRandomSigns({ signs, flip, noise }: LabelModel): boolean {
  return noise === 0 && (signs === "random" || flip === 0.5);
}

/** The families as they are written, with letters for their numbers. */
export const familyForms: readonly string[] = familyNames.map((name) => {
  const number = numberOf(name);
  return number ? `${name}:${number.letter}` : name;
});

/** What can follow a family. */
export const labelForms = "+flip:Q (of clusters) or +noise:S after it";

const expected = `must be one of ${familyForms.join(", ")}, with ${labelForms}`;

/**
 * Understands a text such as "sphere", "subspace:10" or "clusters:2+flip:0.1".
 * @throws RangeError whose message begins with "must", saying what there is
 */
export function parseDataModel(text: string): DataModel {
  const [familyText, labelText, ...rest] = text.replace(/\s/g, "").split("+");
  const [familyName, number] = split(familyText);
  if (familyName === "hypercube")
    throw new RangeError("must be vertices, its corners, or cube, the solid one");
  const name = familyNames.find((known) => known === familyName);
  if (!name || rest.length > 0) throw new RangeError(expected);
  const rule = numberOf(name);
  if (!rule && number !== undefined) throw new RangeError(`must be ${name} without a number, got ${text}`);
  if (rule && !isWhole(number, rule.least, rule.most)) {
    const { letter, least, most } = rule;
    throw new RangeError(`must have ${letter} in {${least}, …, ${most}} in ${name}:${letter}, got ${text}`);
  }
  const family: Family = rule ? { name, number: Number(number) } : { name };
  const spelling = rule ? `${name}:${Number(number)}` : name;
  const plain: LabelModel = { signs: hasSigns(family) ? "family" : "random", flip: 0, noise: 0 };
  if (labelText === undefined) return { text: spelling, family, labels: plain };
  const [change, amount] = split(labelText);
  const value = amount === undefined || amount === "" ? Number.NaN : Number(amount);
  if (change === "flip") {
    if (plain.signs === "random") {
      throw new RangeError(
        `must be clusters:K for +flip:Q: ${name} has random signs, and flips leave them so`,
      );
    }
    if (!(value > 0 && value <= 0.5)) throw new RangeError(`must have Q in (0, 1/2] in +flip:Q, got ${text}`);
    return { text: `${spelling}+flip:${value}`, family, labels: { ...plain, flip: value } };
  }
  if (change === "noise") {
    if (!(value > 0 && value <= 1)) throw new RangeError(`must have S in (0, 1] in +noise:S, got ${text}`);
    return { text: `${spelling}+noise:${value}`, family, labels: { ...plain, noise: value } };
  }
  throw new RangeError(expected);
}

/** What stands before the first colon, and after it. */
function split(text: string): [before: string, after?: string] {
  const at = text.indexOf(":");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function isWhole(text: string | undefined, least: number, most: number): boolean {
  if (text === undefined || !/^\d+$/.test(text)) return false;
  return Number(text) >= least && Number(text) <= most;
}

/**
 * Samples n points of R^d with labels. Points come from the stream "points", all of the labels' own chance from "labels".
 * @throws RangeError if n < 1 or d is below the family's least
 */
export function sampleData(
  { family, labels }: DataModel,
  { n, d }: { n: number; d: number },
  random: (purpose: string) => RandomStream,
): Dataset {
  const { X, signs } = familyPoints(family, { n, d }, random("points"));
  return { n, d, X, y: sampleLabels(labels, signs, n, random("labels")) };
}

function sampleLabels(
  { flip, noise }: LabelModel,
  signs: Float64Array | undefined,
  n: number,
  random: RandomStream,
): Float64Array {
  if (!signs && noise === 0) return randomSigns(n, random);
  return Float64Array.from({ length: n }, (_, i) => {
    const sign = signs ? signs[i] : random.sign();
    const kept = flip > 0 && random.uniform() < flip ? -sign : sign;
    return noise > 0 ? (1 - noise) * kept + noise * (2 * random.uniform() - 1) : kept;
  });
}
