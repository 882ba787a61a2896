import assert from "node:assert/strict";
import test from "node:test";
import { prediction } from "../../src/report/prediction.ts";
import { draw } from "./drawing.ts";
import { madeTrial, tables } from "./made-laws.ts";

type Powers = Readonly<{ ofDimension: number; ofSize: number }>;

/** Constants d^… p^… for points of 50 dimensions in 50, 154 and 466, both ends of the interval 1% apart. */
function madeTables(powers: Powers, { noise = 0.005, methods = ["train,start=span"] } = {}) {
  const sizes = [50, 154, 466].flatMap((d) =>
    [9360, 28_080, 84_240].flatMap((p) =>
      [1, 2].map((replicate) => ({ n: 500, d, k: p / (d + 2), replicate })),
    ),
  );
  return tables(
    methods.flatMap((method) =>
      sizes.map((size, i) => {
        const p = size.k * (size.d + 2);
        const shift = 1 + noise * [1, -1, 0.3, -0.4, 0.8, -0.7, 0][i % 7];
        const lower = 40 * size.d ** powers.ofDimension * p ** powers.ofSize * shift;
        const cells = {
          ...size,
          method,
          neurons: size.k,
          lipschitz_lower: lower,
          lipschitz_upper: 1.01 * lower,
        };
        return madeTrial(`${method} ${i}`, cells, [
          { law: "noise", kind: "detail", quantity: "effective_dimension", value: 50 },
          { law: "floor", kind: "lower", quantity: "Lip(f)", value: 2 },
        ]);
      }),
    ),
  );
}

const readingOf = (powers: Powers, options = {}) => {
  const { rows, laws } = madeTables(powers, options);
  return prediction.verdict(rows, laws).reading;
};

test("the constant by d_eff is confirmed, the one by d refuted, what the noise hides undecided", () => {
  assert.equal(readingOf({ ofDimension: 0, ofSize: -0.5 }), "confirmed");
  assert.equal(readingOf({ ofDimension: -0.1, ofSize: -0.5 }), "confirmed");
  assert.equal(readingOf({ ofDimension: 0.5, ofSize: -0.5 }), "refuted");
  assert.equal(readingOf({ ofDimension: 0.2, ofSize: -0.1 }), "refuted");
  assert.equal(readingOf({ ofDimension: 0.2, ofSize: -0.5 }, { noise: 0.9 }), "undecided");
  const { rows } = madeTables({ ofDimension: 0, ofSize: -0.5 });
  assert.equal(prediction.verdict(rows, []).reading, "undecided");
});

test("the verdict says what it is, what p counts, and whether either prediction is followed", async () => {
  const { rows, laws } = madeTables(
    { ofDimension: 0, ofSize: -0.1 },
    { methods: ["train", "train,start=span"] },
  );
  const words = prediction.verdict(rows, laws).words.join(" ");
  assert.match(
    words,
    /started in the span, at fixed n, d_eff and d, grows like √\(n d_eff\/p\) to the power 0\.[12]\d\d/,
  );
  assert.match(words, /follows neither √\(n d_eff\/p\) nor √\(nd\/p\)/);
  assert.match(words, /k\(d − d_eff\) are weights that no point sees/);
  // p* = 500 · 50 lies between the sizes: two of three have it.
  assert.match(words, /12 networks started anywhere have the predicted size p\* = n d_eff or more/);
  assert.match(words, /A heuristic with constants set to 1: no theorem is tested here\./);
  const followed = madeTables({ ofDimension: 0, ofSize: -0.55 });
  assert.doesNotMatch(prediction.verdict(followed.rows, followed.laws).words.join(" "), /follows neither/);
  const texts = await draw(prediction.figure(rows, undefined, laws));
  for (const text of ["d = 466, started in the span", "√(n d_eff/p), the prediction", "d_eff = 50"])
    assert.ok(texts.includes(text), text);
});
