/** Neurons that nearly coincide: cells so thin that no solver in f64 decides all of them. */
import assert from "node:assert/strict";
import test from "node:test";
import { CellProgramme, gateSigns } from "../../../src/lipschitz/exact/cell-programme.ts";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { gatesOf } from "../../../src/lipschitz/exact/gates.ts";
import { NearestPoints } from "../../../src/lipschitz/exact/nearest-points.ts";
import { gradient, norm } from "../../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../../src/network/two-layer.ts";
import { stream } from "../../../src/numeric/random.ts";
import { gaussianNetwork } from "./naive.ts";

/** Every neuron with a second one of opposite sign that differs by about `apart`. */
function doubled(k: number, d: number, seed: number, apart: number): TwoLayerNetwork {
  const { W, b, a, ...rest } = gaussianNetwork(k, d, seed);
  const random = stream(seed, "near duplicates", "network");
  const near = (x: Float64Array) => [...x, ...x.map((value) => value + apart * random.gaussian())];
  return {
    ...rest,
    k: 2 * k,
    W: Float64Array.from(near(W)),
    b: Float64Array.from(near(b)),
    a: Float64Array.from([...a, ...a.map((value) => -value * (0.5 + random.uniform()))]),
  };
}

test("the interval holds, and the search says whether it was time or rounding that left it open", async () => {
  let closed = 0;
  for (const apart of [1e-4, 1e-6, 1e-9, 1e-12, 1e-15]) {
    for (let seed = 0; seed < 12; seed++) {
      const network = doubled(4 + (seed % 3), 3, seed, apart);
      for (const radius of [undefined, 1]) {
        let asked = 0;
        const { exact, lower, upper, open } = await exactConstant(network, {
          random: stream(seed, "near duplicates", "search"),
          ...(radius !== undefined && { radius }),
          outOfTime: () => ++asked > 3000,
        });
        assert.ok(lower.value <= upper.value && asked > 3000 === (open === "time"));
        if (exact) closed++;
        const draws = stream(seed, "near duplicates", "points");
        for (let t = 0; t < 50; t++) {
          const point = Float64Array.from({ length: 3 }, () => draws.gaussian());
          const size = (radius ?? 3) * draws.uniform();
          const inside = point.map((x) => (x * size) / norm(point));
          assert.ok(norm(gradient(network, inside)) <= upper.value * (1 + 1e-12));
        }
      }
    }
  }
  assert.ok(closed >= 45, `${closed} of 120 closed`);
});

test("a linear programme that the solver gives up is no answer, and the next one is answered", async () => {
  let points = 0;
  for (const apart of [1e-6, 1e-9, 1e-11, 1e-13]) {
    for (let seed = 0; seed < 40; seed++) {
      const gates = gatesOf(doubled(4 + (seed % 4), 3 + (seed % 2), seed, apart));
      const programme = await CellProgramme.load(gates);
      const nearest = new NearestPoints(gates);
      const random = stream(seed, "near duplicates", "signs");
      for (let t = 0; t < 12; t++) {
        const point = Float64Array.from({ length: gates.d }, () => random.gaussian());
        const there = gateSigns(gates, point);
        const signs = Int8Array.from({ length: gates.K }, (_, i) =>
          i === 0 ? 1 : random.uniform() < 0.5 ? 0 : random.sign(),
        );
        for (const cells of [programme, nearest]) {
          cells.ask(signs);
          if (!there) continue;
          const answer = cells.ask(there);
          assert.notEqual(answer.kind, "empty");
          if (answer.kind === "point") points++;
        }
      }
      programme.dispose();
    }
  }
  assert.ok(points > 2000, `${points}`);
});
