import assert from "node:assert/strict";
import test from "node:test";
import { type DataKind, genericPoints, randomSigns } from "../../src/data/generic.ts";
import { stream } from "../../src/numeric/random.ts";

const random = (purpose = "points") => stream(1, "generic", purpose);

function points(n: number, d: number, kind: DataKind, seed = 1): Float64Array[] {
  const X = genericPoints({ n, d }, kind, stream(seed, "generic", "points"));
  return Array.from({ length: n }, (_, i) => X.subarray(i * d, (i + 1) * d));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squaredNorm(x: Float64Array): number {
  return x.reduce((sum, value) => sum + value * value, 0);
}

function assertWithin(actual: number, expected: number, sd: number): void {
  assert.ok(Math.abs(actual - expected) <= 4 * sd, `${actual}, expected ${expected} ± ${4 * sd}`);
}

// d²E x₁⁴ is 3 for N(0, I/d), 3d/(d + 2) on the sphere; averaged over all coordinates.
for (const { kind, fourth } of [
  { kind: "gaussian", fourth: () => 3 },
  { kind: "sphere", fourth: (d: number) => (3 * d) / (d + 2) },
] as const) {
  test(`${kind} points are isotropic with squared norm one on average`, () => {
    const [n, d] = [5000, 100];
    const rows = points(n, d, kind);
    const squares = rows.map(squaredNorm);
    assertWithin(mean(squares), 1, Math.sqrt(2 / d / n));
    assertWithin(
      d * d * mean(rows.flatMap((row) => [...row].map((x) => x ** 4))),
      fourth(d),
      Math.sqrt(96 / (n * d)),
    );
    for (const j of [0, 57, 99]) {
      assertWithin(Math.sqrt(d) * mean(rows.map((row) => row[j])), 0, 1 / Math.sqrt(n));
      assertWithin(d * mean(rows.map((row) => row[j] ** 2)), 1, Math.sqrt(2 / n));
      assertWithin(d * mean(rows.map((row) => row[j] * row[(j + 1) % d])), 0, 1 / Math.sqrt(n));
    }
    // Independent points: the same coordinate of successive points is uncorrelated.
    const lagged = rows.slice(1).map((row, i) => d * row[0] * rows[i][0]);
    assertWithin(mean(lagged), 0, 1 / Math.sqrt(n));
  });
}

test("the squared norms of gaussian points have variance 2/d", () => {
  const [n, d] = [5000, 100];
  const squares = points(n, d, "gaussian").map(squaredNorm);
  const centre = mean(squares);
  const variance = mean(squares.map((square) => (square - centre) ** 2));
  // Var χ²_d = 2d, fourth central moment 12d² + 48d.
  assertWithin(d * variance, 2, Math.sqrt((12 + 48 / d - 4) / n));
});

test("sphere points have norm one to 1e-12", () => {
  for (const d of [2, 3, 50, 1000]) {
    for (const row of points(100, d, "sphere")) assert.ok(Math.abs(squaredNorm(row) - 1) <= 1e-12);
  }
});

test("a point of gaussian data on the line is a number of law N(0, 1)", () => {
  const values = points(10_000, 1, "gaussian").map(([x]) => x);
  assertWithin(mean(values), 0, 1 / 100);
  assertWithin(mean(values.map((x) => x * x)), 1, Math.sqrt(2) / 100);
});

test("labels are fair signs", () => {
  const sums = Array.from({ length: 400 }, (_, seed) => {
    const y = randomSigns(100, stream(seed, "generic", "labels"));
    assert.ok(y.every((label) => label === 1 || label === -1));
    return y.reduce((sum, label) => sum + label, 0) / 10;
  });
  // |Σy|/√n is close to |N(0, 1)|.
  assertWithin(mean(sums), 0, 1 / 20);
  assertWithin(mean(sums.map((sum) => sum * sum)), 1, Math.sqrt(2) / 20);
});

test("the first points of a longer sample are those of a shorter one", () => {
  for (const kind of ["gaussian", "sphere"] as const) {
    const short = genericPoints({ n: 3, d: 5 }, kind, random());
    assert.deepEqual(genericPoints({ n: 10, d: 5 }, kind, random()).subarray(0, 15), short);
  }
});

test("sizes that make no sense are refused, naming the size", () => {
  for (const n of [0, -1, 1.5, Number.NaN]) {
    assert.throws(() => genericPoints({ n, d: 3 }, "gaussian", random()), {
      name: "RangeError",
      message: `n must be an integer >= 1, got ${n}`,
    });
  }
  for (const d of [0, -2, 2.5, Number.NaN]) {
    assert.throws(
      () => genericPoints({ n: 3, d }, "gaussian", random()),
      /^RangeError: d must be an integer >= 1/,
    );
  }
  assert.throws(() => genericPoints({ n: 3, d: 1 }, "sphere", random()), {
    name: "RangeError",
    message: "d must be an integer >= 2 for sphere data, got 1",
  });
});
