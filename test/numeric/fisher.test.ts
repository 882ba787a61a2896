import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { fisherTail } from "../../src/numeric/fisher.ts";
import { studentCentralProbability } from "../../src/numeric/student.ts";

function close(actual: number, expected: number, relative: number) {
  assert.ok(Math.abs(actual - expected) <= relative * expected, `${actual} is not ${expected}`);
}

describe("the tail of Fisher's F", () => {
  it("has the tabulated critical values", () => {
    // NIST/SEMATECH e-Handbook, table 1.3.6.7.3: upper critical values, three decimals.
    const table: [number, number, number, number][] = [
      [0.05, 1, 1, 161.448],
      [0.05, 5, 7, 3.972],
      [0.01, 5, 7, 7.46],
      [0.05, 1, 10, 4.965],
      [0.05, 10, 20, 2.348],
      [0.01, 4, 30, 4.018],
      [0.1, 3, 12, 2.606],
    ];
    for (const [alpha, lack, error, critical] of table) {
      const [above, below] = [critical - 0.0005, critical + 0.0005].map((f) => fisherTail(f, lack, error));
      assert.ok(below <= alpha && alpha <= above, `F(${lack}, ${error}) at ${alpha}`);
    }
  });

  it("has the values of a 30-digit computation", () => {
    // mpmath 1.3: betainc(ν₂/2, ν₁/2, 0, ν₂/(ν₂ + ν₁ f), regularized=True) with mp.dps = 30.
    const golden: [number, number, number, number][] = [
      [10, 5, 7, 0.0043338796595025],
      [3.972, 5, 7, 0.0499861460830286],
      [2.5, 40, 913, 1.28586025214786e-6],
      [0.1, 3, 2000, 0.960018609919344],
      [0.001, 1, 7, 0.975655639624157],
      [1.02, 300, 500, 0.420591121623594],
    ];
    for (const [f, lack, error, tail] of golden) close(fisherTail(f, lack, error), tail, 1e-11);
  });

  it("is (1 + 2f/ν)^(−ν/2) with 2 and ν degrees of freedom, and Student's t squared with 1 and ν", () => {
    const positive = fc.double({ min: 1e-3, max: 50, noNaN: true });
    fc.assert(
      fc.property(positive, fc.integer({ min: 1, max: 200 }), (f, nu) => {
        close(fisherTail(f, 2, nu), (1 + (2 * f) / nu) ** (-nu / 2), 1e-11);
        const t = 1 - studentCentralProbability(Math.sqrt(f), nu);
        assert.ok(Math.abs(fisherTail(f, 1, nu) - t) < 1e-12);
      }),
    );
  });

  it("changes sides with 1/f, falls in f, and ends at 1 and 0", () => {
    const degrees = fc.integer({ min: 1, max: 300 });
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), degrees, degrees, (f, one, two) => {
        assert.ok(Math.abs(fisherTail(f, one, two) + fisherTail(1 / f, two, one) - 1) < 1e-11);
        assert.ok(fisherTail(f * 1.5, one, two) <= fisherTail(f, one, two));
      }),
    );
    assert.equal(fisherTail(0, 3, 4), 1);
    assert.equal(fisherTail(Number.POSITIVE_INFINITY, 3, 4), 0);
  });

  it("refuses a negative F and degrees of freedom that are not positive integers", () => {
    for (const f of [-1, Number.NaN]) assert.throws(() => fisherTail(f, 2, 3), RangeError);
    for (const nu of [0, 1.5, Number.NaN]) {
      assert.throws(() => fisherTail(1, nu, 3), RangeError);
      assert.throws(() => fisherTail(1, 3, nu), RangeError);
    }
  });
});
