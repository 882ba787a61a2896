/** Networks of several depths, as rows of trials.csv give them, in the units of the universal law. */
import { trainingOf } from "../experiment/method.ts";
import { isKept, numberIn, type Row } from "./rows.ts";

export interface DeepRow {
  readonly n: number;
  readonly d: number;
  /** Layers of weights; two of a construction. */
  readonly depth: number;
  /** p, numbers of the folded network: weights and biases, no output bias. */
  readonly parameters: number;
  /** Proxy and certified bounds of the Lipschitz constant, times √(p/(n d)). */
  readonly proxy: number;
  readonly lower: number;
  readonly upper: number;
  /** ln B, the largest product of operator norms of the layers, one left out or none; absent where no law was asked. */
  readonly logNorms?: number;
}

/** Layers of weights and parameters of a row's network; undefined where a number is missing. */
export function sizeOf(row: Row): { depth: number; parameters: number } | undefined {
  const [d, neurons] = [numberIn(row, "d"), numberIn(row, "neurons")];
  if (d === undefined || neurons === undefined) return undefined;
  const depth = trainingOf(String(row.method ?? "train"))?.depth ?? 2;
  const k = neurons / (depth - 1);
  return { depth, parameters: k * (d + 1) + (depth - 2) * k * (k + 1) + k };
}

/** √(p/(n d)) of a row: what its Lipschitz constant is multiplied by. */
export function lawFactor(row: Row): number | undefined {
  const [n, d, size] = [numberIn(row, "n"), numberIn(row, "d"), sizeOf(row)];
  return n && d && size && Math.sqrt(size.parameters / (n * d));
}

/**
 * The kept networks with a certified interval. Columns n, d, method, neurons, outcome and the three constants.
 * @param laws the lines of laws.csv, for ln B
 */
export function deepRows(rows: readonly Row[], laws: readonly Row[] = []): DeepRow[] {
  const norms = new Map(
    laws
      .filter(({ law, quantity }) => String(law).split(",")[0] === "deep" && quantity === "log_norm_product")
      .map((line) => [line.trial_id, numberIn(line, "value")]),
  );
  return rows.filter(isKept).flatMap((row) => {
    const [n, d, size, factor] = [numberIn(row, "n"), numberIn(row, "d"), sizeOf(row), lawFactor(row)];
    const [proxy, lower, upper] = ["max_random_gradient", "lipschitz_lower", "lipschitz_upper"].map((name) =>
      numberIn(row, name),
    );
    if (!n || !d || !size || !factor || !proxy || !lower || !upper) return [];
    const constants = { proxy: proxy * factor, lower: lower * factor, upper: upper * factor };
    const logNorms = norms.get(row.trial_id ?? null);
    return [{ n, d, ...size, ...constants, ...(logNorms !== undefined && { logNorms }) }];
  });
}

/** Grouped by (n, d), in the order of the rows. */
export function bySizes(networks: readonly DeepRow[]): DeepRow[][] {
  const groups = new Map<string, DeepRow[]>();
  for (const network of networks) {
    const key = `${network.n} ${network.d}`;
    const group = groups.get(key) ?? [];
    group.push(network);
    groups.set(key, group);
  }
  return [...groups.values()];
}
