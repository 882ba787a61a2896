/** The layers that figures are made of: points, certified intervals, a line with its band, a sheet of words. */
import type { TopLevelSpec } from "vega-lite";
import { extent } from "../numeric/extent.ts";
import type { Interval, LinearFit } from "../numeric/fit.ts";
import { HEIGHT, INK, THEME, WIDTH } from "./theme.ts";

/** A figure as a plain value: a Vega-Lite specification with its data inside. */
export type Figure = TopLevelSpec;

export type Layer = Extract<TopLevelSpec, { layer: unknown }>["layer"][number];

const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** Points between which a band is drawn; its edges are hyperbolas. */
const BAND_STEPS = 40;

/** What every figure has: the schema, a description for readers who cannot see it, the theme and a title. */
export function frame(title: string, subtitle: readonly string[], description = title) {
  return {
    $schema: SCHEMA,
    description: [description, ...subtitle].join(". "),
    config: THEME,
    title: { text: title, subtitle: [...subtitle] },
  };
}

/** A figure that says in words why there is nothing to draw. */
export function wordsOnly(title: string, subtitle: readonly string[], message: string): Figure {
  return {
    ...frame(title, subtitle, `${title}. ${message}`),
    width: WIDTH,
    height: HEIGHT / 2,
    data: { values: [{}] },
    mark: { type: "text", text: message, fontSize: 14, color: INK },
  };
}

/**
 * A least squares line and the band of its mean over [from, to], in the coordinates of the plot.
 *
 * `scales` turns a coordinate that the fit saw into the one the axis shows (10 ↦ 10^x on log axes).
 */
export function fitLayers(
  fit: LinearFit,
  [from, to]: Interval,
  color: string = INK,
  scales: { x: (v: number) => number; y: (v: number) => number } = { x: (v) => v, y: (v) => v },
): { band: Layer; line: Layer } {
  const values = Array.from({ length: BAND_STEPS + 1 }, (_, step) => {
    const at = from + ((to - from) * step) / BAND_STEPS;
    const [low, high] = fit.band(at);
    const line = fit.intercept + fit.slope * at;
    return { x: scales.x(at), line: scales.y(line), low: scales.y(low), high: scales.y(high) };
  });
  return {
    band: {
      data: { values },
      mark: { type: "area", color, opacity: 0.15, clip: true },
      encoding: {
        x: { field: "x", type: "quantitative" },
        y: { field: "low", type: "quantitative" },
        y2: { field: "high" },
      },
    },
    line: {
      data: { values },
      mark: { type: "line", color, strokeWidth: 1.5, clip: true },
      encoding: { x: { field: "x", type: "quantitative" }, y: { field: "line", type: "quantitative" } },
    },
  };
}

/**
 * Certified bounds above their point: a bar from the lower to the upper one with a tick at each end, and a thin rule
 * down to the point; none when nothing was certified.
 * @param color the colour channel of the points, whose fields the points then have: a bar shows whose it is
 */
export function intervalLayers<
  Point extends {
    readonly x: number;
    readonly y: number;
    readonly lower?: number;
    readonly upper?: number;
  },
>(points: readonly Point[], color?: object): Layer[] {
  const values = points.filter(({ lower, upper }) => lower !== undefined && upper !== undefined);
  if (values.length === 0) return [];
  const x = { field: "x", type: "quantitative" } as const;
  const at = (field: string) => ({ field, type: "quantitative" }) as const;
  const channels = color && { color };
  const tick = {
    type: "tick",
    orient: "horizontal",
    color: INK,
    opacity: 0.7,
    size: 7,
    thickness: 1,
  } as const;
  return [
    {
      data: { values },
      mark: { type: "rule", color: INK, opacity: 0.25, strokeWidth: 0.6 },
      encoding: { x, y: at("y"), y2: { field: "lower" }, ...channels },
    },
    {
      data: { values },
      mark: { type: "rule", color: INK, opacity: 0.7, strokeWidth: 1.2 },
      encoding: { x, y: at("lower"), y2: { field: "upper" }, ...channels },
    },
    ...["lower", "upper"].map((end) => ({
      data: { values },
      mark: tick,
      encoding: { x, y: at(end), ...channels },
    })),
  ];
}

/** What intervalLayers draws, for a subtitle. */
export const INTERVAL_NOTE = "bars: certified [lower, upper] of the Lipschitz constant above each point";

/**
 * A scale from a little below the smallest to a little above the largest value, so that no point sits on an
 * axis; on a log scale all values are positive.
 */
export function paddedScale(values: readonly number[], log = false) {
  const [low, high] = extent(log ? values.map(Math.log10) : values);
  const pad = 0.04 * (high - low) || (log ? 0.5 : Math.max(Math.abs(high), 1) / 4);
  const domain = [low - pad, high + pad].map((value) => (log ? 10 ** value : value));
  return { type: log ? ("log" as const) : ("linear" as const), domain, nice: false };
}
