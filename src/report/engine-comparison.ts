/** The same trials trained by two engines, row by row. */
import { isKept, numberIn, type Row } from "./rows.ts";
import { counted, show } from "./words.ts";

export interface EngineComparison {
  readonly engines: readonly [string, string];
  /** Trials that both have. */
  readonly trials: number;
  readonly same_outcome: number;
  readonly same_steps: number;
  readonly largest_step_difference: number;
  /** Median of |difference|/value of the maximum random gradient over trials that both kept; null without any. */
  readonly median_gradient_difference: number | null;
  /** Trials with another outcome or another number of steps. */
  readonly differing: readonly {
    readonly trial_id: string;
    readonly outcomes: readonly [string, string];
    readonly steps: readonly [number | null, number | null];
  }[];
  readonly words: readonly string[];
}

/** Compares the rows of one engine with those of the same trials by another. Columns trial_id, engine, outcome, steps. */
export function compareEngines(rows: readonly Row[], others: readonly Row[]): EngineComparison {
  const byId = new Map(rows.map((row) => [row.trial_id, row]));
  const pairs = others.flatMap((other) => {
    const row = byId.get(other.trial_id);
    return row ? [[row, other] as const] : [];
  });
  const steps = (row: Row) => numberIn(row, "steps") ?? null;
  const apart = pairs.map(([row, other]) => Math.abs((steps(row) ?? 0) - (steps(other) ?? 0)));
  const differing = pairs.filter(([row, other], i) => row.outcome !== other.outcome || apart[i] > 0);
  const gradients = pairs
    .filter(([row, other]) => isKept(row) && isKept(other))
    .flatMap(([row, other]) => {
      const [p, q] = [row, other].map((one) => numberIn(one, "max_random_gradient"));
      return p && q !== undefined ? [Math.abs(p - q) / p] : [];
    })
    .sort((p, q) => p - q);
  const median = gradients.length > 0 ? gradients[Math.floor(gradients.length / 2)] : null;
  const [first, second] = [String(rows[0]?.engine ?? ""), String(others[0]?.engine ?? "")];
  const found = {
    engines: [first, second] as const,
    trials: pairs.length,
    same_outcome: pairs.filter(([row, other]) => row.outcome === other.outcome).length,
    same_steps: apart.filter((steps) => steps === 0).length,
    largest_step_difference: Math.max(0, ...apart),
    median_gradient_difference: median,
    differing: differing.map(([row, other]) => ({
      trial_id: String(row.trial_id),
      outcomes: [String(row.outcome), String(other.outcome)] as const,
      steps: [steps(row), steps(other)] as const,
    })),
  };
  return { ...found, words: wordsOf(found) };
}

function wordsOf(found: Omit<EngineComparison, "words">): string[] {
  const { engines, trials, same_outcome, same_steps, largest_step_difference, median_gradient_difference } =
    found;
  return [
    `${counted(trials, "trial")} trained by ${engines[1]} as well: ${same_outcome} ${same_outcome === 1 ? "has" : "have"} the same outcome as by ${engines[0]}.`,
    `${same_steps} of them ${same_steps === 1 ? "takes" : "take"} the same number of steps${largest_step_difference > 0 ? `, the others up to ${counted(largest_step_difference, "step")} more or fewer` : ""}.`,
    ...(median_gradient_difference === null
      ? []
      : [
          `In the median their maximum random gradients differ by ${show(100 * median_gradient_difference)}%.`,
        ]),
  ];
}
