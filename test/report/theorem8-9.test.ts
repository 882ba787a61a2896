import assert from "node:assert/strict";
import test from "node:test";
import type { Row } from "../../src/record/columns.ts";
import { renderSvg } from "../../src/report/render.ts";
import { theorem89 } from "../../src/report/theorem8-9.ts";
import { type MadeTrial, madeTrial, tables } from "./made-laws.ts";
import { ranTables } from "./ran-laws.ts";

interface Made {
  n: number;
  d: number;
  k: number;
  degree: number;
  method: string;
  lower: number;
  upper: number;
  bound: number;
  kyFan?: number;
}

function made(id: string, { n, d, k, degree, method, lower, upper, bound, kyFan }: Made): MadeTrial {
  const power = { law: "power", quantity: "‖T‖op of the network" };
  const lines: Row[] = [
    { law: "power", kind: "lower", quantity: "‖T‖op", value: bound },
    { law: "power", kind: "lower", quantity: "Lip(f) on the unit ball", value: degree * bound },
    { ...power, kind: "lower", value: lower },
    { ...power, kind: "upper", value: upper },
    { law: "power", kind: "detail", quantity: "degree", value: degree },
    { law: "polynomial", kind: "lower", quantity: "Lip(f) on the unit ball", value: bound / 2 },
    {
      law: "quadratic",
      kind: "lower",
      quantity: "‖T‖op",
      value: kyFan ?? 1e6,
      method: "(y·f)/(s_1 + … + s_k)",
      hypotheses: kyFan === undefined ? "fails: degree of the activation = p" : "ok",
    },
  ];
  return madeTrial(id, { n, d, k, neurons: k, method }, lines);
}

/**
 * Tensors of both degrees whose norm is 2 (n/d^(p−1))^(power/2), and forms of k neurons with 3 (√(nd)/k)^power; from above
 * p = 3 has `gap` times that. The bounds are `factor` times the size.
 */
function made89(power: number, { factor = 1, gap = 1.5 } = {}) {
  const trials: MadeTrial[] = [];
  for (const d of [10, 20]) {
    for (const n of [d, 2 * d, 3 * d, d * d, 1.3 * d * d, 1.6 * d * d]) {
      for (const degree of n < d * d ? [2, 3] : [3]) {
        const size = Math.sqrt(n / d ** (degree - 1));
        const lower = 2 * size ** power * (1 + 0.002 * ((trials.length % 2) - 0.5));
        const upper = degree === 2 ? lower : gap * lower;
        const method = `construct:tensor,degree=${degree}`;
        const common = { n, d, k: n, degree, method, lower, upper, bound: factor * size };
        trials.push(made(`t${trials.length}`, degree === 2 ? { ...common, kyFan: factor * size } : common));
      }
    }
    for (const k of [d / 2, (3 * d) / 4, d]) {
      const size = Math.sqrt(2 * d * d) / k;
      const norm = 3 * size ** power * (1 + 0.001 * (k % 2));
      const common = { n: 2 * d, d, k, degree: 2, method: "construct:quadratic", bound: factor };
      trials.push(made(`q${d} ${k}`, { ...common, lower: norm, upper: norm, kyFan: factor * size }));
    }
  }
  return tables(trials);
}

test("theorems 7 to 9 are confirmed by norms above every bound, with the powers of the paper's sizes", async () => {
  const { rows, laws } = made89(1);
  const verdict = theorem89.verdict(rows, laws);
  assert.equal(verdict.reading, "confirmed");
  assert.deepEqual(
    verdict.checks.map(({ count }) => count),
    [24, 24, 12],
  );
  for (const { slope, of } of verdict.fits) assert.ok(Math.abs((slope ?? 0) - 1) < 0.02, `${of}: ${slope}`);
  const words = verdict.words.join("\n");
  assert.match(words, /The lower end of ‖T‖op is above what the data force on any T as well\./);
  assert.doesNotMatch(words, /grows (faster|slower) than the paper's/);
  // At d = 10 n = 30 is beyond half of the dimension, 55.
  assert.match(words, /For p = 2 and n from .* is 2\.00 times √\(n\/d\^\(p−1\)\) in 5 networks/);
  const svg = await renderSvg(theorem89.figure(rows, undefined, laws));
  for (const text of ["p = 3, from above", "forced on k neurons", "the paper's size"])
    assert.ok(svg.includes(text), text);
});

test("a norm below its bound refutes, a bound between the two ends is undecided", () => {
  const reading = (factor: number, gap?: number) => {
    const { rows, laws } = made89(1, gap === undefined ? { factor } : { factor, gap });
    return theorem89.verdict(rows, laws).reading;
  };
  assert.equal(reading(1.9), "confirmed");
  assert.equal(reading(2.5, 1.5), "refuted");
  // As p = 3 alone.
  const { rows, laws } = made89(1, { factor: 2.5 });
  const cubic = rows.filter(({ method }) => method === "construct:tensor,degree=3");
  const verdict = theorem89.verdict(cubic, laws);
  assert.equal(verdict.reading, "undecided");
  assert.match(verdict.words.join(" "), /The lower end of ‖T‖op is below .* in 12 cases: undecided/);
  assert.equal(theorem89.verdict(rows, []).reading, "undecided");
});

test("a power that is not the paper's is said, and by which the bounds are not judged", () => {
  for (const [power, words] of [
    [1.5, "faster"],
    [0.5, "slower"],
  ] as const) {
    const { rows, laws } = made89(power);
    const verdict = theorem89.verdict(rows, laws);
    assert.match(
      verdict.words.join("\n"),
      new RegExp(`So ‖T‖op for p = 2 at fixed d grows ${words} than the paper's`),
    );
    assert.match(verdict.words.join("\n"), new RegExp(`So ‖T‖op of k neurons at fixed .* grows ${words}`));
  }
});

test("networks that are built are above every bound, and the refused ones are in none", async () => {
  const { rows, laws } = await ranTables({
    n: "8,16,64",
    d: "8",
    k: "4,6,8",
    data: "sphere",
    method: ["construct:tensor,degree=2", "construct:tensor,degree=3", "construct:quadratic"],
    laws: ["power", "polynomial", "quadratic"],
    measure: [],
    draws: 5,
  });
  const verdict = theorem89.verdict(rows, laws);
  assert.equal(verdict.reading, "confirmed");
  // n = 64 is more than forms of 8 dimensions can fit.
  assert.equal(verdict.outcomes.refused, 4);
  // Three tensors of degree 3; forms of two n, each of least norm and of three k.
  assert.deepEqual(
    verdict.checks.map(({ count }) => count),
    [11, 11, 8],
  );
  for (const { least_ratio } of verdict.checks) assert.ok(least_ratio !== null && least_ratio >= 1);
});
