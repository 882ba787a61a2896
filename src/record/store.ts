/**
 * The folder of a run. Each trial is on disk before the next one is looked at: its line in trials.csv is appended and
 * synced after everything else of it, so a trial with a whole line is finished. The files are put into the order of
 * the plan at the end.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { type Cell, type Column, type Row, timingColumns, trialColumns } from "./columns.ts";
import { headerLine, line, parseTable } from "./table.ts";

export interface Store {
  readonly directory: string;
  /** Rows of trials.csv by trial id, as they stand. */
  readonly rows: ReadonlyMap<string, Row>;
  append(trial: readonly Cell[], timing: readonly Cell[]): void;
  /** Sorts both tables by the plan's order, drops what is not in the plan, and closes them. */
  finish(order: readonly string[]): void;
}

/**
 * Opens the tables of a run, new or begun, and mends a last line that was torn by a crash.
 * @param forget ids of trials to run again
 */
export function openStore(directory: string, forget: (row: Row) => boolean = () => false): Store {
  mkdirSync(directory, { recursive: true });
  const trials = openJournal(path.join(directory, "trials.csv"), trialColumns, forget);
  const timings = openJournal(path.join(directory, "timings.csv"), timingColumns);
  return {
    directory,
    rows: trials.rows,
    append(trial, timing) {
      timings.append(timing);
      trials.append(trial);
    },
    finish(order) {
      timings.finish(order.filter((id) => trials.rows.has(id)));
      trials.finish(order);
    },
  };
}

interface Journal {
  readonly rows: Map<string, Row>;
  append(values: readonly Cell[]): void;
  finish(order: readonly string[]): void;
}

/** A CSV file that grows a line at a time; of two lines of one trial the later one counts. */
function openJournal(
  file: string,
  columns: readonly Column[],
  forget: (row: Row) => boolean = () => false,
): Journal {
  const rows = new Map<string, Row>();
  if (!existsSync(file) || readFileSync(file).length === 0) writeFileAtomic.sync(file, headerLine(columns));
  const content = mendTornLine(file);
  for (const row of parseTable(file, content, columns)) rows.set(String(row.trial_id), row);
  const forgotten = [...rows].filter(([, row]) => forget(row));
  for (const [id] of forgotten) rows.delete(id);
  const descriptor = openSync(file, "a");
  return {
    rows,
    append(values) {
      writeSync(descriptor, line(values));
      fsyncSync(descriptor);
      rows.set(String(values[0]), Object.fromEntries(columns.map((column, i) => [column.name, values[i]])));
    },
    finish(order) {
      closeSync(descriptor);
      const sorted = order.flatMap((id) => {
        const row = rows.get(id);
        return row ? [line(columns.map((column) => row[column.name] ?? null))] : [];
      });
      writeFileAtomic.sync(file, headerLine(columns) + sorted.join(""));
    },
  };
}

/** Cuts a file after its last newline, if it does not end in one. */
function mendTornLine(file: string): string {
  const bytes = readFileSync(file);
  const end = bytes.lastIndexOf(0x0a) + 1;
  if (end < bytes.length) truncateSync(file, end);
  return bytes.subarray(0, end).toString("utf8");
}
