import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { linearFit } from "../../src/numeric/fit.ts";
import { studentCentralProbability, studentQuantile } from "../../src/numeric/student.ts";

/** NIST Statistical Reference Datasets, Norris.dat (linear regression, lower difficulty): pairs y, x. */
const NORRIS = [
  [0.1, 0.2],
  [338.8, 337.4],
  [118.1, 118.2],
  [888.0, 884.6],
  [9.2, 10.1],
  [228.1, 226.5],
  [668.5, 666.3],
  [998.5, 996.3],
  [449.1, 448.6],
  [778.9, 777.0],
  [559.2, 558.2],
  [0.3, 0.4],
  [0.1, 0.6],
  [778.1, 775.5],
  [668.8, 666.9],
  [339.3, 338.0],
  [448.9, 447.5],
  [10.8, 11.6],
  [557.7, 556.0],
  [228.3, 228.1],
  [998.0, 995.8],
  [888.8, 887.6],
  [119.6, 120.2],
  [0.3, 0.3],
  [0.6, 0.3],
  [557.6, 556.8],
  [339.3, 339.1],
  [888.0, 887.2],
  [998.5, 999.0],
  [778.9, 779.0],
  [10.2, 11.1],
  [117.6, 118.3],
  [228.9, 229.2],
  [668.4, 669.1],
  [449.2, 448.9],
  [0.2, 0.5],
];

function close(actual: number, expected: number, relative = 1e-10) {
  const scale = Math.max(Math.abs(expected), 1e-300);
  assert.ok(Math.abs(actual - expected) <= relative * scale, `${actual} is not ${expected}`);
}

describe("Student's t", () => {
  it("has the tabulated quantiles", () => {
    // NIST/SEMATECH e-Handbook, table 1.3.6.7.2 (three decimals).
    const table: [number, number, number][] = [
      [0.975, 1, 12.706],
      [0.975, 2, 4.303],
      [0.975, 3, 3.182],
      [0.975, 10, 2.228],
      [0.975, 30, 2.042],
      [0.975, 100, 1.984],
      [0.95, 5, 2.015],
      [0.99, 7, 2.998],
      [0.995, 20, 2.845],
      [0.999, 4, 7.173],
    ];
    for (const [p, nu, expected] of table) {
      assert.equal(studentQuantile(p, nu).toFixed(3), expected.toFixed(3), `p=${p}, ν=${nu}`);
    }
  });

  it("has the closed forms of 1, 2 and 4 degrees of freedom", () => {
    for (const p of [0.5, 0.6, 0.75, 0.9, 0.975, 0.999, 0.01]) {
      const u = 2 * p - 1;
      const cos = Math.cos(Math.acos(Math.sqrt(4 * p * (1 - p))) / 3) / Math.sqrt(4 * p * (1 - p));
      const four = Math.sign(p - 0.5) * 2 * Math.sqrt(Math.max(0, cos - 1));
      const exact: [number, number][] = [
        [1, Math.tan(Math.PI * (p - 0.5))],
        [2, u * Math.sqrt(2 / (1 - u * u))],
        [4, four],
      ];
      for (const [nu, expected] of exact) {
        const actual = studentQuantile(p, nu);
        assert.ok(Math.abs(actual - expected) <= 1e-9 * Math.max(1, Math.abs(expected)), `p=${p}, ν=${nu}`);
      }
    }
  });

  it("approaches the normal law with many degrees of freedom", () => {
    // Cornish-Fisher: t = z + (z³ + z)/(4ν) + O(ν⁻²), z = 1.959963984540054.
    const z = 1.959963984540054;
    assert.ok(Math.abs(studentQuantile(0.975, 100_000) - z - (z ** 3 + z) / 400_000) < 1e-9);
  });

  it("is symmetric, and its quantile inverts its probability", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.001, max: 0.999, noNaN: true }),
        fc.integer({ min: 1, max: 300 }),
        (p, nu) => {
          const t = studentQuantile(p, nu);
          assert.ok(Math.abs(studentCentralProbability(Math.abs(t), nu) - Math.abs(2 * p - 1)) < 1e-12);
          assert.ok(Math.abs(t + studentQuantile(1 - p, nu)) <= 1e-9 * Math.max(1, Math.abs(t)));
        },
      ),
    );
  });

  it("refuses what is not a probability or a number of degrees", () => {
    for (const p of [0, 1, -1, Number.NaN]) assert.throws(() => studentQuantile(p, 3), RangeError);
    for (const nu of [0, 1.5, Number.NaN]) assert.throws(() => studentQuantile(0.9, nu), RangeError);
  });
});

describe("a least squares line", () => {
  it("has the certified values of NIST's Norris data", () => {
    const fit = linearFit(
      NORRIS.map((row) => row[1]),
      NORRIS.map((row) => row[0]),
    );
    assert.ok(fit);
    close(fit.slope, 1.00211681802045);
    close(fit.intercept, -0.262323073774029);
    close(fit.residualStandardError, 0.884796396144373);
    close(fit.r2, 0.999993745883712);
    const t = studentQuantile(0.975, 34);
    close((fit.slopeInterval[1] - fit.slopeInterval[0]) / (2 * t), 0.429796848199937e-3);
    close((fit.interceptInterval[1] - fit.interceptInterval[0]) / (2 * t), 0.232818234301152);
    assert.equal(fit.n, 36);
  });

  it("matches three points done by hand", () => {
    // x = 0, 1, 2, y = 0, 1, 1: slope 1/2, intercept 1/6, residuals -1/6, 1/3, -1/6, s² = 1/6, R² = 3/4.
    const fit = linearFit([0, 1, 2], [0, 1, 1]);
    assert.ok(fit);
    close(fit.slope, 1 / 2);
    close(fit.intercept, 1 / 6);
    close(fit.residualStandardError, Math.sqrt(1 / 6));
    close(fit.r2, 3 / 4);
    const t = Math.tan(Math.PI * 0.475);
    close(fit.slopeInterval[1], 1 / 2 + t * Math.sqrt(1 / 12), 1e-9);
    close(fit.band(1)[0], 2 / 3 - t * Math.sqrt(1 / 18), 1e-9);
    assert.deepEqual(fit.band(0), fit.interceptInterval);
  });

  it("is undefined when the data settle no line", () => {
    assert.equal(linearFit([], []), undefined);
    assert.equal(linearFit([1, 2], [3, 4]), undefined);
    assert.equal(linearFit([1, 1, 1], [3, 4, 5]), undefined);
    assert.equal(linearFit([0.1, 0.1, 0.1, 0.1], [3, 4, 5, 6]), undefined);
    assert.equal(linearFit(new Array(50).fill(Math.sqrt(7)), [...Array(50).keys()]), undefined);
  });

  it("refuses unequal lengths, values that are not finite and impossible confidences", () => {
    assert.throws(() => linearFit([1, 2, 3], [1, 2]), RangeError);
    assert.throws(() => linearFit([1, 2, Number.NaN], [1, 2, 3]), /point 2/);
    assert.throws(() => linearFit([1, 2, 3], [1, 2, 3], 1), RangeError);
  });

  it("says NaN, not 1, for the R² of a constant", () => {
    const fit = linearFit([1, 2, 3], [4, 4, 4]);
    assert.ok(fit && Number.isNaN(fit.r2) && fit.slope === 0);
  });

  const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
  const spread = fc
    .uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 3, maxLength: 30 })
    .map((xs) => xs.map((x) => x / 10));

  it("recovers an exact line", () => {
    fc.assert(
      fc.property(spread, coordinate, coordinate, (x, slope, intercept) => {
        const fit = linearFit(
          x,
          x.map((xi) => slope * xi + intercept),
        );
        assert.ok(fit);
        assert.ok(Math.abs(fit.slope - slope) < 1e-9);
        assert.ok(Math.abs(fit.intercept - intercept) < 1e-8);
      }),
    );
  });

  it("scales with y, and its band contains the line and is narrowest at the mean of x", () => {
    fc.assert(
      fc.property(spread, fc.infiniteStream(coordinate), coordinate, (x, stream, scale) => {
        const y = x.map(() => stream.next().value as number);
        const fit = linearFit(x, y);
        const scaled = linearFit(
          x,
          y.map((yi) => scale * yi),
        );
        assert.ok(fit && scaled);
        assert.ok(Math.abs(scaled.slope - scale * fit.slope) <= 1e-9 * (1 + Math.abs(scale * fit.slope)));
        const width = (at: number) => fit.band(at)[1] - fit.band(at)[0];
        const center = x.reduce((a, b) => a + b, 0) / x.length;
        for (const at of x) {
          const [low, high] = fit.band(at);
          const line = fit.intercept + fit.slope * at;
          assert.ok(low <= line + 1e-9 && line <= high + 1e-9);
          assert.ok(width(at) >= width(center) - 1e-9);
        }
      }),
    );
  });

  it("covers the true slope 95 times in 100", () => {
    // A small multiplicative generator: 1000 fits of 10 points with normal errors; 950 ± 4 sd (27.6).
    let state = 12345;
    const uniform = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const x = [...Array(10).keys()];
    let covered = 0;
    for (let trial = 0; trial < 1000; trial++) {
      const fit = linearFit(
        x,
        x.map((xi) => 2 * xi + 1 + normal()),
      );
      if (fit && fit.slopeInterval[0] <= 2 && 2 <= fit.slopeInterval[1]) covered++;
    }
    assert.ok(Math.abs(covered - 950) < 28, `${covered} of 1000`);
  });
});
