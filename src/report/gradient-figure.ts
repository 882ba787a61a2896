/** The maximum random gradient against √(n/k): Figure 2 of COLT 2021, and the figure of any sweep. */
import { extent } from "../numeric/extent.ts";
import { linearFit } from "../numeric/fit.ts";
import { fixedSizeFit } from "./experiment1-verdict.ts";
import {
  type Figure,
  fitLayers,
  frame,
  INTERVAL_NOTE,
  intervalLayers,
  type Layer,
  paddedScale,
  wordsOnly,
} from "./layers.ts";
import { distinctNumbers, isKept, measuredTrials, type Row } from "./rows.ts";
import { HEIGHT, SEQUENTIAL, WIDTH } from "./theme.ts";
import { thinned, thinnedNote } from "./thinning.ts";
import { counted, growthOf, show, showKept, showSlope } from "./words.ts";

/** Title of the gradient axis, with the number of draws where the rows agree on one; the paper takes 1000. */
export function gradientAxis(rows: readonly Row[]): string[] {
  const draws = distinctNumbers(rows, "gradient_draws");
  return ["maximum random gradient", `max over ${draws.length === 1 ? `${draws[0]} ` : ""}draws of ‖∇f(z)‖`];
}

/**
 * COLT 2021, Figure 2: kept trials at (√(n/k), maximum random gradient), coloured by d/n, with the pooled
 * least squares line and the 95% band of its mean. The subtitle also has the slope at fixed (n, d).
 *
 * Needs the columns n, d, k, outcome, max_random_gradient; epsilon, lipschitz_lower and lipschitz_upper are
 * used when there. With too few points for a line the subtitle says so; with none the figure is that sentence.
 */
export function experiment1Figure(
  rows: readonly Row[],
  title = "Experiment 1: maximum random gradient against √(n/k)",
): Figure {
  return gradientFigure(title, rows);
}

/** The default figure of any sweep: the view of Experiment 1. Columns and cases as in experiment1Figure. */
export function sweepFigure(rows: readonly Row[], title = "Maximum random gradient against √(n/k)"): Figure {
  return gradientFigure(title, rows);
}

function gradientFigure(title: string, rows: readonly Row[]): Figure {
  const trials = measuredTrials(rows);
  const points = trials.map(({ n, d, k, maxRandomGradient, bracket }) => ({
    n,
    d,
    k,
    x: Math.sqrt(n / k),
    y: maxRandomGradient,
    ratio: d / n,
    ...(bracket && { lower: bracket[0], upper: bracket[1] }),
  }));
  const kept = rows.filter(isKept).length;
  if (points.length === 0) {
    const message = kept === 0 ? "No trial was kept: nothing to draw." : "No kept trial has a measurement.";
    return wordsOnly(title, [showKept(rows)], message);
  }

  const x = points.map((point) => point.x);
  const fit = linearFit(
    x,
    points.map((point) => point.y),
  );
  const fixed = fit && fixedSizeFit(trials);
  const lines = fit && fitLayers(fit, extent(x));
  const color = {
    field: "ratio",
    type: "quantitative",
    // One domain for every sweep with d ≤ n, so that figures compare.
    scale: { scheme: SEQUENTIAL, domain: [0, Math.max(1, extent(points.map((point) => point.ratio))[1])] },
    legend: { title: ["d/n: dimensions", "per data point"] },
  } as const;
  const drawn = thinned(points);
  const intervals = intervalLayers(drawn, color);
  const without = kept - points.length;
  const subtitle = [
    showKept(rows),
    fit
      ? `pooled: ${growthOf(fit.slopeInterval)}, ${showSlope(fit)}, intercept ${show(fit.intercept)}, R² ${show(fit.r2)}`
      : `no line is fitted: ${points.length < 3 ? `only ${counted(points.length, "point")}` : "√(n/k) does not vary"}`,
    ...(fixed ? [`at fixed (n, d): ${growthOf(fixed.slopeInterval)}, ${showSlope(fixed)}`] : []),
    ...(fit ? ["line: pooled least squares; band: 95% interval of its mean"] : []),
    ...(without > 0 ? [`${counted(without, "kept trial")} without a measurement`] : []),
    ...(intervals.length > 0 ? [INTERVAL_NOTE] : []),
    ...thinnedNote(drawn.length, points.length),
  ];
  const scatter: Layer = {
    data: { values: drawn },
    mark: { type: "point" },
    encoding: {
      x: { field: "x", type: "quantitative", title: "√(n/k)", axis: { tickCount: 8 }, scale: paddedScale(x) },
      y: { field: "y", type: "quantitative", title: gradientAxis(rows), axis: { tickCount: 6 } },
      color,
    },
  };
  return {
    ...frame(title, subtitle),
    width: WIDTH,
    height: HEIGHT,
    layer: [...(lines ? [lines.band] : []), ...intervals, scatter, ...(lines ? [lines.line] : [])],
  };
}
