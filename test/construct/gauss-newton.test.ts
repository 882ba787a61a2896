import assert from "node:assert/strict";
import test from "node:test";
import { HypothesisError } from "../../src/construct/construction.ts";
import { gaussNewton, gaussNewtonMethod } from "../../src/construct/gauss-newton.ts";
import { bracket } from "../../src/lipschitz/bracket.ts";
import { evaluate, totalWeight } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { largestError, network, sampledData } from "./method.ts";

function upper(built: TwoLayerNetwork): number {
  return bracket(built, { random: stream(1, "test", "bracket"), radius: 1, steps: 20 }).upper.value;
}

function randomNetwork(k: number, d: number): TwoLayerNetwork {
  const random = stream(3, "test", "network");
  return {
    activation: "relu",
    k,
    d,
    W: random.gaussians(k * d),
    b: random.gaussians(k),
    a: random.gaussians(k, 0.2),
    c: 0,
  };
}

test("n = 1000, d = 100, k = 30: at least 4 of 5 starts interpolate in 15 iterations, with U <= 26", () => {
  let found = 0;
  for (let seed = 1; seed <= 5; seed++) {
    const data = sampledData(1000, 100, seed);
    try {
      const built = network(gaussNewtonMethod, data, { k: "30", restarts: "0" }, seed);
      const U = upper(built.network);
      const few = Number(built.details?.iterations) <= 15;
      if (few && largestError(built, data) <= 1e-8 && U <= 26) found += 1;
    } catch (error) {
      if (!(error instanceof HypothesisError)) throw error;
    }
  }
  assert.ok(found >= 4, `${found} of 5`);
});

test("n = 1000, d = 100: 15, 30 and 100 neurons interpolate with certified constants below 36, 27 and 19", () => {
  const data = sampledData(1000, 100);
  for (const [k, most] of [
    [15, 36],
    [30, 27],
    [100, 19],
  ]) {
    const built = network(gaussNewtonMethod, data, { k: String(k) });
    assert.equal(built.network.k, k);
    assert.ok(largestError(built, data) <= 1e-8);
    const U = upper(built.network);
    assert.ok(U < most, `k = ${k}: ${U}`);
    assert.ok(totalWeight(built.network) / Math.sqrt(1000) < 8);
  }
});

test("points and labels of any size take the network of those of size one, scaled", () => {
  const data = sampledData(60, 20);
  const built = network(gaussNewtonMethod, data, { k: "9" });
  const [points, labels] = [2 ** 400, 2 ** -30];
  const scaled = {
    ...data,
    X: data.X.map((value) => value * points),
    y: data.y.map((value) => value * labels),
  };
  const other = network(gaussNewtonMethod, scaled, { k: "9" });
  assert.deepEqual(
    other.network.W.map((value) => value * points),
    built.network.W,
  );
  assert.deepEqual(other.network.b, built.network.b);
  assert.ok(largestError(other, scaled) <= 1e-9 * labels);
  assert.ok(
    largestError(
      network(gaussNewtonMethod, { ...data, X: new Float64Array(20), n: 1, y: Float64Array.of(-3) }),
      {
        ...data,
        X: new Float64Array(20),
        n: 1,
        y: Float64Array.of(-3),
      },
    ) <= 1e-8,
  );
});

test("unless told otherwise 3 n/d neurons, or as many as leave each point one that is on", () => {
  assert.equal(network(gaussNewtonMethod, sampledData(120, 30)).network.k, 12);
  for (const [n, d, k] of [
    [1, 40, 2],
    [12, 40, 5],
    [1000, 500, 8],
  ]) {
    const built = network(gaussNewtonMethod, sampledData(n, d), { restarts: "0" });
    assert.equal(built.network.k, k);
  }
});

test("real labels and Gaussian points are interpolated too", () => {
  const data = { ...sampledData(120, 30, 2, "gaussian"), y: stream(2, "test", "labels").gaussians(120, 3) };
  assert.ok(largestError(network(gaussNewtonMethod, data), data) <= 1e-8);
});

test("the steps start from any network, of any scale, with an output bias", () => {
  const data = sampledData(100, 20);
  const start = { ...randomNetwork(30, 20), c: 0.5 };
  const found = gaussNewton(data)(start);
  assert.ok(found.interpolates && found.error <= 1e-9);
  assert.equal(found.network.c, 0.5);
  const outputs = evaluate(found.network, data.X);
  outputs.forEach((value, i) => {
    assert.ok(Math.abs(value - data.y[i]) <= 1e-9);
  });
});

test("a network that interpolates is left as it is, but for the scales of its neurons", () => {
  const start = randomNetwork(7, 5);
  const { X } = sampledData(20, 5);
  const { network: same, iterations } = gaussNewton({ n: 20, d: 5, X, y: evaluate(start, X) })(start);
  assert.equal(iterations, 0);
  const fresh = stream(4, "test", "points").gaussians(50);
  const [before, after] = [evaluate(start, fresh), evaluate(same, fresh)];
  before.forEach((value, i) => {
    assert.ok(Math.abs(value - after[i]) <= 1e-12);
  });
  assert.ok(Math.abs(totalWeight(start) - totalWeight(same)) <= 1e-12 * totalWeight(start));
});

test("a start with no neuron on anywhere leads nowhere", () => {
  const start = { ...randomNetwork(7, 5), b: new Float64Array(7).fill(-100) };
  const { interpolates, error } = gaussNewton(sampledData(20, 5))(start);
  assert.ok(!interpolates && error === 1);
});

test("errors name the hypothesis, its numbers and what to change", () => {
  assert.throws(
    () => network(gaussNewtonMethod, sampledData(200, 9), { k: "19" }),
    /needs k \(d \+ 1\) >= n \(got 190 < 200\), take --k 20 or more/,
  );
  // As many weights as points: no start gets there.
  assert.throws(
    () => network(gaussNewtonMethod, sampledData(200, 9), { k: "20", restarts: "1" }),
    /2 starts of 20 neurons led to no interpolant \(needs largest error <= 1e-9, got .+\), take a larger --k or/,
  );
});

test("one seed gives one network", () => {
  const data = sampledData(100, 20);
  assert.deepEqual(network(gaussNewtonMethod, data), network(gaussNewtonMethod, data));
});

test("without biases it interpolates with b = 0, and asks for k d >= n", () => {
  const data = sampledData(120, 30);
  const built = network(gaussNewtonMethod, data, { k: "20", biases: "no" }, 1);
  assert.ok(largestError(built, data) <= 1e-8);
  assert.ok(built.network.b.every((b) => b === 0) && built.network.a.some((a) => a !== 0));
  assert.deepEqual(built.hypotheses[0], { name: "k d >= n", ok: true, left: 600, right: 120 });
  assert.throws(
    () => network(gaussNewtonMethod, data, { k: "3", biases: "no" }, 1),
    /needs k d >= n \(got 90 < 120\), take --k 4 or more/,
  );
});
