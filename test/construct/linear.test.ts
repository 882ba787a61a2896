import assert from "node:assert/strict";
import test from "node:test";
import { dot } from "../../src/construct/construction.ts";
import { linear } from "../../src/construct/linear.ts";
import { upperBound } from "../../src/lipschitz/upper.ts";
import { totalWeight } from "../../src/network/evaluate.ts";
import { cholesky, solveCholesky } from "../../src/numeric/cholesky.ts";
import { gramMatrix } from "../../src/numeric/gram-matrix.ts";
import { stream } from "../../src/numeric/random.ts";
import { largestError, network, sampledData } from "./method.ts";

const random = () => stream(1, "test", "upper");

for (const [n, d, expected, spread] of [
  [200, 500, 18.29, 0.055],
  [100, 1000, 10.55, 0.045],
] as const) {
  test(`n = ${n}, d = ${d}: interpolates with a norm near ${expected}`, () => {
    const data = sampledData(n, d, 1, "gaussian");
    const built = network(linear, data);
    assert.ok(largestError(built, data) <= 1e-12);
    const { value } = built.exact?.[0] ?? { value: Number.NaN };
    assert.ok(Math.abs(value / expected - 1) <= spread, `${value}`);
    assert.ok(value <= (built.guarantee.value ?? 0));
  });
}

test("the certified constant is ‖w‖ of the shifted form and 2‖w‖ of the pair", () => {
  const data = sampledData(200, 500);
  for (const [form, times] of [
    ["shifted", 1],
    ["pair", 2],
  ] as const) {
    const { network: built, exact } = network(linear, data, { form });
    const length = exact?.[0].value ?? Number.NaN;
    const { upper } = upperBound(built, { random: random() });
    assert.equal(built.k, 2);
    assert.ok(Math.abs(upper.value / (times * length) - 1) <= 1e-6, `${form} ${upper.value}`);
  }
});

test("the total weight is 2‖w‖ of the pair and √(‖w‖² + 1) + 1 of the shifted form", () => {
  const data = sampledData(50, 80);
  const pair = network(linear, data, { form: "pair" });
  const w = pair.network.W.subarray(0, 80);
  const squared = dot(w, w);
  assert.ok(Math.abs(totalWeight(pair.network) - 2 * Math.sqrt(squared)) <= 1e-12 * squared);
  const shifted = network(linear, data);
  assert.ok(Math.abs(totalWeight(shifted.network) - Math.sqrt(squared + 1) - 1) <= 1e-12 * squared);
});

test("w is the shortest: Σ c_i x_i with the solution of X Xᵀ c = y", () => {
  const data = sampledData(20, 60);
  const w = network(linear, data, { form: "pair" }).network.W.subarray(0, 60);
  const factor = cholesky(gramMatrix(data.X, 20, 60), 20);
  assert.ok(factor);
  const c = solveCholesky(factor, 20, data.y);
  for (let j = 0; j < 60; j++) {
    const expected = c.reduce((sum, value, i) => sum + value * data.X[i * 60 + j], 0);
    assert.ok(Math.abs(w[j] - expected) <= 1e-12);
  }
});

test("more points than dimensions are refused with both numbers", () => {
  assert.throws(() => network(linear, sampledData(600, 500)), {
    name: "HypothesisError",
    message: "linear: needs n <= d (got n=600, d=500)",
  });
});

test("dependent points are refused", () => {
  const data = sampledData(10, 20);
  data.X.copyWithin(20, 0, 20);
  assert.throws(() => network(linear, { ...data, y: data.y.fill(1) }), /needs linearly independent points/);
});

test("n close to d is warned of", () => {
  assert.match(network(linear, sampledData(95, 100)).warnings?.[0] ?? "", /n is close to d/);
  assert.equal(network(linear, sampledData(80, 100)).warnings, undefined);
});
