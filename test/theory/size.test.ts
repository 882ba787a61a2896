import assert from "node:assert/strict";
import test from "node:test";
import { impliedFloor, predictSize, size } from "../../src/theory/size.ts";
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
