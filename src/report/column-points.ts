/** Which rows of a table a scatter plot of its columns can draw, and why it draws none. */
import { type ColumnFormula, columnFormula, needNumbers, numberOf, shownValue } from "./column-formula.ts";
import { isKept, numberIn, type Row } from "./rows.ts";
import { counted } from "./words.ts";

/** What to draw. x and y are formulas of numeric columns; color and facet may also name a column of words. */
export interface ColumnChoice {
  readonly x: string;
  readonly y: string;
  readonly color?: string | undefined;
  /** One panel for each value, at most MAX_PANELS. */
  readonly facet?: string | undefined;
  /** Adds the least squares line and the 95% band of its mean, in the coordinates drawn. */
  readonly fit?: boolean | undefined;
  readonly log?: "x" | "y" | "xy" | undefined;
  /** Draws trials that were not kept as well; by default a table with an outcome column shows kept ones. */
  readonly all?: boolean | undefined;
  readonly title?: string | undefined;
}

export interface Point {
  readonly x: number;
  readonly y: number;
  readonly color?: string | number;
  readonly facet?: string | number;
  readonly lower?: number;
  readonly upper?: number;
}

/**
 * How many rows columnFigure draws, and how many of those it would show have no x or y that can be drawn.
 *
 * Trials that were not kept count in neither, unless `choice.all` asks for them. Throws FormulaError as
 * columnFigure does.
 */
export function columnPoints(
  rows: readonly Row[],
  choice: ColumnChoice,
): { readonly drawn: number; readonly leftOut: number } {
  const { points, leftOut } = readPoints(rows, choice);
  return { drawn: points.length, leftOut };
}

/** The points of the rows that can be drawn. */
export function readPoints(rows: readonly Row[], choice: ColumnChoice) {
  const { x, y, color, facet, shown, keptOnly } = understand(rows, choice);
  const points = shown.flatMap((row): Point[] => {
    const at = { x: drawable(x, row), y: drawable(y, row) };
    if (at.x === undefined || at.y === undefined) return [];
    const tint = color && shownValue(color, row);
    const panel = facet && shownValue(facet, row);
    // Certified intervals belong to one quantity only, the Lipschitz constant and its sampled lower bound.
    const bracket = choice.y.trim() === "max_random_gradient" ? bracketOf(row) : {};
    return [
      {
        x: at.x,
        y: at.y,
        ...(tint !== undefined && { color: tint }),
        ...(panel !== undefined && { facet: panel }),
        ...bracket,
      },
    ];
  });
  return {
    points,
    shown: shown.length,
    keptOnly,
    leftOut: shown.length - points.length,
    hasColor: color !== undefined,
    hasFacet: facet !== undefined,
  };
}

/** Why no row can be drawn, naming the formula without a value and the number of rows. */
export function whyNothing(rows: readonly Row[], choice: ColumnChoice): string {
  const { x, y, shown } = understand(rows, choice);
  if (rows.length === 0) return "the table has no rows: nothing can be drawn";
  if (shown.length === 0) {
    return `none of the ${counted(rows.length, "trial")} was kept: nothing can be drawn, unless all are asked for`;
  }
  const noun = shown.length === rows.length ? "row" : "kept row";
  for (const [name, axis] of [
    ["x", x],
    ["y", y],
  ] as const) {
    if (shown.some((row) => drawable(axis, row) !== undefined)) continue;
    const what =
      axis.log && shown.some((row) => numberOf(axis.source, row) !== undefined)
        ? "value above 0 for its logarithmic axis"
        : "value that can be drawn";
    return `${name} "${choice[name]}" has no ${what} in ${shown.length === 1 ? `the only ${noun}` : `any of the ${counted(shown.length, noun)}`}`;
  }
  return `x "${choice.x}" and y "${choice.y}" have no row in common with values that can be drawn, of ${counted(shown.length, noun)}`;
}

interface Axis {
  readonly source: ColumnFormula;
  readonly log: boolean;
}

function understand(rows: readonly Row[], choice: ColumnChoice) {
  const names = new Set<string>();
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  const columns = [...names];
  const understood = (text: string) => columnFormula(text, rows, columns);
  const axis = (name: "x" | "y"): Axis => ({
    source: needNumbers(understood(choice[name]), rows),
    log: choice.log?.includes(name) ?? false,
  });
  const keptOnly = choice.all !== true && columns.includes("outcome");
  return {
    x: axis("x"),
    y: axis("y"),
    color: choice.color === undefined ? undefined : understood(choice.color),
    facet: choice.facet === undefined ? undefined : understood(choice.facet),
    keptOnly,
    shown: keptOnly ? rows.filter(isKept) : rows,
  };
}

/** The axis's value in a row, unless it is missing, not finite, or not positive on a logarithmic axis. */
function drawable({ source, log }: Axis, row: Row): number | undefined {
  const value = numberOf(source, row);
  return value !== undefined && log && value <= 0 ? undefined : value;
}

function bracketOf(row: Row): { lower?: number; upper?: number } {
  const lower = numberIn(row, "lipschitz_lower");
  const upper = numberIn(row, "lipschitz_upper");
  return lower === undefined || upper === undefined ? {} : { lower, upper };
}
