import assert from "node:assert/strict";
import { test } from "node:test";
import { baumRelu } from "../../src/construct/baum-relu.ts";
import { type Construction, HypothesisError } from "../../src/construct/construction.ts";
import { fitOf } from "../../src/construct/describe.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { genericPoints, randomSigns } from "../../src/data/generic.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";

const random = (purpose: string) => stream(1, "test", purpose);
const forms = ["full", "half", "three"] as const;

function genericData(n: number, d: number, labels: "signs" | "gaussian" = "signs", seed = 1): Dataset {
  const X = genericPoints({ n, d }, "sphere", stream(seed, "test", "points"));
  const draw = stream(seed, "test", "labels");
  return { n, d, X, y: labels === "signs" ? randomSigns(n, draw) : draw.gaussians(n) };
}

function build(data: Dataset, form: (typeof forms)[number], tolerance = 1e-7): Construction {
  return baumRelu.build(data, { form, tolerance }, random);
}

function networkOf(construction: Construction) {
  assert.ok("network" in construction);
  return construction.network;
}

function errorOf(construction: Construction, { X, y }: Dataset): number {
  return fitOf(evaluate(networkOf(construction), X), y).max_error;
}

test("full blocks fit 1000 points of R^50 with 80 neurons to 1e-7", () => {
  const data = genericData(1000, 50);
  const built = build(data, "full");
  const error = errorOf(built, data);
  assert.equal(networkOf(built).k, 80);
  assert.equal(built.guarantee.value, 80);
  assert.ok(error <= 1e-7, `error ${error}`);
  assert.ok(built.hypotheses.every(({ ok }) => ok));
});

test("half blocks fit them with 160 neurons to 1e-9, and slopes and total weight are in the measured ranges", () => {
  for (const seed of [1, 2, 3]) {
    const data = genericData(1000, 50, "signs", seed);
    const built = build(data, "half");
    const error = errorOf(built, data);
    assert.equal(networkOf(built).k, 160);
    assert.ok(error <= 1e-9, `error ${error}`);
    const slope = Number(built.details?.median_slope);
    assert.ok(slope >= 0.9 * 6.6 && slope <= 1.1 * 7, `median slope ${slope}`);
    const weight = Number(built.details?.total_weight_over_n2_root_d);
    assert.ok(weight >= 0.9 * 8 && weight <= 1.1 * 10, `total weight ${weight}`);
  }
});

test("three neurons a block fit them with 61 to 1e-7", () => {
  const data = genericData(1000, 50);
  const built = build(data, "three");
  const error = errorOf(built, data);
  assert.equal(networkOf(built).k, 61);
  assert.equal(built.guarantee.value, 61);
  assert.ok(error <= 1e-7, `error ${error}`);
});

test("full blocks fit Gaussian labels of 2000 points of R^100 with 80 neurons to 1e-7", () => {
  const data = genericData(2000, 100, "gaussian");
  const built = build(data, "full");
  const error = errorOf(built, data);
  assert.equal(networkOf(built).k, 80);
  assert.ok(error <= 1e-7, `error ${error}`);
});

test("every form fits real labels, labels of one sign, zeros among them and a last block that is short", () => {
  for (const form of forms) {
    for (const labels of [
      (y: Float64Array) => y,
      (y: Float64Array) => y.map(Math.abs),
      (y: Float64Array) => y.map((value, i) => (i % 3 === 0 ? value : 0)),
      (y: Float64Array) => y.map(() => 0),
    ]) {
      const data = genericData(103, 10, "gaussian");
      const real = { ...data, y: labels(data.y) };
      const error = errorOf(build(real, form), real);
      assert.ok(error <= 1e-8, `${form}: error ${error}`);
    }
  }
});

test("one block that holds all points, single points and points on a line work", () => {
  for (const form of forms) {
    for (const [n, d] of [
      [7, 20],
      [1, 3],
      [20, 20],
      [9, 1],
    ]) {
      const data = { n, d, X: random("points").gaussians(n * d), y: random("labels").gaussians(n) };
      const error = errorOf(build(data, form), data);
      assert.ok(error <= 1e-9, `${form} n=${n} d=${d}: error ${error}`);
    }
  }
});

test("the fit does not hang on the scale of the points", () => {
  const data = genericData(60, 6, "gaussian");
  for (const scale of [1e-9, 1e9]) {
    const scaled = { ...data, X: data.X.map((value) => scale * value) };
    for (const form of forms) assert.ok(errorOf(build(scaled, form), scaled) <= 1e-10);
  }
});

test("the number of neurons is that of the blocks, and three neurons need no constant for labels >= 0", () => {
  const data = genericData(103, 10, "gaussian");
  assert.equal(networkOf(build(data, "full")).k, 4 * 11);
  assert.equal(networkOf(build(data, "half")).k, 4 * 21);
  assert.equal(networkOf(build(data, "three")).k, 3 * 11 + 1);
  assert.equal(networkOf(build({ ...data, y: data.y.map(Math.abs) }, "three")).k, 3 * 11);
});

test("a tolerance below the expected rounding brings a warning with both numbers, one above it none", () => {
  const data = genericData(200, 10);
  const { warnings: none = [] } = build(data, "full", 1);
  const { warnings = [] } = build(data, "full", 1e-14);
  assert.ok(!none.some((warning) => warning.startsWith("rounding")));
  assert.ok(
    warnings.some((warning) =>
      /^rounding may exceed the tolerance: 1e-16 max\|<u, x>\|\/delta is \S+ \(tolerance 1e-14\)$/.test(
        warning,
      ),
    ),
  );
});

test("the error is within a few times the expected rounding", () => {
  for (const form of forms) {
    const data = genericData(300, 20);
    const built = build(data, form);
    assert.ok(errorOf(built, data) <= 30 * Number(built.details?.expected_rounding));
  }
});

test("points in a hyperplane are refused in full blocks, with a point and its distance", () => {
  const { n, d, X, y } = genericData(30, 3);
  for (let i = 0; i < n; i++) X[i * d] = 0.25;
  for (const form of ["full", "three"] as const) {
    assert.throws(
      () => build({ n, d, X, y }, form),
      (error: unknown) =>
        error instanceof HypothesisError &&
        /^baum-relu: not in general position, point \d+ lies on the hyperplane through 3 others \(needs a distance above \d.*, got \d.*\); move the points a little$/.test(
          error.message,
        ),
    );
  }
});

test("half blocks need less: their hyperplanes can leave one that holds all points", () => {
  const data = genericData(60, 10);
  for (let i = 0; i < 60; i++) data.X[i * 10] = 0.25;
  assert.ok(errorOf(build(data, "half"), data) <= 1e-9);
});

test("equal points are affinely dependent or on each other's hyperplane", () => {
  const data = genericData(40, 4);
  data.X.copyWithin(4, 0, 4);
  for (const form of forms) {
    assert.throws(
      () => build(data, form),
      (error: unknown) =>
        error instanceof HypothesisError && error.message.startsWith("baum-relu: not in general position, "),
    );
  }
  const both = { n: 2, d: 4, X: Float64Array.of(1, 2, 3, 4, 1, 2, 3, 4), y: Float64Array.of(1, 1) };
  assert.throws(
    () => build(both, "full"),
    /affinely dependent \(got min \|R_ii\|\/max \|R_ii\| = \S+, needs 1e-12\); move the points a little$/,
  );
});
