import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { experiment1Verdict } from "../../src/report/experiment1-verdict.ts";
import type { Row } from "../../src/report/rows.ts";
import { experiment1Rows, replicated, row, withBrackets } from "./made-rows.ts";

const rootOf = ({ n, k }: Row) => Math.sqrt(Number(n) / Number(k));

describe("the verdict on Experiment 1", () => {
  const said = (rows: readonly Row[]) => experiment1Verdict(rows).words.join("\n");

  it("keeps families of points apart at fixed (n, d), and says where they are not", () => {
    const rows = experiment1Rows();
    assert.match(said(rows), /through the points of 2 families/);
    const one: Row[] = rows.map((each) => ({ ...each, data: "sphere" }));
    assert.doesNotMatch(said(one), /families/);
    const other = one.map((each) => ({
      ...each,
      data: "gaussian",
      max_random_gradient: Number(each.max_random_gradient) + 50,
    }));
    const [alone, both] = [one, [...one, ...other]].map((each) => experiment1Verdict(each).fits.fixed_size);
    assert.equal(both.groups, 2 * alone.groups);
    assert.ok(Math.abs((both.slope ?? 0) - (alone.slope ?? 1)) < 1e-9);
  });

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

  it("reads growth as shown only when both slopes' intervals lie above 0", () => {
    const rows = experiment1Rows();
    const shown = experiment1Verdict(rows);
    assert.equal(shown.reading, "shown");
    assert.match(
      said(rows),
      /^Pooled, the gradient grows with √\(n\/k\): slope 2\.0\d \[1\.9\d, 2\.1\d\]\.$/m,
    );
    assert.match(said(rows), /^At fixed \(n, d\) it grows with √\(n\/k\): slope 2\.0\d \[/m);
    assert.doesNotMatch(said(rows), /linear|disagree/);

    const noise = rows.map((one, i) => ({ ...one, max_random_gradient: 5 + (i % 2) }));
    assert.equal(experiment1Verdict(noise).reading, "not shown");
    assert.match(said(noise), /^Pooled, the slope in √\(n\/k\) cannot be told from 0: /m);

    const falling = rows.map((one) => ({ ...one, max_random_gradient: 9 - rootOf(one) }));
    assert.equal(experiment1Verdict(falling).reading, "not shown");
    assert.match(said(falling), /^Pooled, the gradient does not grow with √\(n\/k\): slope −1\.00/m);
  });

  it("asks for growth at fixed (n, d), where the spread of the sizes is taken out", () => {
    // Growth of 1 within a size, and a spread of sizes that hides it.
    const hidden = experiment1Rows().map((one, i) => ({
      ...one,
      max_random_gradient: rootOf(one) + Number(one.d) / 40 + (i % 2) / 10,
    }));
    const { fits, reading } = experiment1Verdict(hidden);
    assert.ok(fits.fixed_size.slope && Math.abs(fits.fixed_size.slope - 1) < 0.05);
    assert.equal(fits.fixed_size.groups, 8);
    assert.equal(fits.fixed_size.count, 36);
    assert.equal(reading, "not shown");
    assert.match(said(hidden), /^The two disagree: the pooled slope mixes k with the sizes n and d\.$/m);

    // Both grow, the pooled one far faster: d rises with √(n/k).
    const between = [1, 2, 3, 4, 5, 6].flatMap((size) =>
      [0, 1, 2].map((step) => {
        const [n, k] = [100, 100 / (size + step / 4) ** 2];
        const gradient = 10 * size + (size + step / 4) + (step % 2) / 10;
        return row({ n, d: 10 * size, k, epsilon: 0.02, outcome: "kept", gradient });
      }),
    );
    assert.equal(experiment1Verdict(between).reading, "shown");
    assert.match(said(between), /^The two disagree: the pooled slope lies outside the interval at fixed/m);
  });

  it("reads from the pooled slope alone when k varies within no (n, d)", () => {
    const sizes = [10, 20, 40, 80].map((k, i) =>
      row({ n: 100 * (i + 1), d: 50, k, epsilon: 0.02, outcome: "kept", gradient: (100 * (i + 1)) / k }),
    );
    const { fits, reading } = experiment1Verdict(sizes);
    assert.equal(fits.fixed_size.slope, null);
    assert.equal(fits.fixed_size.groups, 0);
    assert.equal(reading, "shown");
    assert.match(
      said(sizes),
      /^No \(n, d\) settles a slope of its own: growth at fixed size is undecided\.$/m,
    );
  });

  it("tests the straight line with replicates of the same (n, d, k) only", () => {
    const once = experiment1Rows();
    // √(n/k) repeats across n and d: that alone is no replicate.
    assert.equal(experiment1Verdict(once).fits.fixed_size.lack_of_fit, null);
    assert.match(said(once), /^There no replicates test whether one slope fits\.$/m);
    const twice = replicated(once);
    const { lack_of_fit } = experiment1Verdict(twice).fits.fixed_size;
    // 36 (n, d, k) kept, 8 intercepts and a slope; 72 trials.
    assert.deepEqual(lack_of_fit?.degrees_of_freedom, [27, 36]);
    assert.match(said(twice), /^There no departure from one slope is seen: F\(27, 36\) = .*, p = 0\.84\.$/m);
    const curved = twice.map((one) => ({
      ...one,
      max_random_gradient: Number(one.max_random_gradient) + rootOf(one) ** 2,
    }));
    assert.match(
      said(curved),
      /^There one slope is rejected: F\(27, 36\) = .*, p < 0\.0001: the slopes differ or bend\.$/m,
    );
  });

  it("says what one trial does to the slope", () => {
    const rows = experiment1Rows();
    const { slope, slope_without_one } = experiment1Verdict(rows).fits.fixed_size;
    assert.ok(slope && slope_without_one);
    assert.ok(slope_without_one[0] < slope && slope < slope_without_one[1]);
    assert.match(said(rows), /^Leaving out any one trial at fixed \(n, d\) keeps the slope from 2\.0\d to /m);
    // The outlier at the greatest leverage carries the slope.
    const at = rows.findIndex((one) => one.outcome === "kept" && rootOf(one) > 4);
    const carried = rows.map((one, i) => (i === at ? { ...one, max_random_gradient: 400 } : one));
    const range = experiment1Verdict(carried).fits.fixed_size.slope_without_one;
    assert.ok(range && range[0] < 3 && range[1] > 10);
  });

  it("names the sizes that were not kept", () => {
    const rows = experiment1Rows();
    assert.match(said(rows), /^36 of 40 trials kept \(ε = 0\.02; not kept: 3 for loss, 1 for signs\)\.$/m);
    assert.match(
      said(rows),
      /^Not kept: 4 of the 34 trials with k from 40 to 2000, at least half with k ≤ 50\.$/m,
    );
    assert.match(said(rows), /^They have n from 200 to 2000 and d from 200 to 2000, and are in no fit\.$/m);
    const small = rows.map((one) => ({
      ...one,
      outcome: one.n === 200 && one.k === 10 && one.d === 50 ? "signs" : "kept",
    }));
    assert.match(
      said(small),
      /^Not kept: 1 of the 2 trials with k = 10\.\nIt has n = 200 and d = 50, and is in no fit\.$/m,
    );
    assert.doesNotMatch(said(rows.filter((one) => one.outcome === "kept")), /[Nn]ot kept|no fit/);
  });

  it("is undecided on two points and on none, and writes no number it does not have", () => {
    for (const count of [0, 2]) {
      const verdict = experiment1Verdict(experiment1Rows().slice(0, count));
      assert.equal(verdict.reading, "undecided");
      assert.equal(verdict.fits.pooled.slope, null);
      assert.equal(verdict.fits.fixed_size.slope, null);
      assert.match(verdict.words.join(" "), new RegExp(`is undecided: ${count} points settle no line`));
      assert.doesNotMatch(verdict.words.join(" "), /NaN|undefined|null/);
    }
  });

  it("survives JSON unchanged", () => {
    for (const verdict of [experiment1Verdict(experiment1Rows()), experiment1Verdict([])]) {
      assert.deepEqual(JSON.parse(JSON.stringify(verdict)), verdict);
    }
  });

  it("fits the ends of the certified intervals as it fits the gradient, where there are any", () => {
    const rows = experiment1Rows();
    assert.equal(experiment1Verdict(rows).certified, null);
    const { certified, fits, words } = experiment1Verdict(withBrackets(rows));
    assert.ok(certified);
    for (const [end, factor] of [
      [certified.lower, 1.05],
      [certified.upper, 1.5],
    ] as const) {
      const same = (found: number | null, expected: number | null) =>
        assert.ok(Math.abs(Number(found) / (factor * Number(expected)) - 1) < 1e-9, `${found}, ${expected}`);
      same(end.pooled.slope, fits.pooled.slope);
      same(end.fixed_size.slope, fits.fixed_size.slope);
      assert.ok(Math.abs(Number(end.fixed_size.r2) - Number(fits.fixed_size.r2)) < 1e-9);
    }
    assert.match(
      words.join("\n"),
      /^At fixed \(n, d\) the certified lower bound has slope 2\.1\d \[.*\], the upper one 3\.\d+ \[.*\]\.$/m,
    );
  });
});
