import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { correlation, leastCorrelation, leastSize } from "../../src/theory/correlation.ts";
import { neededConstant } from "../../src/theory/needed-constant.ts";
import { closeTo, fixture } from "./fixture.ts";

const fits = fc
  .array(fc.tuple(fc.constantFrom(-1, 1), fc.double({ min: -1, max: 1, noNaN: true })), { minLength: 1 })
  .map((pairs) => ({
    y: Float64Array.from(pairs, ([label]) => label),
    f: Float64Array.from(pairs, ([label, error]) => label + error),
  }));

test("fitted values of mean squared error e correlate with signs by 1 - √e at least, all of them too small by as much", () => {
  fc.assert(
    fc.property(fits, ({ y, f }) => {
      const e = f.reduce((sum, value, i) => sum + (value - y[i]) ** 2, 0) / y.length;
      assert.ok(correlation(y, f).value / y.length >= leastCorrelation(e) - 1e-12);
    }),
  );
  const small = fixture.y.map((label) => 0.9 * label);
  assert.ok(closeTo(correlation(fixture.y, small).value / 60, leastCorrelation(0.01), 1e-12));
  assert.ok(closeTo(leastCorrelation(0.5), 0.2929, 1e-4));
});

test("centred weights do not see a constant, and go with the labels by n(1 - ȳ²)", () => {
  fc.assert(
    fc.property(fits, fc.double({ min: -9, max: 9, noNaN: true }), ({ y, f }, shift) => {
      const shifted = f.map((value) => value + shift);
      const [one, other] = [f, shifted].map((values) => correlation(y, values, true).value);
      assert.ok(Math.abs(one - other) <= 1e-10 * y.length);
    }),
  );
  assert.ok(closeTo(correlation(fixture.y, fixture.y, true).value, 60 * (1 - (16 / 60) ** 2), 1e-12));
});

test("what does not go with the labels has no least size", () => {
  assert.equal(
    leastSize(
      correlation(
        fixture.y,
        fixture.y.map((label) => -label),
      ),
      3,
    ),
    0,
  );
  assert.equal(leastSize(correlation(fixture.y), 30), 2);
});

test("a bound is held against the floor of the data, of generic points where there are none", () => {
  assert.ok(closeTo(neededConstant(fixture), 5.65733391, 1e-8));
  assert.equal(neededConstant(undefined), 1.5);
});
