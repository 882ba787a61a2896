import assert from "node:assert/strict";
import test from "node:test";
import type { Row } from "../../src/record/columns.ts";
import { isoperimetry } from "../../src/report/isoperimetry.ts";
import { renderSvg } from "../../src/report/render.ts";
import { type MadeTrial, madeTrial, tables } from "./made-laws.ts";
import { ranTables } from "./ran-laws.ts";

interface Family {
  data: string;
  /** c_var at d, before a little noise. */
  cVar: (d: number) => number;
  /** c_mgf over c_var. */
  tails?: number;
  theory?: (d: number) => number;
  least?: (d: number) => number;
}

/** Two samples of 4000 points of each family at four d. */
function made(...families: Family[]) {
  const trials: MadeTrial[] = [];
  for (const { data, cVar, tails = 1.1, theory, least } of families) {
    for (const d of [50, 100, 200, 400]) {
      for (const replicate of [1, 2]) {
        const value = cVar(d) * (1 + 0.02 * (replicate - 1.5));
        const noise = { law: "noise", quantity: "c" };
        const lines: Row[] = [
          { law: "isoperimetry", kind: "lower", value, method: "d Var f, f: norm" },
          { law: "isoperimetry", kind: "lower", value: tails * value, method: "moment generating function" },
          { ...noise, kind: "upper", value: theory ? theory(d) : null },
          ...(least ? [{ ...noise, kind: "lower", value: least(d) }] : []),
          { law: "noise", kind: "detail", quantity: "components", value: 1 },
        ];
        const row = { n: 4000, d, k: 1, data, method: "data", replicate };
        trials.push(madeTrial(`${data} ${d} ${replicate}`, row, lines));
      }
    }
  }
  const { rows, laws } = tables(trials);
  return { rows, laws, verdict: isoperimetry.verdict(rows, laws) };
}

const one = () => 1;
const gaussian: Family = { data: "gaussian", cVar: () => 1.03, theory: one };
const vertices: Family = {
  data: "vertices",
  cVar: (d) => 0.47 * Math.sqrt(d),
  theory: (d) => d,
  least: (d) => 0.46 * Math.sqrt(d),
};
const subspace: Family = { data: "subspace:10", cVar: (d) => d / 10, theory: (d) => d / 10 };
const student: Family = { data: "student:3", cVar: (d) => d / 4, tails: 8 };
const laplace: Family = { data: "laplace", cVar: () => 1.2, tails: 1.6 };

test("families with the c of theory are confirmed, each with what fails or passes", async () => {
  const { rows, laws, verdict } = made(gaussian, laplace, vertices, subspace, student);
  assert.equal(verdict.reading, "confirmed");
  // Those with a c.
  assert.equal(verdict.checks[0].count, 24);
  const words = verdict.words.join("\n");
  assert.match(words, /^gaussian: c_var 1\.02 to 1\.04, c_mgf .*; c of theory 1\.00; passes\.$/m);
  assert.match(
    words,
    /^vertices: .* at least 3\.25 to 9\.20, at most 50\.0 to 400; fails, c_var grows with d\.$/m,
  );
  assert.match(words, /^As printed the claim does not hold .* c_var is 0\.465 to 0\.475 times √d there\.$/m);
  assert.match(words, /^subspace:10: .*; fails, c_var grows with d\.$/m);
  assert.match(words, /^student:3: .*; theory has no c; fails, c_mgf is more than 5 times c_var\.$/m);
  assert.match(words, /^laplace: .*; theory has no c; passes\.$/m);
  assert.match(words, /^What is tried does not tell laplace from a family with a c/m);
  const powers = verdict.fits.map(({ slope }) => Math.round(100 * (slope ?? 9)) / 100);
  assert.deepEqual(powers, [0, 0, 0.5, 1, 1]);
  const svg = await renderSvg(isoperimetry.figure(rows, undefined, laws));
  for (const text of ["c_mgf", "subspace:10", "isoperimetry constant c"]) assert.ok(svg.includes(text), text);
  const none = await renderSvg(isoperimetry.figure(rows, "Mine", []));
  assert.ok(none.includes("nothing to draw") && none.includes("Mine"));
});

test("an estimate far above the c of theory refutes it, and so does growth where theory has none", () => {
  assert.equal(made({ ...gaussian, cVar: () => 1.3 }).verdict.reading, "refuted");
  const grows = made({ ...gaussian, cVar: (d) => 0.5 * (d / 50) ** 0.3 });
  assert.equal(grows.verdict.checks[0].judgement, "confirmed");
  assert.equal(grows.verdict.reading, "refuted");
  assert.match(grows.verdict.words.join("\n"), /^gaussian: .*; fails, c_var grows with d\.$/m);
});

test("vertices whose estimates stay flat are undecided: what is tried need not show the growth", () => {
  const flat = made({ ...vertices, cVar: () => 1.03 }).verdict;
  assert.equal(flat.reading, "undecided");
  assert.doesNotMatch(flat.words.join("\n"), /As printed/);
  assert.equal(isoperimetry.verdict(made(gaussian).rows, []).reading, "undecided");
});

test("real points of the sphere and of vertices are told apart", async () => {
  const { rows, laws } = await ranTables({
    n: "1000",
    d: "30,120",
    data: "sphere,vertices",
    method: "data",
    laws: ["isoperimetry", "noise"],
    replicates: 2,
  });
  const verdict = isoperimetry.verdict(rows, laws);
  assert.equal(verdict.checks[0].judgement, "confirmed");
  const [sphere, cube] = verdict.fits.map(({ slope }) => slope ?? 0);
  assert.ok(Math.abs(sphere) < 0.15 && Math.abs(cube - 0.5) < 0.15, `${sphere} ${cube}`);
});
