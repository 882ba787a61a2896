import assert from "node:assert/strict";
import test from "node:test";
import { conjectureConstants } from "../../src/theory/conjectures.ts";
import { closeTo } from "./fixture.ts";

const row = (n: number, k: number, lower: number, upper?: number) => ({
  n,
  k,
  lower,
  ...(upper !== undefined && { upper }),
});

test("the constants are the least ratios to √(n/k), each with its row", () => {
  const rows = [row(400, 100, 6, 7), row(500, 5, 20, 25), row(900, 100, 7, 8.4)];
  const found = conjectureConstants(rows);
  assert.ok(found);
  assert.ok(closeTo(found.upper.value, 2.5, 1e-14));
  assert.equal(found.upper.row, rows[1]);
  assert.ok(closeTo(found.lower.value, 2, 1e-14));
  assert.equal(found.lower.row, rows[1]);
  assert.equal(found.used, 3);
  assert.ok(found.lower.value <= found.upper.value);
});

test("a row without a certificate is left out, however small what was sampled", () => {
  const rows = [row(400, 100, 0.001), row(400, 100, 6, 7)];
  const found = conjectureConstants(rows);
  assert.ok(found && found.used === 1 && found.lower.row === rows[1]);
  assert.equal(conjectureConstants([rows[0]]), undefined);
  assert.equal(conjectureConstants([]), undefined);
});

test("ends that are the wrong way round and sizes that are none are refused", () => {
  assert.throws(
    () => conjectureConstants([row(4, 1, 3, 2)]),
    /^RangeError: lower must lie in \[0, 2\], got 3/,
  );
  assert.throws(() => conjectureConstants([row(4, 0, 1, 2)]), /k must lie in \{1, 2, …\}, got 0/);
  assert.throws(() => conjectureConstants([row(4, 1, 0, 0)]), /upper must lie in \(0, inf\), got 0/);
});
