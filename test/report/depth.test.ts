import assert from "node:assert/strict";
import test from "node:test";
import { depthFigure } from "../../src/report/depth-figure.ts";
import { deepRows } from "../../src/report/depth-rows.ts";
import { depthVerdict } from "../../src/report/depth-verdict.ts";
import { draw, marksOf } from "./drawing.ts";

/** A network with D − 1 hidden layers of k neurons whose interval is [0.9, 1.1] times `ratio` √(nd/p). */
function made(depth: number, k: number, ratio: number, n = 400) {
  const d = 100;
  const p = k * (d + 1) + (depth - 2) * k * (k + 1) + k;
  const lip = ratio / Math.sqrt(p / (n * d));
  return {
    n,
    d,
    k,
    method: depth === 2 ? "train" : `train,depth=${depth}`,
    neurons: (depth - 1) * k,
    outcome: "kept",
    epsilon: 0.02,
    max_random_gradient: 0.5 * lip,
    lipschitz_lower: 0.9 * lip,
    lipschitz_upper: 1.1 * lip,
  };
}

/** Two sizes, three depths, two networks of each, with ratios that go as a power of depth. */
const rows = (power: number) =>
  [400, 800].flatMap((n) =>
    [2, 3, 6].flatMap((depth) => [1, 1.02].map((wobble) => made(depth, 50, wobble * 3 * depth ** power, n))),
  );

test("parameters are those of the folded network, constants are in units of √(nd/p)", () => {
  const [two, three] = deepRows([made(2, 200, 5), made(3, 100, 7)]);
  assert.equal(two.parameters, 200 * 102);
  assert.equal(three.parameters, 100 * 101 + 100 * 101 + 100);
  assert.ok(Math.abs(two.upper - 5.5) < 1e-9 && Math.abs(three.lower - 6.3) < 1e-9);
  assert.deepEqual(deepRows([{ ...made(3, 9, 1), lipschitz_upper: null }]), []);
  const [construction] = deepRows([{ ...made(2, 200, 5), method: "construct:caps" }]);
  assert.equal(construction.depth, 2);
});

test("the verdict finds the power of depth, and falls are shown by both ends alone", () => {
  for (const [power, reading, word] of [
    [-0.5, "shown", /it falls with depth/],
    [1.5, "not shown", /it grows with depth/],
  ] as const) {
    const verdict = depthVerdict(rows(power));
    assert.equal(verdict.reading, reading);
    assert.match(verdict.words.join(" "), word);
    for (const end of ["lower", "upper"] as const) {
      assert.ok(Math.abs((verdict.slopes[end].slope ?? 0) - power) < 1e-9);
    }
    assert.equal(verdict.depths.length, 6);
  }
  const ends = rows(0).map((row, i) => ({ ...row, lipschitz_upper: row.lipschitz_upper * (1 + (i % 6)) }));
  const verdict = depthVerdict(ends);
  assert.equal(verdict.reading, "not shown");
  assert.match(verdict.words.join(" "), /the two ends agree on no trend/);
});

test("too few networks leave it undecided, in words and in numbers", () => {
  const verdict = depthVerdict([made(3, 50, 2)]);
  assert.equal(verdict.reading, "undecided");
  assert.deepEqual(verdict.slopes.lower, { count: 1, slope: null, slope_interval: null });
  assert.match(verdict.words.join(" "), /undecided: 1 network settles no line/);
});

test("the figure has proxy and interval of every network, and says when there is none", async () => {
  const figure = depthFigure(rows(1));
  assert.deepEqual(marksOf(figure), ["rule", "rule", "tick", "tick", "point"]);
  const texts = await draw(figure);
  for (const text of [
    "depth D, layers of weights",
    "n = 400, d = 100",
    "n = 800, d = 100",
    "p from 5100 to 15300",
  ])
    assert.ok(texts.includes(text), text);
  assert.match(await draw(depthFigure([{ ...made(3, 9, 1), outcome: "loss" }])), /nothing to draw/);
});
