/** Families of points: distributions on R^d by name, most of them with E‖x‖² = 1 (docs/data.md). */
import type { RandomStream } from "../numeric/random.ts";

export type FamilyName = keyof typeof families;

/** A family with its number, where it has one: 3 of "clusters:3". */
export interface Family {
  readonly name: FamilyName;
  readonly number?: number;
}

/** What the number of a family is: its letter, and the whole numbers it can be. */
export interface FamilyNumber {
  readonly letter: string;
  readonly least: number;
  readonly most: number;
}

interface FamilyRule {
  readonly number?: FamilyNumber;
  /** Least dimension, 1 unless given. */
  readonly leastDimension?: (number: number) => number;
  /** Whether points have signs of their own. */
  readonly hasSigns?: true;
  /** Fills a point, d numbers that are 0. Returns its sign, 0 where points have none. */
  readonly draw: (x: Float64Array, random: RandomStream, number: number) => number;
}

/** Each coordinate on its own. */
function product(coordinate: (random: RandomStream) => number, scale: (d: number) => number): FamilyRule {
  return {
    draw(x, random) {
      const factor = scale(x.length);
      for (let j = 0; j < x.length; j++) x[j] = factor * coordinate(random);
      return 0;
    },
  };
}

/** Fills `row` with a uniform point of the unit sphere. */
function sampleDirection(row: Float64Array, random: RandomStream): void {
  let squared = 0;
  while (squared === 0) {
    for (let j = 0; j < row.length; j++) {
      row[j] = random.gaussian();
      squared += row[j] * row[j];
    }
  }
  const norm = Math.sqrt(squared);
  for (let j = 0; j < row.length; j++) row[j] /= norm;
}

const mostCount = 1_000_000;
/** Each point draws so many squares. */
const mostDegrees = 1000;

const families = {
  gaussian: product(
    (random) => random.gaussian(),
    (d) => 1 / Math.sqrt(d),
  ),
  sphere: {
    leastDimension: () => 2,
    draw(x, random) {
      sampleDirection(x, random);
      return 0;
    },
  },
  ball: {
    draw(x, random) {
      // The first d coordinates of a point of the sphere in R^(d+2) are uniform in the unit ball.
      const d = x.length;
      const longer = new Float64Array(d + 2);
      sampleDirection(longer, random);
      const radius = Math.sqrt((d + 2) / d);
      for (let j = 0; j < d; j++) x[j] = radius * longer[j];
      return 0;
    },
  },
  cube: product(
    (random) => random.uniform() - 0.5,
    (d) => Math.sqrt(12 / d),
  ),
  vertices: product(
    (random) => random.sign(),
    (d) => 1 / Math.sqrt(d),
  ),
  subspace: {
    number: { letter: "R", least: 1, most: mostCount },
    leastDimension: (rank) => rank,
    draw(x, random, rank) {
      for (let j = 0; j < rank; j++) x[j] = random.gaussian() / Math.sqrt(rank);
      return 0;
    },
  },
  clusters: {
    number: { letter: "K", least: 2, most: mostCount },
    leastDimension: (count) => Math.ceil(count / 2),
    hasSigns: true,
    draw(x, random, count) {
      const cluster = Math.floor(count * random.uniform());
      const sign = cluster % 2 === 0 ? 1 : -1;
      for (let j = 0; j < x.length; j++) x[j] = random.gaussian() / Math.sqrt(x.length);
      x[Math.floor(cluster / 2)] += sign;
      return sign;
    },
  },
  laplace: product(
    (random) => -random.sign() * Math.log(1 - random.uniform()),
    (d) => 1 / Math.sqrt(2 * d),
  ),
  student: {
    // Of two degrees of freedom and less the second moment is infinite.
    number: { letter: "NU", least: 3, most: mostDegrees },
    draw(x, random, degrees) {
      let squares = 0;
      for (let i = 0; i < degrees; i++) squares += random.gaussian() ** 2;
      const radius = Math.sqrt((degrees - 2) / squares / x.length);
      for (let j = 0; j < x.length; j++) x[j] = radius * random.gaussian();
      return 0;
    },
  },
} satisfies Record<string, FamilyRule>;

export const familyNames = Object.keys(families) as FamilyName[];

function ruleOf(name: FamilyName): FamilyRule {
  return families[name];
}

/** The number that a family has after a colon, if any. */
export function numberOf(name: FamilyName): FamilyNumber | undefined {
  return ruleOf(name).number;
}

/** The least d that the family has points in. */
export function leastDimension({ name, number = 0 }: Family): number {
  return ruleOf(name).leastDimension?.(number) ?? 1;
}

/** Whether its points have signs of their own: those of their clusters. */
export function hasSigns({ name }: Family): boolean {
  return ruleOf(name).hasSigns ?? false;
}

/**
 * Samples n independent points of R^d, one after the other: fewer points are the first of more.
 * @returns X, n × d, row-major, and the signs of the points, n, where the family has them
 * @throws RangeError if n < 1 or d is below the family's least
 */
export function familyPoints(
  family: Family,
  { n, d }: { n: number; d: number },
  random: RandomStream,
): { X: Float64Array; signs?: Float64Array } {
  const { name, number = 0 } = family;
  const least = leastDimension(family);
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`n must be an integer >= 1, got ${n}`);
  if (!Number.isInteger(d) || d < least) {
    throw new RangeError(`d must be an integer >= ${least} for ${name} data, got ${d}`);
  }
  const X = new Float64Array(n * d);
  const signs = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    signs[i] = ruleOf(name).draw(X.subarray(i * d, (i + 1) * d), random, number);
  }
  return hasSigns(family) ? { X, signs } : { X };
}
