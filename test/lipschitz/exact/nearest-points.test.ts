import assert from "node:assert/strict";
import test from "node:test";
import { gateSigns } from "../../../src/lipschitz/exact/cell-programme.ts";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { gatesOf } from "../../../src/lipschitz/exact/gates.ts";
import { NearestPoints } from "../../../src/lipschitz/exact/nearest-points.ts";
import { gradient, norm } from "../../../src/network/evaluate.ts";
import { stream } from "../../../src/numeric/random.ts";
import { gaussianNetwork, integerNetwork } from "./naive.ts";

const random = stream(1, "nearest points", "points");

function pointInBall(d: number, radius: number): Float64Array {
  const point = Float64Array.from({ length: d }, () => random.gaussian());
  const size = (radius * random.uniform() ** (1 / d)) / norm(point);
  return point.map((x) => x * size);
}

test("the cell of a point in the ball is found, cells with fewer signs as well, and none is called empty", () => {
  let found = 0;
  const rounds = 600;
  for (let round = 0; round < rounds; round++) {
    const [k, d, radius] = [2 + (round % 13), 1 + (round % 7), [0.3, 1, 4][round % 3]];
    const network = round % 2 === 0 ? gaussianNetwork(k, d, round) : integerNetwork(k, d, round);
    const gates = gatesOf(network, radius);
    const signs = gateSigns(gates, pointInBall(d, radius), radius);
    if (!signs || gates.m === 0) {
      found++;
      continue;
    }
    for (let i = 1; i <= gates.m; i++) if (round % 4 > 1 && random.uniform() < 0.5) signs[i] = 0;
    const answer = new NearestPoints(gates, radius).ask(signs);
    assert.notEqual(answer.kind, "empty", `round ${round}`);
    if (answer.kind !== "point") continue;
    found++;
    assert.ok(norm(answer.point) < radius);
    assert.ok(answer.signs.every((sign, i) => signs[i] === 0 || sign === signs[i]));
  }
  assert.ok(found > 0.99 * rounds, `${found} of ${rounds}`);
});

test("thin cells are found, or left undecided, never called empty", () => {
  for (const width of [1e-1, 1e-3, 1e-5, 1e-8, 1e-12, 1e-16]) {
    // x > 0.5, y > 0.25 and x + y < 0.75 + width.
    const gates = gatesOf({
      activation: "relu",
      k: 3,
      d: 2,
      W: Float64Array.of(1, 0, 0, 1, 1, 1),
      b: Float64Array.of(-0.5, -0.25, -0.75 - width),
      a: Float64Array.of(1, 1, 1),
      c: 0,
    });
    const { kind } = new NearestPoints(gates, 1).ask(Int8Array.of(1, 1, 1, -1));
    const exists = 0.75 + width > 0.75;
    assert.equal(kind, exists ? (width > 1e-8 ? "point" : kind) : "empty", `${width}`);
    if (exists) assert.notEqual(kind, "empty", `${width}`);
  }
});

test("nearly every pattern is decided, near the sphere too", () => {
  let unsure = 0;
  let empty = 0;
  for (let round = 0; round < 200; round++) {
    const [k, d] = [3 + (round % 20), 2 + (round % 25)];
    const gates = gatesOf(gaussianNetwork(k, d, round), 0.5);
    const cells = new NearestPoints(gates, 0.5);
    for (let t = 0; t < 20; t++) {
      const signs = Int8Array.from({ length: gates.K }, (_, i) => (i === 0 ? 1 : random.sign()));
      const { kind } = cells.ask(signs);
      if (kind === "unsure") unsure++;
      if (kind === "empty") empty++;
    }
  }
  assert.ok(unsure <= 4, `${unsure} of 4000 undecided`);
  assert.ok(empty > 1000, `${empty} of 4000 empty`);
});

test("in a ball the search ends with the constant, though cells touch the sphere", async () => {
  for (const [k, d, bias] of [
    [24, 30, 1],
    [24, 30, 0.3],
    [12, 20, 0.3],
    [16, 8, 1],
  ]) {
    for (let seed = 0; seed < 3; seed++) {
      const drawn = gaussianNetwork(k, d, seed);
      const network = {
        ...drawn,
        W: drawn.W.map((w) => w / Math.sqrt(d)),
        b: drawn.b.map((b) => bias * b),
      };
      const { exact, lower, upper } = await exactConstant(network, {
        random: stream(1, "nearest points", "search"),
        radius: 1,
      });
      assert.ok(exact, `k ${k}, d ${d}, seed ${seed}: ${lower.value} to ${upper.value}`);
      assert.ok(exact.witness && norm(exact.witness) < 1);
      for (let t = 0; t < 300; t++) {
        assert.ok(norm(gradient(network, pointInBall(d, 1))) <= upper.value * (1 + 1e-12));
      }
    }
  }
});
