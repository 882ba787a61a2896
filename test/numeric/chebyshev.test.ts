import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { chebyshev, largestCoefficient } from "../../src/numeric/chebyshev.ts";
import { polynomialAt } from "../../src/numeric/hermite.ts";

test("T_m(cos θ) = cos(mθ)", () => {
  for (let m = 0; m <= 12; m++) {
    for (let step = 0; step <= 50; step++) {
      const angle = (Math.PI * step) / 50;
      const value = polynomialAt(chebyshev(m), Math.cos(angle));
      assert.ok(Math.abs(value - Math.cos(m * angle)) <= 1e-11, `T_${m} at cos ${angle}: ${value}`);
    }
  }
});

test("the largest coefficients are those of the table", () => {
  const table = [[1], [1, 1], [1, 1, 2], [1, 3, 2, 4]];
  table.forEach((row, m) => {
    assert.deepEqual(
      row.map((_, j) => largestCoefficient(m, j)),
      row,
    );
  });
});

test("no polynomial within [-1, 1] has a larger coefficient", () => {
  const coefficients = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(coefficients, (p) => {
      // On 400 steps the maximum is seen to a part in a thousand.
      const m = p.length - 1;
      let most = 0;
      for (let step = 0; step <= 400; step++) {
        most = Math.max(most, Math.abs(polynomialAt(p, Math.cos((Math.PI * step) / 400))));
      }
      p.forEach((coefficient, j) => {
        assert.ok(Math.abs(coefficient) <= 1.001 * largestCoefficient(m, j) * most + 1e-12);
      });
    }),
  );
});
