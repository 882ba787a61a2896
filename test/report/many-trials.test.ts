import assert from "node:assert/strict";
import test from "node:test";
import type { Trial } from "../../src/experiment/plan.ts";
import type { FigureKind } from "../../src/experiment/spec.ts";
import type { TrialResult } from "../../src/experiment/trial.ts";
import { cells, type Row, trialColumns } from "../../src/record/columns.ts";
import { headerLine, line, parseTable } from "../../src/record/table.ts";
import { columnFigure } from "../../src/report/column-figure.ts";
import { reports } from "../../src/report/figures.ts";
import { renderPng, renderSpec, renderSvg } from "../../src/report/render.ts";

const count = 100_000;
const mostBytes = 3e6;

/** Sizes and method of a made trial. */
type Sizes = Pick<Trial, "n" | "d" | "k" | "method">;

const grid = (place: number): Sizes => ({
  n: 100 * (1 + (place % 20)),
  d: 50 + 10 * (Math.floor(place / 20) % 5),
  k: 10 * (1 + (Math.floor(place / 100) % 10)),
  method: "train",
});

/** A table of so many trials, written and read through the code's own columns. */
function madeTable(): Row[] {
  const lines = Array.from({ length: count }, (_, place) => {
    const sizes = grid(place);
    const noise = (place * 7919) % 10_007;
    const gradient = 4 + 2 * Math.sqrt(sizes.n / sizes.k) + noise / 10_007;
    const trial: Trial = {
      ...{
        id: place.toString(16).padStart(16, "0"),
        dataId: "",
        networkId: "",
        data: "gaussian",
        activation: "relu",
      },
      ...{ seed: 1, replicate: 1, epsilon: 0.02, learningRate: 0.003, maxSteps: 5000, draws: 1000 },
      ...sizes,
    };
    const result: TrialResult = {
      outcome: noise % 50 === 0 ? "loss" : "kept",
      neurons: sizes.k,
      maxRandomGradient: gradient,
      lipschitzLower: 1.2 * gradient,
      lipschitzUpper: 1.5 * gradient,
      spectralBound: 5 * gradient,
      totalWeight: 100 * gradient,
    };
    return line(cells(trialColumns, { experiment: "many", engine: "wasm", trial, result }));
  });
  return parseTable("trials.csv", headerLine(trialColumns) + lines.join(""), trialColumns);
}

const table = madeTable();

/**
 * Seconds of the processor, which do not grow with what else the machine does, and a bound on them: all takes some seconds,
 * what is quadratic in the trials far more minutes than that.
 */
function secondsOfProcessor(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}
const mostSeconds = 120;

/** Sizes and methods that each of these kinds has something to draw of. */
const sizesOfKinds: Partial<Record<FigureKind, (place: number) => Sizes>> = {
  sweep: grid,
  experiment2: (place) => {
    const d = [10, 20, 50, 100, 200][place % 5];
    return { n: 1000, d, k: place % 2 === 0 ? 1000 : 10_000 / d, method: "train" };
  },
  constructions: (place) => ({ ...grid(place), method: place % 3 === 0 ? "construct:caps" : "train" }),
  depth: (place) => ({ ...grid(place), method: ["train", "train,depth=3", "train,depth=4"][place % 3] }),
};

for (const [kind, sizesOf] of Object.entries(sizesOfKinds) as [FigureKind, (place: number) => Sizes][]) {
  test(`${kind}: ${count} trials are drawn and judged in seconds, in files of bounded size`, async () => {
    const rows = table.map((row, place): Row => {
      const sizes = sizesOf(place);
      return { ...row, ...sizes, neurons: sizes.k };
    });
    assert.equal(rows.length, count);
    const start = secondsOfProcessor();
    const verdict = await reports[kind].verdict(rows, []);
    assert.equal(verdict.trials.tried, count);
    assert.ok(verdict.trials.measured > 0.97 * count);
    const figure = reports[kind].figure(rows, undefined, []);
    const svg = await renderSvg(figure);
    assert.match(svg, />drawn: \d{4} of \d+ points, spread evenly, with the extremes/);
    assert.ok(svg.length < mostBytes, `${svg.length} bytes of SVG`);
    assert.ok(renderSpec(figure).length < mostBytes, `${renderSpec(figure).length} bytes of Vega-Lite`);
    assert.ok(renderPng(svg).length < mostBytes);
    const seconds = secondsOfProcessor() - start;
    assert.ok(seconds < mostSeconds, `${seconds} s`);
  });
}

test("laws beside 100000 trials are drawn and judged in seconds", async () => {
  const laws = table.map((row, i) => ({
    ...{ trial_id: row.trial_id, line: 1, law: "random-label", quantity: "Lip(f)", kind: "lower" },
    ...{ probability: 0.95, value: i % 25 === 0 ? 1000 : 1, method: "", hypotheses: "ok" },
  }));
  const start = secondsOfProcessor();
  for (const kind of ["universal-rate", "lower-bounds"] as const) {
    const verdict = await reports[kind].verdict(table, laws);
    assert.equal(verdict.trials.tried, count);
    // 4% are below a bound that fails in 5%.
    if (kind === "universal-rate") assert.equal(verdict.reading, "undecided");
    const svg = await renderSvg(reports[kind].figure(table, undefined, laws));
    assert.match(svg, />drawn: \d+ of \d+ points/);
    assert.ok(svg.length < mostBytes, `${kind}: ${svg.length} bytes`);
  }
  const seconds = secondsOfProcessor() - start;
  assert.ok(seconds < mostSeconds, `${seconds} s`);
});

test("a plot of 100000 rows of one size has its fit of all and some thousands of marks", async () => {
  const rows = Array.from({ length: count }, (_, i) => ({
    x: i % 100,
    y: (i % 100) + (i % 7),
    word: `${i % 3}`,
  }));
  const start = secondsOfProcessor();
  const figure = columnFigure(rows, { x: "x", y: "y", color: "word", facet: "word", fit: true });
  const svg = await renderSvg(figure);
  assert.ok(svg.length < mostBytes && renderSpec(figure).length < mostBytes);
  // y − x is 3 on average over all points of a panel.
  assert.match(svg, /intercept 3\.00/);
  assert.ok(secondsOfProcessor() - start < mostSeconds);
});
