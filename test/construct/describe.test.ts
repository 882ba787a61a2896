import assert from "node:assert/strict";
import test from "node:test";
import { fitOf, lipschitzNumbers, smallestConstant, weightOverBound } from "../../src/construct/describe.ts";
import { constructionMethods } from "../../src/construct/methods.ts";
import { steepestPoint } from "../../src/construct/steepest-point.ts";
import { evaluate, gradient, norm, totalWeight } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { built, sampledData } from "./method.ts";

/** The ReLU networks of the specification's comparison, at its smallest size. */
const compared: readonly (readonly [string, Record<string, string>])[] = [
  ["caps", {}],
  ["blocks", { mode: "margin", block: "8" }],
  ["random-features", { form: "pivot" }],
  ["baum-relu", { form: "full" }],
  ["baum-relu", { form: "half" }],
  ["ntk", { form: "boosted", epsilon: "0.01" }],
  ["ntk", { form: "exact" }],
  ["ntk", { form: "finite", epsilon: "0.01" }],
  ["harmonic", { epsilon: "0.01", finish: "no" }],
  ["harmonic", { epsilon: "0.1" }],
  ["gauss-newton", { k: "25" }],
];

test("no network is below the constant of every interpolant, nor has less weight than generic points need", () => {
  const data = sampledData(500, 100);
  const { smallest = Number.NaN } = smallestConstant(data);
  assert.ok(smallest > 1.7 && smallest < 1.95, `${smallest}`);
  for (const [name, options] of compared) {
    const method = constructionMethods.find(
      (known) => known.name === name,
    ) as (typeof constructionMethods)[0];
    const construction = built(method, data, options);
    assert.ok("network" in construction);
    const { network } = construction;
    const fit = fitOf(evaluate(network, data.X), data.y);
    const { global } = lipschitzNumbers(network, data, {
      random: (purpose) => stream(1, "test", purpose),
      draws: 10,
    });
    // Between points of other signs f falls by 2 - 2 max_error at the least.
    const least = smallest * (1 - fit.max_error);
    assert.ok((global?.upper ?? 0) >= least, `${name}: ${global?.upper} ${least}`);
    const { total_weight_over_bound: ratio = 0 } = weightOverBound(
      network.activation,
      data.y,
      totalWeight(network),
      fit,
    );
    assert.ok(ratio >= 1, `${name}: ${ratio}`);
    if (name === "harmonic" && options.finish === "no") assert.ok(ratio >= 60 && ratio <= 120, `${ratio}`);
  }
});

test("the weight is compared where Proposition 1 says something, by the slope of the activation", () => {
  const y = Float64Array.of(1, -1, 1, -1);
  const fit = { max_error: 0, mse: 0, sign_errors: 0 };
  const over = (activation: TwoLayerNetwork["activation"], mse = 0, labels = y) =>
    weightOverBound(activation, labels, 3, { ...fit, mse }).total_weight_over_bound;
  assert.equal(over("relu"), 12);
  assert.equal(over("relu", 0.5), 12);
  assert.equal(over("relu", 0.51), undefined);
  assert.equal(over("relu", 0, Float64Array.of(1, -1, 1, 0.5)), undefined);
  assert.equal(over("leaky-relu:-2"), 24);
  assert.ok(Math.abs((over("sigmoid") ?? 0) - 3) <= 1e-12);
  assert.equal(over("step"), undefined);
  assert.equal(over("polynomial:0,0,1"), undefined);
});

test("wrong signs are counted among labels that have one, and of numbers however small", () => {
  const { sign_errors } = fitOf(
    Float64Array.of(1e-200, 1e-200, 0, 5, -1),
    Float64Array.of(1e-200, -1, 1, 0, 1),
  );
  assert.equal(sign_errors, 3);
});

test("at a point on a kink the slope before it is taken, whatever rounding says", () => {
  const third = 1 / 3;
  const network: TwoLayerNetwork = {
    activation: "relu",
    k: 3,
    d: 2,
    W: Float64Array.of(third, 0.1, 1, 1, 0, 0),
    // The first is off by one unit in the last place of its summands.
    b: Float64Array.of(-third - 0.1 + 2 ** -55, -1, 0),
    a: Float64Array.of(1e3, 2, 7),
    c: 0,
  };
  const X = Float64Array.of(1, 1, 0, 0, 0.25, 0.25);
  const { x, gradient: most, onKinks } = steepestPoint(network, X, 3);
  assert.deepEqual([...x], [1, 1]);
  assert.ok(Math.abs(most - 2 * Math.SQRT2) <= 1e-15);
  // The third neuron lies on its kink everywhere and does nothing.
  assert.equal(onKinks, 1);
  const leaky = steepestPoint({ ...network, activation: "leaky-relu:0.5" }, X, 3);
  const expected = Math.hypot(500 * third + 2, 500 * 0.1 + 2);
  assert.ok(Math.abs(leaky.gradient / expected - 1) <= 1e-14, `${leaky.gradient} ${expected}`);
});

test("away from kinks the steepest point is that of the gradients one by one", () => {
  const data = sampledData(700, 12);
  const random = stream(3, "test", "weights");
  for (const activation of ["relu", "tanh", "polynomial:0,0,1", "abs"] as const) {
    const network: TwoLayerNetwork = {
      activation,
      k: 40,
      d: 12,
      W: random.gaussians(40 * 12),
      b: random.gaussians(40),
      a: random.gaussians(40),
      c: 0,
    };
    const found = steepestPoint(network, data.X, data.n);
    let most = 0;
    for (let i = 0; i < data.n; i++)
      most = Math.max(most, norm(gradient(network, data.X.subarray(12 * i, 12 * i + 12))));
    assert.ok(Math.abs(found.gradient / most - 1) <= 1e-13);
    assert.ok(Math.abs(norm(gradient(network, found.x)) / most - 1) <= 1e-13);
    assert.equal(found.onKinks, 0);
  }
});

test("without biases the largest gradient of the sphere is that of R^d, which the search far out finds", () => {
  const data = sampledData(300, 40);
  const method = constructionMethods.find(({ name }) => name === "ntk") as (typeof constructionMethods)[0];
  const construction = built(method, data, { form: "boosted" });
  assert.ok("network" in construction && construction.network.b.every((bias) => bias === 0));
  const { sphere, global } = lipschitzNumbers(construction.network, data, {
    random: (purpose) => stream(1, "test", purpose),
    draws: 10,
  });
  assert.ok(
    sphere && global && sphere.gradient >= global.lower * (1 - 1e-9),
    `${sphere?.gradient} ${global?.lower}`,
  );
});

test("pairs beyond counting leave the constant out", () => {
  const n = 50_000;
  assert.deepEqual(smallestConstant({ n, d: 9, X: new Float64Array(9 * n), y: new Float64Array(n) }), {});
});
