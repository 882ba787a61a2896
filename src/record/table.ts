/** CSV in and out: csv-stringify and csv-parse, with one rule for numbers and missing values. */
import { parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";
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

/** The number that a cell reads as; NaN for blanks, which Number takes for 0. */
function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function checkedHeader(source: string) {
  return (header: string[]): string[] => {
    const twice = header.find((name, i) => header.indexOf(name) !== i);
    if (twice !== undefined) throw new TableError(`${source}: the column "${twice}" stands there twice`);
    return header;
  };
}
