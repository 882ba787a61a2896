import assert from "node:assert/strict";
import test from "node:test";
import { caps } from "../../src/construct/caps.ts";
import { lipschitzNumbers } from "../../src/construct/describe.ts";
import { totalWeight } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { largestError, network, sampledData } from "./method.ts";

const random = (purpose: string) => stream(1, "test", purpose);

test("n = 1000, d = 200: one neuron a point, gradient 10 on the sphere and 4.3589 along it", () => {
  const data = sampledData(1000, 200);
  const built = network(caps, data);
  assert.ok(largestError(built, data) <= 1e-12);
  assert.ok(Math.abs(totalWeight(built.network) / 1000 - 13.4536) <= 1e-4);
  const { proxy, sphere, global } = lipschitzNumbers(built.network, data, { random, draws: 1000 });
  assert.ok(Math.abs((proxy?.points ?? 0) - 10) <= 1e-9);
  assert.equal(proxy?.random, 0);
  assert.ok(sphere && sphere.tangential <= 4.359 && sphere.tangential >= 4.34, `${sphere?.tangential}`);
  assert.ok(sphere.gradient <= 10 + 1e-9);
  assert.deepEqual(
    built.exact?.map(({ domain, value }) => [domain, Number(value.toFixed(6))]),
    [
      ["sphere-gradient", 10],
      ["sphere", Number(Math.sqrt(19).toFixed(6))],
    ],
  );
  // Far outside half of all neurons are on: that constant is another one.
  assert.ok(
    global && global.lower <= global.upper && global.upper >= 540 && global.upper <= 590,
    `${global?.upper}`,
  );
  assert.ok(built.hypotheses.every(({ ok }) => ok));
});

test("the printed form on unit points is the relative one", () => {
  const data = sampledData(60, 40);
  const [printed, relative] = ["printed", "relative"].map((form) => network(caps, data, { form }).network);
  for (let i = 0; i < 60; i++) assert.ok(Math.abs(printed.b[i] - relative.b[i]) <= 1e-12);
});

test("the widest disjoint caps interpolate with less", () => {
  const data = sampledData(1000, 200);
  const built = network(caps, data, { form: "disjoint" });
  assert.ok(largestError(built, data) <= 1e-12);
  const [full, along] = built.exact ?? [];
  assert.ok(full.value >= 5.31 * 0.9 && full.value <= 5.43 * 1.1, `${full.value}`);
  assert.ok(Math.abs(along.value - 3.13) <= 0.3);
  const weight = totalWeight(built.network) / Math.sqrt(1000);
  assert.ok(weight >= 216 * 0.9 && weight <= 222 * 1.1, `${weight}`);
  assert.equal(built.details?.overlapping_pairs, 0);
});

test("isolated points have small slopes and caps that overlap", () => {
  const data = sampledData(1000, 200);
  const built = network(caps, data, { form: "isolate" });
  assert.ok(largestError(built, data) <= 1e-12);
  // Points lie on the kinks of other neurons: each neuron's own slope tells what a side of them has.
  const slopes = Array.from(built.network.a, Math.abs).sort((p, q) => p - q);
  assert.ok(slopes[500] >= 1.2 && slopes[999] <= 1.8 * 1.1, `${slopes[500]} ${slopes[999]}`);
  const { sphere } = lipschitzNumbers(built.network, data, { random, draws: 10 });
  assert.ok(sphere && sphere.gradient >= 9.8 * 0.9, `${sphere?.gradient}`);
  assert.match(built.warnings?.[0] ?? "", /pairs of caps overlap/);
});

test("Gaussian points need the relative form", () => {
  const data = sampledData(2000, 500, 1, "gaussian");
  assert.ok(largestError(network(caps, data), data) <= 1e-12);
  assert.throws(() => network(caps, data, { form: "printed" }), { name: "HypothesisError" });
});

test("a point in another's cap is refused with both numbers, overlapping caps are counted", () => {
  assert.throws(
    () => network(caps, sampledData(2000, 20, 1, "gaussian")),
    /point \d+ lies in the cap of point \d+ \(needs <x, x_i> <= [\d.]+, got [\d.]+\)/,
  );
  const close = {
    n: 2,
    d: 2,
    X: Float64Array.of(1, 0, Math.cos(0.6), Math.sin(0.6)),
    y: Float64Array.of(1, -1),
  };
  const built = network(caps, close);
  assert.equal(built.details?.overlapping_pairs, 1);
  assert.ok(largestError(built, close) <= 1e-12);
  const { sphere } = lipschitzNumbers(built.network, close, { random, draws: 10 });
  assert.ok(sphere && sphere.gradient <= (built.guarantee.value ?? 0) && sphere.gradient > 10);
});

test("a point at the origin is refused", () => {
  const data = { n: 2, d: 2, X: Float64Array.of(0, 0, 1, 0), y: Float64Array.of(1, -1) };
  assert.throws(() => network(caps, data), /point 1 is 0/);
});
