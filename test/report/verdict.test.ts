import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { experiment1Verdict } from "../../src/report/experiment1-verdict.ts";
import { experiment2Verdict } from "../../src/report/experiment2-verdict.ts";
import { regimesOf } from "../../src/report/rows.ts";
import { show, showInterval, showKept, showProbability } from "../../src/report/words.ts";
import { bent, experiment1Rows, experiment2Rows, replicated } from "./made-rows.ts";

describe("the sentences of a verdict", () => {
  it("fit into 80 columns", () => {
    const tables = [
      experiment1Verdict(experiment1Rows()),
      experiment1Verdict(replicated(experiment1Rows())),
      experiment1Verdict([]),
      experiment2Verdict(experiment2Rows({ slope: -0.05, flat: 9 })),
      experiment2Verdict(replicated(bent(experiment2Rows({ slope: 0.6 })))),
      experiment2Verdict([]),
    ];
    for (const { words } of tables) {
      for (const sentence of words) assert.ok([...sentence].length <= 80, sentence);
    }
  });
});

describe("the regimes", () => {
  it("are read from n, d and k: k = n, and k = round(10 n/d), at least 1", () => {
    assert.deepEqual(regimesOf({ n: 10_000, d: 300, k: 333 }), ["size"]);
    assert.deepEqual(regimesOf({ n: 100, d: 5000, k: 1 }), ["size"]);
    assert.deepEqual(regimesOf({ n: 100, d: 50, k: 100 }), ["smoothness"]);
    assert.deepEqual(regimesOf({ n: 100, d: 10, k: 100 }), ["smoothness", "size"]);
    assert.deepEqual(regimesOf({ n: 100, d: 50, k: 30 }), []);
  });
});

describe("numbers in words", () => {
  it("have three significant digits and a true minus", () => {
    const shown: [number, string][] = [
      [0, "0"],
      [2.0456, "2.05"],
      [-0.063, "−0.0630"],
      [9.999, "10.0"],
      [123.4, "123"],
      [12345, "12300"],
      [0.00012345, "0.000123"],
      [1.5e-7, "1.50e-7"],
      [2.5e9, "2.50e+9"],
    ];
    for (const [value, text] of shown) assert.equal(show(value), text);
    assert.equal(showInterval([-1, 2.5]), "[−1.00, 2.50]");
    assert.deepEqual([0.00433, 0.31, 1, 0.00009].map(showProbability), [
      "p = 0.0043",
      "p = 0.31",
      "p = 1",
      "p < 0.0001",
    ]);
  });

  it("say why trials were not kept", () => {
    const outcomes = ["kept", "signs", "signs", "loss", "diverged", "error", null];
    assert.equal(
      showKept(outcomes.map((outcome) => ({ outcome }))),
      "1 of 7 trials kept (not kept: 2 for signs, 1 diverged, 1 for an error, 1 for loss, 1 without an outcome)",
    );
  });
});
