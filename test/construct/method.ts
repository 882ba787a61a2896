/** Builds a construction as its command does. */
import type {
  Construction,
  ConstructionMethod,
  NetworkConstruction,
} from "../../src/construct/construction.ts";
import { fitOf } from "../../src/construct/describe.ts";
import { optionValues } from "../../src/construct/methods.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { type DataKind, genericPoints, randomSigns } from "../../src/data/generic.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";

export function sampledData(n: number, d: number, seed = 1, kind: DataKind = "sphere"): Dataset {
  const random = (purpose: string) => stream(seed, "construct", purpose);
  return { n, d, X: genericPoints({ n, d }, kind, random("points")), y: randomSigns(n, random("labels")) };
}

export function built(
  method: ConstructionMethod,
  data: Dataset,
  options: Record<string, string> = {},
  seed = 1,
): Construction {
  return method.build(data, optionValues(method, options), (purpose) =>
    stream(seed, `construct ${method.name}`, purpose),
  );
}

export function network(
  method: ConstructionMethod,
  data: Dataset,
  options: Record<string, string> = {},
  seed = 1,
): NetworkConstruction {
  const construction = built(method, data, options, seed);
  if (!("network" in construction)) throw new Error(`${method.name} is no network`);
  return construction;
}

/** The largest error at the points, from the final weights. */
export function largestError({ network: built }: NetworkConstruction, data: Dataset): number {
  return fitOf(evaluate(built, data.X), data.y).max_error;
}
