/** What was measured and what the laws say, as points and lines on logarithmic axes. */
import { type Figure, frame, type Layer, paddedScale, wordsOnly } from "./layers.ts";
import type { Row } from "./rows.ts";
import { HEIGHT, PALETTE, WIDTH } from "./theme.ts";
import { showKept } from "./words.ts";

interface DrawnPoint {
  readonly x: number;
  readonly y: number;
  /** The other end of a certified interval: a bar from there to the point. */
  readonly lower?: number;
}

export interface Series {
  readonly label: string;
  /** Drawn as a line through its points, by x, where it is a curve of a formula. */
  readonly line?: boolean;
  readonly points: readonly DrawnPoint[];
}

export interface LawView {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
  /** What a reader should know, below the title. */
  readonly notes: readonly string[];
}

const shapes = ["circle", "triangle-up", "square", "diamond", "cross", "triangle-down", "circle"];

/** Points that are not positive and finite are left out; without any the figure says so. */
export function lawFigure(rows: readonly Row[], { title, x, y, series, notes }: LawView): Figure {
  const drawn = series
    .map((one) => ({ ...one, points: one.points.filter((point) => isDrawn(point.x) && isDrawn(point.y)) }))
    .filter(({ points }) => points.length > 0);
  if (drawn.length === 0)
    return wordsOnly(title, [showKept(rows)], "No kept trial has what this figure shows.");
  const domain = drawn.map(({ label }) => label);
  const legend = { title: null, orient: "bottom", columns: 2, symbolSize: 80 } as const;
  const color = {
    field: "of",
    type: "nominal",
    scale: { domain, range: domain.map((_, i) => PALETTE[i % PALETTE.length]) },
    legend,
  } as const;
  const shape = {
    field: "of",
    type: "nominal",
    scale: { domain, range: domain.map((_, i) => shapes[i % shapes.length]) },
    legend,
  } as const;
  const all = drawn.flatMap(({ points }) => points);
  const axes = {
    x: {
      field: "x",
      type: "quantitative",
      title: x,
      scale: paddedScale(
        all.map((point) => point.x),
        true,
      ),
      axis: { tickCount: 6 },
    },
    y: {
      field: "y",
      type: "quantitative",
      title: y,
      scale: paddedScale(
        all.flatMap(({ y, lower }) => (lower !== undefined && isDrawn(lower) ? [y, lower] : [y])),
        true,
      ),
      axis: { tickCount: 6 },
    },
  } as const;
  const values = (line: boolean) =>
    drawn
      .filter((one) => (one.line ?? false) === line)
      .flatMap(({ label, points }) => points.map((point) => ({ ...point, of: label })));
  const layers: Layer[] = [
    {
      data: { values: values(true) },
      mark: { type: "line", strokeDash: [4, 3], strokeWidth: 1.5 },
      encoding: { ...axes, color },
    },
    {
      data: { values: values(false).filter(({ lower }) => lower !== undefined) },
      mark: { type: "rule", opacity: 0.6 },
      encoding: { ...axes, y2: { field: "lower" }, color },
    },
    { data: { values: values(false) }, mark: { type: "point" }, encoding: { ...axes, color, shape } },
  ];
  return {
    ...frame(title, [showKept(rows), ...notes]),
    width: WIDTH,
    height: HEIGHT,
    layer: layers.filter(({ data }) => data && "values" in data && (data.values as object[]).length > 0),
  };
}

function isDrawn(value: number): boolean {
  return Number.isFinite(value) && value > 0;
}
