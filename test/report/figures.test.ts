import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { experiment1Figure, sweepFigure } from "../../src/report/gradient-figure.ts";
import { experiment2Figure } from "../../src/report/regime-figure.ts";
import { textWidth } from "../../src/report/text-width.ts";
import { WIDTH } from "../../src/report/theme.ts";
import { draw, marksOf, pointsOf } from "./drawing.ts";
import { bent, experiment1Rows, experiment2Rows, replicated, row, withBrackets } from "./made-rows.ts";

describe("the figure of Experiment 1", () => {
  it("shows the kept trials only, at √(n/k), with the pooled line and its band", async () => {
    const figure = experiment1Figure(experiment1Rows());
    assert.equal(pointsOf(figure).length, 36);
    for (const { x, n, k } of pointsOf(figure)) assert.equal(x, Math.sqrt(Number(n) / Number(k)));
    assert.deepEqual(marksOf(figure), ["area", "point", "line"]);
    const texts = await draw(figure);
    for (const text of [
      "Experiment 1: maximum random gradient against √(n/k)",
      "36 of 40 trials kept (ε = 0.02; not kept: 3 for loss, 1 for signs)",
      "max over 1000 draws of ‖∇f(z)‖",
      "d/n: dimensions",
    ]) {
      assert.ok(texts.split("\n").includes(text), text);
    }
    assert.match(
      texts,
      /^pooled: grows, slope [12]\.\d\d \(95% interval \[[12]\.\d\d, 2\.\d\d\]\), intercept 4\.\d\d, R² 0\.9\d\d$/m,
    );
    assert.match(texts, /^at fixed \(n, d\): grows, slope 2\.0\d \(95% interval \[/m);
  });

  it("draws certified intervals behind the points when they were measured", async () => {
    const figure = experiment1Figure(withBrackets(experiment1Rows()));
    assert.deepEqual(marksOf(figure), ["area", "rule", "rule", "tick", "tick", "point", "line"]);
    assert.match(await draw(figure), /bars: certified \[lower, upper\]/);
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
    assert.match(
      await draw(sweepFigure(lost)),
      /^0 of 40 trials kept \(ε = 0\.02; not kept: 40 for loss\)$/m,
    );
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
    assert.match(texts, /^k = 10n\/d: grows, slope \d\.\d+ \(95% interval \[/m);
    assert.match(texts, /^k = n: cannot be told from 0, slope −?\d\.\d+ \(95% interval \[/m);
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

  it("says which line replicates reject and how many trials both lines share", async () => {
    const once = experiment2Rows();
    const texts = await draw(experiment2Figure(replicated(bent(once))));
    assert.match(
      texts,
      /^a straight line is rejected for k = 10n\/d \(p &lt; 0\.0001\), not rejected for k = n \(p = 0\.\d+\)$/m,
    );
    assert.doesNotMatch(await draw(experiment2Figure(once)), /straight|both lines/);
    const shared = row({ n: 10_000, d: 10, k: 10_000, epsilon: 0.1, outcome: "kept", gradient: 7 });
    assert.match(
      await draw(experiment2Figure([...once, shared])),
      /^1 trial with k = n = 10n\/d counts in both lines$/m,
    );
  });

  it("has subtitles no wider than the figure of Experiment 1 at its legend", () => {
    const rows = replicated(bent(experiment2Rows({ slope: -0.05 })));
    for (const figure of [experiment2Figure(rows), experiment1Figure(experiment1Rows())]) {
      const { subtitle } = figure.title as { subtitle: string[] };
      for (const line of subtitle) assert.ok(textWidth(line, 11) < WIDTH + 110, line);
    }
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
