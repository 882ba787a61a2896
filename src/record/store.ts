/**
 * The folder of a run. Each trial is on disk before the next one is looked at: its line in trials.csv is appended and
 * synced after everything else of it, so a trial with a whole line is finished. The files are put into the order of
 * the plan at the end.
 */
import path from "node:path";
import { type Cell, lawColumns, type Row, timingColumns, trialColumns } from "./columns.ts";
import { openJournal } from "./journal.ts";

/** What is written of a trial: its lines, a cell for each column. */
export interface Entry {
  readonly trial: readonly Cell[];
  readonly timing: readonly Cell[];
  /** None where no law was asked, or none could be. */
  readonly laws?: readonly (readonly Cell[])[];
}

export interface Store {
  readonly directory: string;
  /** Rows of trials.csv by trial id, as they stand. */
  readonly rows: ReadonlyMap<string, Row>;
  /** The row of timings.csv. */
  timingOf(trialId: string): Row | undefined;
  /** The rows of laws.csv. */
  lawsOf(trialId: string): readonly Row[];
  /** Why a trial failed, as timings.csv has it. */
  messageOf(trialId: string): string;
  append(entry: Entry): void;
  /** Sorts the tables by the plan's order, drops what is not in the plan, and closes them. */
  finish(order: readonly string[]): void;
}

interface StoreOptions {
  /** Says of a row whether its trial is to be run again. */
  readonly forget?: (row: Row) => boolean;
  /** Whether laws are asked: only then there is a laws.csv, and a trial without its lines there is run again. */
  readonly withLaws?: boolean;
}

/**
 * Opens the tables of a run, new or begun. Nothing is written before the first `append` or `finish`.
 * @param directory an existing folder
 * @throws TableError if a file has other columns than this version writes, or cannot be read
 */
export function openStore(
  directory: string,
  { forget = () => false, withLaws = false }: StoreOptions = {},
): Store {
  const trials = openJournal(path.join(directory, "trials.csv"), trialColumns);
  const timings = openJournal(path.join(directory, "timings.csv"), timingColumns);
  const laws = withLaws
    ? openJournal(path.join(directory, "laws.csv"), lawColumns, (row) => row.line === 1)
    : undefined;
  const rows = new Map<string, Row>();
  for (const [id, [row]] of trials.lines) {
    const unasked = laws !== undefined && row.outcome !== "error" && !laws.lines.has(id);
    if (!unasked && !forget(row)) rows.set(id, row);
  }
  const timingOf = (id: string) => timings.lines.get(id)?.[0];
  return {
    directory,
    rows,
    timingOf,
    lawsOf: (id) => laws?.lines.get(id) ?? [],
    messageOf: (id) => String(timingOf(id)?.message ?? "no reason recorded"),
    append({ trial, timing, laws: answers = [] }) {
      timings.append([timing]);
      if (answers.length > 0) laws?.append(answers);
      trials.append([trial]);
      const [id] = trial;
      const row = trials.lines.get(String(id))?.[0];
      if (row) rows.set(String(id), row);
    },
    finish(order) {
      const finished = order.filter((id) => rows.has(id));
      timings.finish(finished);
      laws?.finish(finished.filter((id) => rows.get(id)?.outcome !== "error"));
      trials.finish(finished);
    },
  };
}
