import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FormulaError } from "../../src/numeric/formula.ts";
import { columnFigure } from "../../src/report/column-figure.ts";
import { experiment1Figure, sweepFigure } from "../../src/report/gradient-figure.ts";
import type { Figure } from "../../src/report/layers.ts";
import { experiment2Figure } from "../../src/report/regime-figure.ts";
import { renderSvg } from "../../src/report/render.ts";
import type { Row } from "../../src/report/rows.ts";
import { experiment1Rows, experiment2Rows, row, withBrackets } from "./made-rows.ts";

/** Renders, fails on any warning of Vega-Lite or Vega, and returns the texts in the picture, one a line. */
async function draw(figure: Figure): Promise<string> {
  const warnings: string[] = [];
  const svg = await renderSvg(figure, { warn: (message) => warnings.push(message) });
  assert.deepEqual(warnings, []);
  assert.doesNotMatch(svg, /NaN|undefined|Infinity/);
  return [...svg.matchAll(/>([^<>]+)</g)].map((match) => match[1]).join("\n");
}

function layersOf(figure: Figure): { mark: { type: string }; data: { values: Row[] } }[] {
  return "layer" in figure ? (figure.layer as never) : [];
}

function pointsOf(figure: Figure): Row[] {
  return layersOf(figure).find((layer) => layer.mark.type === "point")?.data.values ?? [];
}

const marksOf = (figure: Figure) => layersOf(figure).map((layer) => layer.mark.type);

describe("the figure of Experiment 1", () => {
  it("shows the kept trials only, at √(n/k), with the pooled line and its band", async () => {
    const figure = experiment1Figure(experiment1Rows());
    assert.equal(pointsOf(figure).length, 36);
    for (const { x, n, k } of pointsOf(figure)) assert.equal(x, Math.sqrt(Number(n) / Number(k)));
    assert.deepEqual(marksOf(figure), ["area", "point", "line"]);
    const texts = await draw(figure);
    for (const text of [
      "Experiment 1: maximum random gradient against √(n/k)",
      "36 of 40 trials kept (ε = 0.02; not kept: 3 loss, 1 signs)",
      "max over 1000 draws of ‖∇f(z)‖",
      "d/n: dimensions",
    ]) {
      assert.ok(texts.split("\n").includes(text), text);
    }
    assert.match(
      texts,
      /^slope [12]\.\d\d \(95% interval \[[12]\.\d\d, 2\.\d\d\]\), intercept 4\.\d\d, R² 0\.9\d\d$/m,
    );
  });

  it("draws certified intervals behind the points when they were measured", async () => {
    const figure = experiment1Figure(withBrackets(experiment1Rows()));
    assert.deepEqual(marksOf(figure), ["area", "rule", "point", "line"]);
    assert.match(await draw(figure), /thin rules: certified \[lower, upper\]/);
  });

  it("leaves out kept trials without a measurement, and counts them", async () => {
    const rows = [
      ...experiment1Rows(),
      row({ n: 100, d: 50, k: 10, epsilon: 0.02, outcome: "kept", gradient: null }),
    ];
    const figure = experiment1Figure(rows);
    assert.equal(pointsOf(figure).length, 36);
    assert.match(await draw(figure), /^1 kept trial without a measurement$/m);
  });
});

describe("the figure of a sweep", () => {
  it("says in words that there is nothing to draw", async () => {
    assert.match(await draw(sweepFigure([])), /^No trial was kept: nothing to draw\.$/m);
    const lost = experiment1Rows().map((one) => ({ ...one, outcome: "loss" }));
    assert.match(await draw(sweepFigure(lost)), /^0 of 40 trials kept \(ε = 0\.02; not kept: 40 loss\)$/m);
    const unmeasured = experiment1Rows().map((one) => ({ ...one, max_random_gradient: null }));
    assert.match(await draw(sweepFigure(unmeasured)), /^No kept trial has a measurement\.$/m);
  });

  it("shows one or two points without a line, and says so", async () => {
    for (const count of [1, 2]) {
      const figure = sweepFigure(experiment1Rows().slice(0, count));
      assert.deepEqual(marksOf(figure), ["point"]);
      assert.match(await draw(figure), /^no line is fitted: only [12] points?$/m);
    }
  });

  it("fits no line when √(n/k) does not vary", async () => {
    const rows = experiment1Rows().filter(({ n, k }) => n === k);
    const figure = sweepFigure(rows);
    assert.ok(pointsOf(figure).length >= 3);
    assert.match(await draw(figure), /^no line is fitted: √\(n\/k\) does not vary$/m);
  });
});

describe("the figure of Experiment 2", () => {
  it("shows both regimes against √d with a line each", async () => {
    const figure = experiment2Figure(experiment2Rows());
    assert.equal(pointsOf(figure).length, 16);
    assert.deepEqual(marksOf(figure), ["area", "area", "point", "line", "line"]);
    const texts = await draw(figure);
    assert.match(texts, /^k = 10n\/d: slope \d\.\d+ \(95% interval \[/m);
    assert.match(texts, /^k = n: slope −?\d\.\d+ \(95% interval \[/m);
    assert.ok(
      texts.split("\n").includes("optimal size: k = 10n/d") &&
        texts.split("\n").includes("optimal smoothness: k = n"),
    );
  });

  it("shows a trial at d = 10, where both sizes coincide, in both regimes", () => {
    const shared = { n: 10_000, k: 10_000, epsilon: 0.1, outcome: "kept", gradient: 7 };
    assert.equal(pointsOf(experiment2Figure([row({ ...shared, d: 10 })])).length, 2);
    assert.equal(pointsOf(experiment2Figure([row({ ...shared, d: 20 })])).length, 1);
  });

  it("counts trials of neither regime instead of drawing them", async () => {
    const stray = row({ n: 10_000, d: 100, k: 55, epsilon: 0.1, outcome: "kept", gradient: 7 });
    const figure = experiment2Figure([...experiment2Rows(), stray]);
    assert.equal(pointsOf(figure).length, 16);
    assert.match(await draw(figure), /^1 kept trial of neither regime left out$/m);
    assert.match(await draw(experiment2Figure([stray])), /^No kept trial has k = n or k = 10n\/d\.$/m);
  });

  it("is drawn from no, one or two rows as well", async () => {
    for (const count of [0, 1, 2]) await draw(experiment2Figure(experiment2Rows().slice(0, count)));
  });
});

describe("a figure of any columns", () => {
  const rows = experiment1Rows();

  it("draws formulas of columns, coloured by numbers or by words", async () => {
    for (const color of [undefined, "d", "d/n", "data", "n"]) {
      const figure = columnFigure(rows, { x: "sqrt(n/k)", y: "max_random_gradient/sqrt(d)", color });
      assert.equal(pointsOf(figure).length, 36);
      const texts = await draw(figure);
      assert.ok(texts.split("\n").includes("max_random_gradient/sqrt(d) against sqrt(n/k)"));
    }
  });

  it("fits in the coordinates drawn: on log axes the slope is the exponent", async () => {
    const power: Row[] = [1, 2, 4, 8, 16].map((n) => ({ n, y: 3 * n ** 1.5 }));
    const figure = columnFigure(power, { x: "n", y: "y", log: "xy", fit: true });
    const texts = await draw(figure);
    assert.match(texts, /^slope 1\.50 /m);
    assert.ok(texts.split("\n").includes("log₁₀ y on log₁₀ x: intercept 0.477, R² 1.00"));
    for (const { x, line } of layersOf(figure).at(-1)?.data.values ?? []) {
      assert.ok(Math.abs(Number(line) - 3 * Number(x) ** 1.5) < 1e-9 * Number(line));
    }
  });

  it("leaves out what a log axis cannot show, and says how many", async () => {
    const figure = columnFigure(
      [
        { n: 0, y: 1 },
        { n: 1, y: null },
        { n: 2, y: 1 },
      ],
      { x: "n", y: "y", log: "x" },
    );
    assert.match(await draw(figure), /^2 left out: a coordinate is missing or cannot be drawn$/m);
  });

  it("gives every value of the facet a panel with its own line, in order", async () => {
    const texts = await draw(
      columnFigure(rows, { x: "n/k", y: "max_random_gradient", facet: "n", fit: true }),
    );
    const titles = [...texts.matchAll(/^(n = \d+)$/gm)].map((match) => match[1]);
    assert.deepEqual(titles, ["n = 200", "n = 500", "n = 1000", "n = 2000"]);
    assert.equal([...texts.matchAll(/^slope /gm)].length, 4);
  });

  it("shows trials that were not kept only when asked", () => {
    assert.equal(pointsOf(columnFigure(rows, { x: "n", y: "k" })).length, 36);
    assert.equal(pointsOf(columnFigure(rows, { x: "n", y: "k", all: true })).length, 40);
  });

  it("names the columns there are when one is unknown", () => {
    assert.throws(
      () => columnFigure([{ n: 1, k: 2 }], { x: "n", y: "sqrt(gradient)" }),
      (error) =>
        error instanceof FormulaError &&
        error.message ===
          'formula "sqrt(gradient)": unknown column gradient, there are: n, k (at character 6)',
    );
    assert.throws(
      () => columnFigure(rows, { x: "n", y: "k", color: "constructor" }),
      /unknown column constructor/,
    );
  });

  it("refuses words on an axis and a facet with too many values", () => {
    assert.throws(() => columnFigure(rows, { x: "data", y: "k" }), /column data holds words/);
    const many: Row[] = Array.from({ length: 13 }, (_, n) => ({ n }));
    assert.throws(() => columnFigure(many, { x: "n", y: "n", facet: "n" }), RangeError);
  });

  it("is drawn from an empty table as words", async () => {
    assert.match(await draw(columnFigure([], { x: "n", y: "k", fit: true })), /^Nothing to draw\.$/m);
  });
});
