import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { expectedCost, planTrials } from "../../src/experiment/plan.ts";
import { parseShard, shardOf, shardsOf } from "../../src/experiment/shard.ts";
import { completeSpec } from "../../src/experiment/spec.ts";

const plan = planTrials(
  completeSpec({}, undefined, { n: "100:1000:100", d: "50,n/5", k: "10,50,n/2", replicates: 2 }, "test"),
);

test("the shards of a plan are disjoint, together the whole, each in the order of the plan", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 150 }), (count) => {
      const shards = shardsOf(plan, count);
      assert.equal(shards.length, count);
      const place = new Map(plan.trials.map((trial, i) => [trial, i]));
      for (const shard of shards) {
        const places = shard.map((trial) => place.get(trial) ?? -1);
        assert.deepEqual(
          places,
          places.toSorted((p, q) => p - q),
        );
      }
      assert.deepEqual(
        shards
          .flat()
          .map(({ id }) => id)
          .sort(),
        plan.trials.map(({ id }) => id).sort(),
      );
    }),
  );
});

test("no shard costs more than its share and the costliest trial together", () => {
  const cost = (trials: (typeof plan)["trials"]) =>
    trials.reduce((sum, trial) => sum + expectedCost(trial), 0);
  const [all, most] = [cost(plan.trials), Math.max(...plan.trials.map(expectedCost))];
  for (const count of [1, 2, 3, 7, 20]) {
    for (const shard of shardsOf(plan, count)) assert.ok(cost(shard) <= all / count + most);
  }
});

test("a shard keeps the hash of the whole", () => {
  const shard = shardOf(plan, { index: 2, count: 3 });
  assert.equal(shard.hash, plan.hash);
  assert.deepEqual(shard.trials, shardsOf(plan, 3)[1]);
  assert.deepEqual(shard.shard, { index: 2, count: 3 });
});

test("a shard is i/N", () => {
  assert.deepEqual(parseShard("2/3"), { index: 2, count: 3 });
  assert.deepEqual(parseShard(" 3/3 "), { index: 3, count: 3 });
  for (const text of ["", "0/3", "4/3", "1/0", "1", "a/b", "1/3/5", "-1/3", "1.5/3", "1/1000001", "1/100001"])
    assert.equal(parseShard(text), undefined, text);
});
