import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FormulaError } from "../../src/numeric/formula.ts";
import { columnFigure, columnPoints } from "../../src/report/column-figure.ts";
import type { Row } from "../../src/report/rows.ts";
import { draw, layersOf, pointsOf } from "./drawing.ts";
import { experiment1Rows } from "./made-rows.ts";

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
    const table: Row[] = [
      { n: 0, y: 1 },
      { n: 1, y: null },
      { n: 2, y: 1 },
    ];
    const choice = { x: "n", y: "y", log: "x" } as const;
    assert.match(
      await draw(columnFigure(table, choice)),
      /^2 left out: a coordinate is missing or cannot be drawn$/m,
    );
    assert.deepEqual(columnPoints(table, choice), { drawn: 1, leftOut: 2 });
    assert.deepEqual(columnPoints(table, { x: "n", y: "y" }), { drawn: 2, leftOut: 1 });
    assert.deepEqual(columnPoints(rows, { x: "n", y: "k" }), { drawn: 36, leftOut: 0 });
    assert.deepEqual(columnPoints(rows, { x: "n", y: "k", all: true }), { drawn: 40, leftOut: 0 });
    assert.deepEqual(columnPoints(rows, { x: "n", y: "lipschitz_upper" }), { drawn: 0, leftOut: 36 });
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

  it("refuses a colour with more words than it has colours", () => {
    const words = (count: number): Row[] => Array.from({ length: count }, (_, n) => ({ n, id: `t${n}` }));
    const choice = { x: "n", y: "n", color: "id" };
    assert.equal(pointsOf(columnFigure(words(7), choice)).length, 7);
    assert.throws(() => columnFigure(words(8), choice), {
      name: "RangeError",
      message: 'color "id" has 8 values, at most 7 colours can be told apart: choose another',
    });
    assert.equal(pointsOf(columnFigure(words(8), { ...choice, color: "n" })).length, 8);
  });

  it("refuses to draw nothing, and names the formula without a value", () => {
    const table: Row[] = [
      { a: 1, b: null, c: 0 },
      { a: null, b: 2, c: -1 },
    ];
    const refusals: [readonly Row[], Parameters<typeof columnFigure>[1], string][] = [
      [
        rows,
        { x: "n", y: "lipschitz_upper" },
        'y "lipschitz_upper" has no value that can be drawn in any of the 36 kept rows',
      ],
      [
        rows,
        { x: "lipschitz_upper/n", y: "k", all: true },
        'x "lipschitz_upper/n" has no value that can be drawn in any of the 40 rows',
      ],
      [
        table,
        { x: "c", y: "c", log: "y" },
        'y "c" has no value above 0 for its logarithmic axis in any of the 2 rows',
      ],
      [table.slice(0, 1), { x: "a", y: "b" }, 'y "b" has no value that can be drawn in the only row'],
      [
        table,
        { x: "a", y: "b" },
        'x "a" and y "b" have no row in common with values that can be drawn, of 2 rows',
      ],
      [
        rows.filter((one) => one.outcome !== "kept"),
        { x: "n", y: "k" },
        "none of the 4 trials was kept: nothing can be drawn, unless all are asked for",
      ],
      [[], { x: "n", y: "k", fit: true }, "the table has no rows: nothing can be drawn"],
    ];
    for (const [given, choice, message] of refusals) {
      assert.throws(() => columnFigure(given, choice), { name: "RangeError", message });
    }
  });
});
