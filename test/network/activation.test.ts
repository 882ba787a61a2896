import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  type Activation,
  activationConstant,
  activationFunction,
  parseActivation,
} from "../../src/network/activation.ts";

const activations: Activation[] = [
  "relu",
  "leaky-relu:0.2",
  "leaky-relu:-3",
  "leaky-relu:2",
  "abs",
  "identity",
  "hardtanh",
  "tanh",
  "sigmoid",
  "softplus",
  "sin",
  "polynomial:3",
  "polynomial:1,2",
  "polynomial:0,0,1",
  "polynomial:0.5,-1,0.3,0.25",
  "polynomial:0,1,0,-0.4,0,0.02",
];
const interval = fc
  .tuple(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: 0, max: 12, noNaN: true }))
  .map(([low, length]) => [low, low + length] as const);

for (const activation of activations) {
  const f = activationFunction(activation);

  test(`${activation}: slopes lie in their range, which is no wider than they need`, () => {
    fc.assert(
      fc.property(interval, ([low, high]) => {
        const range = f.slopes(low, high);
        const seen = Array.from({ length: 2001 }, (_, i) => f.slope(low + ((high - low) * i) / 2000));
        const least = Math.min(...seen);
        const most = Math.max(...seen);
        // The range is that of ψ', slope() is rounded.
        const ulps = 1e-15;
        assert.ok(
          range.low <= least + ulps && most - ulps <= range.high,
          `${range.low} ${least} ${most} ${range.high}`,
        );
        // A kink has both its sides, seen or not; otherwise 2001 points see all but 1e-4 of a smooth slope's range.
        if (!f.pieces) {
          const room = 2e-3 * (1 + most - least);
          assert.ok(range.low >= least - room && range.high <= most + room);
        }
      }),
      { numRuns: 100 },
    );
  });

  test(`${activation}: slopes are the derivative of values`, () => {
    fc.assert(
      fc.property(fc.double({ min: -9, max: 9, noNaN: true }), (t) => {
        const step = 1e-5;
        if (f.pieces?.kinks.some((kink) => Math.abs(t - kink) < 2 * step)) return;
        const difference = (f.value(t + step) - f.value(t - step)) / (2 * step);
        const size = 1 + Math.abs(f.value(t));
        assert.ok(Math.abs(difference - f.slope(t)) <= 1e-6 * (size + Math.abs(difference)));
        assert.ok(f.valueError(t) >= 0 && f.valueError(t) <= 1e-12 * size * 100);
      }),
    );
  });

  test(`${activation}: on the whole line the range has every slope, or no bound`, () => {
    const range = f.slopes(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);
    for (const t of [-1e3, -2, -0.1, 0.3, 1, 50, 1e5])
      assert.ok(range.low <= f.slope(t) && f.slope(t) <= range.high);
    const degree = activation.startsWith("polynomial") ? activation.split(",").length - 1 : 1;
    assert.equal(Number.isFinite(range.high), degree <= 1);
  });
}

test("a kink at the end of an interval belongs to it, one beyond it does not", () => {
  const { slopes } = activationFunction("relu");
  assert.deepEqual(slopes(0, 1), { low: 0, high: 1 });
  assert.deepEqual(slopes(-1, 0), { low: 0, high: 1 });
  assert.deepEqual(slopes(0, 0), { low: 0, high: 1 });
  assert.deepEqual(slopes(5e-324, 1), { low: 1, high: 1 });
  assert.deepEqual(slopes(-1, -5e-324), { low: 0, high: 0 });
});

test("slopes of t² on an interval are exactly its ends, up to rounding", () => {
  const { low, high } = activationFunction("polynomial:0,0,1").slopes(-3, 5);
  assert.ok(low <= -6 && low > -6 - 1e-9 && high >= 10 && high < 10 + 1e-9);
});

test("tanh has slopes of full relative precision far out", () => {
  const { slopes, slope } = activationFunction("tanh");
  assert.ok(Math.abs(slope(100) / (4 * Math.exp(-200)) - 1) < 1e-14);
  assert.equal(slopes(1000, Number.POSITIVE_INFINITY).low, 0);
});

test("names are read with their parameters, or refused with the names there are", () => {
  assert.equal(parseActivation(" ReLU "), "relu");
  assert.equal(parseActivation("leaky_relu"), "leaky-relu:0.01");
  assert.equal(parseActivation("leaky-relu:.2"), "leaky-relu:0.2");
  assert.equal(parseActivation("polynomial: 0, 1e1, -2"), "polynomial:0,10,-2");
  for (const text of [
    "",
    "relu:1",
    "leaky-relu:",
    "leaky-relu:1,2",
    "leaky-relu:x",
    "polynomial",
    "polynomial:",
    "polynomial:1,,2",
    "polynomial:1:2",
    "polynomial:Infinity",
    "toString",
    "__proto__",
  ]) {
    assert.throws(
      () => parseActivation(text),
      { name: "RangeError", message: /is not an activation, take relu, abs, / },
      text,
    );
  }
});

test("the constant of an activation is its largest slope, infinite where it has none", () => {
  for (const [activation, constant] of [
    ["relu", 1],
    ["leaky-relu:-3", 3],
    ["abs", 1],
    ["hardtanh", 1],
    ["tanh", 1],
    ["softplus", 1],
    ["sin", 1],
    ["polynomial:1,2", 2],
    ["step", Number.POSITIVE_INFINITY],
    ["polynomial:0,0,1", Number.POSITIVE_INFINITY],
  ] as const) {
    assert.equal(activationConstant(activation), constant, activation);
  }
  assert.ok(Math.abs(activationConstant("sigmoid") - 0.25) <= 1e-14);
});
