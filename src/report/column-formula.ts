/** Formulas of the columns of a table: `sqrt(n/k)`, or a column by its name. */
import { type Formula, FormulaError, parseFormula } from "../numeric/formula.ts";
import { numberIn, type Row } from "./rows.ts";

/** A formula whose variables are columns of a table. */
export interface ColumnFormula {
  readonly formula: Formula;
  /** The column, when the formula is just its name: it may then hold words. */
  readonly column: string | undefined;
}

/** Understands `text` over the columns of `rows`. Throws FormulaError, for an unknown column naming those there are. */
export function columnFormula(text: string, rows: readonly Row[], columns: readonly string[]): ColumnFormula {
  const formula = parseFormula(text);
  const unknown = formula.variables.find((name) => !columns.includes(name));
  // An empty table has no columns to compare with: its figure says that it is empty.
  if (unknown !== undefined && rows.length > 0) {
    const position = text.indexOf(unknown) + 1;
    throw new FormulaError(text, `unknown column ${unknown}, there are: ${columns.join(", ")}`, position);
  }
  const only = formula.variables.length === 1 && formula.variables[0] === text.trim();
  return { formula, column: only ? text.trim() : undefined };
}

/** The formula again, or FormulaError when one of its columns holds words. */
export function needNumbers(source: ColumnFormula, rows: readonly Row[]): ColumnFormula {
  const { text, variables } = source.formula;
  const words = variables.find((name) => rows.some((row) => typeof row[name] === "string"));
  if (words === undefined) return source;
  throw new FormulaError(text, `column ${words} holds words, an axis needs numbers`, text.indexOf(words) + 1);
}

/** The formula's value in a row; undefined when a column it needs is missing or the value is not finite. */
export function numberOf({ formula }: ColumnFormula, row: Row): number | undefined {
  const values: [string, number][] = [];
  for (const name of formula.variables) {
    const value = numberIn(row, name);
    if (value === undefined) return undefined;
    values.push([name, value]);
  }
  const value = formula.evaluate(Object.fromEntries(values));
  return Number.isFinite(value) ? value : undefined;
}

/** What a colour or a panel shows of a row: a number, the word of a column of words, undefined when missing. */
export function shownValue(source: ColumnFormula, row: Row): string | number | undefined {
  return source.column === undefined ? numberOf(source, row) : (row[source.column] ?? undefined);
}
