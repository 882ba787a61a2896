/** Networks of several methods on the same data, as rows of trials.csv give them. */
import { trainingOf } from "../experiment/method.ts";
import { isKept, type Row } from "./rows.ts";

export interface MadeNetwork {
  readonly n: number;
  readonly d: number;
  /** As trials.csv has it, without "construct:". */
  readonly method: string;
  readonly neurons: number;
  /** Layers of weights; two of a construction. */
  readonly depth: number;
  /** Certified bounds of the Lipschitz constant over R^d; absent where there is none. */
  readonly bracket?: readonly [lower: number, upper: number];
  readonly totalWeight?: number;
  readonly maxError?: number;
  /** Whether the weights mean something: those of thresholds can have any scale. */
  readonly hasScale: boolean;
}

/** The kept networks. Columns n, d, method, outcome, neurons; lipschitz_lower, lipschitz_upper, total_weight. */
export function madeNetworks(rows: readonly Row[]): MadeNetwork[] {
  return rows.filter(isKept).flatMap((row) => {
    const {
      n,
      d,
      method,
      neurons,
      lipschitz_lower: lower,
      lipschitz_upper: upper,
      total_weight: weight,
    } = row;
    if (typeof n !== "number" || typeof d !== "number" || typeof neurons !== "number") return [];
    const bracket =
      typeof lower === "number" && typeof upper === "number" ? ([lower, upper] as const) : undefined;
    return [
      {
        n,
        d,
        method: String(method ?? "train").replace(/^construct:/, ""),
        neurons,
        depth: trainingOf(String(method ?? "train"))?.depth ?? 2,
        hasScale: row.activation !== "step",
        ...(bracket && { bracket }),
        ...(typeof weight === "number" && { totalWeight: weight }),
        ...(typeof row.max_error === "number" && { maxError: row.max_error }),
      },
    ];
  });
}

/** The networks of each (n, d), in the order of the rows. */
export function bySize(
  networks: readonly MadeNetwork[],
): { n: number; d: number; networks: MadeNetwork[] }[] {
  const groups = new Map<string, { n: number; d: number; networks: MadeNetwork[] }>();
  for (const network of networks) {
    const key = `${network.n} ${network.d}`;
    const group = groups.get(key) ?? { n: network.n, d: network.d, networks: [] };
    group.networks.push(network);
    groups.set(key, group);
  }
  return [...groups.values()];
}
