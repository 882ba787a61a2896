import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { linearFit } from "../../src/numeric/fit.ts";
import {
  type Group,
  groupedFit,
  groupedLackOfFit,
  lackOfFit,
  slopeDifference,
  slopesWithoutOne,
} from "../../src/numeric/grouped-fit.ts";
import { studentCentralProbability } from "../../src/numeric/student.ts";

function close(actual: number | undefined, expected: number, tolerance = 1e-10) {
  assert.ok(
    actual !== undefined && Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${actual} is not ${expected}`,
  );
}

/** The 0.975 quantile of Student's t with 2 degrees of freedom, in closed form. */
const T2 = 0.95 * Math.sqrt(2 / (1 - 0.95 ** 2));

const coordinate = fc.integer({ min: -50, max: 50 }).map((value) => value / 5);
const group = fc
  .array(fc.tuple(coordinate, coordinate), { minLength: 1, maxLength: 8 })
  .map((points): Group => ({ x: points.map(([x]) => x), y: points.map(([, y]) => y) }));

describe("one slope for several groups", () => {
  it("matches two groups done by hand", () => {
    // Sxx = 2 + 2, Sxy = 1 + 2, Syy = 2/3 + 2; residual squares 8/3 − 9/4 over 5 − 2 − 1 degrees of freedom.
    const fit = groupedFit([
      { x: [0, 1, 2], y: [0, 1, 1] },
      { x: [5, 7], y: [10, 12] },
    ]);
    assert.ok(fit);
    close(fit.slope, 3 / 4);
    close(fit.r2, 27 / 32);
    close(fit.residualStandardError, Math.sqrt(5 / 24));
    close(fit.slopeInterval[1], 3 / 4 + T2 * Math.sqrt(5 / 96), 1e-9);
    close(fit.slopeInterval[0], 3 / 4 - T2 * Math.sqrt(5 / 96), 1e-9);
    assert.deepEqual([fit.n, fit.groups, fit.degreesOfFreedom], [5, 2, 2]);
  });

  it("is the ordinary line when there is one group", () => {
    fc.assert(
      fc.property(group, (one) => {
        const [line, fit] = [linearFit(one.x, one.y), groupedFit([one])];
        assert.equal(fit === undefined, line === undefined);
        if (!fit || !line) return;
        close(fit.slope, line.slope);
        close(fit.slopeInterval[0], line.slopeInterval[0], 1e-9);
        close(fit.residualStandardError, line.residualStandardError, 1e-9);
      }),
    );
  });

  it("does not see where a group lies, nor a group of one point", () => {
    fc.assert(
      fc.property(group, group, coordinate, coordinate, (one, two, right, up) => {
        const fit = groupedFit([one, two]);
        const moved: Group = { x: two.x.map((x) => x + right), y: two.y.map((y) => y + up) };
        const other = groupedFit([one, moved, { x: [right], y: [1000] }]);
        assert.equal(other === undefined, fit === undefined);
        if (!fit || !other) return;
        close(other.slope, fit.slope, 1e-8);
        close(other.slopeInterval[1], fit.slopeInterval[1], 1e-6);
        assert.equal(other.degreesOfFreedom, fit.degreesOfFreedom);
        assert.equal(other.groups, fit.groups);
      }),
    );
  });

  it("finds the slope that pooling turns around", () => {
    const groups = [0, 1, 2, 3].map((at) => ({ x: [at, at + 0.5], y: [-5 * at, -5 * at + 0.5] }));
    const pooled = linearFit(
      groups.flatMap(({ x }) => x),
      groups.flatMap(({ y }) => y),
    );
    close(groupedFit(groups)?.slope, 1);
    assert.ok(pooled && pooled.slopeInterval[1] < 0);
  });

  it("is undefined when nothing varies within a group or too few points are left", () => {
    assert.equal(groupedFit([]), undefined);
    assert.equal(
      groupedFit([
        { x: [1, 1, 1], y: [1, 2, 3] },
        { x: [2], y: [7] },
      ]),
      undefined,
    );
    assert.equal(groupedFit([{ x: [1, 2], y: [1, 2] }]), undefined);
    assert.throws(() => groupedFit([{ x: [1, 2], y: [1] }]), RangeError);
    assert.throws(() => groupedFit([{ x: [1, Number.NaN], y: [1, 2] }]), RangeError);
    assert.throws(() => groupedFit([{ x: [1, 2, 3], y: [1, 2, 3] }], 1), RangeError);
  });
});

describe("the F test of lack of fit", () => {
  it("matches six points done by hand", () => {
    // The line is y = 2 with residual squares 18; replicates have 6: F = 12/(6/3), and p is that of t = √6.
    const lack = lackOfFit([0, 0, 1, 1, 2, 2], [0, 2, 3, 5, 0, 2]);
    assert.ok(lack);
    close(lack.f, 6);
    assert.deepEqual(lack.degreesOfFreedom, [1, 3]);
    close(lack.p, 1 - studentCentralProbability(Math.sqrt(6), 3));
  });

  it("has F = 0 when the means of the replicates lie on a line", () => {
    const lack = lackOfFit([0, 0, 1, 1, 3, 3, 3], [0, 2, 2, 4, 6, 7, 8]);
    assert.ok(lack && lack.f < 1e-12 && lack.p > 0.999);
  });

  it("takes equal x as replicates only within a group", () => {
    const one = { x: [0, 0, 1, 1, 2, 2], y: [0, 2, 3, 5, 0, 2] };
    const two = { x: [0, 1, 2], y: [100, 110, 120] };
    const both = groupedLackOfFit([one, two]);
    assert.ok(both);
    // 6 different (group, x), 2 intercepts, 1 slope; the pure error is that of the first group.
    assert.deepEqual(both.degreesOfFreedom, [3, 3]);
    // Slope 20/(4 + 2) with residual squares 18 + 200 − 20²/6, less the 6 of the replicates.
    close(both.f, (218 - 400 / 6 - 6) / 3 / 2);
  });

  it("is undefined without replicates, with two different x, and for replicates that agree", () => {
    assert.equal(lackOfFit([0, 1, 2, 3], [0, 3, 1, 2]), undefined);
    assert.equal(lackOfFit([0, 0, 1, 1], [0, 1, 2, 3]), undefined);
    assert.equal(lackOfFit([1, 1, 1], [0, 1, 2]), undefined);
    assert.equal(lackOfFit([0, 0, 1, 1, 2, 2], [0.1, 0.1, 0.7, 0.7, 0.3, 0.3]), undefined);
    assert.equal(lackOfFit([], []), undefined);
  });

  it("rejects a true line 5 times in 100", () => {
    // A small multiplicative generator; 2000 tests: 100 ± 4 sd (39).
    let state = 4242;
    const uniform = () => {
      state = (state * 48271) % 2147483647;
      return state / 2147483647;
    };
    const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    const x = [1, 1, 2, 2, 3, 3, 5, 5, 8, 8, 9];
    let rejected = 0;
    for (let trial = 0; trial < 2000; trial++) {
      const lack = lackOfFit(
        x,
        x.map((at) => 3 * at - 1 + normal()),
      );
      if (lack && lack.p < 0.05) rejected++;
    }
    assert.ok(Math.abs(rejected - 100) < 39, `${rejected} of 2000`);
  });
});

describe("the slope without one point", () => {
  it("has the range of all refits", () => {
    fc.assert(
      fc.property(group, group, (one, two) => {
        const range = slopesWithoutOne([one, two]);
        if (!range) return;
        const slopes = [one, two].flatMap((own, at) =>
          own.x.map((_, i) => {
            const less = { x: own.x.toSpliced(i, 1), y: own.y.toSpliced(i, 1) };
            return slopeOf(at === 0 ? [less, two] : [one, less]);
          }),
        );
        const whole = slopeOf([one, two]);
        close(range[0], Math.min(whole, ...slopes), 1e-6);
        close(range[1], Math.max(whole, ...slopes), 1e-6);
      }),
    );
  });

  it("is undefined when one point alone settles it, and finds the point that carries it", () => {
    assert.equal(slopesWithoutOne([{ x: [1, 1, 1, 9], y: [0, 1, 2, 9] }]), undefined);
    const carried = slopesWithoutOne([{ x: [0, 1, 2, 20], y: [1, 0, 1, 20] }]);
    assert.ok(carried && Math.abs(carried[0]) < 1e-12 && carried[1] > 1);
  });

  /** Σ dx dy / Σ dx² over the groups, written out apart from the code under test. */
  function slopeOf(groups: readonly Group[]): number {
    let [sxy, sxx] = [0, 0];
    for (const { x, y } of groups) {
      const center = x.reduce((a, b) => a + b, 0) / x.length;
      for (const [i, at] of x.entries()) {
        sxy += (at - center) * y[i];
        sxx += (at - center) ** 2;
      }
    }
    return sxy / sxx;
  }
});

describe("the difference of two slopes", () => {
  it("matches two lines done by hand", () => {
    // Slopes 1/2 and 3/2, residual squares 1/6 each over 6 − 4 degrees of freedom, Sxx = 2 each.
    const compared = slopeDifference({ x: [0, 1, 2], y: [0, 1, 1] }, { x: [4, 5, 6], y: [0, 2, 3] });
    assert.ok(compared);
    close(compared.difference, -1);
    close(compared.interval[0], -1 - T2 * Math.sqrt(1 / 6), 1e-9);
    close(compared.interval[1], -1 + T2 * Math.sqrt(1 / 6), 1e-9);
    assert.equal(compared.n, 6);
  });

  it("is undefined when a line is not settled or 4 points leave no error", () => {
    const line = { x: [0, 1, 2], y: [0, 1, 1] };
    assert.equal(slopeDifference(line, { x: [1, 1, 1], y: [0, 1, 2] }), undefined);
    assert.equal(slopeDifference({ x: [0, 1], y: [0, 1] }, { x: [0, 1], y: [0, 2] }), undefined);
    assert.equal(slopeDifference({ x: [], y: [] }, line), undefined);
  });
});
