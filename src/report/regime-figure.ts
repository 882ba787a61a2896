/** The maximum random gradient against √d in two regimes: Figure 3 of COLT 2021. */
import { extent } from "../numeric/extent.ts";
import { regimeFit } from "./experiment2-verdict.ts";
import { gradientAxis } from "./gradient-figure.ts";
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
import { isKept, measuredTrials, type Regime, type Row, regimesOf } from "./rows.ts";
import { BLUE, HEIGHT, VERMILLION, WIDTH } from "./theme.ts";
import { thinned, thinnedNote } from "./thinning.ts";
import { counted, growthOf, REJECTED_BELOW, show, showKept, showProbability, showSlope } from "./words.ts";

const REGIMES: readonly { regime: Regime; label: string; short: string; color: string; shape: string }[] = [
  {
    regime: "size",
    label: "optimal size: k = 10n/d",
    short: "k = 10n/d",
    color: VERMILLION,
    shape: "triangle-up",
  },
  { regime: "smoothness", label: "optimal smoothness: k = n", short: "k = n", color: BLUE, shape: "circle" },
];

/**
 * COLT 2021, Figure 3: kept trials at (√d, maximum random gradient) for k = 10n/d and for k = n, each with
 * its least squares line and the 95% band of the mean.
 *
 * Columns as in experiment1Figure. The regime is read from n, d, k (see regimesOf): a trial at d = 10, where
 * both sizes coincide, is drawn and fitted in both; a trial of neither is left out and counted.
 */
export function experiment2Figure(
  rows: readonly Row[],
  title = "Experiment 2: maximum random gradient against √d",
): Figure {
  const trials = measuredTrials(rows);
  const points = trials.flatMap((trial) =>
    regimesOf(trial).map((regime) => ({
      n: trial.n,
      d: trial.d,
      k: trial.k,
      x: Math.sqrt(trial.d),
      y: trial.maxRandomGradient,
      regime: REGIMES.find((one) => one.regime === regime)?.label ?? regime,
      ...(trial.bracket && { lower: trial.bracket[0], upper: trial.bracket[1] }),
    })),
  );
  if (points.length === 0) {
    const kept = rows.some(isKept);
    const message = kept ? "No kept trial has k = n or k = 10n/d." : "No trial was kept: nothing to draw.";
    return wordsOnly(title, [showKept(rows)], message);
  }

  const fits = REGIMES.map(({ regime, short, color }) => {
    const { line, lack, count } = regimeFit(trials, regime);
    if (!line) return { words: `${short}: ${counted(count, "point")}, no line is fitted` };
    const own = trials.filter((trial) => regimesOf(trial).includes(regime));
    return {
      ...fitLayers(line, extent(own.map(({ d }) => Math.sqrt(d))), color),
      words: `${short}: ${growthOf(line.slopeInterval)}, ${showSlope(line)}, R² ${show(line.r2)}`,
      ...(lack && {
        straight: `${lack.p < REJECTED_BELOW ? "rejected" : "not rejected"} for ${short} (${showProbability(lack.p)})`,
      }),
    };
  });
  const bands = fits.flatMap((fit) => ("band" in fit ? [fit.band] : []));
  const straight = fits.flatMap((fit) => ("straight" in fit && fit.straight ? [fit.straight] : []));
  const lines = fits.flatMap((fit) => ("line" in fit ? [fit.line] : []));
  const shared = trials.filter((trial) => regimesOf(trial).length === 2).length;
  const others = trials.filter((trial) => regimesOf(trial).length === 0).length;
  const domain = REGIMES.map(({ label }) => label);
  const legend = { title: null, orient: "bottom", symbolSize: 80 } as const;
  const color = {
    field: "regime",
    type: "nominal",
    scale: { domain, range: REGIMES.map((regime) => regime.color) },
    legend,
  } as const;
  const drawn = thinned(points);
  const intervals = intervalLayers(drawn, color);
  const subtitle = [
    showKept(rows),
    ...fits.map((fit) => fit.words),
    ...(straight.length > 0 ? [`a straight line is ${straight.join(", ")}`] : []),
    ...(bands.length > 0 ? ["lines: least squares; bands: 95% interval of their means"] : []),
    ...(shared > 0
      ? [`${counted(shared, "trial")} with k = n = 10n/d ${shared === 1 ? "counts" : "count"} in both lines`]
      : []),
    ...(others > 0 ? [`${counted(others, "kept trial")} of neither regime left out`] : []),
    ...(intervals.length > 0 ? [INTERVAL_NOTE] : []),
    ...thinnedNote(drawn.length, points.length),
  ];
  const scatter: Layer = {
    data: { values: drawn },
    mark: { type: "point", size: 50 },
    encoding: {
      x: {
        field: "x",
        type: "quantitative",
        title: "√d",
        axis: { tickCount: 8 },
        scale: paddedScale(points.map((point) => point.x)),
      },
      y: { field: "y", type: "quantitative", title: gradientAxis(rows), axis: { tickCount: 6 } },
      color,
      shape: {
        field: "regime",
        type: "nominal",
        scale: { domain, range: REGIMES.map(({ shape }) => shape) },
        legend,
      },
    },
  };
  return {
    ...frame(title, subtitle),
    width: WIDTH,
    height: HEIGHT,
    layer: [...bands, ...intervals, scatter, ...lines],
  };
}
