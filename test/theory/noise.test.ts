import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parseDataModel, sampleData } from "../../src/data/data-model.ts";
import type { Family } from "../../src/data/families.ts";
import { stream } from "../../src/numeric/random.ts";
import { isoperimetryConstant, noiseLaw, noiseLevel } from "../../src/theory/noise.ts";
import { mixtureMinSamples } from "../../src/theory/universal.ts";
import { closeTo } from "./fixture.ts";

const random = (purpose: string) => stream(1, "noise", purpose);
const level = (text: string) => noiseLevel(parseDataModel(text).labels);

test("noise levels are those of the specification", () => {
  for (const [text, expected] of [
    ["sphere", 1],
    ["clusters:2", 0],
    ["clusters:2+flip:0.1", 0.36],
    ["clusters:2+flip:0.5", 1],
    ["clusters:2+noise:0.3", 0.03],
    ["gaussian+noise:0.3", 0.49 + 0.03],
    ["gaussian+noise:1", 1 / 3],
  ] as const) {
    assert.ok(Math.abs(level(text) - expected) <= 1e-15, `${text}: ${level(text)}`);
  }
});

test("they are the variance of labels around what the points tell, by simulation", () => {
  const d = 400;
  const n = 4000;
  for (const text of [
    "clusters:2+flip:0.1",
    "clusters:2+noise:0.4",
    "clusters:2+flip:0.3",
    "cube+noise:0.5",
  ]) {
    const model = parseDataModel(text);
    const { X, y } = sampleData(model, { n, d }, random);
    // The clusters are apart: the first coordinate tells the sign.
    const { signs, flip, noise } = model.labels;
    const known = signs === "family" ? (1 - 2 * flip) * (1 - noise) : 0;
    const squares = y.map((label, i) => (label - known * Math.sign(X[i * d])) ** 2);
    const mean = squares.reduce((sum, value) => sum + value, 0) / n;
    const sd = Math.sqrt(squares.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / n;
    assert.ok(Math.abs(mean - noiseLevel(model.labels)) <= 3 * sd, `${text}: ${mean} ± ${sd}`);
  }
});

test("noise rises with flips up to random signs, and all labels lie in [-1, 1]", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (flip, noise) => {
        const here = noiseLevel({ signs: "family", flip, noise });
        assert.ok(here >= noiseLevel({ signs: "family", flip: flip / 2, noise }));
        assert.ok(here <= noiseLevel({ signs: "random", flip: 0, noise }) + 1e-15 && here <= 1);
      },
    ),
  );
  assert.throws(() => noiseLevel({ signs: "family", flip: 0.6, noise: 0 }), {
    name: "RangeError",
    message: "flip must lie in [0, 0.5], got 0.6",
  });
});

test("constants are those of the specification", () => {
  for (const [family, d, c] of [
    [{ name: "gaussian" }, 50, 1],
    [{ name: "sphere" }, 50, 50 / 49],
    [{ name: "sphere" }, 200, 200 / 199],
    // The unit ball has d/(d + 1), and this one the radius √((d + 2)/d).
    [{ name: "ball" }, 50, (50 / 51) * (52 / 50)],
    [{ name: "cube" }, 50, 1.215854],
    [{ name: "subspace", number: 10 }, 50, 5],
    [{ name: "subspace", number: 10 }, 200, 20],
    [{ name: "clusters", number: 2 }, 50, 1],
    [{ name: "laplace" }, 50, Number.POSITIVE_INFINITY],
    [{ name: "student", number: 3 }, 50, Number.POSITIVE_INFINITY],
  ] as const) {
    const found = isoperimetryConstant(family, d).c;
    assert.ok(found === c || closeTo(found, c), `${family.name} ${d}: ${found}`);
  }
  assert.equal(isoperimetryConstant({ name: "clusters", number: 3 }, 9).components, 3);
  assert.throws(
    () => isoperimetryConstant({ name: "subspace", number: 10 }, 9),
    /d must lie in \{10, 11, …\}, got 9/,
  );
  assert.throws(() => isoperimetryConstant({ name: "clusters", number: 1 }, 9), /K must lie in \{2, …, /);
});

test("the distance to half of the vertices varies as the specification measured, between both constants", () => {
  for (const [d, measured] of [
    [64, 3.8],
    [256, 7.45],
    [1024, 14.8],
  ]) {
    // Σ ε_j = s > 0 takes s/2 turns of 2/√d each: a distance of √(2s/d).
    let probability = 2 ** -d;
    let [mean, square] = [0, 0];
    for (let ones = 0; ones <= d; ones++) {
      const s = 2 * ones - d;
      if (s > 0) {
        mean += probability * Math.sqrt((2 * s) / d);
        square += (probability * 2 * s) / d;
      }
      probability *= (d - ones) / (ones + 1);
    }
    const varies = d * (square - mean ** 2);
    assert.ok(Math.abs(varies / measured - 1) <= 0.02, `${d}: ${varies}`);
    const { least = 0, c } = isoperimetryConstant({ name: "vertices" }, d);
    assert.ok(least <= varies && varies <= c);
    assert.ok(closeTo(least, 0.46 * Math.sqrt(d), 1e-3));
  }
});

test("no Lipschitz function that is tried varies by more than c allows", () => {
  const [n, d] = [4000, 50];
  const families: readonly Family[] = [
    { name: "gaussian" },
    { name: "sphere" },
    { name: "ball" },
    { name: "cube" },
    { name: "vertices" },
    { name: "subspace", number: 10 },
  ];
  for (const family of families) {
    const text = family.number ? `${family.name}:${family.number}` : family.name;
    const { X } = sampleData(parseDataModel(text), { n, d }, random);
    const functions: readonly ((x: Float64Array) => number)[] = [
      (x) => x[0],
      (x) => Math.max(...x),
      (x) => Math.hypot(...x),
      (x) => Math.hypot(...x.map((value, j) => value - X[j])),
      (x) => x.reduce((sum, value) => sum + Math.abs(value), 0) / Math.sqrt(d),
    ];
    const { c } = isoperimetryConstant(family, d);
    functions.forEach((f, at) => {
      // The first point is a parameter of one function.
      const values = Float64Array.from({ length: n - 1 }, (_, i) => f(X.subarray((i + 1) * d, (i + 2) * d)));
      const mean = values.reduce((sum, value) => sum + value, 0) / (n - 1);
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
      // The variance of n Gaussians has a relative deviation of √(2/n); others here have less or little more.
      assert.ok(d * variance <= c * (1 + 4 * Math.sqrt(2 / n)), `${text} ${at}: ${d * variance} ${c}`);
    });
  }
});

test("the law says all of it, and refuses flips of random signs", () => {
  const numbers = { d: 100, flip: 0.1, noise: 0, number: 2 };
  const clusters = noiseLaw.ask({ numbers, choices: { family: "clusters" }, random });
  assert.deepEqual(
    clusters.bounds.map(({ kind, quantity, value }) => `${kind} ${quantity} ${value.toFixed(6)}`),
    ["lower σ² = E Var[y | x] 0.360000", "upper c 1.000000"],
  );
  assert.deepEqual(clusters.details, { components: 2, effective_dimension: 100 });
  const least = (e: number) =>
    noiseLaw.ask({ numbers: { ...numbers, e, delta: 0.05 }, choices: { family: "clusters" }, random }).details
      ?.least_n_of_theorem_3;
  assert.equal(
    least(0.02),
    mixtureMinSamples({ components: 2, delta: 0.05, epsilon: 0.34, constants: "printed" }),
  );
  // Not below the noise level, Theorem 3 says nothing.
  assert.equal(least(0.36), undefined);
  assert.throws(() => least(0), /e must lie in \(0, inf\), got 0/);
  const ask = (family: string, change: object) =>
    noiseLaw.ask({ numbers: { ...numbers, flip: 0, ...change }, choices: { family }, random });
  assert.equal(ask("vertices", {}).bounds.length, 3);
  assert.deepEqual(ask("student", { number: 3 }).warnings, [
    "No c will do for student: the theorem does not speak of it.",
  ]);
  assert.throws(
    () => ask("cube", { flip: 0.1 }),
    /flip must lie in \{0\} for cube, whose signs are random, got 0.1/,
  );
  assert.throws(() => ask("clusters", { number: undefined }), /noise: give --number/);
  assert.throws(() => ask("cube", { d: undefined }), /noise: give --d/);
});
