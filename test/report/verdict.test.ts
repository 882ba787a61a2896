import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { regimesOf } from "../../src/report/rows.ts";
import { experiment1Verdict, experiment2Verdict } from "../../src/report/verdict.ts";
import { show, showInterval } from "../../src/report/words.ts";
import { experiment1Rows, experiment2Rows, row } from "./made-rows.ts";

describe("the verdict on Experiment 1", () => {
  it("counts the trials and fits them pooled, for each n and for each band of d/n", () => {
    const verdict = experiment1Verdict(experiment1Rows());
    assert.deepEqual(verdict.trials, { tried: 40, kept: 36, measured: 36 });
    assert.deepEqual(verdict.outcomes, { kept: 36, loss: 3, signs: 1 });
    assert.deepEqual(verdict.epsilon, [0.02]);
    const { pooled, by_n, by_ratio } = verdict.fits;
    assert.ok(pooled.slope && Math.abs(pooled.slope - 2) < 0.2);
    assert.deepEqual(
      by_n.map(({ n }) => n),
      [200, 500, 1000, 2000],
    );
    assert.deepEqual(
      by_ratio.map(({ from, to }) => [from, to]),
      [
        [0, 0.25],
        [0.25, 0.5],
        [0.5, 1],
      ],
    );
    const total = (fits: readonly { count: number }[]) => fits.reduce((sum, { count }) => sum + count, 0);
    assert.equal(total(by_n), 36);
    assert.equal(total(by_ratio), 36);
    assert.deepEqual(by_ratio[1], {
      from: 0.25,
      to: 0.5,
      count: 0,
      slope: null,
      slope_interval: null,
      intercept: null,
      intercept_interval: null,
      r2: null,
    });
  });

  it("reads growth as shown only when the slope's interval lies above 0", () => {
    const rows = experiment1Rows();
    assert.equal(experiment1Verdict(rows).reading, "shown");
    assert.match(experiment1Verdict(rows).words[1], /^The linear growth with √\(n\/k\) shows\. .* R² /);

    const noise = rows.map((one, i) => ({ ...one, max_random_gradient: 5 + (i % 2) }));
    assert.equal(experiment1Verdict(noise).reading, "not shown");
    assert.match(experiment1Verdict(noise).words[1], /does not show: the slope cannot be told from 0\./);

    const falling = rows.map((one) => ({
      ...one,
      max_random_gradient: 9 - Math.sqrt(Number(one.n) / Number(one.k)),
    }));
    assert.equal(experiment1Verdict(falling).reading, "not shown");
    assert.match(experiment1Verdict(falling).words[1], /does not show: it falls\./);
  });

  it("is undecided on two points and on none, and writes no number it does not have", () => {
    for (const count of [0, 2]) {
      const verdict = experiment1Verdict(experiment1Rows().slice(0, count));
      assert.equal(verdict.reading, "undecided");
      assert.equal(verdict.fits.pooled.slope, null);
      assert.match(verdict.words.join(" "), new RegExp(`is undecided: ${count} points settle no line`));
      assert.doesNotMatch(verdict.words.join(" "), /NaN|undefined|null/);
    }
  });

  it("survives JSON unchanged", () => {
    for (const verdict of [experiment1Verdict(experiment1Rows()), experiment1Verdict([])]) {
      assert.deepEqual(JSON.parse(JSON.stringify(verdict)), verdict);
    }
  });
});

describe("the verdict on Experiment 2", () => {
  it("says that k = n is flat when its interval contains 0", () => {
    // Ups and downs that leave no slope: any d, the mean stays 6.
    const rows = experiment2Rows().map((one) =>
      one.k === 10_000
        ? { ...one, max_random_gradient: [20, 200, 500, 5000].includes(Number(one.d)) ? 5 : 7 }
        : one,
    );
    const verdict = experiment2Verdict(rows);
    assert.equal(verdict.reading, "shown");
    assert.match(
      verdict.words[1],
      /^The paper's linear growth for k = 10n\/d shows\. Against √d: slope 1\.0/,
    );
    assert.match(verdict.words[2], /^k = n is flat in √d within its interval: slope /);
    assert.match(verdict.words[3], /^k = 10n\/d is steeper than k = n: their intervals do not overlap\.$/);
  });

  it("says that k = n is not flat when its interval excludes 0", () => {
    const verdict = experiment2Verdict(experiment2Rows({ slope: 0.6 }));
    assert.match(
      verdict.words[2],
      /^k = n is not flat in √d, which the paper reads as roughly constant: slope 0\.6/,
    );
    assert.ok(verdict.fits.smoothness.slope && Math.abs(verdict.fits.smoothness.slope - 0.6) < 0.05);
  });

  it("decides nothing about a regime that has too few points", () => {
    const verdict = experiment2Verdict(experiment2Rows().filter(({ k }) => k !== 10_000));
    assert.equal(verdict.fits.smoothness.count, 0);
    assert.match(
      verdict.words.join(" "),
      /Whether k = n is flat in √d is undecided: 0 points settle no line\./,
    );
    assert.equal(experiment2Verdict([]).reading, "undecided");
  });

  it("counts trials of neither regime, and leaves them out of the fits", () => {
    const stray = row({ n: 10_000, d: 100, k: 55, epsilon: 0.1, outcome: "kept", gradient: 700 });
    const verdict = experiment2Verdict([...experiment2Rows(), stray]);
    assert.equal(verdict.of_neither_regime, 1);
    assert.deepEqual(verdict.fits, experiment2Verdict(experiment2Rows()).fits);
  });
});

describe("the regimes", () => {
  it("are read from n, d and k: k = n, and k = round(10 n/d), at least 1", () => {
    assert.deepEqual(regimesOf({ n: 10_000, d: 300, k: 333 }), ["size"]);
    assert.deepEqual(regimesOf({ n: 100, d: 5000, k: 1 }), ["size"]);
    assert.deepEqual(regimesOf({ n: 100, d: 50, k: 100 }), ["smoothness"]);
    assert.deepEqual(regimesOf({ n: 100, d: 10, k: 100 }), ["smoothness", "size"]);
    assert.deepEqual(regimesOf({ n: 100, d: 50, k: 30 }), []);
  });
});

describe("numbers in words", () => {
  it("have three significant digits and a true minus", () => {
    const shown: [number, string][] = [
      [0, "0"],
      [2.0456, "2.05"],
      [-0.063, "−0.0630"],
      [9.999, "10.0"],
      [123.4, "123"],
      [12345, "12300"],
      [0.00012345, "0.000123"],
      [1.5e-7, "1.50e-7"],
      [2.5e9, "2.50e+9"],
    ];
    for (const [value, text] of shown) assert.equal(show(value), text);
    assert.equal(showInterval([-1, 2.5]), "[−1.00, 2.50]");
  });
});
