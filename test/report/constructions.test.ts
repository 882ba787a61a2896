import assert from "node:assert/strict";
import test from "node:test";
import { constructionsFigure } from "../../src/report/constructions-figure.ts";
import { constructionsVerdict } from "../../src/report/constructions-verdict.ts";
import { renderSvg } from "../../src/report/render.ts";

const made = (method: string, neurons: number, bracket?: readonly [number, number], weight = 100) => ({
  n: 400,
  d: 100,
  k: 4,
  method,
  neurons,
  outcome: "kept",
  epsilon: 0.02,
  lipschitz_lower: bracket?.[0] ?? null,
  lipschitz_upper: bracket?.[1] ?? null,
  total_weight: weight,
});

test("the verdict compares certified bounds with √(n/k) and says what they settle", () => {
  const above = constructionsVerdict([made("train", 100, [6, 8]), made("construct:caps", 400, [3, 50], 80)]);
  assert.equal(above.reading, "shown");
  assert.deepEqual(
    above.networks.map(({ method, lower_ratio, upper_ratio, weight_ratio }) => [
      method,
      lower_ratio,
      upper_ratio,
      weight_ratio,
    ]),
    [
      ["train", 3, 4, 5],
      ["caps", 3, 50, 4],
    ],
  );
  assert.match(
    above.words.join(" "),
    /nearest to √\(n\/k\) is train with k = 100, certified at most 8\.00, 4\.00 times/,
  );
  assert.match(above.words.join(" "), /smallest total weight there is that of caps: 4\.00 times √n/);
  assert.equal(constructionsVerdict([made("train", 100, [1, 8])]).reading, "undecided");
  assert.equal(constructionsVerdict([made("train", 100, [1, 1.9])]).reading, "not shown");
  assert.equal(constructionsVerdict([made("construct:tensor", 100)]).reading, "undecided");
});

test("deeper networks are outside of the conjecture: in the figure alone", () => {
  const verdict = constructionsVerdict([made("train", 100, [6, 8]), made("train,depth=3", 100, [1, 1.5])]);
  assert.equal(verdict.reading, "shown");
  assert.equal(verdict.networks.length, 1);
  assert.match(verdict.words.join(" "), /1 network of more than two layers: in the figure alone/);
});

test("the figure draws every kept network in both panels, one row of panels for each size", async () => {
  const rows = [
    made("train", 100, [6, 8]),
    made("construct:caps", 400, [3, 50]),
    { ...made("train", 10, [9, 9]), n: 100 },
  ];
  const figure = constructionsFigure(rows) as unknown as { vconcat: { hconcat: unknown[] }[] };
  assert.equal(figure.vconcat.length, 2);
  const svg = await renderSvg(constructionsFigure(rows));
  for (const text of ["n = 400, d = 100", "n = 100, d = 100", "neurons k", "total weight", "caps"]) {
    assert.ok(svg.includes(text), text);
  }
});

test("without a kept network the figure says so", async () => {
  const svg = await renderSvg(constructionsFigure([{ ...made("train", 10), outcome: "loss" }]));
  assert.match(svg, /No network was kept/);
});
