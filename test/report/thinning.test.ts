import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { MOST_POINTS, spread, thinned, thinnedNote } from "../../src/report/thinning.ts";

const points = fc.array(fc.record({ x: fc.double({ noNaN: true }), y: fc.integer() }), {
  minLength: 1,
  maxLength: 300,
});

test("thinned points are some of all in their order, with the extremes of every field", () => {
  fc.assert(
    fc.property(points, fc.integer({ min: 8, max: 60 }), (all, most) => {
      const drawn = thinned(all, most);
      assert.ok(drawn.length <= most || all.length <= most);
      const places = drawn.map((point) => all.indexOf(point));
      assert.deepEqual(
        places,
        places.toSorted((p, q) => p - q),
      );
      for (const field of ["x", "y"] as const) {
        for (const end of [Math.min, Math.max]) {
          assert.equal(end(...drawn.map((p) => p[field])), end(...all.map((p) => p[field])));
        }
      }
    }),
  );
});

test("as many points as may be drawn are all drawn, and nothing is said", () => {
  const all = Array.from({ length: MOST_POINTS }, (_, i) => ({ x: i }));
  assert.equal(thinned(all), all);
  assert.deepEqual(thinnedNote(all.length, all.length), []);
});

for (const period of [2, 3, 5, 10, 50, 101, 1000]) {
  test(`no period of the plan is followed: each of ${period} kinds in turn is drawn about as often`, () => {
    const all = Array.from({ length: 100_000 }, (_, i) => ({ kind: i % period }));
    const drawn = thinned(all);
    assert.ok(drawn.length > 0.95 * MOST_POINTS && drawn.length <= MOST_POINTS);
    const fair = drawn.length / period;
    // Halves and tenths of the kinds, where single ones are drawn twice on average.
    const parts = Math.min(period, 10);
    const counts = new Array<number>(parts).fill(0);
    for (const { kind } of drawn) counts[Math.floor((kind * parts) / period)]++;
    for (const times of counts) {
      const expected = (fair * period) / parts;
      assert.ok(Math.abs(times - expected) < 0.25 * expected, `${counts} beside ${expected}`);
    }
  });
}

test("things are spread from the first to the last", () => {
  const all = Array.from({ length: 100 }, (_, i) => i);
  assert.deepEqual(spread(all, 4), [0, 33, 66, 99]);
  assert.deepEqual(spread([1, 2], 4), [1, 2]);
});
