import assert from "node:assert/strict";
import test from "node:test";
import { harmonic } from "../../src/construct/harmonic.ts";
import { bracket } from "../../src/lipschitz/bracket.ts";
import { totalWeight } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { largestError, network, sampledData } from "./method.ts";

const data = sampledData(1000, 100);
const boosted = (epsilon: number) =>
  network(harmonic, data, { epsilon: String(epsilon), finish: "no", degree: "2" });
const upper = (built: ReturnType<typeof network>) =>
  bracket(built.network, { random: stream(1, "test", "bracket"), radius: 1, steps: 5 }).upper.value;

function assertBetween(value: number, least: number, most: number, name: string): void {
  assert.ok(value >= least * 0.9 && value <= most * 1.1, `${name}: ${value}`);
}

test("n = 1000, d = 100, greedy: neurons and total weight over √n at ε = 0.5, 0.1 and 0.01", () => {
  for (const { epsilon, k, weight } of [
    { epsilon: 0.5, k: [26, 33], weight: [3.0, 4.3] },
    { epsilon: 0.1, k: [90, 106], weight: [7.8, 9.6] },
    { epsilon: 0.01, k: [195, 220], weight: [10.7, 12.8] },
  ]) {
    const built = boosted(epsilon);
    assertBetween(built.network.k, k[0], k[1], `k at ${epsilon}`);
    const total = totalWeight(built.network);
    assertBetween(total / Math.sqrt(1000), weight[0], weight[1], `weight at ${epsilon}`);
    assert.ok(Number(built.details?.boosted_mse) <= epsilon);
    if (epsilon === 0.1) assertBetween(upper(built), 27, 37, "U");
    // Proposition 1 asks √n/8 of some data.
    if (epsilon === 0.5) assertBetween(total / (Math.sqrt(1000) / 8), 25, 35, "ratio to the lower bound");
    const { steps, steps_by_lemma_1, weight_by_lemma_1 } = built.details ?? {};
    assert.ok(Number(steps) <= Number(steps_by_lemma_1) && total <= Number(weight_by_lemma_1));
  }
});

test("the finish interpolates with the same neurons, and within 7 % of weight and constant", () => {
  const [rough, built] = [boosted(0.1), network(harmonic, data)];
  assert.equal(built.network.k, rough.network.k);
  assert.ok(largestError(built, data) <= 1e-9);
  assert.ok(Math.abs(totalWeight(built.network) / totalWeight(rough.network) - 1) <= 0.077);
  assert.ok(Math.abs(upper(built) / upper(rough) - 1) <= 0.077);
  assert.equal(built.details?.boosted_weight, totalWeight(rough.network));
});

test("n = 2000, d = 50: degree 2 is refused and 3 is taken", () => {
  const crowded = sampledData(2000, 50);
  assert.throws(
    () => network(harmonic, crowded, { degree: "2" }),
    /needs lambda_min\(\(X X\^T\)\^m\) >= 0\.1 \(got .+ for m = 2\), take --degree 3/,
  );
  const built = network(harmonic, crowded, { finish: "no" });
  assert.equal(built.details?.degree, 3);
  assertBetween(built.network.k, 391, 435, "k");
  assertBetween(totalWeight(built.network) / Math.sqrt(2000), 18, 18, "weight");
});

test("one ReLU a step drawn from the mixture gets there as well, with more neurons and weight", () => {
  const built = network(harmonic, data, { mode: "single", finish: "no" });
  assert.ok(Number(built.details?.boosted_mse) <= 0.1);
  const perLogarithm = (built.network.k * 100) / (1000 * Math.log(10));
  assertBetween(perLogarithm, 12, 19, "k d/(n ln(1/ε))");
  assert.ok(totalWeight(built.network) > totalWeight(boosted(0.1).network));
});

test("points far off need not be left out", () => {
  const built = network(harmonic, data, { finish: "no", drop: "yes" });
  assert.ok(Number(built.details?.kept_points) >= 990, `${built.details?.kept_points}`);
  assert.ok(Number(built.details?.boosted_mse) <= 0.1);
});

test("hypotheses that fail on these data are said to fail", () => {
  const small = sampledData(200, 40);
  const { hypotheses } = network(harmonic, small);
  assert.deepEqual(
    hypotheses.map(({ ok }) => ok),
    [true, false, true, true],
  );
  const gaussian = sampledData(200, 40, 1, "gaussian");
  const built = network(harmonic, gaussian);
  assert.equal(built.hypotheses[0].ok, false);
  assert.ok(largestError(built, gaussian) <= 1e-9);
});

test("two points that are too close are refused, and a finish that fails says so", () => {
  const { n, d, X, y } = sampledData(40, 20);
  const close = { n, d, X: Float64Array.from(X), y: y.map((_, i) => (i === 0 ? 1 : -1)) };
  close.X.set(X.subarray(0, d), d);
  close.X[d] += 1e-6;
  assert.throws(
    () => network(harmonic, close),
    /needs lambda_min\(\(X X\^T\)\^m\) >= 0\.1 \(got .+\): two points/,
  );
  assert.throws(() => network(harmonic, sampledData(2, 20)), /needs n >= 3 \(got n=2\)/);
  assert.throws(
    () => network(harmonic, sampledData(300, 20), { epsilon: "0.9" }),
    /the finish ended at a largest error of .+ \(needs 1e-9\), take a smaller --epsilon or --finish no/,
  );
});
