/** Trials with what the laws say of them, as trials.csv and laws.csv give them. */
import { isKept, numberIn, type Row } from "./rows.ts";

/** A kept trial, of a network or of data alone. */
export interface LawTrial {
  readonly n: number;
  readonly d: number;
  /** Neurons of the network; those planned where there is none. */
  readonly k: number;
  /** Whether it has a network. */
  readonly network: boolean;
  readonly row: Row;
  /** Its lines of laws.csv, in their order. */
  readonly lines: readonly Row[];
}

/** What to look for in a line: the law's name without parameters, and the text of any of its cells. */
export interface Wanted {
  readonly law: string;
  readonly kind: string;
  readonly quantity?: string;
  /** How the method begins. */
  readonly method?: string;
}

/** The kept rows with n, d and k, each with its lines. */
export function lawTrials(rows: readonly Row[], laws: readonly Row[]): LawTrial[] {
  const lines = new Map<string, Row[]>();
  for (const line of laws) {
    const id = String(line.trial_id);
    const own = lines.get(id) ?? [];
    own.push(line);
    lines.set(id, own);
  }
  return rows.filter(isKept).flatMap((row) => {
    const [n, d] = [numberIn(row, "n"), numberIn(row, "d")];
    const k = numberIn(row, "neurons") ?? numberIn(row, "k");
    if (!n || !d || !k) return [];
    const own = lines.get(String(row.trial_id)) ?? [];
    return [{ n, d, k, network: row.method !== "data", row, lines: own }];
  });
}

/** All lines of the trial that are wanted. */
export function linesOf({ lines }: LawTrial, { law, kind, quantity, method }: Wanted): Row[] {
  return lines.filter(
    (line) =>
      String(line.law).split(",")[0] === law &&
      line.kind === kind &&
      (quantity === undefined || line.quantity === quantity) &&
      (method === undefined || String(line.method).startsWith(method)),
  );
}

/** The value of the first line wanted that has one. */
export function valueIn(trial: LawTrial, wanted: Wanted): number | undefined {
  return linesOf(trial, wanted)
    .map((line) => numberIn(line, "value"))
    .find((value) => value !== undefined);
}

/** What a trial has on an axis, where it has it. */
export type Axis = (trial: LawTrial) => number | undefined;

/** The trials that have both, as points whose group is the size (n, d) of the data, and their family. */
export function pointsOf(
  trials: readonly LawTrial[],
  x: Axis,
  y: Axis,
): { x: number; y: number; group: string }[] {
  return trials.flatMap((trial) => {
    const [across, up] = [x(trial), y(trial)];
    return across === undefined || up === undefined
      ? []
      : [{ x: across, y: up, group: `${trial.n} ${trial.d} ${trial.row.data}` }];
  });
}
