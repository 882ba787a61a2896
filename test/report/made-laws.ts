/** Rows of trials.csv and laws.csv like those of the experiments on single laws. */
import type { Row } from "../../src/report/rows.ts";

/** A kept trial with the cells given and the lines of laws.csv that belong to it. */
export interface MadeTrial {
  readonly row: Row;
  readonly lines: readonly Row[];
}

/** @param lines the cells of each line beside its trial and place */
export function madeTrial(id: string, cells: Row, lines: readonly Row[]): MadeTrial {
  const row = { trial_id: id, epsilon: 0.02, outcome: "kept", method: "train", ...cells };
  return {
    row,
    lines: lines.map((line, i) => ({ trial_id: id, line: i + 1, probability: null, method: "", ...line })),
  };
}

/** Both tables. */
export function tables(trials: readonly MadeTrial[]): { rows: Row[]; laws: Row[] } {
  return { rows: trials.map(({ row }) => row), laws: trials.flatMap(({ lines }) => lines) };
}
