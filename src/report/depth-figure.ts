/** Networks of several depths on the same data: Lip √(p/(n d)) against depth. */
import { extent } from "../numeric/extent.ts";
import { bySizes, type DeepRow, deepRows } from "./depth-rows.ts";
import { type Figure, frame, INTERVAL_NOTE, intervalLayers, paddedScale, wordsOnly } from "./layers.ts";
import type { Row } from "./rows.ts";
import { HEIGHT, PALETTE, WIDTH } from "./theme.ts";
import { spread, thinned, thinnedNote } from "./thinning.ts";
import { showKept, showRange } from "./words.ts";

/** Between the columns of two groups, and of two networks of one group, in layers, where there is room. */
const [groupGap, networkGap] = [0.3, 0.04];

/** All columns of a depth take no more than this, in layers. */
const room = 0.9;

/**
 * The maximum random gradient and the certified interval above it, both times √(p/(n d)), against depth; networks of one
 * depth side by side, coloured by (n, d). Columns as deepRows.
 */
export function depthFigure(
  rows: readonly Row[],
  title = "Depth: Lipschitz constant in units of √(nd/p)",
): Figure {
  const sizesFound = bySizes(deepRows(rows));
  if (sizesFound.length === 0) {
    return wordsOnly(
      title,
      [showKept(rows)],
      "No network with a certified interval was kept: nothing to draw.",
    );
  }
  const groups = spread(sizesFound, PALETTE.length);
  const gap = Math.min(groupGap, room / groups.length);
  const points = groups.flatMap((group, at) => {
    const seen = new Map<number, number>();
    const offset = (at - (groups.length - 1) / 2) * gap;
    const step = Math.min(networkGap, (room * gap) / mostAlike(group));
    return group.map(({ n, d, depth, parameters, proxy, lower, upper }) => {
      const place = seen.get(depth) ?? 0;
      seen.set(depth, place + 1);
      const x = depth + offset + step * place;
      return { x, y: proxy, lower, upper, depth, parameters, sizes: `n = ${n}, d = ${d}` };
    });
  });
  const sizes = [...new Set(points.map((point) => point.sizes))];
  const color = {
    field: "sizes",
    type: "nominal",
    scale: { domain: sizes, range: PALETTE.slice(0, sizes.length) },
    legend: { title: null },
  } as const;
  const depths = [...new Set(points.map(({ depth }) => depth))].sort((p, q) => p - q);
  const drawn = thinned(points);
  const subtitle = [
    showKept(rows),
    showRange(
      "p",
      points.map(({ parameters }) => parameters),
    ),
    INTERVAL_NOTE,
    ...(groups.length < sizesFound.length
      ? [`${groups.length} of ${sizesFound.length} sizes (n, d), spread evenly`]
      : []),
    ...thinnedNote(drawn.length, points.length),
  ];
  return {
    ...frame(title, subtitle),
    width: WIDTH,
    height: HEIGHT,
    layer: [
      ...intervalLayers(drawn, color),
      {
        data: { values: drawn },
        mark: { type: "point" },
        encoding: {
          x: {
            field: "x",
            type: "quantitative",
            title: "depth D, layers of weights",
            axis: { values: depths, format: "d" },
            scale: { ...paddedScale(points.map(({ x }) => x)), zero: false },
          },
          y: {
            field: "y",
            type: "quantitative",
            title: ["constants times √(p/(nd))", "points: maximum random gradient"],
            scale: paddedScale(
              points.flatMap(({ y, upper }) => [y, upper]),
              true,
            ),
            axis: { tickCount: 6 },
          },
          color,
        },
      },
    ],
  };
}

/** Networks of the depth that has most. */
function mostAlike(group: readonly DeepRow[]): number {
  const counts = new Map<number, number>();
  for (const { depth } of group) counts.set(depth, (counts.get(depth) ?? 0) + 1);
  return extent(counts.values())[1];
}
