/** Data that no construction can take, found before any work. */
import type { Dataset } from "../data/dataset.ts";
import { contradiction } from "../data/labelled.ts";
import { type ConstructionMethod, dot, row } from "./construction.ts";

/** Norms beyond which powers and determinants of points leave f64. */
const [leastNorm, mostNorm] = [1e-15, 1e15];

/** Why the method cannot take these data, in one line; undefined where it can. */
export function unusable({ name, signs, distinct }: ConstructionMethod, data: Dataset): string | undefined {
  const { n, d, X, y } = data;
  const other = signs ? y.findIndex((label) => Math.abs(label) !== 1) : -1;
  if (other >= 0) return `${name}: needs labels -1 and 1 (got ${y[other]} for point ${other + 1})`;
  for (let i = 0; i < n; i++) {
    const x = row(X, i, d);
    const zero = x.every((value) => value === 0);
    if (zero && distinct) return `${name}: point ${i + 1} is 0, take it out`;
    const length = Math.sqrt(dot(x, x));
    if (!zero && !(length >= leastNorm && length <= mostNorm)) {
      return (
        `${name}: point ${i + 1} has a norm that is not from ${leastNorm} to ${mostNorm} (entries up to ` +
        `${x.reduce((most, value) => Math.max(most, Math.abs(value)), 0).toPrecision(3)}), scale the points`
      );
    }
  }
  const pair = contradiction(data);
  if (pair) {
    const [i, j] = pair;
    return `${name}: contradictory duplicates, points ${i + 1} and ${j + 1} are equal and have labels ${y[i]} and ${y[j]}`;
  }
  const equal = distinct ? equalPoints(data) : undefined;
  return equal && `${name}: points ${equal[0] + 1} and ${equal[1] + 1} are equal, take one out`;
}

/** Two equal points, whatever their labels; numbers from 0. */
export function equalPoints(data: Dataset): readonly [number, number] | undefined {
  return contradiction({ ...data, y: Float64Array.from({ length: data.n }, (_, i) => i) });
}
