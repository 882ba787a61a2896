import assert from "node:assert/strict";
import test from "node:test";
import { pointsOfBestPattern } from "../../../src/lipschitz/exact/best-pattern.ts";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { searchLower } from "../../../src/lipschitz/search.ts";
import { witnessAt } from "../../../src/lipschitz/witness.ts";
import { stream } from "../../../src/numeric/random.ts";
import { gaussianNetwork } from "./naive.ts";

test("with independent rows rounding finds the constant itself, at a certain point, and so does the search", async () => {
  let met = 0;
  for (let round = 0; round < 20; round++) {
    const network = gaussianNetwork(8 + (round % 10), 20, round);
    const { exact } = await exactConstant(network, { random: stream(1, "best pattern", "exact") });
    assert.ok(exact);
    const points = pointsOfBestPattern(network, stream(round, "best pattern", "rounding"));
    const found = Math.max(...points.map((point) => witnessAt(network, point)?.value ?? 0));
    assert.ok(found <= exact.value * (1 + 1e-9), `${found} is above ${exact.value}`);
    if (found >= exact.value * (1 - 1e-9)) met++;
    const { value } = searchLower(network, { random: stream(round, "best pattern", "search"), steps: 30 });
    assert.ok(value >= found && value <= exact.value * (1 + 1e-9), `${found} <= ${value} <= ${exact.value}`);
  }
  assert.ok(met >= 18, `${met} of 20`);
});

test("dependent rows have no such points", () => {
  assert.deepEqual(pointsOfBestPattern(gaussianNetwork(9, 8, 1), stream(1, "best pattern", "rounding")), []);
});
