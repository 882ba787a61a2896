import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { evaluate, gradient, norm } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { polynomialActivationLower, polynomialLaw } from "../../src/theory/polynomial.ts";
import { sampledData } from "../construct/method.ts";
import { ask } from "./ask.ts";
import { closeTo, fixture, fixtureNetwork } from "./fixture.ts";
import { equivalents, gaussianNetwork } from "./transformed.ts";

test("the fixture's bounds are the specification's", () => {
  [7.77072589, 3.59634619, 0.97690413, 0.23717578].forEach((expected, at) => {
    const value = polynomialActivationLower(fixture, at + 1);
    assert.ok(closeTo(value, expected, 1e-7), `p = ${at + 1}: ${value}`);
  });
});

test("on the sphere it is what was measured", () => {
  for (const [p, n, d, expected] of [
    [2, 400, 40, 5.35],
    [3, 1200, 20, 2.13],
    [4, 400, 8, 0.6],
  ]) {
    const values = [1, 2, 3, 4].map((seed) => polynomialActivationLower(sampledData(n, d, seed), p));
    const mean = values.reduce((sum, value) => sum + value, 0) / 4;
    assert.ok(Math.abs(mean / expected - 1) <= 0.08, `p = ${p}: ${mean}`);
  }
});

test("no polynomial network is flatter on the ball than its values at the points force", () => {
  const cases = fc.record({
    degree: fc.integer({ min: 1, max: 5 }),
    k: fc.integer({ min: 1, max: 6 }),
    n: fc.integer({ min: 2, max: 40 }),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(cases, ({ degree, k, n, seed }) => {
      const draw = stream(seed, "theory test", "polynomial");
      const network: TwoLayerNetwork = {
        ...gaussianNetwork(k, 2, seed),
        activation: `polynomial:${Array.from(draw.gaussians(degree), String).join(",")},1`,
      };
      const data = sampledData(n, 2, seed, "gaussian");
      const f = evaluate(network, data.X);
      // The labels that the values themselves are.
      const value = polynomialActivationLower({ ...data, y: f }, degree, f);
      let steepest = 0;
      for (let step = 0; step < 720; step++) {
        const angle = (step * Math.PI) / 360;
        for (const radius of [0.25, 0.5, 0.75, 1]) {
          const x = Float64Array.of(radius * Math.cos(angle), radius * Math.sin(angle));
          steepest = Math.max(steepest, norm(gradient(network, x)));
        }
      }
      assert.ok(value <= steepest * (1 + 1e-3), `${value} ${steepest}`);
    }),
    { numRuns: 60 },
  );
});

test("at degree 1 the best linear correlation forces it, and a constant adds nothing", () => {
  const shifted = { ...fixture, y: fixture.y.map((label) => label + 7) };
  for (let p = 1; p <= 4; p++) {
    assert.ok(closeTo(polynomialActivationLower(shifted, p), polynomialActivationLower(fixture, p), 1e-10));
  }
  const f = fixture.X.filter((_, at) => at % 8 === 0);
  const value = polynomialActivationLower({ ...fixture, y: f }, 1, f);
  assert.ok(value > 0.5 && value <= 1, `${value}`);
});

test("rotations, orders and signs do not move it", () => {
  const value = polynomialActivationLower(fixture, 3);
  for (const data of Object.values(equivalents(fixture))) {
    assert.ok(closeTo(polynomialActivationLower(data, 3), value, 1e-9));
  }
});

test("labels that are all equal force nothing", () => {
  assert.equal(polynomialActivationLower({ ...fixture, y: new Float64Array(60).fill(1) }, 2), 0);
});

test("the law checks the network's degree and takes it where none is given", () => {
  const network: TwoLayerNetwork = { ...fixtureNetwork, activation: "polynomial:0,1,1" };
  const own = ask(polynomialLaw, { data: fixture, network });
  assert.equal(own.details?.degree, 2);
  assert.ok(own.bounds[0].hypotheses.every(({ ok }) => ok));
  const low = ask(polynomialLaw, { data: fixture, network, numbers: { degree: 1 } });
  assert.equal(low.bounds[0].hypotheses[0].ok, false);
  const relu = ask(polynomialLaw, { data: fixture, network: fixtureNetwork, numbers: { degree: 3 } });
  assert.equal(relu.bounds[0].hypotheses[0].ok, false);
  const [rate] = ask(polynomialLaw, { numbers: { n: 1200, d: 20, degree: 3 } }).bounds;
  assert.ok(rate.kind === "rate" && closeTo(rate.value, 3 * Math.sqrt(3), 1e-14));
  assert.throws(
    () => ask(polynomialLaw, { data: fixture, numbers: { degree: 0 } }),
    /degree must lie in \{1, …, 8\}, got 0/,
  );
});
