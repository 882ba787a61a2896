/** Networks of several methods on the same data: their size against their Lipschitz constant and their total weight. */
import { extent } from "../numeric/extent.ts";
import { bySize, type MadeNetwork, madeNetworks } from "./construction-rows.ts";
import { law } from "./constructions-verdict.ts";
import { type Figure, frame, paddedScale, wordsOnly } from "./layers.ts";
import type { Row } from "./rows.ts";
import { HEIGHT, INK, PALETTE } from "./theme.ts";
import { MOST_POINTS, spread, thinned, thinnedNote } from "./thinning.ts";
import { showKept } from "./words.ts";

/** Panels of the figure, two for each size. */
const mostSizes = 8;

/** Of one panel. */
const width = 300;
const shapes = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

/**
 * For each (n, d) two panels: the certified interval of the Lipschitz constant over R^d against the number of neurons with
 * √(n/k) drawn in, and the total weight against it with √n. Columns as madeNetworks.
 */
export function constructionsFigure(
  rows: readonly Row[],
  title = "Networks on the same data: neurons, Lipschitz constant, total weight",
): Figure {
  const networks = madeNetworks(rows);
  if (networks.length === 0)
    return wordsOnly(title, [showKept(rows)], "No network was kept: nothing to draw.");
  const methods = [...new Set(networks.map(({ method }) => method))];
  const color = {
    field: "method",
    type: "nominal",
    scale: { domain: methods, range: methods.map((_, i) => PALETTE[i % PALETTE.length]) },
    legend: { title: null, orient: "right", symbolSize: 80 },
  } as const;
  const shape = {
    field: "method",
    type: "nominal",
    scale: {
      domain: methods,
      range: methods.map(
        (_, i) => shapes[Math.floor(i / PALETTE.length + (i % PALETTE.length)) % shapes.length],
      ),
    },
    legend: { title: null, orient: "right", symbolSize: 80 },
  } as const;
  const sizes = bySize(networks);
  const shown = spread(sizes, mostSizes);
  const drawn = shown.map((size) => ({
    ...size,
    marked: thinned(size.networks, Math.floor(MOST_POINTS / shown.length)),
  }));
  const panels = drawn.map(({ n, d, networks: group, marked }) => ({
    hconcat: [
      constantPanel(group, marked, `n = ${n}, d = ${d}`, { color, shape }),
      weightPanel(group, marked, n, { color, shape }),
    ],
    spacing: 40,
  }));
  const count = (of: readonly (readonly MadeNetwork[])[]) => of.reduce((sum, { length }) => sum + length, 0);
  const figure = {
    ...frame(title, [
      showKept(rows),
      "left: certified [lower, upper] of the Lipschitz constant over R^d, dashed √(n/k)",
      "right: total weight, dashed √n; networks with jumps or polynomials have no constant on R^d",
      ...(shown.length < sizes.length
        ? [`${shown.length} of ${sizes.length} sizes (n, d), spread evenly`]
        : []),
      ...thinnedNote(count(drawn.map(({ marked }) => marked)), count(shown.map((size) => size.networks))),
    ]),
    vconcat: panels,
  };
  return figure as Figure;
}

interface Channels {
  readonly color: object;
  readonly shape: object;
}

function constantPanel(
  group: readonly MadeNetwork[],
  marked: readonly MadeNetwork[],
  title: string,
  { color, shape }: Channels,
) {
  const values = marked.flatMap(({ neurons, method, bracket }) =>
    bracket && bracket[1] > 0
      ? [{ neurons, method, lower: Math.max(bracket[0], bracket[1] / 1e3), upper: bracket[1] }]
      : [],
  );
  const { n } = group[0];
  const [least, most] = extent(group.map(({ neurons }) => neurons));
  const line = [least, most].map((neurons) => ({ neurons, law: law({ n, neurons }) }));
  const y = paddedScale(
    [...values.flatMap(({ lower, upper }) => [lower, upper]), ...line.map((point) => point.law)],
    true,
  );
  const x = neuronAxis(group);
  return {
    title,
    width,
    height: HEIGHT * 0.8,
    layer: [
      {
        data: { values: line },
        mark: { type: "line", color: INK, strokeDash: [4, 3], strokeWidth: 1.2 },
        encoding: { x, y: { field: "law", type: "quantitative", scale: y } },
      },
      {
        data: { values },
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          x,
          y: {
            field: "lower",
            type: "quantitative",
            title: "Lipschitz constant",
            scale: y,
            axis: { tickCount: 5 },
          },
          y2: { field: "upper" },
          color,
        },
      },
      {
        data: { values },
        mark: { type: "point", size: 60 },
        encoding: { x, y: { field: "upper", type: "quantitative", scale: y }, color, shape },
      },
    ],
  };
}

function weightPanel(
  group: readonly MadeNetwork[],
  marked: readonly MadeNetwork[],
  n: number,
  { color, shape }: Channels,
) {
  const values = marked.flatMap(({ neurons, method, totalWeight }) =>
    totalWeight !== undefined && totalWeight > 0 ? [{ neurons, method, weight: totalWeight }] : [],
  );
  const scale = paddedScale([...values.map(({ weight }) => weight), Math.sqrt(n)], true);
  const x = neuronAxis(group);
  return {
    width,
    height: HEIGHT * 0.8,
    layer: [
      {
        data: { values: [{ root: Math.sqrt(n) }] },
        mark: { type: "rule", color: INK, strokeDash: [4, 3], strokeWidth: 1.2 },
        encoding: { y: { field: "root", type: "quantitative", scale } },
      },
      {
        data: { values },
        mark: { type: "point", size: 60 },
        encoding: {
          x,
          y: { field: "weight", type: "quantitative", title: "total weight", scale, axis: { tickCount: 5 } },
          color,
          shape,
        },
      },
    ],
  };
}

/** The axis that both panels of a size share. */
function neuronAxis(group: readonly MadeNetwork[]) {
  const scale = paddedScale(
    group.map(({ neurons }) => neurons),
    true,
  );
  return { field: "neurons", type: "quantitative", title: "neurons k", scale, axis: { tickCount: 5 } };
}
