import assert from "node:assert/strict";
import test from "node:test";
import { evaluate } from "../../src/network/evaluate.ts";
import { interpolationFloor } from "../../src/theory/floor.ts";
import { sampledData } from "../construct/method.ts";
import { closeTo, fixture, fixtureNetwork } from "./fixture.ts";

test("the fixture is the specification's", () => {
  const { X, y } = fixture;
  const { W, b, a } = fixtureNetwork;
  const sum = evaluate(fixtureNetwork, X).reduce((total, value) => total + value, 0);
  for (const [value, expected] of [
    [X[0], -0.4036753708],
    [X[59 * 8 + 7], 0.4318977968],
    [y.reduce((total, label) => total + label, 0), 16],
    [W[0], -0.5263138446],
    [b[0], 0.1902315246],
    [a[0], -0.674693197],
    [sum, 39.59219095],
  ]) {
    assert.ok(closeTo(value, expected, 1e-9), `${value} ${expected}`);
  }
});

test("the floor is that of the specification, on its data and on the sphere", () => {
  assert.ok(closeTo(interpolationFloor(fixture).value, 5.65733391, 1e-8));
  for (const [n, d, mean, seeds] of [
    [500, 100, 1.85, 3],
    [2000, 200, 1.73, 1],
    [2000, 1000, 1.54, 1],
    [2000, 50, 2.28, 3],
  ]) {
    let sum = 0;
    for (let seed = 1; seed <= seeds; seed++) sum += interpolationFloor(sampledData(n, d, seed)).value;
    assert.ok(Math.abs(sum / seeds / mean - 1) <= 0.08, `${n} ${d}: ${sum / seeds}`);
  }
});

test("equal labels need no slope, equal points of different labels an infinite one", () => {
  const X = Float64Array.of(1, 0, 1, 0);
  assert.deepEqual(interpolationFloor({ n: 2, d: 2, X, y: Float64Array.of(1, 1) }), { value: 0 });
  assert.equal(
    interpolationFloor({ n: 2, d: 2, X, y: Float64Array.of(1, -1) }).value,
    Number.POSITIVE_INFINITY,
  );
});

test("the floor falls with scale, and no rotation, order or sign of the labels moves it", () => {
  const { n, d, X, y } = fixture;
  const { value } = interpolationFloor(fixture);
  assert.ok(closeTo(interpolationFloor({ n, d, X: X.map((x) => 4 * x), y }).value, value / 4, 1e-14));
  assert.equal(interpolationFloor({ n, d, X, y: y.map((label) => -label) }).value, value);
  const [cos, sin] = [0.6, 0.8];
  const turned = X.map((x, at) => {
    if (at % d === 0) return cos * x - sin * X[at + 1];
    return at % d === 1 ? sin * X[at - 1] + cos * x : x;
  });
  assert.ok(closeTo(interpolationFloor({ n, d, X: turned, y }).value, value, 1e-12));
});

test("data that are none are refused by the name of what is wrong", () => {
  const X = Float64Array.of(1, Number.NaN);
  assert.throws(
    () => interpolationFloor({ n: 1, d: 2, X, y: Float64Array.of(1) }),
    /X must lie in \[-1e\+100, 1e\+100\], got NaN at 1, scale the data/,
  );
  assert.throws(
    () => interpolationFloor({ n: 2, d: 2, X, y: Float64Array.of(1, 1) }),
    /^RangeError: length of X must lie in \{4\}, got 2$/,
  );
});
