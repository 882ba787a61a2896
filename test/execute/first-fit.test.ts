import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { FirstFit } from "../../src/execute/first-fit.ts";

test("what is taken is the first of those left that fits, as a search from the beginning finds it", () => {
  const needs = fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 40 });
  const limit = fc.oneof(fc.integer({ min: 0, max: 22 }), fc.constant(Number.POSITIVE_INFINITY));
  const limits = fc.array(limit, { maxLength: 60 });
  fc.assert(
    fc.property(needs, limits, (all, asked) => {
      const tree = new FirstFit(all);
      const left = new Map(all.entries());
      for (const limit of asked) {
        const expected = [...left].find(([, need]) => need <= limit)?.[0];
        assert.equal(
          tree.take((need) => need <= limit),
          expected,
        );
        if (expected !== undefined) left.delete(expected);
        assert.equal(tree.left, left.size);
      }
    }),
  );
});

test("of 100000 pieces of work the last fits alone, again and again, in less than seconds", () => {
  const tree = new FirstFit(Array.from({ length: 100_000 }, (_, i) => 100_000 - i));
  const start = performance.now();
  for (let most = 1; most <= 100_000; most++) {
    assert.equal(
      tree.take((need) => need <= most),
      100_000 - most,
    );
  }
  assert.equal(tree.left, 0);
  assert.ok(performance.now() - start < 5000);
});
