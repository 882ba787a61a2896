/** Estimates of isoperimetry constants beside those of theory, as laws.csv gives them. */
import { type LawTrial, valueIn } from "./law-rows.ts";

/** One sample of a family. */
export interface IsoperimetrySample {
  /** As --data has it. */
  readonly family: string;
  readonly n: number;
  readonly d: number;
  readonly k: number;
  /** Estimates from below: of variances, and of moment generating functions. */
  readonly cVar: number;
  readonly cMgf: number;
  /** The c of theory; absent where there is none. */
  readonly theory?: number;
  /** No c below this will do, where theory knows c no closer. */
  readonly least?: number;
  /** Standard error of a variance over itself, from the values of a function on half of a component. */
  readonly error: number;
}

const law = { law: "isoperimetry", kind: "lower" } as const;
const theory = { law: "noise", quantity: "c" } as const;

/** The trials that have both estimates, in their order. */
export function isoperimetrySamples(trials: readonly LawTrial[]): IsoperimetrySample[] {
  return trials.flatMap((trial) => {
    const { n, d, k, row } = trial;
    const cVar = valueIn(trial, { ...law, method: "d Var f" });
    const cMgf = valueIn(trial, { ...law, method: "moment generating" });
    if (cVar === undefined || cMgf === undefined) return [];
    const known = valueIn(trial, { ...theory, kind: "upper" });
    const least = valueIn(trial, { ...theory, kind: "lower" });
    const components = valueIn(trial, { law: "noise", kind: "detail", quantity: "components" }) ?? 1;
    return [
      {
        family: String(row.data),
        n,
        d,
        k,
        cVar,
        cMgf,
        ...(known !== undefined && { theory: known }),
        ...(least !== undefined && { least }),
        // Of Gaussian values.
        error: Math.sqrt((4 * components) / n),
      },
    ];
  });
}

/** The samples of each family, in the order in which families come. */
export function byFamily(
  samples: readonly IsoperimetrySample[],
): { family: string; samples: IsoperimetrySample[] }[] {
  return [...new Set(samples.map(({ family }) => family))].map((family) => ({
    family,
    samples: samples.filter((sample) => sample.family === family),
  }));
}
