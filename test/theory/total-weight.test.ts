import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { evaluate, totalWeight } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { correlationSup, correlationUpper } from "../../src/theory/correlation-supremum.ts";
import { totalWeightLaw, totalWeightLower } from "../../src/theory/total-weight.ts";
import { sampledData } from "../construct/method.ts";
import { closeTo, fixture, fixtureNetwork } from "./fixture.ts";

const random = (purpose: string) => stream(1, "total weight", purpose);
const numbers = { e: 0, delta: 0.05, slope: 1 };
const choices = { biases: "yes" };
const sup = (data: typeof fixture, withBias: boolean, starts = 5) =>
  correlationSup(data, { withBias, starts, random: random("ascent") }).value;

test("the total weight of the fixture and the bounds are the specification's", () => {
  assert.ok(closeTo(totalWeight(fixtureNetwork), 5.41865786, 1e-8));
  const question = { n: 1000, e: 0.02, delta: 0.05, L: 1, withBias: false };
  assert.ok(closeTo(totalWeightLower(question).printed, 3.952847));
  assert.ok(closeTo(totalWeightLower(question).existence, 2.795085));
  assert.ok(closeTo(totalWeightLower(question).derived, 7.306016));
  assert.ok(closeTo(totalWeightLower({ ...question, withBias: true }).derived, 5.166134));
});

test("bounds grow as sqrt(n) and fall with e, L and biases", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 1e6 }),
      fc.double({ min: 0, max: 0.89, noNaN: true }),
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      (n, e, delta) => {
        const question = { n, e, delta, L: 1, withBias: false };
        const { derived, printed, existence } = totalWeightLower(question);
        const four = totalWeightLower({ ...question, n: 4 * n });
        assert.ok(closeTo(four.derived, 2 * derived, 1e-12) && closeTo(four.printed, 2 * printed, 1e-12));
        assert.ok(totalWeightLower({ ...question, e: e + 0.1 }).derived < derived);
        assert.ok(closeTo(totalWeightLower({ ...question, L: 3 }).derived, derived / 3, 1e-12));
        assert.ok(totalWeightLower({ ...question, withBias: true }).derived < derived && existence < printed);
      },
    ),
  );
  for (const [change, message] of [
    [{ e: 1 }, "e must lie in [0, 1), got 1"],
    [{ delta: 0 }, "delta must lie in (0, 1), got 0"],
    [{ L: 0 }, "slope must lie in (0, inf], got 0"],
    [{ n: 0 }, "n must lie in {1, 2, …}, got 0"],
  ] as const) {
    assert.throws(() => totalWeightLower({ n: 9, e: 0, delta: 0.1, L: 1, withBias: true, ...change }), {
      name: "RangeError",
      message,
    });
  }
});

test("what one neuron can have, over sqrt(n): 0.62 to 0.9 without biases, at least the sum of labels with", () => {
  for (const [n, d] of [
    [200, 50],
    [500, 100],
  ]) {
    for (let seed = 1; seed <= 3; seed++) {
      const data = sampledData(n, d, seed);
      const without = sup(data, false) / Math.sqrt(n);
      const withBias = sup(data, true) / Math.sqrt(n);
      const labels = Math.abs(data.y.reduce((sum, label) => sum + label, 0)) / Math.sqrt(n);
      assert.ok(without >= 0.62 && without <= 0.9, `${n} ${d} ${seed}: ${without}`);
      assert.ok(withBias >= Math.max(without, labels) * 0.98 && withBias <= labels + 1.2, `${withBias}`);
    }
  }
});

test("on the line the ascent finds the best of both directions", () => {
  const data = { n: 5, d: 1, X: Float64Array.of(1, -2, 0.5, -0.25, 3), y: Float64Array.of(1, 1, -1, -1, 1) };
  // w = 1: 1 − 0.5 + 3; w = −1: 2 − 0.25.
  assert.equal(sup(data, false), 3.5);
  assert.equal(
    correlationSup(data, { withBias: false, activation: "abs", starts: 3, random: random("abs") }).value,
    5.25,
  );
});

test("in the plane the ascent is at most a scan of all directions, near it, and below the upper bound", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const data = sampledData(40, 2, seed);
    const { n, X, y } = data;
    for (const activation of ["relu", "abs", "leaky-relu:0.2", "identity"] as const) {
      const network: TwoLayerNetwork = {
        activation,
        k: 1,
        d: 2,
        W: new Float64Array(2),
        b: new Float64Array(1),
        a: Float64Array.of(1),
        c: 0,
      };
      let most = 0;
      for (let step = 0; step < 3600; step++) {
        const angle = (step * Math.PI) / 1800;
        const values = evaluate({ ...network, W: Float64Array.of(Math.cos(angle), Math.sin(angle)) }, X);
        most = Math.max(most, Math.abs(values.reduce((sum, value, i) => sum + value * y[i], 0)));
      }
      const { value } = correlationSup(data, {
        withBias: false,
        activation,
        starts: 20,
        random: random("plane"),
      });
      assert.ok(value >= most * 0.999 && value <= most + n * 1e-3, `${activation} ${seed}: ${value} ${most}`);
      assert.ok(most <= correlationUpper(data, { withBias: false, activation }) * (1 + 1e-9), activation);
    }
  }
});

test("no neuron goes beyond the upper bound, with biases or without; signs, order, rotation and scale do to it what they do to M", () => {
  const data = sampledData(60, 5);
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
      (w) => {
        for (const withBias of [false, true]) {
          const b = withBias ? w[5] : 0;
          const length = Math.hypot(...w.slice(0, 5), b);
          if (length < 1e-6) return;
          let sum = 0;
          for (let i = 0; i < 60; i++) {
            let t = b;
            for (let j = 0; j < 5; j++) t += w[j] * data.X[i * 5 + j];
            sum += data.y[i] * Math.max(0, t);
          }
          assert.ok(Math.abs(sum) / length <= correlationUpper(data, { withBias }));
        }
      },
    ),
  );
  const upper = correlationUpper(data, { withBias: false });
  const { n, d, X, y } = data;
  const turned = new Float64Array(n * d);
  for (let i = 0; i < n; i++) {
    const from = X.subarray((n - 1 - i) * d, (n - i) * d);
    turned.set(from, i * d);
    turned[i * d] = 0.6 * from[0] - 0.8 * from[1];
    turned[i * d + 1] = 0.8 * from[0] + 0.6 * from[1];
  }
  for (const withBias of [false, true]) {
    const moved = correlationUpper({ n, d, X: turned, y: y.toReversed() }, { withBias });
    assert.ok(closeTo(moved, correlationUpper(data, { withBias }), 1e-9));
  }
  const opposite = { ...data, y: data.y.map((label) => -label) };
  assert.ok(closeTo(correlationUpper(opposite, { withBias: false }), upper, 1e-9));
  const longer = { ...data, X: data.X.map((x) => 3 * x) };
  assert.ok(closeTo(correlationUpper(longer, { withBias: false }), 3 * upper, 1e-9));
  assert.throws(
    () => correlationUpper(data, { withBias: false, activation: "tanh" }),
    /activation must lie in the positively homogeneous ones, got tanh/,
  );
});

test("random signs keep one neuron below the probable bound", () => {
  // L√n (1 + √(2 ln(2/δ))) holds for all but a part δ = 1/2 of the signs.
  const { n, d, X } = sampledData(100, 20);
  const signs = random("signs");
  let above = 0;
  for (let draw = 0; draw < 40; draw++) {
    const y = Float64Array.from({ length: n }, () => signs.sign());
    if (sup({ n, d, X, y }, false, 2) > Math.sqrt(n) * (1 + Math.sqrt(2 * Math.log(4)))) above++;
  }
  assert.equal(above, 0);
});

test("a network that fits weighs at least what its data ask for, and the law says so from both", () => {
  const { n, d, X } = fixture;
  const data = { n, d, X, y: Float64Array.from(evaluate(fixtureNetwork, X)) };
  const { bounds, details } = totalWeightLaw.ask({ numbers, choices, data, network: fixtureNetwork, random });
  const certain = bounds[3];
  assert.ok(certain.value > 0 && certain.value <= totalWeight(fixtureNetwork));
  assert.ok(
    Number(details?.estimate) >= certain.value &&
      Number(details?.estimate) <= totalWeight(fixtureNetwork) * 1.01,
  );
  assert.deepEqual(
    bounds[2].hypotheses.map(({ name, ok }) => `${name}: ${ok}`),
    [
      "sup |psi'| is finite: true",
      "psi(2t) - 2 psi(t) = 0 for t = 1 and -1: true",
      "largest ‖x_i‖ <= 1: true",
      "labels that are no signs = 0: false",
      "constant c = 0: true",
    ],
  );
  // A constant fits what it likes and weighs nothing here.
  const shifted = totalWeightLaw.ask({
    numbers,
    choices,
    data,
    network: { ...fixtureNetwork, c: 5 },
    random,
  });
  assert.ok(closeTo(shifted.bounds[3].value, certain.value, 1e-9));
});

test("the law answers from numbers and from data alone, and a failed hypothesis is told, not thrown", () => {
  const plain = totalWeightLaw.ask({ numbers: { ...numbers, n: 1000, e: 0.02 }, choices, random });
  assert.ok(closeTo(plain.bounds[2].value, 5.166134));
  assert.equal(plain.bounds[2].probability, 0.95);
  assert.throws(() => totalWeightLaw.ask({ numbers, choices, random }), /total-weight: give --n/);
  const ofData = totalWeightLaw.ask({
    numbers,
    choices: { biases: "no" },
    data: sampledData(300, 60),
    random,
  });
  assert.ok(ofData.bounds[3].value > ofData.bounds[2].value, "for these data more is certain than for most");
  assert.throws(
    () => totalWeightLaw.ask({ numbers: { ...numbers, n: 9, e: 1 }, choices, random }),
    /^RangeError: e must lie in \[0, 1\), got 1$/,
  );
  // The fixture's network fits worse than 0 does.
  const { bounds: useless } = totalWeightLaw.ask({
    numbers,
    choices,
    data: fixture,
    network: fixtureNetwork,
    random,
  });
  assert.ok(useless[2].value === 0 && useless[2].vacuous && useless[0].value > 0);
  const nothing = { n: 2, d: 1, X: Float64Array.of(1, 2), y: new Float64Array(2) };
  assert.equal(totalWeightLaw.ask({ numbers, choices, data: nothing, random }).bounds[3].value, 0);
  const { bounds } = totalWeightLaw.ask({
    numbers: { ...numbers, e: 0.7 },
    choices,
    data: fixture,
    network: { ...fixtureNetwork, activation: "polynomial:0,0,1" },
    random,
  });
  assert.equal(bounds.length, 3);
  assert.ok(bounds.every(({ value, vacuous }) => value === 0 && vacuous));
  assert.equal(bounds[1].hypotheses.filter(({ ok }) => ok).length, 0);
});
