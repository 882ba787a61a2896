/** Data that no construction can take, found before any work. */
import type { Dataset } from "../data/dataset.ts";
import { contradiction } from "../data/labelled.ts";
import { type ConstructionMethod, dot, row } from "./construction.ts";

/** Why the method cannot take these data, in one line; undefined where it can. */
export function unusable({ name, signs }: ConstructionMethod, data: Dataset): string | undefined {
  const other = signs ? data.y.findIndex((label) => Math.abs(label) !== 1) : -1;
  if (other >= 0) return `${name}: needs labels -1 and 1 (got ${data.y[other]} for point ${other + 1})`;
  for (let i = 0; i < data.n; i++) {
    const x = row(data.X, i, data.d);
    const squared = dot(x, x);
    const lost = squared === 0 && x.some((value) => value !== 0);
    if (lost || squared === Number.POSITIVE_INFINITY) {
      const size = x.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return `${name}: point ${i + 1} has a norm whose square f64 cannot hold (entries up to ${size.toPrecision(3)}), scale the points`;
    }
  }
  const pair = contradiction(data);
  if (!pair) return undefined;
  const [i, j] = pair;
  return `${name}: contradictory duplicates, points ${i + 1} and ${j + 1} are equal and have labels ${data.y[i]} and ${data.y[j]}`;
}
