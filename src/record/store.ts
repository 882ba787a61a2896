/**
 * The folder of a run. Each trial is on disk before the next one is looked at: its line in trials.csv is appended and
 * synced after everything else of it, so a trial with a whole line is finished. The files are put into the order of
 * the plan at the end.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { type Cell, type Column, type Row, timingColumns, trialColumns } from "./columns.ts";
import { withFile, writeWhole } from "./files.ts";
import { headerLine, line, parseTable, TableError } from "./table.ts";

export interface Store {
  readonly directory: string;
  /** Rows of trials.csv by trial id, as they stand. */
  readonly rows: ReadonlyMap<string, Row>;
  /** Rows of timings.csv by trial id. */
  readonly timings: ReadonlyMap<string, Row>;
  /** Why a trial failed, as timings.csv has it. */
  messageOf(trialId: string): string;
  append(trial: readonly Cell[], timing: readonly Cell[]): void;
  /** Sorts both tables by the plan's order, drops what is not in the plan, and closes them. */
  finish(order: readonly string[]): void;
}

/**
 * Opens the tables of a run, new or begun. Nothing is written before the first `append` or `finish`.
 * @param directory an existing folder
 * @param forget says of a row whether its trial is to be run again
 * @throws TableError if a file has other columns than this version writes, or cannot be read
 */
export function openStore(directory: string, forget: (row: Row) => boolean = () => false): Store {
  const trials = openJournal(path.join(directory, "trials.csv"), trialColumns, forget);
  const timings = openJournal(path.join(directory, "timings.csv"), timingColumns);
  return {
    directory,
    rows: trials.rows,
    timings: timings.rows,
    messageOf: (trialId) => String(timings.rows.get(trialId)?.message ?? "no reason recorded"),
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
  const header = headerLine(columns);
  const bytes = existsSync(file) ? withFile(file, () => readFileSync(file)) : Buffer.alloc(0);
  // A last line without its newline was torn by a crash: its trial is not finished.
  const whole = bytes.subarray(0, bytes.lastIndexOf("\n") + 1);
  // An editor, or git, may have changed the line ends or added a byte order mark; the end of the run mends it.
  const content = whole
    .toString("utf8")
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n");
  if (bytes.length > 0 && !content.startsWith(header)) {
    throw new TableError(`${file}: has other columns than this version writes, choose another folder`);
  }
  const rows = new Map<string, Row>();
  for (const row of parseTable(file, content, columns)) rows.set(String(row.trial_id), row);
  for (const [id, row] of rows) if (forget(row)) rows.delete(id);

  let descriptor: number | undefined;
  const begin = () => {
    if (bytes.length === 0) writeWhole(file, header);
    else if (whole.length < bytes.length) truncateSync(file, whole.length);
    return openSync(file, "a");
  };
  return {
    rows,
    append(values) {
      withFile(file, () => {
        descriptor ??= begin();
        // On a descriptor it writes all of the line at its end, or fails.
        writeFileSync(descriptor, line(values));
        fsyncSync(descriptor);
      });
      rows.set(String(values[0]), Object.fromEntries(columns.map((column, i) => [column.name, values[i]])));
    },
    finish(order) {
      if (descriptor !== undefined) closeSync(descriptor);
      const sorted = order.flatMap((id) => {
        const row = rows.get(id);
        return row ? [line(columns.map((column) => row[column.name] ?? null))] : [];
      });
      writeWhole(file, header + sorted.join(""));
    },
  };
}
