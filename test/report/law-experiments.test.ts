import assert from "node:assert/strict";
import test from "node:test";
import { renderSvg } from "../../src/report/render.ts";
import type { Row } from "../../src/report/rows.ts";
import { theorem5 } from "../../src/report/theorem5.ts";
import { theorem6 } from "../../src/report/theorem6.ts";
import { totalWeight } from "../../src/report/total-weight.ts";
import { madeTrial, tables } from "./made-laws.ts";

/** Eight networks; the product with biases is `factor` times its derived bound. */
function theorem5Tables(factor: number, probability: number | null = 0.95) {
  const sizes = [100, 400].flatMap((n) => [10, 20, 50, 100].map((k) => ({ n, d: n / 5, k })));
  return tables(
    sizes.map((size, i) => {
      const bound = 0.2 * Math.sqrt(size.n / size.k);
      const cells = { ...size, neurons: size.k, spectral_bound: 30, lipschitz_lower: 9, lipschitz_upper: 10 };
      return madeTrial(`t${i}`, cells, [
        {
          law: "spectral",
          kind: "lower",
          quantity: "‖a‖ ‖[W b]‖op",
          value: bound,
          probability,
          method: "(y·f)/…",
        },
        { law: "spectral", kind: "detail", quantity: "product_with_biases", value: factor * bound },
      ]);
    }),
  );
}

test("theorem 5 is confirmed by products above the bound, refuted by too many below, undecided without", async () => {
  const { rows, laws } = theorem5Tables(20);
  const verdict = theorem5.verdict(rows, laws);
  assert.equal(verdict.reading, "confirmed");
  assert.deepEqual(verdict.trials, { tried: 8, kept: 8, measured: 8 });
  assert.match(verdict.words.join(" "), /above its derived bound in all of 8 cases; .*: 20\.0 times it/);
  assert.match(verdict.words.at(-1) ?? "", /^Confirmed: every kept network has/);
  const low = theorem5Tables(0.5);
  assert.equal(theorem5.verdict(low.rows, low.laws).reading, "refuted");
  assert.equal(theorem5.verdict(rows, []).reading, "undecided");
  assert.equal(
    theorem5.verdict(
      rows.map((row) => ({ ...row, outcome: "loss" })),
      laws,
    ).reading,
    "undecided",
  );
  // A product below a certified constant would be no upper bound on it.
  const broken = rows.map((row) => ({ ...row, spectral_bound: 8 }));
  assert.equal(theorem5.verdict(broken, laws).reading, "refuted");
  const svg = await renderSvg(theorem5.figure(rows, undefined, laws));
  for (const text of ["Theorem 5", "√(n/k), as printed", "derived bound"])
    assert.ok(svg.includes(text), text);
});

test("theorem 5 tells explicit networks without biases apart, of which alone the printed theorem speaks", async () => {
  const { rows, laws } = theorem5Tables(20);
  assert.match(theorem5.verdict(rows, laws).words.join(" "), /speaks of none of these networks/);
  const explicit = (row: Row) => Number(row.k) === 20;
  const made = rows.map((row) => (explicit(row) ? { ...row, method: "construct:ntk" } : row));
  const printed = rows.filter(explicit).map(({ trial_id }) => ({
    trial_id,
    law: "spectral",
    kind: "lower",
    quantity: "‖a‖ ‖W‖op",
    value: 1,
    probability: null,
    method: "sqrt(n/k)/L",
    hypotheses: "ok",
  }));
  const { words } = theorem5.verdict(made, [...laws, ...printed]);
  assert.match(
    words.join(" "),
    /Of the 2 networks that the printed theorem speaks of.* from 6\.71 to 13\.4 times √\(n\/k\)/,
  );
  const failing = printed.map((line) => ({ ...line, hypotheses: "fails: no biases" }));
  assert.match(theorem5.verdict(made, [...laws, ...failing]).words.join(" "), /speaks of none/);
  const svg = await renderSvg(theorem5.figure(made, undefined, laws));
  assert.ok(svg.includes("trained") && svg.includes("explicit without biases"));
});

test("bounds for random signs refute nothing where the labels are none", () => {
  const withoutSigns = (laws: readonly Row[]) =>
    laws.map((line) => ({ ...line, hypotheses: "fails: labels are random signs, whatever the points" }));
  const low = theorem5Tables(0.5);
  const verdict = theorem5.verdict(low.rows, withoutSigns(low.laws));
  assert.equal(verdict.reading, "undecided");
  assert.equal(verdict.checks[0].count, 0);
  const weights = weightTables(0.2, 0.5);
  const both = ({ reading, checks }: ReturnType<typeof totalWeight.verdict>) => [reading, checks[1].count];
  const likely = weights.laws.filter(({ probability }) => probability !== null);
  assert.deepEqual(both(totalWeight.verdict(weights.rows, likely)), ["undecided", 8]);
  assert.deepEqual(both(totalWeight.verdict(weights.rows, withoutSigns(likely))), ["undecided", 0]);
});

/** Networks of k = 10, 20, 40 with these bounds on their constant, and data for k from 1. */
function theorem6Tables(upper: number, power = 1) {
  const line = (value: number, method: string) => ({
    law: "undercomplete,pairing=matching",
    kind: "lower",
    quantity: "Lip(f)",
    value,
    method,
  });
  const anyOf = (k: number) =>
    line(2 * (Math.sqrt(40 / k) ** power + 0.01 * (k % 3)), "mean gap/sqrt(λ_1 + …");
  const formula = { ...line(1e6, "sqrt(2d/k)/…"), probability: 0.5 };
  const networks = [10, 20, 40].map((k) =>
    madeTrial(`t${k}`, { n: 80, d: 40, k, neurons: k, lipschitz_lower: upper - 1, lipschitz_upper: upper }, [
      anyOf(k),
      line(6, "largest |f_i - f_j|/…"),
      formula,
    ]),
  );
  const data = [1, 2, 5, 10, 20, 40].map((k) =>
    madeTrial(`d${k}`, { n: 80, d: 40, k, method: "data" }, [anyOf(k), formula]),
  );
  return tables([...networks, ...data]);
}

test("theorem 6 is refuted by one certified constant below what is certain, never by what is likely", () => {
  const fine = theorem6Tables(12);
  const verdict = theorem6.verdict(fine.rows, fine.laws);
  assert.equal(verdict.reading, "confirmed");
  assert.equal(verdict.checks[0].count, 3);
  assert.ok(Math.abs((verdict.fits[0].slope ?? 0) - 1) < 0.05);
  const low = theorem6Tables(5);
  assert.equal(theorem6.verdict(low.rows, low.laws).reading, "refuted");
  const flat = theorem6Tables(12, 0);
  assert.equal(theorem6.verdict(flat.rows, flat.laws).reading, "undecided");
});

/** Networks with k = n and k = 50 whose weight is `factor` n^power. */
function weightTables(factor: number, power: number) {
  const sizes = [100, 200, 400, 800].flatMap((n) => [50, n].map((k) => ({ n, d: n / 5, k })));
  return tables(
    sizes.map((size, i) => {
      const weight = factor * size.n ** power * (1 + 0.001 * (i % 3));
      const bound = { law: "total-weight", kind: "lower", quantity: "W(f)" };
      return madeTrial(`t${i}`, { ...size, neurons: size.k, total_weight: weight }, [
        { ...bound, value: 0.1 * Math.sqrt(size.n), probability: 0.95, method: "(1 - √e)…" },
        { ...bound, value: 0.4 * Math.sqrt(size.n), method: "⟨y, f⟩ over …" },
      ]);
    }),
  );
}

test("the total weight is judged by what the data need, and by whether it falls behind √n", async () => {
  const grows = weightTables(3, 0.7);
  const verdict = totalWeight.verdict(grows.rows, grows.laws);
  assert.equal(verdict.reading, "confirmed");
  assert.deepEqual(
    verdict.fits.map(({ of, slope }) => [of, Math.round(100 * (slope ?? 0)) / 100]),
    [
      ["the total weight for k = n", 0.7],
      ["the total weight for k < n", 0.7],
    ],
  );
  const behind = weightTables(30, 0.3);
  assert.equal(totalWeight.verdict(behind.rows, behind.laws).reading, "undecided");
  const light = weightTables(0.1, 0.5);
  assert.equal(totalWeight.verdict(light.rows, light.laws).reading, "refuted");
  const svg = await renderSvg(totalWeight.figure(grows.rows, "My weights", grows.laws));
  assert.ok(svg.includes("My weights") && svg.includes("trained, k = n"));
  const none = await renderSvg(totalWeight.figure([], undefined, []));
  assert.ok(none.includes("No kept trial has what this figure shows."));
});
