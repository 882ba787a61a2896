/** A scatter plot of any columns of a table, for `lawrob plot`: axes are formulas of columns. */
import { type LinearFit, linearFit } from "../numeric/fit.ts";
import { columnFormula, needNumbers, numberOf, shownValue } from "./column-formula.ts";
import {
  extent,
  type Figure,
  fitLayers,
  frame,
  INTERVAL_NOTE,
  intervalLayers,
  type Layer,
  paddedScale,
  wordsOnly,
} from "./layers.ts";
import { isKept, numberIn, type Row } from "./rows.ts";
import { HEIGHT, PALETTE, SEQUENTIAL, WIDTH } from "./theme.ts";
import { counted, show, showSlope } from "./words.ts";

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

/** Most panels of a facet, and most values of a colour drawn as steps rather than as a scale. */
const MAX_PANELS = 12;
const MAX_STEPS = 7;

interface Point {
  readonly x: number;
  readonly y: number;
  readonly color?: string | number;
  readonly facet?: string | number;
  readonly lower?: number;
  readonly upper?: number;
}

/**
 * The figure of `choice` over `rows`.
 *
 * Rows where x or y is missing, not finite, or not positive on a log axis are left out and counted in the
 * subtitle. Throws FormulaError for a bad formula, an unknown column (naming those there are) or an axis made
 * from a column of words, RangeError for a facet with more than 12 values.
 */
export function columnFigure(rows: readonly Row[], choice: ColumnChoice): Figure {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const understood = (text: string) => columnFormula(text, rows, columns);
  const x = needNumbers(understood(choice.x), rows);
  const y = needNumbers(understood(choice.y), rows);
  const color = choice.color === undefined ? undefined : understood(choice.color);
  const facet = choice.facet === undefined ? undefined : understood(choice.facet);
  const log = { x: choice.log?.includes("x") ?? false, y: choice.log?.includes("y") ?? false };

  const keptOnly = choice.all !== true && columns.includes("outcome");
  const shown = keptOnly ? rows.filter(isKept) : rows;
  const points = shown.flatMap((row): Point[] => {
    const at = { x: numberOf(x, row), y: numberOf(y, row) };
    if (at.x === undefined || at.y === undefined || (log.x && at.x <= 0) || (log.y && at.y <= 0)) return [];
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

  const title = choice.title ?? `${choice.y} against ${choice.x}`;
  const leftOut = shown.length - points.length;
  const subtitle = [
    keptOnly
      ? `${shown.length} of ${counted(rows.length, "trial")} kept`
      : `${rows.length} row${rows.length === 1 ? "" : "s"}`,
    ...(leftOut > 0 ? [`${leftOut} left out: a coordinate is missing or cannot be drawn`] : []),
    ...(points.some((point) => point.upper !== undefined) ? [INTERVAL_NOTE] : []),
    ...(choice.fit ? ["line: least squares; band: 95% interval of its mean"] : []),
  ];
  if (points.length === 0) return wordsOnly(title, subtitle, "Nothing to draw.");

  const panels = new Map<string, Point[]>();
  for (const point of [...points].sort((a, b) => compare(a.facet, b.facet))) {
    const key = facet ? `${choice.facet} = ${point.facet ?? "missing"}` : "";
    panels.set(key, [...(panels.get(key) ?? []), point]);
  }
  if (panels.size > MAX_PANELS) {
    throw new RangeError(
      `facet "${choice.facet}" has ${panels.size} values, at most ${MAX_PANELS} panels fit: choose another`,
    );
  }

  const tint = color && colorOf(points, choice.color ?? "");
  // Panels share their axes: the scale is made from all points.
  const scale = paddedScale(
    points.map((point) => point.x),
    log.x,
  );
  const layersOf = (own: readonly Point[]) => panelLayers(own, choice, log, scale, tint);
  if (!facet) {
    const { layer, fit } = layersOf(points);
    const words = choice.fit ? fitWords(fit, log, points.length) : [];
    return { ...frame(title, [...subtitle, ...words]), width: WIDTH, height: HEIGHT, layer };
  }
  return {
    ...frame(title, subtitle),
    columns: 2,
    resolve: { scale: { x: "shared", y: "shared", color: "shared" } },
    concat: [...panels].map(([name, own]) => {
      const { layer, fit } = layersOf(own);
      const words = choice.fit ? fitWords(fit, log, own.length) : [];
      return {
        title: { text: name, fontSize: 12, subtitle: words },
        width: WIDTH / 2,
        height: HEIGHT / 2,
        layer,
      };
    }),
  };
}

function panelLayers(
  points: readonly Point[],
  choice: ColumnChoice,
  log: { x: boolean; y: boolean },
  scale: object,
  color: object | undefined,
): { layer: Layer[]; fit: LinearFit | undefined } {
  const to = { x: log.x ? Math.log10 : same, y: log.y ? Math.log10 : same };
  const from = { x: log.x ? power : same, y: log.y ? power : same };
  const x = points.map((point) => to.x(point.x));
  const fit = choice.fit
    ? linearFit(
        x,
        points.map((point) => to.y(point.y)),
      )
    : undefined;
  const lines = fit && fitLayers(fit, extent(x), undefined, from);
  const yScale = log.y ? { type: "log", nice: false, padding: 10 } : {};
  const axis = { tickCount: 6 };
  const scatter = {
    data: { values: points },
    mark: { type: "point" },
    encoding: {
      x: { field: "x", type: "quantitative", title: choice.x, axis, scale },
      y: { field: "y", type: "quantitative", title: choice.y, axis, scale: yScale },
      ...(color && { color }),
    },
  } as Layer;
  return {
    layer: [
      ...(lines ? [lines.band] : []),
      ...intervalLayers(points),
      scatter,
      ...(lines ? [lines.line] : []),
    ],
    fit,
  };
}

/** Words and few numbers get steps of colour, many numbers a continuous scale. */
function colorOf(points: readonly Point[], title: string): object {
  const values = [...new Set(points.map((point) => point.color))].sort(compare);
  const numbers = values.every((value) => value === undefined || typeof value === "number");
  if (numbers && values.length > MAX_STEPS) {
    return {
      field: "color",
      type: "quantitative",
      title,
      scale: { scheme: SEQUENTIAL, zero: false },
      legend: { tickCount: 5 },
    };
  }
  return numbers
    ? { field: "color", type: "ordinal", title, scale: { scheme: SEQUENTIAL } }
    : { field: "color", type: "nominal", title, scale: { range: PALETTE } };
}

function fitWords(fit: LinearFit | undefined, log: { x: boolean; y: boolean }, count: number): string[] {
  if (!fit)
    return [`no line is fitted: ${count < 3 ? `only ${counted(count, "point")}` : "x does not vary"}`];
  const line = log.x || log.y ? `${log.y ? "log₁₀ y" : "y"} on ${log.x ? "log₁₀ x" : "x"}: ` : "";
  return [showSlope(fit), `${line}intercept ${show(fit.intercept)}, R² ${show(fit.r2)}`];
}

function bracketOf(row: Row): { lower?: number; upper?: number } {
  const lower = numberIn(row, "lipschitz_lower");
  const upper = numberIn(row, "lipschitz_upper");
  return lower === undefined || upper === undefined ? {} : { lower, upper };
}

/** Numbers by size, then words, then what is missing; never by the machine's locale. */
function compare(a: string | number | undefined, b: string | number | undefined): number {
  const rank = (value: unknown) => (typeof value === "number" ? 0 : typeof value === "string" ? 1 : 2);
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  return a === b ? 0 : String(a) < String(b) ? -1 : 1;
}

const same = (value: number) => value;
const power = (value: number) => 10 ** value;
