import assert from "node:assert/strict";
import test from "node:test";
import { checkBound, checkWords, together } from "../../src/report/bound-check.ts";

const names = { measured: "the weight", bound: "the bound" };
const size = { n: 10, d: 5, k: 2 };
const cases = (count: number, below: number, probability?: number) =>
  Array.from({ length: count }, (_, i) => ({ ...size, measured: i < below ? 1 : 3, bound: 2, probability }));

test("a bound that holds for sure is confirmed without a case below it, and refuted by one", () => {
  const fine = checkBound(names, cases(4, 0));
  assert.deepEqual([fine.judgement, fine.below, fine.least_ratio, fine.chance], ["confirmed", 0, 1.5, null]);
  assert.deepEqual(fine.at, size);
  assert.equal(checkBound(names, cases(1000, 1)).judgement, "refuted");
  assert.equal(checkBound(names, []).judgement, "undecided");
  // Rounding is no counterexample.
  assert.equal(checkBound(names, [{ ...size, measured: 2 - 1e-12, bound: 2 }]).judgement, "confirmed");
});

test("a bound with a probability is refuted where chance does not let so many be below", () => {
  const some = checkBound(names, cases(20, 1, 0.95));
  assert.equal(some.judgement, "undecided");
  assert.ok(Math.abs((some.chance ?? 0) - (1 - 0.95 ** 20)) < 1e-12);
  const many = checkBound(names, cases(20, 5, 0.95));
  assert.equal(many.judgement, "refuted");
  // P(Bin(20, 0.05) >= 5), by summing the binomial distribution.
  assert.ok(Math.abs((many.chance ?? 0) - 0.002573938) < 1e-8);
  assert.equal(checkBound(names, cases(20, 0, 0.95)).judgement, "confirmed");
});

test("one refuted check refutes, and all must be confirmed to confirm", () => {
  assert.equal(together(["confirmed", "undecided", "refuted"]), "refuted");
  assert.equal(together(["confirmed", "undecided"]), "undecided");
  assert.equal(together(["confirmed", "confirmed"]), "confirmed");
  assert.equal(together([]), "undecided");
});

test("the words say how many, how near and where", () => {
  assert.deepEqual(checkWords(checkBound(names, cases(4, 0))), [
    "The weight is above the bound in all of 4 cases; nearest at n = 10, d = 5, k = 2: 1.50 times it.",
  ]);
  assert.match(
    checkWords(checkBound(names, cases(20, 5, 0.95)))[0],
    /below the bound in 5 of 20 cases \(by chance with p = 0\.0026\)/,
  );
  assert.deepEqual(checkWords(checkBound(names, [])), ["No trial has the weight beside the bound."]);
});
