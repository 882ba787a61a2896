import assert from "node:assert/strict";
import test from "node:test";
import { noiseLevel } from "../../src/report/noise-level.ts";
import { draw } from "./drawing.ts";
import { madeTrial, tables } from "./made-laws.ts";

/** Paths of training with the constant as a function of the error; two n, three widths, two replicates. */
function pathTables(
  constant: (e: number, root: number) => number,
  { loose = 1.02, epsilons = [0.8, 0.5, 0.36, 0.2, 0.1, 0.02], leastN = 400_000 } = {},
) {
  const sizes = [400, 800].flatMap((n) => [10, 40, 160].map((k) => ({ n, d: 50, k })));
  return tables(
    sizes.flatMap((size, i) =>
      [1, 2].flatMap((replicate) =>
        epsilons.map((epsilon) => {
          const root = Math.sqrt((size.n * size.d) / (size.k * (size.d + 2)));
          const lower = constant(epsilon, root) * (1 + 0.01 * ((i + replicate) % 3));
          const cells = { ...size, neurons: size.k, replicate, epsilon, loss: 0.99 * epsilon };
          return madeTrial(
            `${size.n} ${size.k} ${replicate} ${epsilon}`,
            { ...cells, lipschitz_lower: lower, lipschitz_upper: loose * lower },
            [
              { law: "noise", kind: "lower", quantity: "σ² = E Var[y | x]", value: 4 * 0.1 * 0.9 },
              ...(epsilon < 0.36
                ? [{ law: "noise", kind: "detail", quantity: "least_n_of_theorem_3", value: leastN }]
                : []),
            ],
          );
        }),
      ),
    ),
  );
}

/** 2 above σ², and from there up to 2 + `rise` times √(nd/p)^power at an error of 0. */
const corner = (rise: number, power: number) => (e: number, root: number) =>
  2 + 0.2 * (0.8 - e) + rise * Math.max(0, 0.36 - e) * root ** power;

test("a corner at σ² that is higher for fewer neurons is confirmed, the silence of Theorem 3 told", async () => {
  const { rows, laws } = pathTables(corner(20, 0.5));
  const verdict = noiseLevel.verdict(rows, laws);
  assert.equal(verdict.reading, "confirmed");
  assert.deepEqual(verdict.epsilon, [0.02, 0.1, 0.2, 0.36, 0.5, 0.8]);
  const words = verdict.words.join(" ");
  assert.match(words, /geometric means of 12 paths of training/);
  assert.match(
    words,
    /Theorem 3 itself is silent here: .* asks for n of at least 400000, and n is at most 800\./,
  );
  assert.match(words, /0\.2\d\d from 0\.8 to 0\.5, 0\.2\d\d from 0\.5 to 0\.36/);
  const texts = await draw(noiseLevel.figure(rows, undefined, laws));
  for (const text of ["n/k = 40", "noise level σ² = 0.36", "mean squared error"])
    assert.ok(texts.includes(text), text);
  const held = pathTables(corner(20, 0.5), { leastN: 500 });
  assert.match(noiseLevel.verdict(held.rows, held.laws).words.join(" "), /holds for 6 of 12 paths/);
});

test("a constant that stays is refuted; a straight rise, equal widths, or loose bounds are undecided", () => {
  const stays = pathTables(() => 4);
  assert.equal(noiseLevel.verdict(stays.rows, stays.laws).reading, "refuted");
  for (const { rows, laws } of [
    // As steep above σ² as below it.
    pathTables((e, root) => 2 + 10 * (1 - e) * root ** 0.5),
    pathTables(corner(20, 0)),
    pathTables(corner(20, -0.5)),
    // The certified interval does not tell whether it stays.
    pathTables(() => 4, { loose: 1.5 }),
  ]) {
    assert.equal(noiseLevel.verdict(rows, laws).reading, "undecided");
  }
});

test("paths without a stop at σ², or whose steps pass over it, settle nothing", () => {
  const none = pathTables(corner(20, 0.5), { epsilons: [0.8, 0.2, 0.02] });
  const verdict = noiseLevel.verdict(none.rows, none.laws);
  assert.equal(verdict.reading, "undecided");
  assert.match(verdict.words.join(" "), /No path of training has kept networks above, at and below σ²\./);
  const { rows, laws } = pathTables(corner(20, 0.5));
  const jumped = rows.map((row) => (Number(row.epsilon) > 0.3 ? { ...row, loss: 0.3 } : row));
  assert.equal(noiseLevel.verdict(jumped, laws).reading, "undecided");
  const lost = rows.map((row) => (row.epsilon === 0.36 ? { ...row, outcome: "loss" } : row));
  assert.equal(noiseLevel.verdict(lost, laws).reading, "undecided");
});
