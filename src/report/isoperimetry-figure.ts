/** Families of points by what is found and known of their isoperimetry constant. */
import { isoperimetrySamples } from "./isoperimetry-rows.ts";
import { lawTrials } from "./law-rows.ts";
import { type Figure, frame, paddedScale, wordsOnly } from "./layers.ts";
import type { Row } from "./rows.ts";
import { INK, SEQUENTIAL, WIDTH } from "./theme.ts";
import { show, showKept } from "./words.ts";

/** Of one d of one family, in pixels. */
const rowHeight = 9;

/** A row for each family, and within it for each d: c_var, c_mgf and the c of theory. */
export function isoperimetryFigure(
  rows: readonly Row[],
  title = "Isoperimetry: c of the families of points",
  laws: readonly Row[],
): Figure {
  const samples = isoperimetrySamples(lawTrials(rows, laws));
  if (samples.length === 0)
    return wordsOnly(title, [showKept(rows)], "No kept trial has an estimate of c: nothing to draw.");
  const points = samples.flatMap(({ family, d, cVar, cMgf }) => [
    { family, d, c: cVar, of: "c_var" },
    { family, d, c: cMgf, of: "c_mgf" },
  ]);
  const known = samples.flatMap(({ family, d, theory, least }) =>
    [theory, least].flatMap((c) => (c === undefined ? [] : [{ family, d, c }])),
  );
  const families = [...new Set(samples.map(({ family }) => family))];
  const dimensions = [...new Set(samples.map(({ d }) => d))].sort((p, q) => p - q);
  const error = Math.max(...samples.map((sample) => sample.error));
  const scale = paddedScale(
    [...points, ...known].map(({ c }) => c),
    true,
  );
  const channels = {
    x: {
      field: "c",
      type: "quantitative",
      title: "isoperimetry constant c",
      scale,
      axis: { tickCount: 6, format: "~g" },
    },
    y: { field: "family", type: "nominal", sort: families, title: null },
    yOffset: { field: "d", type: "ordinal", sort: dimensions },
  } as const;
  const color = {
    field: "d",
    type: "ordinal",
    sort: dimensions,
    scale: { scheme: SEQUENTIAL },
    legend: { title: "d" },
  } as const;
  const shape = {
    field: "of",
    type: "nominal",
    scale: { domain: ["c_var", "c_mgf"], range: ["circle", "triangle-right"] },
    legend: { title: "estimates" },
  } as const;
  return {
    ...frame(title, [
      showKept(rows),
      "bars: the c of theory; two where it lies between them, none where theory has none",
      `an estimate can be above c by chance: the standard error of c_var is up to ${show(100 * error)}%`,
    ]),
    width: WIDTH,
    height: rowHeight * families.length * (dimensions.length + 1),
    layer: [
      {
        data: { values: known },
        mark: { type: "tick", orient: "vertical", color: INK, thickness: 2, size: rowHeight },
        encoding: channels,
      },
      { data: { values: points }, mark: { type: "point" }, encoding: { ...channels, color, shape } },
    ],
  };
}
