/**
 * One real parameter that memorises nearly everything (A universal law of robustness, §4, Theorem 4): why the law needs
 * weights of polynomial size.
 *
 * The theorem turns the function below into a network of three layers by the Kolmogorov–Arnold theorem, which gives no
 * network that could be written down: it is the function itself that is built.
 */
import type { Dataset } from "../data/dataset.ts";
import { cellOf, inSlab, mostPoints, promisedShare, slabHalfWidth } from "../theory/one-parameter.ts";
import { type Construction, type ConstructionMethod, HypothesisError, row } from "./construction.ts";

export const oneParameter: ConstructionMethod = {
  name: "one-parameter",
  theorem: "A universal law of robustness, section 4, Theorem 4",
  summary: "one huge integer, its bits the labels of the 2^d orthants (no network)",
  options: {
    tau: {
      kind: "choice",
      choices: ["printed", "wide"],
      default: "printed",
      description: "half width of the walls between orthants: printed: 1/(100 d^1.5); wide: 1/(8 d^1.5)",
    },
    "tau-value": { kind: "number", least: 0, description: "any other half width, in place of --tau" },
  },
  isFunction: true,
  signs: true,
  build(data, options): Construction {
    const { n, d } = data;
    const given = options["tau-value"] as number | undefined;
    if (given !== undefined && options.tau !== "printed") {
      throw new HypothesisError(
        `one-parameter: --tau ${options.tau} and --tau-value ${given} are two widths, give one`,
      );
    }
    const tau = given ?? (options.tau === "wide" ? 1 / (8 * d ** 1.5) : slabHalfWidth(d));
    if (!(tau > 0))
      throw new HypothesisError(`one-parameter: needs tau > 0 (got ${tau}), take a larger --tau-value`);
    const { ones, taken, slabPoints, fitted } = memorize(data, tau);
    if (fitted === 0) {
      throw new HypothesisError(
        `one-parameter: every point has a coordinate of at most tau (got tau=${tau.toPrecision(3)}), take a smaller --tau-value`,
      );
    }
    const room = mostPoints(d);
    const law = Math.sqrt(n * d);
    const denominator = 2 ** d * Math.LN2;
    return {
      evaluate: orthantFunction(ones, tau),
      hypotheses: [
        { name: "n <= 2^d/100", ok: n <= room, left: n, right: room },
        {
          name: "fitted share >= 3/4, the conclusion",
          ok: fitted >= promisedShare * n,
          left: fitted / n,
          right: promisedShare,
        },
      ],
      guarantee: { statement: "Lip(f) <= 1/tau on all of R^d, whatever the parameter", value: 1 / tau },
      details: {
        parameters: 1,
        bits: `2^${d}`,
        bits_set: ones.size,
        tau,
        fitted_share: fitted / n,
        slab_points: slabPoints,
        cells_taken: taken,
        law_sqrt_nd_over_p: law,
        ...(denominator < Number.POSITIVE_INFINITY && { law_denominator: denominator }),
      },
      warnings: [
        "weights of 2^d bits make the denominator p ln(weight size) of the theorem about 2^d ln 2: its bound says nothing here",
        ...(1 / tau > law
          ? [
              `1/tau = ${(1 / tau).toPrecision(4)} is above sqrt(n d/p) = ${law.toPrecision(4)}: no violation of the law shows at ` +
                "this size; with n = 2^d/100 the printed tau falls below from d of about 30, the wide one from 22",
            ]
          : []),
      ],
    };
  },
};

/**
 * The bits of ℓ, one for each sign pattern: 1 where the first point of the orthant has the label 1. Points with a coordinate
 * of at most τ, 0 among them, lie in a wall and set none.
 */
function memorize({ n, d, X, y }: Dataset, tau: number) {
  const labels = new Map<string, number>();
  let [slabPoints, fitted] = [0, 0];
  for (let i = 0; i < n; i++) {
    const x = row(X, i, d);
    if (inSlab(x, tau)) {
      slabPoints++;
      continue;
    }
    const cell = cellOf(x);
    const label = labels.get(cell);
    if (label === undefined) labels.set(cell, y[i]);
    if (label === undefined || label === y[i]) fitted++;
  }
  const ones = new Set([...labels].filter(([, label]) => label > 0).map(([cell]) => cell));
  return { ones, taken: labels.size, slabPoints, fitted };
}

/** Coordinates flipped, as a place in the order of their costs each, and what they cost together. */
interface Flips {
  readonly places: readonly number[];
  readonly cost: number;
}

/**
 * h_ℓ(x) = min(1, −1 + (1/τ) min_σ √(Σ_j max(0, τ − σ_j x_j)²)), the minimum over sign patterns σ whose bit is 0: −1 well
 * inside their orthants, 1 from 2τ away from them, and 1/τ-Lipschitz on all of R^d.
 *
 * Flipping σ_j from the sign of x_j costs 4τ|x_j| where |x_j| < τ, and elsewhere so much that h is 1. Patterns are tried from
 * the cheapest on until one has the bit 0: as many as there are ones, at the most, in any dimension.
 * @param ones the patterns whose bit is 1, "0" and "1" for each coordinate
 */
export function orthantFunction(ones: ReadonlySet<string>, tau: number): (x: Float64Array) => number {
  // h is 1 from this squared distance on.
  const enough = 4 * tau * tau;
  return (x) => {
    const base = x.reduce((sum, value) => sum + Math.max(0, tau - Math.abs(value)) ** 2, 0);
    const near = Array.from(x.keys())
      .filter((j) => Math.abs(x[j]) < tau)
      .sort((i, j) => Math.abs(x[i]) - Math.abs(x[j]));
    const cost = (place: number) => 4 * tau * Math.abs(x[near[place]]);
    const home = [...cellOf(x)];
    const isZero = ({ places }: Flips) => {
      const cell = [...home];
      for (const place of places) cell[near[place]] = cell[near[place]] === "1" ? "0" : "1";
      return !ones.has(cell.join(""));
    };
    // Subsets by cost: from one whose last place is p come those with p + 1 added, and with p moved to p + 1.
    const queue: Flips[] = [{ places: [], cost: 0 }];
    for (let flips = queue.shift(); flips && base + flips.cost < enough; flips = queue.shift()) {
      if (isZero(flips)) return Math.min(1, -1 + Math.sqrt(base + flips.cost) / tau);
      const { places } = flips;
      const last = places.at(-1) ?? -1;
      if (last + 1 >= near.length) continue;
      insert(queue, { places: [...places, last + 1], cost: flips.cost + cost(last + 1) });
      if (last >= 0) {
        const moved = flips.cost - cost(last) + cost(last + 1);
        insert(queue, { places: [...places.slice(0, -1), last + 1], cost: moved });
      }
    }
    return 1;
  };
}

/** Keeps the queue in the order of costs. */
function insert(queue: Flips[], flips: Flips): void {
  const place = queue.findIndex(({ cost }) => cost > flips.cost);
  if (place < 0) queue.push(flips);
  else queue.splice(place, 0, flips);
}
