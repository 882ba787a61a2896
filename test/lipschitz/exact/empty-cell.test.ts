import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { provesEmpty } from "../../../src/lipschitz/exact/empty-cell.ts";
import { type Gates, gatesOf } from "../../../src/lipschitz/exact/gates.ts";
import { commonIntegers, dependence } from "../../../src/lipschitz/exact/integers.ts";

function gatesWith(rows: number[][], b: number[]): Gates {
  const k = rows.length;
  const W = Float64Array.from(rows.flat());
  const network = { k, d: rows[0].length, W, b: Float64Array.from(b), a: new Float64Array(k).fill(1), c: 0 };
  return gatesOf({ ...network, activation: "relu" });
}

// x < 0 and y < 0, x + y > 1 (or 0): a triangle that does not exist.
const triangle = [
  [1, 0],
  [0, 1],
  [1, 1],
];
const signs = Int8Array.of(1, -1, -1, 1);

test("multipliers prove an empty cell, wrong ones prove nothing", () => {
  for (const offset of [-1, -1e-9, 0]) {
    const gates = gatesWith(triangle, [0, 0, offset]);
    assert.ok(provesEmpty(gates, signs, Float64Array.of(1, 1, 1)), `offset ${offset}`);
    // Roughly right is enough: the integers find the rest.
    assert.ok(provesEmpty(gates, signs, Float64Array.of(1, 1.001, 1)), `offset ${offset}`);
    assert.ok(!provesEmpty(gates, signs, Float64Array.of(1, 1, 0)));
    assert.ok(!provesEmpty(gates, signs, new Float64Array(3)));
    assert.ok(!provesEmpty(gates, signs, new Float64Array(3).fill(Number.NaN)));
  }
});

test("a cell that exists is never proved empty, however thin", () => {
  for (const offset of [1e-80, 1e-15, 1]) {
    const gates = gatesWith(triangle, [0, 0, offset]);
    for (const weights of [
      [1, 1, 1],
      [1, 2, 3],
    ]) {
      assert.ok(!provesEmpty(gates, signs, Float64Array.from(weights)), `offset ${offset}`);
    }
  }
});

test("in a ball the centre's distance decides", () => {
  // x > 1 in the ball of radius 1 and of radius 1.01.
  const gates = gatesWith([[1, 0]], [-1]);
  const on = Int8Array.of(1, 1);
  assert.ok(provesEmpty(gates, on, Float64Array.of(1), 0.999));
  assert.ok(!provesEmpty(gates, on, Float64Array.of(1), 1.001));
  assert.ok(!provesEmpty(gates, on, Float64Array.of(1)));
});

test("a cell that just touches the sphere is empty, one that reaches one rounding farther is not", () => {
  const on = Int8Array.of(1, 1);
  const both = Int8Array.of(1, 1, 1);
  assert.ok(provesEmpty(gatesWith([[3, 4]], [-5]), on, Float64Array.of(1), 1));
  assert.ok(!provesEmpty(gatesWith([[3, 4]], [-5 + 2 ** -50]), on, Float64Array.of(1), 1));
  // The corner (3, 4) of x > 3 and y > 4.
  const corner = [
    [1, 0],
    [0, 1],
  ];
  assert.ok(provesEmpty(gatesWith(corner, [-3, -4]), both, Float64Array.of(3, 4), 5));
  assert.ok(provesEmpty(gatesWith(corner, [-3, -4]), both, Float64Array.of(3.1, 4), 5));
  assert.ok(!provesEmpty(gatesWith(corner, [-3, -4 + 2 ** -50]), both, Float64Array.of(3, 4), 5));
  assert.ok(!provesEmpty(gatesWith(corner, [-3, 4]), both, Float64Array.of(3, 4), 5));
  // Through 0 itself: no weights, no proof.
  assert.ok(!provesEmpty(gatesWith(corner, [0, 0]), both, Float64Array.of(1, 1), 5));
});

test("no multipliers prove the cell of a point empty", () => {
  const number = fc
    .tuple(fc.integer({ min: -3000, max: 3000 }), fc.integer({ min: -30, max: 0 }))
    .map(([mantissa, exponent]) => (mantissa / 1000) * 10 ** exponent);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(number, number, number), { minLength: 1, maxLength: 6 }),
      fc.tuple(number, number),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 6, maxLength: 6 }),
      (rows, point, weights) => {
        fc.pre(rows.every(([x, y]) => x !== 0 || y !== 0));
        const gates = gatesWith(
          rows.map(([x, y]) => [x, y]),
          rows.map(([, , offset]) => offset),
        );
        const { m, normals, offsets } = gates;
        const at = Array.from(
          { length: m },
          (_, i) => normals[2 * i] * point[0] + normals[2 * i + 1] * point[1] + offsets[i],
        );
        fc.pre(at.every((value) => Math.abs(value) > 1e-9));
        const cell = Int8Array.of(1, ...at.map(Math.sign));
        const y = Float64Array.from(weights.slice(0, m));
        assert.ok(!provesEmpty(gates, cell, y));
        assert.ok(!provesEmpty(gates, cell, y, Math.hypot(...point) + 1e-6));
      },
    ),
    { numRuns: 2000, seed: 5 },
  );
});

test("numbers become integers exactly, down to the smallest and up to the largest", () => {
  assert.deepEqual(commonIntegers([1.5, -0.25, 0]), [6n, -1n, 0n]);
  const [large, small] = commonIntegers([Number.MAX_VALUE, Number.MIN_VALUE]);
  assert.equal(small, 1n);
  assert.equal(large, (2n ** 53n - 1n) << 2045n);
  fc.assert(
    fc.property(fc.maxSafeInteger(), fc.integer({ min: -1000, max: 900 }), (mantissa, exponent) => {
      const [n, one] = commonIntegers([mantissa * 2 ** exponent, 2 ** exponent]);
      assert.equal(n, BigInt(mantissa) * one);
    }),
  );
});

test("the dependence of rows is exact, and only given where it is unique", () => {
  const weights = dependence([
    [1n, 0n],
    [0n, 1n],
    [2n, 3n],
  ]);
  // Any multiple of (2, 3, −1).
  assert.ok(weights && weights[2] !== 0n);
  assert.deepEqual(weights, [-2n * weights[2], -3n * weights[2], weights[2]]);
  assert.equal(
    dependence([
      [1n, 0n],
      [0n, 1n],
    ]),
    undefined,
  );
  assert.equal(dependence([[1n], [2n], [3n]]), undefined);
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.bigInt({ min: -9n, max: 9n }), { minLength: 3, maxLength: 3 }), {
        minLength: 2,
        maxLength: 4,
      }),
      (rows) => {
        const y = dependence(rows);
        if (!y) return;
        assert.ok(y.some((value) => value !== 0n));
        for (let j = 0; j < 3; j++) {
          let sum = 0n;
          for (const [i, row] of rows.entries()) sum += y[i] * row[j];
          assert.equal(sum, 0n);
        }
      },
    ),
  );
});
