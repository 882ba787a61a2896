import assert from "node:assert/strict";
import test from "node:test";
import { contradiction, joinLabels, splitLabels } from "../../src/data/labelled.ts";

const table = { rows: 2, columns: 3, values: Float64Array.of(1, 2, 3, 4, 5, 6), names: ["a", "label", "3"] };

test("labels are the last column, or the one of a name or number", () => {
  const last = splitLabels(table, "last");
  assert.deepEqual([Array.from(last.X), Array.from(last.y), last.n, last.d], [[1, 2, 4, 5], [3, 6], 2, 2]);
  const named = splitLabels(table, "label");
  assert.deepEqual(
    [Array.from(named.X), Array.from(named.y)],
    [
      [1, 3, 4, 6],
      [2, 5],
    ],
  );
  assert.deepEqual(Array.from(splitLabels(table, "1").y), [1, 4]);
  assert.throws(
    () => splitLabels(table, "4"),
    /has no column 4, give a number from 1 to 3 or a name of the first line/,
  );
  assert.throws(
    () => splitLabels({ rows: 2, columns: 1, values: Float64Array.of(1, 2) }, "last"),
    /has one column/,
  );
  assert.throws(() => splitLabels({ ...table, values: new Float64Array(6) }, "last"), /all labels are 0/);
});

test("labels of a second file are one for each point", () => {
  const points = { rows: 3, columns: 2, values: new Float64Array(6).fill(1) };
  const y = Float64Array.of(1, -1, 1);
  for (const [rows, columns] of [
    [3, 1],
    [1, 3],
  ]) {
    assert.deepEqual(joinLabels(points, { rows, columns, values: y }).y, y);
  }
  assert.throws(() => joinLabels(points, { rows: 2, columns: 1, values: y }), /has 2 labels for 3 points/);
  assert.throws(() => joinLabels(points, { rows: 2, columns: 2, values: y }), /give one label a row/);
});

test("equal points with different labels are found, also where a zero has a sign", () => {
  const X = Float64Array.of(0, 1, 5, 5, -0, 1, 5, 5);
  assert.deepEqual(contradiction({ n: 4, d: 2, X, y: Float64Array.of(1, 1, -1, 1) }), [0, 2]);
  assert.equal(contradiction({ n: 4, d: 2, X, y: Float64Array.of(1, -1, 1, -1) }), undefined);
});
