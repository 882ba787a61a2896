/** A CSV file that grows by whole lines, each of one trial, and is put into the order of the plan at the end. */
import { closeSync, existsSync, fsyncSync, openSync, truncateSync, writeFileSync } from "node:fs";
import { fileLimits } from "../numeric/file-limits.ts";
import type { Cell, ColumnDescription, Row } from "./columns.ts";
import { readBounded, StorageError, withFile, writeWhole } from "./files.ts";
import { headerLine, line, parseTable, TableError } from "./table.ts";

export interface Journal {
  /** The lines of each trial by its id. */
  readonly lines: ReadonlyMap<string, readonly Row[]>;
  /** Appends the lines of a trial, in one write, and syncs. */
  append(lines: readonly (readonly Cell[])[]): void;
  /** Forgets what is not in the order given, and closes the file. */
  finish(order: readonly string[]): void;
}

/** What `planTrials` gives: letters and digits, so that no id leads out of the folder. */
const trialId = /^[0-9a-z]{1,64}$/;

/** What a table holds. @throws TableError where that cannot be read: no work has begun, so it is wrong input */
function contentOf(file: string): Buffer {
  try {
    return readBounded(file, fileLimits.tableBytes);
  } catch (error) {
    if (error instanceof StorageError) throw new TableError(error.message, { cause: error });
    throw error;
  }
}

/**
 * Opens a journal, new or begun; nothing is written before the first `append` or `finish`. What a crash has torn is
 * forgotten, and what is appended for a trial later takes the place of what was there.
 * @param columns the first is the trial's id
 * @param begins says of a line whether it is the first one of its trial
 * @throws TableError if the file has other columns, or cannot be read
 */
export function openJournal(
  file: string,
  columns: readonly ColumnDescription[],
  begins: (row: Row) => boolean = () => true,
): Journal {
  const header = headerLine(columns);
  const bytes = existsSync(file) ? contentOf(file) : Buffer.alloc(0);
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
  const lines = new Map<string, Row[]>();
  const add = (row: Row) => {
    const id = String(row[columns[0].name]);
    // Files are named after it.
    if (!trialId.test(id))
      throw new TableError(`${file}: "${id}" is no ${columns[0].name}, choose another folder`);
    lines.set(id, begins(row) ? [row] : [...(lines.get(id) ?? []), row]);
  };
  for (const row of parseTable(file, content, columns)) add(row);

  let descriptor: number | undefined;
  const begin = () => {
    if (bytes.length === 0) writeWhole(file, header);
    else if (whole.length < bytes.length) truncateSync(file, whole.length);
    return openSync(file, "a");
  };
  return {
    lines,
    append(added) {
      withFile(file, () => {
        descriptor ??= begin();
        // On a descriptor it writes all of it at its end, or fails.
        writeFileSync(descriptor, added.map(line).join(""));
        fsyncSync(descriptor);
      });
      for (const cells of added) add(Object.fromEntries(columns.map(({ name }, i) => [name, cells[i]])));
    },
    finish(order) {
      if (descriptor !== undefined) closeSync(descriptor);
      writeTable(
        file,
        columns,
        order.flatMap((id) => lines.get(id) ?? []),
      );
    },
  };
}

/** Writes a whole table of these rows. */
export function writeTable(file: string, columns: readonly ColumnDescription[], rows: readonly Row[]): void {
  writeWhole(file, headerLine(columns) + rows.map((row) => rowLine(columns, row)).join(""));
}

/** A row as its line. */
export function rowLine(columns: readonly ColumnDescription[], row: Row): string {
  return line(columns.map(({ name }) => row[name] ?? null));
}
