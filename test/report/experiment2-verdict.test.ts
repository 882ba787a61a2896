import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { experiment2Verdict } from "../../src/report/experiment2-verdict.ts";
import type { Row } from "../../src/report/rows.ts";
import { bent, experiment2Rows, replicated, row, withBrackets } from "./made-rows.ts";

describe("the verdict on Experiment 2", () => {
  const said = (rows: readonly Row[]) => experiment2Verdict(rows).words.join("\n");

  it("does not tell the slope of k = n from 0 when its interval contains 0, and calls nothing flat", () => {
    // Ups and downs that leave no slope: any d, the mean stays 6.
    const rows = experiment2Rows().map((one) =>
      one.k === 10_000
        ? { ...one, max_random_gradient: [20, 200, 500, 5000].includes(Number(one.d)) ? 5 : 7 }
        : one,
    );
    assert.equal(experiment2Verdict(rows).reading, "shown");
    assert.match(said(rows), /^For k = 10n\/d the gradient grows with √d: slope 1\.0/m);
    assert.match(said(rows), /^For k = n the slope in √d cannot be told from 0: −?0\.0/m);
    assert.match(said(rows), /^k = 10n\/d is steeper than k = n: by 1\.0\d \[/m);
    assert.doesNotMatch(said(rows), /flat|linear|roughly/);
  });

  it("says that k = n is not constant when its interval excludes 0", () => {
    const rows = experiment2Rows({ slope: 0.6 });
    const { smoothness } = experiment2Verdict(rows).fits;
    assert.match(said(rows), /^For k = n the gradient grows with √d: slope 0\.6/m);
    assert.match(said(rows), /^The paper reads k = n as roughly constant: here its slope is not 0\.$/m);
    assert.ok(smoothness.slope && Math.abs(smoothness.slope - 0.6) < 0.05);
  });

  it("rejects the straight line where replicates do", () => {
    const rows = replicated(bent(experiment2Rows()));
    const { size, smoothness } = experiment2Verdict(rows).fits;
    assert.deepEqual(size.lack_of_fit?.degrees_of_freedom, [6, 8]);
    assert.ok(size.lack_of_fit.p < 0.0001 && smoothness.lack_of_fit && smoothness.lack_of_fit.p > 0.05);
    assert.match(
      said(rows),
      /^There a straight line is rejected: F\(6, 8\) = .*, p < 0\.0001: the growth bends\.$/m,
    );
    assert.match(
      said(rows),
      /^There no departure from a straight line is seen: F\(6, 8\) = .*, p = 0\.\d+\.$/m,
    );
    assert.equal(experiment2Verdict(rows).reading, "shown");
    assert.equal(experiment2Verdict(bent(experiment2Rows())).fits.size.lack_of_fit, null);
    // The same d at two n has two k: no replicate.
    const twoN = rows.map((one, i) => (i % 2 ? { ...one, n: 1000, k: Number(one.k) / 10 } : one));
    assert.equal(experiment2Verdict(twoN).fits.smoothness.count, 16);
    assert.equal(experiment2Verdict(twoN).fits.smoothness.lack_of_fit, null);
  });

  it("compares the slopes without the trials that both lines share, and names them", () => {
    const rows = experiment2Rows({ slope: 0.6 });
    const shared = [10, 11].map((gradient) =>
      row({ n: 10_000, d: 10, k: 10_000, epsilon: 0.1, outcome: "kept", gradient }),
    );
    const [without, verdict] = [experiment2Verdict(rows), experiment2Verdict([...rows, ...shared])];
    assert.equal(verdict.of_both_regimes, 2);
    assert.equal(verdict.fits.size.count, 10);
    assert.equal(verdict.fits.smoothness.count, 10);
    assert.deepEqual(verdict.comparison, without.comparison);
    assert.equal(verdict.comparison.count, 16);
    assert.ok(verdict.comparison.difference && Math.abs(verdict.comparison.difference - 0.4) < 0.05);
    const words = verdict.words.join("\n");
    assert.match(words, /^2 trials with d = 10 have k = n = 10n\/d: they count in both lines\.$/m);
    assert.match(
      words,
      /^Without those trials k = 10n\/d is steeper than k = n: by 0\.\d+ \[0\.\d+, 0\.\d+\]\.$/m,
    );
    assert.match(
      said([...rows, shared[0]]),
      /^1 trial with d = 10 has k = n = 10n\/d: it counts in both lines\.$/m,
    );
    assert.doesNotMatch(without.words.join("\n"), /both lines|Without th/);
  });

  it("says when the order of the slopes is not known or turned around", () => {
    const same = experiment2Rows({ flat: 4, slope: 1 });
    assert.match(said(same), /^The difference of the slopes cannot be told from 0: −?0\.0\d+ \[−/m);
    const turned = experiment2Rows({ slope: 2 });
    assert.match(said(turned), /^k = 10n\/d is less steep than k = n: the slopes differ by −1\.0\d \[−/m);
    // Three trials of both regimes settle both lines and no comparison.
    const shared = [10, 9, 11].map((d, i) =>
      row({ n: d, d: 10, k: d, epsilon: 0.1, outcome: "kept", gradient: i }),
    );
    assert.equal(experiment2Verdict(shared).comparison.difference, null);
  });

  it("decides nothing about a regime that has too few points", () => {
    const verdict = experiment2Verdict(experiment2Rows().filter(({ k }) => k !== 10_000));
    assert.equal(verdict.fits.smoothness.count, 0);
    assert.match(
      verdict.words.join(" "),
      /Whether k = n grows with √d is undecided: 0 points settle no line\./,
    );
    assert.equal(verdict.comparison.difference, null);
    assert.equal(experiment2Verdict([]).reading, "undecided");
  });

  it("counts trials of neither regime, and leaves them out of the fits", () => {
    const stray = row({ n: 10_000, d: 100, k: 55, epsilon: 0.1, outcome: "kept", gradient: 700 });
    const verdict = experiment2Verdict([...experiment2Rows(), stray]);
    assert.equal(verdict.of_neither_regime, 1);
    assert.deepEqual(verdict.fits, experiment2Verdict(experiment2Rows()).fits);
  });

  it("fits the ends of the certified intervals of both regimes, where there are any", () => {
    const rows = experiment2Rows();
    assert.deepEqual(experiment2Verdict(rows).certified, { size: null, smoothness: null });
    const { certified, fits, words } = experiment2Verdict(withBrackets(rows));
    assert.ok(certified.size);
    assert.ok(Math.abs(Number(certified.size.lower.slope) / (1.05 * Number(fits.size.slope)) - 1) < 1e-9);
    assert.ok(Math.abs(Number(certified.size.upper.slope) / (1.5 * Number(fits.size.slope)) - 1) < 1e-9);
    assert.match(words.join("\n"), /^For k = 10n\/d the certified lower bound has slope 1\.0\d /m);
  });
});
