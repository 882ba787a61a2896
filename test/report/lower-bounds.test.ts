import assert from "node:assert/strict";
import test from "node:test";
import { lowerBounds } from "../../src/report/lower-bounds.ts";
import { renderSvg } from "../../src/report/render.ts";
import type { Row } from "../../src/report/rows.ts";
import { madeTrial, tables } from "./made-laws.ts";

const line = (law: string, value: number, more: Row = {}) => ({
  law,
  kind: "lower",
  quantity: "Lip(f)",
  value,
  hypotheses: "ok",
  ...more,
});

/** 40 networks with constants in [4, 5], where k is n/4. */
function network(i: number, lines: readonly Row[]) {
  const cells = { n: 400, d: 20, k: 100, lipschitz_lower: 4, lipschitz_upper: 5 };
  return madeTrial(`t${i}`, cells, lines);
}

const many = (lines: (i: number) => readonly Row[]) =>
  tables(Array.from({ length: 40 }, (_, i) => network(i, lines(i))));

test("bounds below the certified constants are confirmed, and the largest is told", async () => {
  const { rows, laws } = many(() => [
    line("floor", 2),
    line("undercomplete,pairing=matching", 3),
    line("floor", 1),
  ]);
  const verdict = lowerBounds.verdict(rows, laws);
  assert.equal(verdict.reading, "confirmed");
  assert.deepEqual(
    verdict.checks.map(({ count, below, least_ratio }) => ({ count, below, least_ratio })),
    [
      { count: 40, below: 0, least_ratio: 2.5 },
      { count: 40, below: 0, least_ratio: 5 / 3 },
    ],
  );
  const words = verdict.words.join(" ");
  assert.match(words, /The law undercomplete gives the largest bound for 40 networks/);
  assert.match(words, /smallest certified constant is 2\.50 √\(n\/k\), at n = 400, d = 20, k = 100/);
  assert.match(words, /Conjecture 2 below 2\.00/);
  assert.ok((await renderSvg(lowerBounds.figure(rows, undefined, laws))).includes("√(n/k)"));
});

test("one network below a sure bound refutes, of those with a probability more than chance has", () => {
  const reading = (lines: (i: number) => readonly Row[]) => {
    const { rows, laws } = many(lines);
    return lowerBounds.verdict(rows, laws).reading;
  };
  assert.equal(
    reading((i) => [line("floor", i === 7 ? 5.1 : 2)]),
    "refuted",
  );
  const likely = { probability: 0.95 };
  assert.equal(
    reading((i) => [line("random-label", i < 1 ? 5.1 : 2, likely)]),
    "undecided",
  );
  assert.equal(
    reading((i) => [line("random-label", i < 9 ? 5.1 : 2, likely)]),
    "refuted",
  );
});

test("what does not apply is left out: failing hypotheses, other quantities, upper bounds", () => {
  const { rows, laws } = many(() => [
    line("deep", 9, { hypotheses: "fails: n >= 20000" }),
    line("spectral", 9, { quantity: "‖a‖ ‖W‖op" }),
    line("spectral", 9, { kind: "upper" }),
  ]);
  const verdict = lowerBounds.verdict(rows, laws);
  assert.deepEqual(verdict.checks, []);
  assert.equal(verdict.reading, "undecided");
});
