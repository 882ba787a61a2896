/** CSV in and out: csv-stringify and csv-parse, with one rule for numbers and missing values. */
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
import { fileLimits } from "../numeric/file-limits.ts";
import type { Cell, ColumnDescription, Row } from "./columns.ts";

/** A table that cannot be read, in one line. */
export class TableError extends Error {
  override readonly name = "TableError";
}

/** The header line of a table. */
export function headerLine(columns: readonly ColumnDescription[]): string {
  return stringify([columns.map((column) => column.name)]);
}

/** One line: numbers in the shortest form that reads back the same; a value missing or not finite is empty. */
export function line(values: readonly Cell[]): string {
  return stringify([values.map(cellText)]);
}

function cellText(value: Cell): string | null {
  if (typeof value !== "number") return value;
  return Number.isFinite(value) ? String(value) : null;
}

/**
 * Reads a table. A cell is a number where it reads as one and its column is not known to be text, null where empty.
 * @param columns the known columns; others are numbers where every cell that is not empty reads as one
 * @throws TableError naming the source and the line
 */
export function parseTable(source: string, content: string, columns: readonly ColumnDescription[]): Row[] {
  checkSize(source, content);
  let records: Record<string, string>[];
  try {
    records = parse(content, { columns: checkedHeader(source), skip_empty_lines: true, bom: true });
  } catch (error) {
    if (error instanceof TableError) throw error;
    throw new TableError(`${source}: not a CSV table: ${(error as Error).message.split("\n")[0]}`);
  }
  const names = Object.keys(records[0] ?? {});
  const numeric = new Set(
    names.filter((name) => {
      const known = columns.find((column) => column.name === name);
      return known
        ? known.type === "number"
        : records.every((record) => record[name] === "" || Number.isFinite(numberOf(record[name])));
    }),
  );
  return records.map((record, index) =>
    Object.fromEntries(
      names.map((name) => {
        const text = record[name];
        if (text === "") return [name, null];
        if (!numeric.has(name)) return [name, text];
        const value = numberOf(text);
        if (!Number.isFinite(value)) {
          throw new TableError(`${source}: line ${index + 2}: ${name} is "${text}", not a number`);
        }
        return [name, value];
      }),
    ),
  );
}

/** Refuses a table whose cells would fill the memory though its text does not. */
function checkSize(source: string, content: string): void {
  let rows = 0;
  let cells = 0;
  let columns = 1;
  for (let at = 0; at < content.length; at++) {
    const letter = content.charCodeAt(at);
    if (letter === 0x0a || letter === 0x0d) rows++;
    else if (letter === 0x2c) {
      cells++;
      if (rows === 0) columns++;
    }
  }
  if (columns > fileLimits.tableColumns) {
    throw new TableError(
      `${source}: has ${columns} columns, where at most ${fileLimits.tableColumns} are read: take fewer`,
    );
  }
  if (rows > fileLimits.tableRows || rows + cells > fileLimits.tableCells) {
    throw new TableError(
      `${source}: has ${rows} lines and ${rows + cells} cells, where at most ${fileLimits.tableRows} and ` +
        `${fileLimits.tableCells} are read: take fewer`,
    );
  }
}

/** The number that a cell reads as; NaN for blanks, which Number takes for 0. */
function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function checkedHeader(source: string) {
  return (header: string[]): string[] => {
    const seen = new Set<string>();
    for (const name of header) {
      if (seen.has(name)) throw new TableError(`${source}: the column "${name}" stands there twice`);
      seen.add(name);
    }
    return header;
  };
}
