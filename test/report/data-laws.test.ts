import assert from "node:assert/strict";
import test from "node:test";
import { genericCheck } from "../../src/report/generic-check.ts";
import { lemma14 } from "../../src/report/lemma14.ts";
import { renderSvg } from "../../src/report/render.ts";
import { universalRate } from "../../src/report/universal-rate.ts";
import { madeTrial, tables } from "./made-laws.ts";

/** Samples whose γ is `factor` times what is expected, up to ±`noise`, and whose ω is as expected. */
function genericTables(factor: number, noise: number) {
  const sizes = [20, 50, 100, 200].flatMap((d) => [1, 2].map((replicate) => ({ n: 400, d, replicate })));
  return tables(
    sizes.map((size, i) => {
      const expected = Math.sqrt((2 * Math.log(400)) / size.d);
      const law = "genericity,kernel=no";
      const gamma = factor * expected * (1 + (i % 2 === 0 ? noise : -noise));
      return madeTrial(`t${i}`, { ...size, k: 1, method: "data" }, [
        { law, kind: "exact", quantity: "gamma", value: gamma },
        { law, kind: "exact", quantity: "omega", value: 1.5 },
        { law, kind: "detail", quantity: "gamma_expected_on_the_sphere", value: expected },
        { law, kind: "detail", quantity: "omega_expected", value: 1.5 },
      ]);
    }),
  );
}

test("γ and ω are confirmed near what is expected, refuted far from it, undecided in between", async () => {
  const fine = genericTables(1, 0.05);
  const verdict = genericCheck.verdict(fine.rows, fine.laws);
  assert.equal(verdict.reading, "confirmed");
  assert.match(verdict.words.join(" "), /ω is on average 1\.00 \[1\.00, 1\.00\] times what is expected/);
  assert.ok(Math.abs(verdict.fits[0].slope ?? 1) < 1e-9);
  for (const [factor, noise, reading] of [
    [2, 0.05, "refuted"],
    [0.5, 0.05, "refuted"],
    [1.2, 0.3, "undecided"],
  ] as const) {
    const { rows, laws } = genericTables(factor, noise);
    assert.equal(genericCheck.verdict(rows, laws).reading, reading);
  }
  assert.equal(genericCheck.verdict(fine.rows, []).reading, "undecided");
  assert.ok((await renderSvg(genericCheck.figure(fine.rows, undefined, fine.laws))).includes("dimension d"));
});

/** Norms of p = 2 and p = 3 whose ratio to √(n/d^(p−1)) is 2 (n/d^(p−1))^power, from above a half more. */
function tensorTables(power: number) {
  const sizes = [10, 50, 100, 400, 1600, 6400].map((n) => ({ n, d: 10 }));
  return tables(
    sizes.map((size, i) => {
      const lines = [2, 3].flatMap((degree) => {
        const points = size.n / size.d ** (degree - 1);
        const lower = 2 * points ** (power + 0.5) * (1 + 0.01 * (i % 2));
        const law = `tensor-norm,degree=${degree}`;
        return [
          { law, kind: "lower", value: lower },
          { law, kind: "upper", value: 1.5 * lower },
        ];
      });
      return madeTrial(`t${i}`, { ...size, k: 1, method: "data" }, lines);
    }),
  );
}

test("lemma 14 is confirmed by a flat ratio, refuted by one that grows, each degree by itself", async () => {
  const flat = tensorTables(0);
  const verdict = lemma14.verdict(flat.rows, flat.laws);
  assert.equal(verdict.reading, "confirmed");
  assert.equal(verdict.fits.length, 4);
  // For p = 3 two samples have fewer than d² points.
  assert.match(verdict.words.join(" "), /p = 3 and n < d\^\(p−1\), .* in 2 samples/);
  const grows = tensorTables(0.3);
  assert.equal(lemma14.verdict(grows.rows, grows.laws).reading, "refuted");
  const some = tensorTables(0.1);
  assert.equal(lemma14.verdict(some.rows, some.laws).reading, "undecided");
  const svg = await renderSvg(lemma14.figure(flat.rows, undefined, flat.laws));
  assert.ok(svg.includes("p = 3, from above"));
});

/** Networks with a constant between 9 and `upper`, beside a law of 1 that holds with 95%. */
function rateTables(upper: number) {
  const sizes = [10, 20, 50, 100].map((k) => ({ n: 400, d: 80, k }));
  return tables(
    sizes.map((size, i) =>
      madeTrial(
        `t${i}`,
        { ...size, neurons: size.k, lipschitz_lower: Math.min(9, upper), lipschitz_upper: upper },
        [{ law: "random-label", kind: "lower", quantity: "Lip(f)", value: 1, probability: 0.95 }],
      ),
    ),
  );
}

test("the universal law is judged by certified constants, with its least constant in words", async () => {
  const fine = rateTables(10);
  const verdict = await universalRate.verdict(fine.rows, fine.laws);
  assert.equal(verdict.reading, "confirmed");
  // √(nd/p) is largest for k = 10: √(400 · 80/820).
  assert.match(verdict.words.join(" "), /The least constant over √\(nd\/p\) lies between 1\.44 and 1\.60/);
  const low = rateTables(0.5);
  assert.equal((await universalRate.verdict(low.rows, low.laws)).reading, "refuted");
  assert.equal((await universalRate.verdict(fine.rows, [])).reading, "undecided");
  // One n and one d: no powers of them.
  assert.equal(verdict.lower_envelope, null);
  assert.match(verdict.words.join(" "), /settle no powers of n, d and p/);
  assert.match(verdict.words.at(-1) ?? "", /^Confirmed: /);
});

test("the lower envelope has the powers of the smallest constants, whatever lies above", async () => {
  const sizes = [200, 400, 800].flatMap((n) =>
    [0.1, 0.5].flatMap((share) => [10, 20, 40].map((k) => ({ n, d: n * share, k }))),
  );
  const { rows, laws } = tables(
    sizes.flatMap(({ n, d, k }) =>
      // On the law with its powers changed; a half above; the others far above, the more of them the larger n.
      [1, 1.5, 2 + n / 100].map((above, i) => {
        const upper = above * 3 * n ** 0.4 * d ** 0.3 * (k * (d + 2)) ** -0.2;
        const cells = { n, d, k, neurons: k, lipschitz_lower: upper / 2, lipschitz_upper: upper };
        return madeTrial(`${n} ${d} ${k} ${i}`, cells, []);
      }),
    ),
  );
  const { lower_envelope: envelope, words } = await universalRate.verdict(rows, laws);
  assert.ok(envelope);
  for (const [name, power] of [
    ["n", 0.4],
    ["d", 0.3],
    ["p", -0.2],
  ] as const) {
    const { value, interval } = envelope.exponents[name];
    assert.ok(Math.abs(value - power) < 1e-6, `${name}: ${value}`);
    assert.ok(interval[0] <= value + 1e-9 && value <= interval[1] + 1e-9);
  }
  assert.match(words.join(" "), /over 54 networks, goes like n\^0\.400 \[/);
});
