/** One slope for several groups of points at equal values of a second regressor. */
import { checkConfidence, checkPoints, type Interval, mean } from "./fit.ts";
import type { Group } from "./grouped-fit.ts";
import { studentQuantile } from "./student.ts";

/** Points that share an intercept, with a second regressor z; all of one length. */
export interface PartialGroup extends Group {
  readonly z: readonly number[];
}

/** y ≈ (intercept of the point's group) + slope · x + (a number) · z. */
export interface PartialFit {
  readonly slope: number;
  readonly slopeInterval: Interval;
  /** The share of the squares of x around its groups' means that z explains: near 1 little is left to tell x from z. */
  readonly shared: number;
  /** Points − groups − 2. */
  readonly degreesOfFreedom: number;
}

/** Of the squares of x, less is rounding. */
const leastShare = 1e-9;

/**
 * The slope of x in least squares on x and z with an intercept for each group, by what z leaves of x and y (Frisch, Waugh and
 * Lovell). Undefined where z or what it leaves of x does not vary, or the points do not outnumber groups + 2. The interval is
 * exact for independent normal errors of one variance. Throws RangeError as linearFit does.
 */
export function partialFit(groups: readonly PartialGroup[], confidence = 0.95): PartialFit | undefined {
  checkConfidence(confidence);
  const points = groups.flatMap(({ x, y, z }) => {
    checkPoints(x, y);
    checkPoints(x, z);
    const [meanX, meanY, meanZ] = [x, y, z].map(mean);
    return x.map((at, i) => ({ x: at - meanX, y: y[i] - meanY, z: z[i] - meanZ }));
  });
  type Name = "x" | "y" | "z";
  const product = (p: Name, q: Name) => points.reduce((sum, point) => sum + point[p] * point[q], 0);
  const [xx, xy, xz, yy, yz, zz] = [
    product("x", "x"),
    product("x", "y"),
    product("x", "z"),
    product("y", "y"),
    product("y", "z"),
    product("z", "z"),
  ];
  const left = xx - (xz * xz) / zz;
  const degreesOfFreedom = points.length - groups.filter(({ x }) => x.length > 0).length - 2;
  if (!(zz > 0) || !(left > leastShare * xx) || degreesOfFreedom < 1) return undefined;
  const slope = (xy - (xz * yz) / zz) / left;
  const residualSum = Math.max(0, yy - (yz * yz) / zz - slope * slope * left);
  const spread =
    studentQuantile((1 + confidence) / 2, degreesOfFreedom) *
    Math.sqrt(residualSum / degreesOfFreedom / left);
  return { slope, slopeInterval: [slope - spread, slope + spread], shared: 1 - left / xx, degreesOfFreedom };
}
