import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { memorizes } from "../../src/train/memorize.ts";

const near = (actual: number, expected: number) =>
  assert.ok(Math.abs(actual - expected) <= 1e-15, `${actual}, expected ${expected}`);

test("a small loss with right signs is kept", () => {
  const { outcome, loss, signErrors } = memorizes([1.1, -0.9], [1, -1], 0.02);
  assert.equal(outcome, "kept");
  assert.equal(signErrors, 0);
  near(loss, 0.01);
});

test("a small loss with one wrong sign among 100 is not kept", () => {
  const y = Float64Array.from({ length: 100 }, (_, i) => (i % 2 === 0 ? 1 : -1));
  const outputs = y.slice();
  outputs[42] = -0.05;
  const { outcome, loss, signErrors } = memorizes(outputs, y, 0.02);
  assert.equal(outcome, "signs");
  assert.equal(signErrors, 1);
  near(loss, 0.011025);
  // The filter of the loss counts the sign and keeps it; a large loss is one for it too.
  assert.deepEqual(memorizes(outputs, y, 0.02, "loss"), { outcome: "kept", loss, signErrors });
  assert.equal(memorizes(outputs, y, 0.01, "loss").outcome, "loss");
});

test("a loss of exactly epsilon is kept, and one just above is not", () => {
  assert.equal(memorizes([1.5, -1], [1, -1], 0.125).outcome, "kept");
  assert.equal(memorizes([1.5, -1], [1, -1], 0.125 * (1 - Number.EPSILON)).outcome, "loss");
});

test("an output of zero is a sign error for either label", () => {
  const y = Float64Array.from({ length: 100 }, (_, i) => (i < 50 ? 1 : -1));
  for (const [at, zero] of [
    [0, 0],
    [0, -0],
    [99, 0],
    [99, -0],
  ]) {
    const outputs = y.slice();
    outputs[at] = zero;
    assert.deepEqual(memorizes(outputs, y, 0.02), { outcome: "signs", loss: 0.01, signErrors: 1 });
  }
});

test("a large loss is reported before wrong signs, which are counted all the same", () => {
  assert.deepEqual(memorizes([-1, 1], [1, -1], 0.02), { outcome: "loss", loss: 4, signErrors: 2 });
});

test("outputs that are not numbers, or whose loss overflows, have diverged", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e200]) {
    const { outcome, loss } = memorizes([1, bad], [1, -1], 0.02);
    assert.equal(outcome, "diverged");
    assert.ok(Number.isNaN(loss));
  }
});

test("below n·epsilon = 1 the loss alone forces the signs", () => {
  const sample = fc
    .integer({ min: 1, max: 49 })
    .chain((n) =>
      fc.tuple(
        fc.array(fc.constantFrom(-1, 1), { minLength: n, maxLength: n }),
        fc.array(fc.double({ min: -1.2, max: 1.2, noNaN: true }), { minLength: n, maxLength: n }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      ),
    );
  fc.assert(
    fc.property(sample, ([y, errors, size]) => {
      // All outputs are moved to a distance where the loss passes: some land close to the wrong side.
      const total = Math.hypot(...errors) || 1;
      const radius = size * Math.sqrt(0.02 * y.length);
      const outputs = y.map((label, i) => label + (radius * errors[i]) / total);
      const { outcome, loss } = memorizes(outputs, y, 0.02);
      assert.notEqual(outcome, "signs");
      if (loss <= 0.02) assert.equal(outcome, "kept");
    }),
  );
});

test("flipping every label and output changes nothing", () => {
  const pair = fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.constantFrom(-1, 1));
  fc.assert(
    fc.property(fc.array(pair, { minLength: 1 }), (pairs) => {
      const outputs = pairs.map(([output]) => output);
      const y = pairs.map(([, label]) => label);
      const flipped = memorizes(
        outputs.map((output) => -output),
        y.map((label) => -label),
        0.5,
      );
      assert.deepEqual(flipped, memorizes(outputs, y, 0.5));
    }),
  );
});

test("outputs and labels of different lengths are refused", () => {
  assert.throws(() => memorizes([1], [1, -1], 0.02), {
    name: "RangeError",
    message: "1 outputs for 2 labels",
  });
});
