import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type RandomStream, stream } from "../../src/numeric/random.ts";

const key = fc.tuple(fc.integer(), fc.string(), fc.string());

function draw(random: RandomStream, count = 8): number[] {
  return Array.from({ length: count }, () => random.uniform());
}

/** The mean of `power` of many draws lies within four standard deviations of what the law says. */
function assertMoment(draws: number[], power: (x: number) => number, mean: number, variance: number): void {
  const found = draws.reduce((sum, x) => sum + power(x), 0) / draws.length;
  const sd = Math.sqrt(variance / draws.length);
  assert.ok(Math.abs(found - mean) <= 4 * sd, `mean ${found}, expected ${mean} ± ${4 * sd}`);
}

test("the same key gives the same numbers", () => {
  fc.assert(
    fc.property(key, ([seed, id, purpose]) => {
      assert.deepEqual(draw(stream(seed, id, purpose)), draw(stream(seed, id, purpose)));
    }),
  );
});

test("keys that differ anywhere give different numbers", () => {
  fc.assert(
    fc.property(key, key, (p, q) => {
      fc.pre(JSON.stringify(p) !== JSON.stringify(q));
      assert.notDeepEqual(draw(stream(...p)), draw(stream(...q)));
    }),
  );
});

test("text cannot move from one part of a key into another", () => {
  for (const [p, q] of [
    [stream(1, "2", "3"), stream(12, "", "3")],
    [stream(1, "a", "b"), stream(1, "ab", "")],
    [stream(1, 'a","b', "c"), stream(1, "a", 'b","c')],
    [stream(1, "a,b", "c"), stream(1, "a", "b,c")],
  ]) {
    assert.notDeepEqual(draw(p), draw(q));
  }
});

test("a stream does not depend on what other streams draw", () => {
  const alone = stream(1, "trial", "points");
  const expected = [alone.gaussian(), alone.uniform(), alone.gaussian(), alone.sign(), alone.gaussian()];

  const points = stream(1, "trial", "points");
  const labels = stream(1, "trial", "labels");
  const mixed = [];
  for (const name of ["gaussian", "uniform", "gaussian", "sign", "gaussian"] as const) {
    labels.gaussian();
    mixed.push(points[name]());
    labels.sign();
  }
  assert.deepEqual(mixed, expected);
});

test("the first numbers of a stream stay the same from version to version", () => {
  const random = stream(1, "trial", "points");
  assert.deepEqual(
    [random.uniform(), random.uniform(), random.gaussian(), random.gaussian(), random.sign()],
    [0.4543922306472946, 0.36211829727117295, 0.18825197507566108, -1.0093045082936365, 1],
  );
});

test("uniform numbers lie in [0, 1) and have the uniform law's moments", () => {
  const random = stream(1, "moments", "uniform");
  const draws = draw(random, 100_000);
  assert.ok(draws.every((u) => u >= 0 && u < 1));
  assertMoment(draws, (u) => u, 1 / 2, 1 / 12);
  assertMoment(draws, (u) => u * u, 1 / 3, 1 / 5 - 1 / 9);
  // 53 bits: a float of 32 bits times 2^32 would be whole.
  assert.ok(draws.some((u) => !Number.isInteger(u * 2 ** 32)));
});

test("gaussian numbers have the standard normal law's first four moments", () => {
  const random = stream(1, "moments", "gaussian");
  const draws = Array.from({ length: 100_000 }, () => random.gaussian());
  assertMoment(draws, (x) => x, 0, 1);
  assertMoment(draws, (x) => x ** 2, 1, 2);
  assertMoment(draws, (x) => x ** 3, 0, 15);
  assertMoment(draws, (x) => x ** 4, 3, 96);
  // Successive numbers come in pairs from one rejection: they are uncorrelated all the same.
  assertMoment(
    draws.slice(1).map((x, i) => x * draws[i]),
    (x) => x,
    0,
    1,
  );
});

test("signs are −1 and +1 equally often and independent of the one before", () => {
  const random = stream(1, "moments", "sign");
  const draws = Array.from({ length: 100_000 }, () => random.sign());
  assert.ok(draws.every((sign) => sign === 1 || sign === -1));
  assertMoment(draws, (sign) => sign, 0, 1);
  assertMoment(
    draws.slice(1).map((sign, i) => sign * draws[i]),
    (x) => x,
    0,
    1,
  );
});
