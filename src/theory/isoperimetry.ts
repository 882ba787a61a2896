/** How isoperimetric points are, as far as functions that are tried tell (Universal law, Definition 1.1). */
import { clusters } from "../numeric/clusters.ts";
import type { RandomStream } from "../numeric/random.ts";
import { type Points, testFunctions } from "./isoperimetry-functions.ts";
import { type Law, MissingError, needed } from "./law.ts";
import { checkPoints, checkWhole } from "./ranges.ts";

/** Points that each half of a component has at the least. */
const leastHalf = 4;
/** Values beyond a threshold that its tail is estimated from, at the least. */
const leastExceedances = 20;
/** Above this many times c_var, c_mgf says that tails are too heavy for isoperimetry. */
const heavyTails = 5;

/** Lower estimates of c for 1-Lipschitz f: only some f are tried. */
export interface FunctionConstants {
  /** d Var f. */
  readonly cVar: number;
  /** (2/t²) ln E e^{t√d(f − Ef)} at one and two standard deviations to both sides. */
  readonly cMgf: number;
  /** d t²/(2 ln(2/P(|f − Ef| >= t))), the largest over t; low by construction. */
  readonly cTail: number;
}

export interface IsoperimetryEstimate extends FunctionConstants {
  /** The function that c_var is from, and the component where there are several. */
  readonly worstFunction: string;
  /** d/c_var, infinite for points that are all equal. */
  readonly effectiveDimension: number;
}

/**
 * The constants of one function from its values f(x_i).
 * @param d dimensions of the points
 */
export function constantsOf(values: Float64Array, d: number): FunctionConstants {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const z = values.map((value) => Math.sqrt(d) * (value - mean));
  const cVar = z.reduce((sum, value) => sum + value * value, 0) / n;
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  // A constant, up to rounding.
  if (!(cVar > d * (1e-14 * largest) ** 2)) return { cVar: 0, cMgf: 0, cTail: 0 };
  const deviation = Math.sqrt(cVar);
  const cMgf = [-2, -1, 1, 2].reduce((most, steps) => {
    const t = steps / deviation;
    const exponents = z.map((value) => t * value);
    const top = exponents.reduce((a, b) => Math.max(a, b));
    const log = top + Math.log(exponents.reduce((sum, value) => sum + Math.exp(value - top), 0) / n);
    return Math.max(most, (2 / t ** 2) * log);
  }, 0);
  const sizes = z.map(Math.abs).sort().reverse();
  let cTail = 0;
  for (let beyond = leastExceedances; beyond <= n; beyond++) {
    cTail = Math.max(cTail, sizes[beyond - 1] ** 2 / (2 * Math.log((2 * n) / beyond)));
  }
  return { cVar, cMgf, cTail };
}

/**
 * Lower estimates of the isoperimetry constant of the measure behind the points: the largest over functions whose parameters
 * come from one half of the points and whose values come from the other. Points that are used twice would seem less
 * isoperimetric: by (1 + √(d/N))² for directions.
 * @param options.components clusters (k-means) that are measured apart; the worst one counts
 * @throws RangeError where a component has fewer than 8 points or a number is not finite
 */
export function estimateIsoperimetry(
  points: Points,
  options: { readonly random: RandomStream; readonly components?: number },
): IsoperimetryEstimate {
  checkPoints(points);
  const { random, components = 1 } = options;
  checkWhole("components", components, 1, points.n);
  const groups = components === 1 ? [points] : clusters(points, components, random);
  const all = groups.flatMap((group, at) => {
    checkWhole(components === 1 ? "n" : `n of component ${at + 1}`, group.n, 2 * leastHalf);
    const [own, held] = halves(group, random);
    return testFunctions(own, random).map(({ name, value }) => {
      const values = Float64Array.from({ length: held.n }, (_, i) =>
        value(held.X.subarray(i * held.d, (i + 1) * held.d)),
      );
      return {
        name: components === 1 ? name : `${name}, component ${at + 1}`,
        ...constantsOf(values, held.d),
      };
    });
  });
  const worst = all.reduce((most, one) => (one.cVar > most.cVar ? one : most));
  return {
    cVar: worst.cVar,
    cMgf: Math.max(...all.map(({ cMgf }) => cMgf)),
    cTail: Math.max(...all.map(({ cTail }) => cTail)),
    worstFunction: worst.name,
    effectiveDimension: points.d / worst.cVar,
  };
}

/** Two halves in a random order. */
function halves({ n, d, X }: Points, random: RandomStream): [Points, Points] {
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  const part = (places: readonly number[]): Points => {
    const rows = new Float64Array(places.length * d);
    places.forEach((i, at) => {
      rows.set(X.subarray(i * d, (i + 1) * d), at * d);
    });
    return { n: places.length, d, X: rows };
  };
  return [part(order.slice(0, n >> 1)), part(order.slice(n >> 1))];
}

export const isoperimetry: Law = {
  name: "isoperimetry",
  theorem: "Universal law, Definition 1.1",
  summary: "the isoperimetry constant c of points, from below, and their effective dimension d/c",
  parameters: {
    components: { kind: "number", default: 1, description: "clusters that are measured apart" },
  },
  takes: ["data"],
  example: "--data sphere --n 8000 --d 50",
  ask(question) {
    const { data, random } = question;
    if (!data) throw new MissingError("isoperimetry: give --data");
    const { components } = needed("isoperimetry", question, "components");
    const found = estimateIsoperimetry(data, { random: random("functions"), components });
    const estimate = { kind: "lower", theorem: "Universal law, Definition 1.1", hypotheses: [] } as const;
    const bound = (value: number, method: string) => ({
      ...estimate,
      quantity: "c, estimated",
      value,
      method,
      vacuous: value === 0,
    });
    return {
      bounds: [
        bound(found.cVar, `d Var f, f: ${found.worstFunction}`),
        bound(found.cMgf, "moment generating function at one and two deviations"),
        bound(found.cTail, "tails of Definition 1.1"),
      ],
      details: {
        ...(found.cVar > 0 && { effective_dimension: found.effectiveDimension }),
        worst_function: found.worstFunction,
        heavy_tails: found.cMgf > heavyTails * found.cVar,
      },
      warnings: [
        "estimates from sampled points: only some functions are tried, and no bound is certain",
        ...(found.cVar === 0 ? ["the points are all equal: c = 0"] : []),
        ...(found.cMgf > heavyTails * found.cVar
          ? [`c_mgf is more than ${heavyTails} c_var: tails are too heavy for isoperimetry`]
          : []),
      ],
    };
  },
};
