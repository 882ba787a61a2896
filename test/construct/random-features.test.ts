import assert from "node:assert/strict";
import { test } from "node:test";
import { type Construction, HypothesisError } from "../../src/construct/construction.ts";
import { fitOf } from "../../src/construct/describe.ts";
import { randomFeatures } from "../../src/construct/random-features.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { genericPoints, randomSigns } from "../../src/data/generic.ts";
import { evaluate, gradient, norm, totalWeight } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";

const random = (purpose: string) => stream(1, "test", purpose);

function genericData(n: number, d: number): Dataset {
  return {
    n,
    d,
    X: genericPoints({ n, d }, "sphere", random("points")),
    y: randomSigns(n, random("signs")),
  };
}

function build(data: Dataset, form = "pivot", activation = "relu"): Construction {
  return randomFeatures.build(data, { form, activation }, random);
}

function networkOf(construction: Construction) {
  assert.ok("network" in construction);
  return construction.network;
}

function errorOf(construction: Construction, { X, y }: Dataset): number {
  return fitOf(evaluate(networkOf(construction), X), y).max_error;
}

test("pivot fits 500 points of R^100 with 500 neurons to 1e-11, at a condition below 2e4", () => {
  const data = genericData(500, 100);
  const built = build(data);
  const error = errorOf(built, data);
  assert.equal(networkOf(built).k, 500);
  assert.ok(error <= 1e-11, `error ${error}`);
  assert.ok(Number(built.details?.condition) < 2e4, `condition ${built.details?.condition}`);
});

test("square fits as well, at a worse condition and with larger weights", () => {
  const data = genericData(200, 40);
  const pivot = build(data);
  const square = build(data, "square");
  assert.ok(errorOf(square, data) <= 1e-8);
  assert.ok(Number(square.details?.condition) > Number(pivot.details?.condition));
  assert.ok(totalWeight(networkOf(square)) > totalWeight(networkOf(pivot)));
});

test("square is refused after ten draws, and its message names pivot", () => {
  // Quadratic polynomials on the sphere of R^3 have 9 coefficients; the check of degrees lets 10 points pass.
  assert.throws(
    () => build(genericData(10, 3), "square", "polynomial:0,0,1"),
    /^HypothesisError: random-features: 10 random neurons are dependent on these points, 10 times \(got \S+ = \S+, needs 1e-12\), take --form pivot$/,
  );
});

test("the condition is that of the features at the points", () => {
  // Two neurons at two points: σ² are the roots of s² − (sum of squares) s + det².
  const data = { n: 2, d: 2, X: Float64Array.of(1, 0, 0.6, 0.8), y: Float64Array.of(1, -1) };
  const built = build(data, "pivot", "tanh");
  const { W, b } = networkOf(built);
  const psi = [0, 1].flatMap((i) =>
    [0, 1].map((l) => Math.tanh(W[2 * l] * data.X[2 * i] + W[2 * l + 1] * data.X[2 * i + 1] + b[l])),
  );
  const squares = psi.reduce((sum, value) => sum + value * value, 0);
  const det = psi[0] * psi[3] - psi[1] * psi[2];
  const root = Math.sqrt(squares ** 2 - 4 * det ** 2);
  const condition = Math.sqrt((squares + root) / (squares - root));
  assert.ok(Math.abs(Number(built.details?.condition) / condition - 1) < 1e-6);
});

test("every activation that is no polynomial fits real labels", () => {
  const data = { ...genericData(120, 10), y: random("labels").gaussians(120) };
  for (const activation of [
    "relu",
    "leaky-relu",
    "abs",
    "hardtanh",
    "tanh",
    "sigmoid",
    "softplus",
    "sin",
    "step",
  ]) {
    const built = build(data, "pivot", activation);
    const error = errorOf(built, data);
    assert.equal(networkOf(built).k, 120);
    assert.ok(error <= 1e-8, `${activation}: error ${error}`);
  }
});

test("a polynomial fits up to C(d + p, p) points and is refused beyond, with both numbers", () => {
  const gaussian = (n: number, d: number) => ({
    n,
    d,
    X: random("points").gaussians(n * d),
    y: random("labels").gaussians(n),
  });
  for (const [activation, degree, most] of [
    ["identity", 1, 5],
    ["polynomial:0,0,1", 2, 15],
    ["polynomial:0,0,0,1", 3, 35],
  ] as const) {
    const data = gaussian(most, 4);
    assert.ok(errorOf(build(data, "pivot", activation), data) <= 1e-8);
    assert.throws(() => build(gaussian(most + 1, 4), "pivot", activation), {
      name: "HypothesisError",
      message:
        `random-features: ${activation} is a polynomial of degree p = ${degree}, needs n <= C(d + p, p) ` +
        `(got n=${most + 1}, C(${4 + degree}, ${degree}) = ${most}), take --activation relu`,
    });
  }
});

test("features that are dependent on the points are drawn again, then refused with their ratio", () => {
  // On the unit sphere of R^4 quadratic polynomials have 14 coefficients, not 15: the square of the norm is 1.
  assert.throws(
    () => build(genericData(15, 4), "pivot", "polynomial:0,0,1"),
    (error: unknown) =>
      error instanceof HypothesisError &&
      /^random-features: 45 random neurons are dependent on these points, 2 times \(got \|R_nn\|\/\|R_11\| = \S+, needs 1e-12\), take another --activation$/.test(
        error.message,
      ),
  );
  const fits = genericData(14, 4);
  assert.ok(errorOf(build(fits, "pivot", "polynomial:0,0,1"), fits) <= 1e-9);
});

test("line fits with one direction, and its closed form is the largest gradient between neighbours", () => {
  const data = genericData(500, 100);
  const built = build(data, "line");
  const network = networkOf(built);
  const error = errorOf(built, data);
  const { value, domain } = built.exact?.[0] ?? { value: Number.NaN, domain: "" };
  assert.equal(network.k, 500);
  assert.ok(error <= 1e-9, `error ${error}`);
  assert.equal(domain, "space");
  // Between any two knots along u = w_1 the gradient is one slope; midpoints of knots meet each once.
  const u = network.W.slice(0, 100);
  const knots = network.b.map((bias) => -bias).sort();
  const middles = Array.from(knots, (knot, p) =>
    p + 1 < knots.length ? (knot + knots[p + 1]) / 2 : knot + 1,
  );
  const steepest = Math.max(
    ...middles.map((t) =>
      norm(
        gradient(
          network,
          u.map((part) => t * part),
        ),
      ),
    ),
  );
  assert.ok(Math.abs(value / steepest - 1) < 1e-6, `${value} and ${steepest}`);
});

test("one and two points work in every form", () => {
  for (const form of ["pivot", "square", "line"]) {
    for (const n of [1, 2]) {
      const data = genericData(n, 3);
      // With one or two neurons it is chance that one is on at a point: tanh is nowhere 0 but at 0.
      const built = build(data, form, form === "line" ? "relu" : "tanh");
      assert.ok(errorOf(built, data) <= 1e-12);
    }
  }
});

test("equal points are refused with their numbers, and named contradictory where their labels differ", () => {
  const data = genericData(10, 3);
  data.X.copyWithin(15, 3, 6);
  data.y[1] = 1;
  data.y[5] = 1;
  assert.throws(() => build(data), {
    name: "HypothesisError",
    message: "random-features: needs different points, points 2 and 6 are equal, leave one out",
  });
  data.y[5] = -1;
  assert.throws(() => build(data), {
    name: "HypothesisError",
    message: "random-features: contradictory duplicates, points 2 and 6 are equal and have labels 1 and -1",
  });
});

test("form line refuses an activation that is not relu, and points that no direction separates", () => {
  assert.throws(() => build(genericData(10, 3), "line", "tanh"), {
    name: "HypothesisError",
    message: "random-features: form line needs relu (got tanh), take --form pivot",
  });
  // Points that differ, but by less than a product resolves.
  const X = Float64Array.of(1, 1e-30, 1, 2e-30);
  assert.throws(() => build({ n: 2, d: 2, X, y: Float64Array.of(1, -1) }, "line"), {
    name: "HypothesisError",
    message:
      "random-features: form line needs projections that differ (got a gap of 0 for 32 directions), take --form pivot",
  });
});
