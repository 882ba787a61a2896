/** A scatter plot of any columns of a table, for `lawrob plot`: axes are formulas of columns. */
import { extent } from "../numeric/extent.ts";
import { type LinearFit, linearFit } from "../numeric/fit.ts";
import { type ColumnChoice, type Point, readPoints, whyNothing } from "./column-points.ts";
import {
  type Figure,
  fitLayers,
  frame,
  INTERVAL_NOTE,
  intervalLayers,
  type Layer,
  paddedScale,
} from "./layers.ts";
import type { Row } from "./rows.ts";
import { HEIGHT, PALETTE, SEQUENTIAL, WIDTH } from "./theme.ts";
import { MOST_POINTS, thinned, thinnedNote } from "./thinning.ts";
import { counted, show, showSlope } from "./words.ts";

/** Most panels of a facet, and most values of a colour drawn as steps rather than as a scale. */
const MAX_PANELS = 12;
const MAX_STEPS = 7;

export { type ColumnChoice, columnPoints } from "./column-points.ts";

/**
 * The figure of `choice` over `rows`.
 *
 * Rows where x or y is missing, not finite, or not positive on a log axis are left out and counted in the
 * subtitle, and by columnPoints. Throws FormulaError for a bad formula, an unknown column (naming those there
 * are) or an axis made from a column of words; RangeError when no row can be drawn (naming the formula without a
 * value), for a facet with more than 12 values and for a colour with more than 7 words.
 */
export function columnFigure(rows: readonly Row[], choice: ColumnChoice): Figure {
  const log = { x: choice.log?.includes("x") ?? false, y: choice.log?.includes("y") ?? false };
  const { points, shown, keptOnly, leftOut, hasColor, hasFacet } = readPoints(rows, choice);
  if (points.length === 0) throw new RangeError(whyNothing(rows, choice));

  const title = choice.title ?? `${choice.y} against ${choice.x}`;
  const subtitle = [
    keptOnly
      ? `${shown} of ${counted(rows.length, "trial")} kept`
      : `${rows.length} row${rows.length === 1 ? "" : "s"}`,
    ...(leftOut > 0 ? [`${leftOut} left out: a coordinate is missing or cannot be drawn`] : []),
    ...(points.some((point) => point.upper !== undefined) ? [INTERVAL_NOTE] : []),
    ...(choice.fit ? ["line: least squares; band: 95% interval of its mean"] : []),
  ];

  const panels = new Map<string, Point[]>();
  for (const point of [...points].sort((a, b) => compare(a.facet, b.facet))) {
    const key = hasFacet ? `${choice.facet} = ${point.facet ?? "missing"}` : "";
    const panel = panels.get(key) ?? [];
    panel.push(point);
    panels.set(key, panel);
  }
  if (panels.size > MAX_PANELS) {
    throw new RangeError(
      `facet "${choice.facet}" has ${panels.size} values, at most ${MAX_PANELS} panels fit: choose another`,
    );
  }

  const tint = hasColor ? colorOf(points, choice.color ?? "") : undefined;
  // Panels share their axes: the scale is made from all points.
  const scale = paddedScale(
    points.map((point) => point.x),
    log.x,
  );
  const most = Math.floor(MOST_POINTS / panels.size);
  const marked = new Map([...panels].map(([name, own]) => [name, thinned(own, most)]));
  const drawn = [...marked.values()].reduce((sum, own) => sum + own.length, 0);
  subtitle.push(...thinnedNote(drawn, points.length));
  const layersOf = (own: readonly Point[], name: string) =>
    panelLayers(own, marked.get(name) ?? [], choice, log, scale, tint);
  if (!hasFacet) {
    const { layer, fit } = layersOf(points, "");
    const words = choice.fit ? fitWords(fit, log, points.length) : [];
    return { ...frame(title, [...subtitle, ...words]), width: WIDTH, height: HEIGHT, layer };
  }
  return {
    ...frame(title, subtitle),
    columns: 2,
    resolve: { scale: { x: "shared", y: "shared", color: "shared" } },
    concat: [...panels].map(([name, own]) => {
      const { layer, fit } = layersOf(own, name);
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

/** @param drawn those of the points that get a mark; the fit is of all */
function panelLayers(
  points: readonly Point[],
  drawn: readonly Point[],
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
    data: { values: drawn },
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
      ...intervalLayers(drawn, color),
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
  if (!numbers && values.length > PALETTE.length) {
    throw new RangeError(
      `color "${title}" has ${values.length} values, at most ${PALETTE.length} colours can be told apart: choose another`,
    );
  }
  const domain = values.filter((value) => value !== undefined);
  return numbers
    ? { field: "color", type: "ordinal", title, scale: { domain, scheme: SEQUENTIAL } }
    : { field: "color", type: "nominal", title, scale: { domain, range: PALETTE } };
}

function fitWords(fit: LinearFit | undefined, log: { x: boolean; y: boolean }, count: number): string[] {
  if (!fit)
    return [`no line is fitted: ${count < 3 ? `only ${counted(count, "point")}` : "x does not vary"}`];
  const line = log.x || log.y ? `${log.y ? "log₁₀ y" : "y"} on ${log.x ? "log₁₀ x" : "x"}: ` : "";
  return [showSlope(fit), `${line}intercept ${show(fit.intercept)}, R² ${show(fit.r2)}`];
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
