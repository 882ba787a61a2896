import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { cheapestAssignment } from "../../src/numeric/assignment.ts";
import { stream } from "../../src/numeric/random.ts";

function costOf(cost: Float64Array, columns: number, chosen: ArrayLike<number>): number {
  return Array.from(chosen).reduce((sum, column, row) => sum + cost[row * columns + column], 0);
}

/** The least cost by trying every choice of different columns. */
function leastByTrying(cost: Float64Array, rows: number, columns: number, row = 0, taken = 0): number {
  if (row === rows) return 0;
  let least = Number.POSITIVE_INFINITY;
  for (let j = 0; j < columns; j++) {
    if ((taken >> j) & 1) continue;
    const rest = leastByTrying(cost, rows, columns, row + 1, taken | (1 << j));
    least = Math.min(least, cost[row * columns + j] + rest);
  }
  return least;
}

test("no choice of different columns is cheaper, on integers with ties and negative costs too", () => {
  const cases = fc
    .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 0, max: 1 }))
    .chain(([rows, more]) =>
      fc.record({
        rows: fc.constant(rows),
        columns: fc.constant(rows + more),
        entries: fc.oneof(
          fc.array(fc.integer({ min: -3, max: 3 }), {
            minLength: rows * (rows + more),
            maxLength: rows * (rows + more),
          }),
          fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), {
            minLength: rows * (rows + more),
            maxLength: rows * (rows + more),
          }),
        ),
      }),
    );
  fc.assert(
    fc.property(cases, ({ rows, columns, entries }) => {
      const cost = Float64Array.from(entries);
      const chosen = cheapestAssignment(cost, rows, columns);
      assert.equal(new Set(chosen).size, rows);
      assert.ok(chosen.every((column) => column >= 0 && column < columns));
      const least = leastByTrying(cost, rows, columns);
      assert.ok(Math.abs(costOf(cost, columns, chosen) - least) <= 1e-9);
    }),
    { numRuns: 300 },
  );
});

test("a hidden assignment among 300 × 400 random costs is found", () => {
  const [rows, columns] = [300, 400];
  const random = stream(1, "assignment", "costs");
  const cost = Float64Array.from({ length: rows * columns }, () => 1 + random.uniform());
  const hidden = Array.from({ length: rows }, (_, row) => (row * 7) % columns);
  hidden.forEach((column, row) => {
    cost[row * columns + column] = 0.1 * random.uniform();
  });
  assert.deepEqual(Array.from(cheapestAssignment(cost, rows, columns)), hidden);
});

test("more rows than columns and wrong lengths are refused", () => {
  assert.throws(() => cheapestAssignment(new Float64Array(6), 3, 2), /^RangeError: 3 rows cannot have/);
  assert.throws(() => cheapestAssignment(new Float64Array(5), 2, 3), /2 × 3 entries, got 5/);
});
