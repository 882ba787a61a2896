import assert from "node:assert/strict";
import test from "node:test";
import { HypothesisError, type NetworkConstruction, row } from "../../src/construct/construction.ts";
import { quadratic } from "../../src/construct/quadratic.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { genericPoints, randomSigns } from "../../src/data/generic.ts";
import { evaluate, gradient, norm } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { quadraticActivationLower } from "../../src/theory/quadratic.ts";
import { fixtureData } from "../fixtures/fixture-f.ts";

function sphere(n: number, d: number, seed = 1): Dataset {
  const X = genericPoints({ n, d }, "sphere", stream(seed, "test", "points"));
  return { n, d, X, y: randomSigns(n, stream(seed, "test", "labels")) };
}

function build(data: Dataset, k?: number): NetworkConstruction {
  return quadratic.build(data, { k }, (purpose) => stream(1, "test", purpose)) as NetworkConstruction;
}

function largestError({ network }: NetworkConstruction, { X, y }: Dataset): number {
  return evaluate(network, X).reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);
}

function detail({ details }: NetworkConstruction, name: string): number {
  return Number(details?.[name]);
}

test("(500, 100), k = 20 interpolates with ‖T‖_op k/√(nd) near one, above its certificate", () => {
  for (const seed of [1, 2, 3]) {
    const data = sphere(500, 100, seed);
    const built = build(data, 20);
    assert.equal(built.network.k, 20);
    assert.ok(largestError(built, data) <= 1e-9);
    const ratio = detail(built, "operator_norm_times_k_over_sqrt_nd");
    assert.ok(ratio >= 0.8 / 1.1 && ratio <= 1.2 * 1.1, `seed ${seed}: ratio ${ratio}`);
    assert.ok(detail(built, "certificate") <= detail(built, "operator_norm"));
    assert.ok(detail(built, "certificate") <= detail(built, "certificate_ky_fan") * (1 + 1e-12));
    assert.ok(detail(built, "certificate_ky_fan") <= detail(built, "operator_norm"));
    assert.ok(detail(built, "iterations") <= 20);
  }
});

test("‖T‖_op falls with k as its certificate does", () => {
  const data = sphere(500, 100);
  for (const [k, norms, certificates] of [
    [10, [23, 33], [10.1, 11]],
    [50, [5.4, 5.8], [2, 2.2]],
    [100, [4.7, 4.7], [1.1, 1.1]],
  ] as const) {
    const built = build(data, k);
    const within = (name: string, [low, high]: readonly [number, number]) => {
      const value = detail(built, name);
      assert.ok(value >= low / 1.1 && value <= high * 1.1, `k = ${k}, ${name}: ${value}`);
    };
    assert.ok(largestError(built, data) <= 1e-9);
    within("operator_norm", norms);
    within("certificate", certificates);
  }
});

test("the closed form of the unit ball is the largest gradient there, of the network as it is", () => {
  const data = sphere(200, 40);
  const built = build(data, 10);
  const constant = built.exact?.find(({ domain }) => domain === "ball")?.value ?? Number.NaN;
  assert.ok(Math.abs(constant - 2 * detail(built, "operator_norm")) <= 1e-12 * constant);
  // Power iteration of x ↦ ∇f(x)/2 = T x, twice for T².
  let x = row(data.X, 0, 40);
  for (let step = 0; step < 2000; step++) {
    const image = gradient(built.network, gradient(built.network, x));
    x = image.map((value) => value / norm(image));
  }
  assert.ok(Math.abs(norm(gradient(built.network, x)) - constant) <= 1e-6 * constant);
  for (let i = 0; i < data.n; i++) {
    assert.ok(norm(gradient(built.network, row(data.X, i, 40))) <= constant);
  }
});

test("the certificates of fixture F are the exact numbers of Ky Fan's and the rank form", () => {
  const data = fixtureData();
  for (const [k, kyFan] of [
    [1, 9.48538532],
    [3, 4.03249903],
    [8, 3.0318279],
  ]) {
    assert.ok(Math.abs(quadraticActivationLower(data, k).kyFan - kyFan) <= 1e-8, `k = ${k}`);
  }
  assert.ok(Math.abs(quadraticActivationLower(data, 3).rank - 3.16179511) <= 1e-8);
  assert.ok(Math.abs(60 / quadraticActivationLower(data, 1).rank - 6.32552057) <= 1e-8);
  assert.equal(quadraticActivationLower(data, 1).rank, quadraticActivationLower(data, 1).kyFan);
});

test("k defaults to d, or to n where that is smaller", () => {
  for (const [n, d, k] of [
    [60, 20, 20],
    [10, 20, 10],
  ]) {
    const data = sphere(n, d);
    const built = build(data);
    assert.equal(built.network.k, k);
    assert.ok(largestError(built, data) <= 1e-12);
  }
});

test("too few neurons for the points are refused with both numbers", () => {
  assert.throws(
    () => build(sphere(500, 100), 4),
    (error: Error) =>
      error instanceof HypothesisError &&
      error.message ===
        "quadratic: needs n <= k d - k(k-1)/2, what forms of rank k are free to choose (got n=500, 394 for k=4), take a larger --k",
  );
  assert.throws(() => build(sphere(30, 6)), /got n=30, 21 for k=6/);
  assert.throws(() => build({ ...sphere(5, 4), y: new Float64Array(5) }), /a label other than 0/);
});
