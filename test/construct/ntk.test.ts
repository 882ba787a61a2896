import assert from "node:assert/strict";
import test from "node:test";
import { boost } from "../../src/construct/boosting.ts";
import { fitOf, lipschitzNumbers } from "../../src/construct/describe.ts";
import { ntk } from "../../src/construct/ntk.ts";
import { pairLearner } from "../../src/construct/ntk-learner.ts";
import { bracket } from "../../src/lipschitz/bracket.ts";
import { evaluate, totalWeight } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { largestError, network, sampledData } from "./method.ts";

const data = sampledData(1000, 100);
const mse = (built: ReturnType<typeof network>) => fitOf(evaluate(built.network, data.X), data.y).mse;

test("n = 1000, d = 100, boosted to 0.01: 150 to 185 neurons by line search, 350 to 410 by the fixed step", () => {
  for (const [step, least, most] of [
    ["line", 135, 204],
    ["fixed", 315, 451],
  ] as const) {
    const built = network(ntk, data, { form: "boosted", step });
    const { k } = built.network;
    assert.ok(k >= least && k <= most, `${step}: ${k}`);
    const { details } = built;
    const tracked = Number(details?.boosted_mse);
    assert.ok(
      tracked <= 0.01 && Math.abs(mse(built) - tracked) <= 1e-6,
      `${step}: ${mse(built)}, ${tracked}`,
    );
    const [first, smallest] = [Number(details?.first_correlation), Number(details?.smallest_eigenvalue)];
    assert.ok(first >= 0.36 && first <= 0.66, `${first}`);
    assert.ok(smallest >= 0.126 && smallest <= 0.154, `${smallest}`);
    // Theorem 2's count is far above.
    assert.ok(Number(built.guarantee.value) > 10_000);
  }
});

test("no step makes the residual larger, neither with the best η nor with 1/λ_max", () => {
  const { n, d, X, y } = data;
  const learner = () => pairLearner(data, "relu", "limit", stream(1, "test", "gates"));
  const built = network(ntk, data, { form: "boosted", step: "fixed" });
  const largest = (Number(built.details?.omega) * n) / d;
  assert.equal(X.length, n * d);
  for (const step of [undefined, 1 / largest]) {
    const { history } = boost(y, learner(), {
      name: "ntk",
      epsilon: 0.01,
      most: 5000,
      ...(step && { step }),
    });
    for (let t = 1; t < history.length; t++) assert.ok(history[t] <= history[t - 1]);
  }
});

test("n = 1000, d = 100, 20 gates: 40 neurons interpolate, the gradient at the points is 12.5 to 15", () => {
  const built = network(ntk, data, { gates: "20" });
  assert.equal(built.network.k, 40);
  assert.ok(largestError(built, data) <= 1e-9);
  const random = (purpose: string) => stream(1, "test", purpose);
  const { proxy } = lipschitzNumbers(built.network, data, { random, draws: 10 });
  assert.ok(proxy && proxy.points >= 11.25 && proxy.points <= 16.5, `${proxy?.points}`);
});

test("the exact form takes real labels and Gaussian points, and more gates than it needs", () => {
  const real = { ...sampledData(90, 30, 2, "gaussian"), y: stream(2, "test", "labels").gaussians(90) };
  assert.ok(largestError(network(ntk, real), real) <= 1e-9);
  assert.ok(largestError(network(ntk, real, { gates: "15" }), real) <= 1e-9);
  const few = sampledData(10, 30);
  const built = network(ntk, few);
  assert.equal(built.network.k, 4);
  assert.ok(largestError(built, few) <= 1e-9);
});

test("n = 1000, d = 100, neurons that are not close: total weight 24 to 29 times √n", () => {
  const built = network(ntk, data, { form: "finite" });
  const weight = totalWeight(built.network) / Math.sqrt(1000);
  assert.ok(weight >= 21.6 && weight <= 31.9, `${weight}`);
  assert.ok(built.network.k >= 223 && built.network.k <= 282, `${built.network.k}`);
  assert.ok(Math.abs(mse(built) - Number(built.details?.boosted_mse)) <= 1e-9);
  const { upper } = bracket(built.network, { random: stream(1, "test", "bracket"), radius: 1, steps: 5 });
  assert.ok(upper.value >= 60 && upper.value <= 88, `${upper.value}`);
});

test("smooth activations come to the same residual in more steps", () => {
  const small = sampledData(500, 100);
  const steps = ["relu", "tanh", "softplus"].map((activation) => {
    const built = network(ntk, small, { form: "boosted", activation });
    assert.equal(built.network.activation, activation);
    const { mse } = fitOf(evaluate(built.network, small.X), small.y);
    assert.ok(Math.abs(mse - Number(built.details?.boosted_mse)) <= 1e-6, activation);
    return Number(built.details?.steps);
  });
  assert.ok(steps[0] < steps[1] && steps[1] < steps[2], `${steps}`);
});

test("a pair equals its limit on the data, and has no biases", () => {
  const { neurons, values } = pairLearner(data, "relu", "limit", stream(5, "test", "gates"))(data.y);
  const [moved, u] = neurons;
  assert.ok(neurons.length === 2 && moved.b === 0 && u.b === 0);
  const outputs = evaluate(
    {
      activation: "relu",
      k: 2,
      d: 100,
      W: Float64Array.of(...moved.w, ...u.w),
      b: new Float64Array(2),
      a: Float64Array.of(moved.a, u.a),
      c: 0,
    },
    data.X,
  );
  outputs.forEach((value, i) => {
    assert.ok(Math.abs(value - values[i]) <= 1e-14 * moved.a * 100, `${value}, ${values[i]}`);
  });
});

test("errors name the hypothesis, its numbers and what to change", () => {
  const few = sampledData(100, 20);
  assert.throws(
    () => network(ntk, few, { gates: "4" }),
    /needs gates \* d >= n \(got 80 < 100\), take --gates 6 or more/,
  );
  assert.throws(
    () => network(ntk, few, { form: "finite", activation: "tanh" }),
    /--form finite is for --activation relu and --step line \(got tanh and line\), take --form boosted/,
  );
  const zero = { ...few, X: few.X.map((value, p) => (p < 20 ? 0 : value)) };
  assert.throws(() => network(ntk, zero), /point 1 is 0, where no gate is open/);
  assert.throws(
    () => network(ntk, { ...few, y: new Float64Array(100) }),
    /label other than 0 \(got 100 of 0\)/,
  );
  // Two equal directions with other labels: no function of gates and inner products does both.
  const X = Float64Array.of(1, 0, 2, 0);
  const opposed = { n: 2, d: 2, X, y: Float64Array.of(1, -1) };
  assert.throws(
    () => network(ntk, opposed, { gates: "4" }),
    /kernel matrix of 4 gates is (nearly )?singular \(needs .+, got .+\), take a larger --gates/,
  );
  assert.throws(
    () => network(ntk, opposed, { form: "boosted" }),
    /ntk: the residual is .+ after \d+ steps \(needs 0\.01\), take a larger --epsilon/,
  );
});
