/** Pairs of points with different labels. */
import type { Dataset } from "../data/dataset.ts";
import { cheapestAssignment } from "../numeric/assignment.ts";
import type { RandomStream } from "../numeric/random.ts";
import { checkPoints, checkSigns, checkWhole } from "./ranges.ts";

export const pairings = ["random", "matching", "order"] as const;
/** The i-th point of one label with the i-th of the other, in the order given or a random one, or by least Σ ‖x − x'‖². */
export type Pairing = (typeof pairings)[number];

/** Points that can be matched: the work grows with their cube, half a second here. */
const mostMatched = 2000;

/**
 * As many disjoint pairs as the rarer label has points, of the label +1 first.
 * @param random asked by "random" alone
 * @throws RangeError where a label is no sign or absent, or more than 2000 points are to be matched
 */
export function pairsOf(
  data: Dataset,
  pairing: Pairing,
  random: RandomStream,
): (readonly [number, number])[] {
  checkPoints(data);
  const { n, y } = data;
  checkSigns(y);
  let [plus, minus] = [1, -1].map((sign) => Array.from(y.keys()).filter((i) => y[i] === sign));
  for (const [name, points] of Object.entries({ "+1": plus, "-1": minus })) {
    checkWhole(`the number of labels ${name}`, points.length);
  }
  if (pairing === "random") [plus, minus] = [shuffled(plus, random), shuffled(minus, random)];
  if (pairing === "matching") {
    checkWhole("n of --pairing matching", n, 2, mostMatched);
    return matched(data, plus, minus);
  }
  return Array.from({ length: Math.min(plus.length, minus.length) }, (_, at) => [plus[at], minus[at]]);
}

/** x − x' of each pair, m × d. */
export function differences({ d, X }: Dataset, pairs: readonly (readonly [number, number])[]): Float64Array {
  const D = new Float64Array(pairs.length * d);
  pairs.forEach(([i, j], at) => {
    for (let t = 0; t < d; t++) D[at * d + t] = X[i * d + t] - X[j * d + t];
  });
  return D;
}

function matched({ d, X }: Dataset, plus: number[], minus: number[]): (readonly [number, number])[] {
  const [few, many] = plus.length <= minus.length ? [plus, minus] : [minus, plus];
  const cost = new Float64Array(few.length * many.length);
  few.forEach((i, row) => {
    many.forEach((j, column) => {
      let squared = 0;
      for (let t = 0; t < d; t++) squared += (X[i * d + t] - X[j * d + t]) ** 2;
      cost[row * many.length + column] = squared;
    });
  });
  const partners = cheapestAssignment(cost, few.length, many.length);
  return few.map((i, row) => {
    const j = many[partners[row]];
    return few === plus ? [i, j] : [j, i];
  });
}

/** Fisher and Yates. */
function shuffled(points: readonly number[], random: RandomStream): number[] {
  const order = [...points];
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random.uniform() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
