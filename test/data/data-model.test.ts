import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parseDataModel, sampleData } from "../../src/data/data-model.ts";
import { genericPoints, randomSigns } from "../../src/data/generic.ts";
import { stream } from "../../src/numeric/random.ts";

const random = (purpose: string) => stream(1, "data model", purpose);
const sampled = (text: string, n = 4000, d = 6) => sampleData(parseDataModel(text), { n, d }, random);
const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("a text is understood, and has one spelling", () => {
  for (const [text, spelling, family, labels] of [
    ["sphere", "sphere", { name: "sphere" }, { signs: "random", flip: 0, noise: 0 }],
    [" clusters:02 ", "clusters:2", { name: "clusters", number: 2 }, { signs: "family", flip: 0, noise: 0 }],
    [
      "clusters:4 + flip:1e-1",
      "clusters:4+flip:0.1",
      { name: "clusters", number: 4 },
      { signs: "family", flip: 0.1, noise: 0 },
    ],
    [
      "student:3+noise:.50",
      "student:3+noise:0.5",
      { name: "student", number: 3 },
      { signs: "random", flip: 0, noise: 0.5 },
    ],
  ] as const) {
    assert.deepEqual(parseDataModel(text), { text: spelling, family, labels });
    assert.deepEqual(parseDataModel(spelling), parseDataModel(text));
  }
});

test("what is none is refused, saying what there is", () => {
  const forms = /^RangeError: must be one of gaussian, sphere, ball, .*, student:NU, with \+flip:Q/;
  for (const [text, expected] of [
    ["", forms],
    ["torus", forms],
    ["Sphere", forms],
    ["constructor", forms],
    ["sphere+", forms],
    ["sphere+blur:1", forms],
    ["clusters:2+flip:0.1+noise:0.1", forms],
    ["sphere:3", /^RangeError: must be sphere without a number, got sphere:3$/],
    ["clusters", /must have K in \{2, …, 1000000\} in clusters:K, got clusters$/],
    ["clusters:1", /must have K in \{2, …, 1000000\} in clusters:K, got clusters:1$/],
    ["clusters:2.5", /must have K in/],
    ["subspace:", /must have R in \{1, …, 1000000\} in subspace:R, got subspace:$/],
    ["student:2", /must have NU in \{3, …, 1000\} in student:NU, got student:2$/],
    ["clusters:2+flip:0", /must have Q in \(0, 1\/2\] in \+flip:Q, got clusters:2\+flip:0$/],
    ["clusters:2+flip", /must have Q in/],
    ["clusters:2+flip:0.6", /must have Q in/],
    ["clusters:2+flip:x", /must have Q in/],
    ["cube+noise:-1", /must have S in \(0, 1\] in \+noise:S, got cube\+noise:-1$/],
    ["cube+noise:2", /must have S in/],
    ["cube+flip:0.1", /must be clusters:K for \+flip:Q: cube has random signs, and flips leave them so/],
  ] as const) {
    assert.throws(() => parseDataModel(text), expected, text);
  }
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(..."clusters:+flipno2.5 ") }), (text) => {
      try {
        assert.deepEqual(parseDataModel(parseDataModel(text).text), parseDataModel(text));
      } catch (error) {
        assert.match(String(error), /^RangeError: must /);
      }
    }),
  );
});

test("gaussian and sphere data are to the byte points and signs from their own streams", () => {
  for (const kind of ["gaussian", "sphere"] as const) {
    assert.deepEqual(sampled(kind, 50, 7), {
      n: 50,
      d: 7,
      X: genericPoints({ n: 50, d: 7 }, kind, random("points")),
      y: randomSigns(50, random("labels")),
    });
  }
});

test("labels change no point, and points no label", () => {
  const plain = sampled("clusters:2", 100);
  for (const text of ["clusters:2+flip:0.2", "clusters:2+noise:0.3"]) {
    assert.deepEqual(sampled(text, 100).X, plain.X);
  }
  assert.deepEqual(sampled("cube", 100).y, sampled("sphere", 100).y);
  assert.deepEqual(sampled("cube+noise:0.2", 100).y, sampled("laplace+noise:0.2", 100, 9).y);
});

test("the labels of clusters are their signs, and flips turn the part that they say", () => {
  const { X, y } = sampled("clusters:2", 4000, 400);
  // Two clusters at distance 2 with deviations of 1/20 are apart.
  assert.ok(y.every((label, i) => label === Math.sign(X[i * 400])));
  for (const flip of [0.05, 0.5]) {
    const { y: flipped } = sampled(`clusters:2+flip:${flip}`, 4000, 400);
    const turned = mean(flipped.map((label, i) => (label === y[i] ? 0 : 1)));
    assert.ok(Math.abs(turned - flip) <= 3 * Math.sqrt((flip * (1 - flip)) / 4000), `${flip}: ${turned}`);
  }
});

test("noise is uniform around (1 - S) times the sign, within [-1, 1], and turns no sign for S < 1/2", () => {
  const { y: signs } = sampled("clusters:2");
  for (const noise of [0.1, 0.4, 1]) {
    const { y } = sampled(`clusters:2+noise:${noise}`);
    assert.ok(y.every((label) => Math.abs(label) <= 1));
    const u = y.map((label, i) => (label - (1 - noise) * signs[i]) / noise);
    assert.ok(u.every((value) => Math.abs(value) <= 1 + 1e-12));
    assert.ok(Math.abs(mean(u)) <= 3 * Math.sqrt(1 / 3 / 4000));
    // E u² = 1/3, E u⁴ = 1/5.
    assert.ok(Math.abs(mean(u.map((value) => value ** 2)) - 1 / 3) <= 3 * Math.sqrt((1 / 5 - 1 / 9) / 4000));
    if (noise < 0.5) assert.ok(y.every((label, i) => Math.sign(label) === signs[i]));
  }
});

test("random labels of every family are independent of its points", () => {
  for (const text of ["ball", "cube", "vertices", "subspace:3", "laplace", "student:5", "sphere+noise:0.3"]) {
    const { n, d, X, y } = sampled(text);
    assert.ok(Math.abs(mean(y)) <= 3 / Math.sqrt(n), text);
    for (let j = 0; j < 3; j++) {
      const products = y.map((label, i) => label * X[i * d + j]);
      const sd = Math.sqrt(mean(products.map((value) => value ** 2)) / n);
      assert.ok(Math.abs(mean(products)) <= 3 * sd, `${text} ${j}`);
    }
  }
});

test("a hypercube is to be named as its vertices or as a solid cube", () => {
  assert.throws(() => parseDataModel("hypercube"), {
    name: "RangeError",
    message: "must be vertices, its corners, or cube, the solid one",
  });
});
