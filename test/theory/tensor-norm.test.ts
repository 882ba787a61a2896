import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { genericPoints } from "../../src/data/generic.ts";
import { operatorNormBracket } from "../../src/numeric/power-sum.ts";
import { stream } from "../../src/numeric/random.ts";
import { randomTensorNorm, tensorNormLaw } from "../../src/theory/tensor-norm.ts";
import { sampledData } from "../construct/method.ts";
import { ask } from "./ask.ts";
import { closeTo, fixture } from "./fixture.ts";
import { equivalents, scaledBy } from "./transformed.ts";

const random = (purpose = "ascents") => stream(1, "theory test", purpose);

test("the fixture's norms are the specification's", () => {
  for (const p of [1, 2]) {
    const { lower, upper } = randomTensorNorm(fixture, p, random());
    assert.equal(lower.value, upper.value);
    assert.ok(closeTo(lower.value, [6.23280185, 6.32552057][p - 1], 1e-8));
  }
  for (const [p, least, most] of [
    [3, 3.11734, 4.03975166],
    [4, 3.72138, 4.65591093],
  ]) {
    const { lower, upper } = randomTensorNorm(fixture, p, random());
    assert.ok(lower.value >= least && lower.value <= upper.value);
    assert.ok(closeTo(upper.value, most, 1e-7), `p = ${p}: ${upper.value}`);
  }
});

test("the ratio to √(n/d^{p−1}) is what was measured", () => {
  for (const [p, n, d, lower, upper] of [
    [2, 100, 100, 2.55, 2.55],
    [2, 1600, 100, 2.06, 2.06],
    [3, 400, 20, 4.88, 6.98],
    [4, 1000, 10, 8.22, 11.8],
  ]) {
    const ratios = [1, 2, 3].map((seed) => randomTensorNorm(sampledData(n, d, seed), p, random()).ratio);
    const mean = (end: "lower" | "upper") => ratios.reduce((sum, ratio) => sum + ratio[end], 0) / 3;
    assert.ok(Math.abs(mean("lower") / lower - 1) <= 0.1, `p = ${p}: ${mean("lower")}`);
    assert.ok(Math.abs(mean("upper") / upper - 1) <= 0.1, `p = ${p}: ${mean("upper")}`);
  }
});

test("for Gaussian points it is larger by the fluctuation of their norms, for p = 1 a little above 1", () => {
  for (const [p, n, d, kind, lower, upper] of [
    [1, 1000, 100, "sphere", 1.075, 1.075],
    [2, 100, 100, "gaussian", 2.61, 2.61],
    [2, 1600, 100, "gaussian", 2.08, 2.08],
    [3, 400, 20, "gaussian", 6.09, 8.36],
  ] as const) {
    const ratios = [1, 2, 3, 4, 5].map(
      (seed) => randomTensorNorm(sampledData(n, d, seed, kind), p, random()).ratio,
    );
    const mean = (end: "lower" | "upper") => ratios.reduce((sum, ratio) => sum + ratio[end], 0) / 5;
    assert.ok(Math.abs(mean("lower") / lower - 1) <= 0.1, `p = ${p}: ${mean("lower")}`);
    assert.ok(Math.abs(mean("upper") / upper - 1) <= 0.1, `p = ${p}: ${mean("upper")}`);
  }
});

test("the norm is at least about 1 where the printed size is far below: the lemma needs n >= d^{p−1}", () => {
  for (const [p, n, d] of [
    [2, 50, 100],
    [3, 100, 20],
  ]) {
    const { lower } = randomTensorNorm(sampledData(n, d), p, random());
    assert.ok(lower.value >= 1 && !lower.hypotheses[0].ok, `p = ${p}: ${lower.value}`);
  }
});

test("every value of the form is between the bounds, the largest of a fine grid of the plane too", () => {
  const cases = fc.record({
    n: fc.integer({ min: 1, max: 20 }),
    p: fc.integer({ min: 1, max: 6 }),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(cases, ({ n, p, seed }) => {
      const draw = stream(seed, "theory test", "sum");
      const [X, y] = [draw.gaussians(2 * n), draw.gaussians(n)];
      const { lower, upper } = randomTensorNorm({ n, d: 2, X, y }, p, draw);
      let most = 0;
      for (let step = 0; step < 3000; step++) {
        const [cos, sin] = [Math.cos((step * Math.PI) / 3000), Math.sin((step * Math.PI) / 3000)];
        let value = 0;
        for (let i = 0; i < n; i++) value += y[i] * (cos * X[2 * i] + sin * X[2 * i + 1]) ** p;
        most = Math.max(most, Math.abs(value));
      }
      assert.ok(most <= upper.value * (1 + 1e-8), `p = ${p}: ${most} ${upper.value}`);
      assert.ok(
        lower.value <= upper.value && lower.value >= most * (1 - 1e-4),
        `p = ${p}: ${lower.value} ${most}`,
      );
    }),
    { numRuns: 60 },
  );
});

test("rotations, orders and signs do not move the upper bound, scale multiplies it by s^p", () => {
  for (const p of [2, 3, 4]) {
    const { upper } = randomTensorNorm(fixture, p, random());
    for (const data of Object.values(equivalents(fixture))) {
      assert.ok(closeTo(randomTensorNorm(data, p, random()).upper.value, upper.value, 1e-7));
    }
    const scaled = randomTensorNorm(scaledBy(3, fixture), p, random()).upper.value;
    assert.ok(closeTo(scaled, upper.value * 3 ** p, 1e-7));
  }
});

test("Lemma 13: |Σ y_i (x_i·u)²| over √(n/d²) is √3 in the mean square, with the quantiles measured", () => {
  const [n, d, draws] = [100, 50, 3000];
  const draw = random("Lemma 13");
  const values = Array.from({ length: draws }, () => {
    const X = genericPoints({ n, d }, "sphere", draw);
    let sum = 0;
    // u is the first axis: points of the sphere have no direction of their own.
    for (let i = 0; i < n; i++) sum += draw.sign() * X[i * d] ** 2;
    return Math.abs(sum) / Math.sqrt(n / d ** 2);
  }).sort((s, t) => s - t);
  const rms = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / draws);
  assert.ok(Math.abs(rms / Math.sqrt((3 * d) / (d + 2)) - 1) <= 0.05, `${rms}`);
  const [q99, q999] = [0.99, 0.999].map((part) => values[Math.floor(part * draws)]);
  assert.ok(Math.abs(q99 / 4.28 - 1) <= 0.12 && Math.abs(q999 / 5.17 - 1) <= 0.25, `${q99} ${q999}`);
});

test("an upper bound above Σ ‖x_i‖^p and a sum that vanishes are vacuous", () => {
  const one = { n: 1, d: 2, X: Float64Array.of(1, 0), y: Float64Array.of(1) };
  assert.ok(randomTensorNorm(one, 2, random()).upper.vacuous);
  assert.ok(!randomTensorNorm(fixture, 3, random()).upper.vacuous);
  const none = { n: 2, d: 2, X: Float64Array.of(1, 0, 1, 0), y: Float64Array.of(1, -1) };
  assert.ok(randomTensorNorm(none, 2, random()).lower.vacuous);
});

test("orders 1 and 2 are exact, by the vector and by eigenvalues", () => {
  const sum = { n: 60, d: 8, X: fixture.X, beta: fixture.y };
  const vector = Float64Array.from({ length: 8 }, (_, j) =>
    fixture.y.reduce((total, label, i) => total + label * fixture.X[i * 8 + j], 0),
  );
  const { lower, upper } = operatorNormBracket({ ...sum, p: 1 }, random());
  assert.ok(lower === upper && closeTo(lower, Math.hypot(...vector), 1e-14));
});

test("the law warns of the printed size, and takes numbers alone", () => {
  const few = ask(tensorNormLaw, { data: fixture });
  assert.match(few.warnings?.[0] ?? "", /below 1/);
  assert.equal(few.bounds[2].value, 1);
  const many = ask(tensorNormLaw, { numbers: { n: 1600, d: 20, degree: 3 } });
  assert.deepEqual([many.bounds.length, many.bounds[0].value, many.warnings], [1, 2, []]);
  const square = ask(tensorNormLaw, { data: fixture, numbers: { degree: 2 } });
  assert.ok(closeTo(Number(square.details?.lower_over_printed), 6.32552057 / Math.sqrt(7.5), 1e-8));
});

test("orders out of their set and more points than fit into memory are refused", () => {
  assert.throws(() => randomTensorNorm(fixture, 9, random()), /degree must lie in \{1, …, 8\}, got 9/);
  const large = { n: 8193, d: 1, X: new Float64Array(8193).fill(1), y: new Float64Array(8193).fill(1) };
  assert.throws(
    () => randomTensorNorm(large, 3, random()),
    /^RangeError: n must lie in \{1, …, 8192\}, got 8193/,
  );
});
