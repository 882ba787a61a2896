import assert from "node:assert/strict";
import test from "node:test";
import { parseDataModel, sampleData } from "../../src/data/data-model.ts";
import { stream } from "../../src/numeric/random.ts";
import { impliedFloor, predictSize, size } from "../../src/theory/size.ts";
import { sampledData } from "../construct/method.ts";
import { ask } from "./ask.ts";
import { closeTo, fixture } from "./fixture.ts";

test("the paper's predictions and floors for MNIST and ImageNet", () => {
  for (const [n, dEffective, predicted] of [
    [6e4, 15, 9e5],
    [6e4, 150, 9e6],
    [6e4, 784, 4.704e7],
    [1.4e7, 2000, 2.8e10],
  ]) {
    assert.equal(predictSize({ n, dEffective }), predicted);
  }
  assert.ok(
    closeTo(1e10 / 1.4e7, 714.29, 1e-5) && closeTo(predictSize({ n: 1.4e7, dEffective: 7143 }), 1e11, 1e-4),
  );
  for (const [n, dEffective, p, floor] of [
    [6e4, 15, 2e5, 2.12132],
    [6e4, 150, 2e5, 6.708204],
    [6e4, 15, 3e6, 0.547723],
    [6e4, 150, 3e6, 1.732051],
    [1.4e7, 2000, 1e8, 16.733201],
    [1.4e7, 2000, 1e9, 5.291503],
    [1.4e7, 2000, 1e10, 1.67332],
  ]) {
    assert.ok(closeTo(impliedFloor({ n, dEffective, p }), floor));
  }
});

test("a preset fills in what is not given, and says that it is a heuristic", () => {
  const values = (preset: string, numbers = {}) =>
    ask(size, { choices: { preset }, numbers }).bounds.map(({ value }) => value);
  assert.deepEqual(values("mnist"), [9e5, 9e6]);
  assert.deepEqual(values("mnist", { "effective-dimension": 784 }), [4.704e7]);
  assert.deepEqual(values("cifar10"), [3e6, 3e7]);
  const { bounds, warnings, details } = ask(size, { choices: { preset: "cifar10" }, numbers: { p: 3e6 } });
  assert.ok(bounds.every(({ method, kind }) => method.startsWith("heuristic") && kind === "rate"));
  assert.deepEqual(
    bounds.map(({ vacuous }) => vacuous),
    [false, true, false, false],
  );
  assert.equal(details?.parameters_at_all_pixels, 50_000 * 3072);
  assert.match(warnings?.join(" ") ?? "", /no theorem.*no CIFAR-10/);
});

test("it says what Theorem 3 has of the same numbers", () => {
  const said = (choices: Record<string, string>, numbers: Record<string, number>) =>
    ask(size, { choices, numbers }).warnings?.[0] ?? "";
  // The rows of the table of Theorem 3, and c as 1/d_eff.
  assert.match(
    said({ preset: "mnist" }, { "effective-dimension": 784, p: 2e5 }),
    / says 0\.0132 at p = 200000 /,
  );
  const at = (n: number, dEffective: number, p: number) =>
    (0.9 / 512) * Math.sqrt((n * dEffective) / (p * Math.log(60 / 0.9) + Math.log(4 / 0.05)));
  for (const [preset, n, p] of [
    ["mnist", 6e4, 2e5],
    ["imagenet", 1.4e7, 1e9],
  ] as const) {
    const [low, high] = (preset === "mnist" ? [15, 150] : [714, 7143]).map((d) => at(n, d, p).toPrecision(3));
    assert.ok(said({ preset }, { p }).includes(` ${low} and ${high} at p = ${p} `), said({ preset }, { p }));
  }
  assert.match(said({ preset: "mnist" }, {}), / says 0\.000858 and 0\.000858 of as many parameters /);
  assert.doesNotMatch(said({ preset: "mnist" }, {}), /too small/);
  assert.match(said({}, { n: 100, "effective-dimension": 10 }), /n too small for it/);
});

test("the effective dimension of data is estimated, in clusters where there are several", () => {
  const sphere = sampledData(2000, 20);
  const [{ value }] = ask(size, { data: sphere }).bounds;
  assert.ok(value / 2000 > 17 && value / 2000 < 23, `${value}`);
  assert.match(ask(size, { data: sphere }).warnings?.join(" ") ?? "", /estimated from the points/);
  const two = sampleData(parseDataModel("clusters:2"), { n: 2000, d: 20 }, (purpose) =>
    stream(1, "size", purpose),
  );
  const [pooled, apart] = [1, 2].map((components) => ask(size, { data: two, numbers: { components } }));
  assert.ok(pooled.bounds[0].value < 2 * 2000 && apart.bounds[0].value > 15 * 2000);
  const equal = { ...sphere, X: sphere.X.map(() => 1) };
  assert.throws(() => ask(size, { data: equal }), /^RangeError: X must lie in points that are not all equal/);
});

test("what is missing or contradicts is refused by its flag", () => {
  assert.throws(() => ask(size, {}), /size: give --n/);
  assert.throws(() => ask(size, { numbers: { n: 10 } }), /size: give --effective-dimension/);
  assert.throws(
    () => ask(size, { choices: { preset: "mnist" }, data: fixture }),
    /give --data or --preset, not both/,
  );
  assert.throws(
    () => predictSize({ n: 10, dEffective: 0 }),
    /effective-dimension must lie in \(0, inf\), got 0/,
  );
});
