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

test("the verdict finds the power of depth: confirmed by a fall of both ends, refuted by a growth of both", () => {
  for (const [power, reading, word] of [
    [-0.5, "confirmed", /it falls with depth.*Confirmed: Lip √\(p\/\(nd\)\) falls with depth/],
    [1.5, "refuted", /it grows with depth.*Refuted: it is not so that Lip/],
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
  assert.equal(verdict.reading, "undecided");
  assert.match(verdict.words.join(" "), /the two ends agree on no trend/);
});

/** The networks, ids and lines of laws.csv with ln B, of `rest(i)` times depth^power beside a power of ln B. */
function withNorms(power: number, powerOfNorms: number) {
  const networks = rows(power).map((row, i) => ({ ...row, trial_id: `t${i}` }));
  const scattered = networks.map((row, i) => {
    const depth = Number(/depth=(\d)/.exec(row.method)?.[1] ?? 2);
    return 1.5 * depth * (1 + 0.1 * ((i * 7) % 5));
  });
  return {
    rows: networks.map((row, i) => {
      const factor = scattered[i] ** powerOfNorms;
      const times = {
        lipschitz_lower: row.lipschitz_lower * factor,
        lipschitz_upper: row.lipschitz_upper * factor,
      };
      return { ...row, ...times };
    }),
    laws: scattered.map((value, i) => ({
      trial_id: `t${i}`,
      law: "deep",
      kind: "detail",
      quantity: "log_norm_product",
      value,
    })),
  };
}

test("at equal ln B the growth vanishes, shrinks, stays, or turns into a fall", () => {
  for (const [power, powerOfNorms, growth] of [
    [0, 1.5, "vanishes"],
    [0.5, 1, "shrinks"],
    [1.5, 0, "stays"],
    [-0.5, 2, "turns into a fall"],
  ] as const) {
    const made = withNorms(power, powerOfNorms);
    const verdict = depthVerdict(made.rows, made.laws);
    const [equal] = verdict.at_equal_norms;
    assert.equal(verdict.reading, "refuted");
    assert.equal(equal.norms, "ln ln B");
    assert.ok(Math.abs((equal.lower.slope ?? 9) - power) < 0.1, `${equal.lower.slope} ${power}`);
    assert.equal(equal.growth, growth);
    assert.match(verdict.words.join(" "), new RegExp(`the growth with depth ${growth}\\.`));
    assert.ok(verdict.depths.every(({ log_norms }) => Number(log_norms) >= 3));
  }
  // A fall has no growth to lose.
  const falls = withNorms(-0.5, 0);
  const verdict = depthVerdict(falls.rows, falls.laws);
  assert.deepEqual(
    verdict.at_equal_norms.map(({ growth }) => growth),
    ["undecided", "undecided"],
  );
  assert.match(depthVerdict(rows(1)).words.join(" "), /No network has ln B beside its constants/);
  assert.equal(depthVerdict(rows(1)).at_equal_norms[0].lower.slope, null);
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
