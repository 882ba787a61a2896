import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  bootstrappedQuantileRegression,
  quantileLoss,
  quantileRegression,
  type RegressionPoint,
} from "../../src/numeric/quantile-regression.ts";
import { type RandomStream, stream } from "../../src/numeric/random.ts";

/** Slow twin: some best plane goes through as many points as it has numbers, so all such planes are tried. */
function leastLoss(points: readonly RegressionPoint[], quantile: number): number {
  const size = points[0].x.length;
  let least = Number.POSITIVE_INFINITY;
  const choose = (from: number, chosen: readonly RegressionPoint[]) => {
    if (chosen.length === size) {
      const beta = through(chosen);
      if (beta) least = Math.min(least, quantileLoss(points, beta, quantile));
      return;
    }
    for (let i = from; i < points.length; i++) choose(i + 1, [...chosen, points[i]]);
  };
  choose(0, []);
  return least;
}

/** The plane through as many points as it has numbers, by elimination; undefined where they are dependent. */
function through(points: readonly RegressionPoint[]): number[] | undefined {
  const rows = points.map(({ x, y }) => [...x, y]);
  const size = rows.length;
  for (let j = 0; j < size; j++) {
    const pivot = rows.slice(j).reduce((best, row) => (Math.abs(row[j]) > Math.abs(best[j]) ? row : best));
    if (Math.abs(pivot[j]) < 1e-9) return undefined;
    rows.splice(rows.indexOf(pivot), 1);
    rows.splice(j, 0, pivot);
    for (const row of rows) {
      if (row === pivot) continue;
      const factor = row[j] / pivot[j];
      for (let l = j; l <= size; l++) row[l] -= factor * pivot[l];
    }
  }
  return rows.map((row, j) => row[size] / row[j]);
}

const close = (one: number, other: number, tolerance = 1e-6) => Math.abs(one - other) <= tolerance;

test("with an intercept alone it is the quantile of the values", async () => {
  const points = [5, 1, 9, 3, 7].map((y) => ({ x: [1], y }));
  for (const [quantile, expected] of [
    [0.1, 1],
    [0.5, 5],
    [0.95, 9],
  ]) {
    const beta = await quantileRegression(points, quantile);
    assert.ok(beta && close(beta[0], expected), `${quantile}: ${beta}`);
  }
});

test("points of which each size has one on a plane and the others above have that plane as lower envelope", async () => {
  const points = [1, 2, 3, 4, 5].flatMap((a) =>
    [0, 1, 4, 2].flatMap((b) =>
      [0, 0.5, 1.5].map((above) => ({ x: [1, a, b], y: 2 - 0.5 * a + 3 * b + above })),
    ),
  );
  const beta = await quantileRegression(points, 0.05);
  assert.ok(beta && [2, -0.5, 3].every((value, j) => close(beta[j], value)), `${beta}`);
});

test("its loss is that of the best of all planes through points", async () => {
  const value = fc.integer({ min: -24, max: 24 }).map((eighths) => eighths / 8);
  const point = fc.tuple(value, value, value).map(([a, b, y]) => ({ x: [1, a, b], y }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(point, { minLength: 4, maxLength: 11 }),
      fc.constantFrom(0.05, 0.3, 0.5, 0.9),
      async (points, quantile) => {
        const beta = await quantileRegression(points, quantile);
        const least = leastLoss(points, quantile);
        // All on one line, they settle no plane.
        assert.equal(beta === undefined, least === Number.POSITIVE_INFINITY);
        if (beta) assert.ok(close(quantileLoss(points, beta, quantile), least, 1e-5), `${beta}`);
      },
    ),
    { numRuns: 60 },
  );
});

test("too few points, or dependent numbers, settle no plane, and a quantile is inside (0, 1)", async () => {
  assert.equal(await quantileRegression([{ x: [1, 2], y: 3 }], 0.5), undefined);
  assert.equal(await quantileRegression([], 0.5), undefined);
  const alike = [1, 2, 3, 4].map((y) => ({ x: [1, 2], y }));
  assert.equal(await quantileRegression(alike, 0.5), undefined);
  await assert.rejects(quantileRegression([{ x: [1], y: 3 }], 1), RangeError);
});

test("bootstrap intervals are those of the seed, and hold the true numbers of a known law", async () => {
  const random = stream(1, "known", "noise");
  // Uniform noise: the quarter quantile of y is 1.25 + 2 a.
  const points = Array.from({ length: 200 }, (_, i) => {
    const a = (i % 20) / 10;
    return { x: [1, a], y: 1 + 2 * a + random.uniform() };
  });
  const fit = (seed: number) =>
    bootstrappedQuantileRegression(points, 0.25, {
      random: stream(seed, "known", "bootstrap"),
      resamples: 200,
      confidence: 0.95,
    });
  const found = await fit(1);
  assert.deepEqual(await fit(1), found);
  assert.notDeepEqual((await fit(2))?.intervals, found?.intervals);
  assert.equal(found?.resamples, 200);
  for (const [j, truth] of [1.25, 2].entries()) {
    const [low, high] = found.intervals[j];
    assert.ok(low <= truth && truth <= high && high - low < 0.4, `${j}: ${low} ${high}`);
  }
});

/** Made from 5000 points on: with values of their own, with many equal ones, and in an order that says something. */
const manyPoints: Record<string, (random: RandomStream, i: number) => RegressionPoint> = {
  "spread evenly": (random, i) => ({
    x: [1, i % 20, Math.floor(i / 20) % 5],
    y: (i % 20) + random.uniform(),
  }),
  "half of them equal": (random, i) => ({ x: [1, i % 2, i % 3], y: i % 2 === 0 ? 1 : random.uniform() }),
  "growing from first to last": (random, i) => ({
    x: [1, i / 5000, random.uniform()],
    y: i * random.uniform(),
  }),
  "with a few that are far away": (random, i) => ({
    x: [1, i % 7, i % 1000 === 0 ? 1e3 : 0],
    y: random.uniform(),
  }),
};

for (const [name, point] of Object.entries(manyPoints)) {
  test(`of 5000 points, ${name}, no plane close by has a smaller loss`, async () => {
    const random = stream(2, "many", name);
    const points = Array.from({ length: 5000 }, (_, i) => point(random, i));
    for (const quantile of [0.05, 0.5]) {
      const beta = await quantileRegression(points, quantile);
      assert.ok(beta);
      const least = quantileLoss(points, beta, quantile);
      // The loss is convex: where it grows in all directions, it is the least there is.
      for (let direction = 0; direction < 200; direction++) {
        const step = 10 ** (-1 - 5 * random.uniform());
        const other = beta.map((value) => value + step * (2 * random.uniform() - 1));
        assert.ok(quantileLoss(points, other, quantile) >= least * (1 - 1e-9), `${quantile}: ${other}`);
      }
    }
  });
}
