import assert from "node:assert/strict";
import test from "node:test";
import { HypothesisError, type NetworkConstruction, row } from "../../src/construct/construction.ts";
import { interpolatingCoefficients, symmetricDimension } from "../../src/construct/symmetric-tensor.ts";
import { tensor } from "../../src/construct/tensor.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { type DataKind, genericPoints, randomSigns } from "../../src/data/generic.ts";
import { sphereGradient } from "../../src/lipschitz/sphere.ts";
import { evaluate, gradient, norm } from "../../src/network/evaluate.ts";
import { operatorNormBracket } from "../../src/numeric/power-sum.ts";
import { eigensystem, quadraticForm } from "../../src/numeric/quadratic-form.ts";
import { stream } from "../../src/numeric/random.ts";

function sample(n: number, d: number, seed = 1, kind: DataKind = "sphere"): Dataset {
  const X = genericPoints({ n, d }, kind, stream(seed, "test", "points"));
  return { n, d, X, y: randomSigns(n, stream(seed, "test", "labels")) };
}

interface Choices {
  readonly degree?: number;
  readonly form?: string;
  readonly decompose?: string;
  readonly k?: number;
}

function build(data: Dataset, { degree = 2, form = "exact", decompose = "smallest", k }: Choices = {}) {
  const random = (purpose: string) => stream(1, "test", purpose);
  return tensor.build(data, { degree, form, decompose, k }, random) as NetworkConstruction;
}

function largestError({ network }: NetworkConstruction, { X, y }: Dataset): number {
  return evaluate(network, X).reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);
}

function constant({ exact }: NetworkConstruction, domain: string): number {
  return exact?.find((form) => form.domain === domain)?.value ?? Number.NaN;
}

function within(value: number, low: number, high: number, what: string): void {
  assert.ok(value >= low / 1.1 && value <= high * 1.1, `${what}: ${value} outside ${low} to ${high}`);
}

test("p = 2 exact at (1000, 100) interpolates with k = d and constants of 4.2 to 4.6 times √(n/d)", () => {
  const data = sample(1000, 100);
  const built = build(data);
  assert.equal(built.network.k, 100);
  assert.equal(built.network.activation, "polynomial:0,0,1");
  assert.ok(largestError(built, data) <= 1e-12);
  within(constant(built, "ball"), 13.5, 14.3, "2 ‖T‖_op");
  within(constant(built, "sphere"), 13.2, 14.2, "λ_max − λ_min");
});

test("p = 2 exact at (2000, 500) has k = 500 and 2 ‖T‖_op = 4.3 to 4.45 √(n/d)", () => {
  const data = sample(2000, 500);
  const built = build(data);
  assert.equal(built.network.k, 500);
  assert.ok(largestError(built, data) <= 1e-12);
  within(constant(built, "ball"), 8.6, 8.9, "2 ‖T‖_op");
  within(constant(built, "sphere"), 8.5, 8.8, "λ_max − λ_min");
  within(constant(built, "ball") / 2, 4.3, 4.45, "2 ‖T‖_op/√(n/d)");
});

test("p = 2 printed at (2000, 500) gives all signs, with errors of 0.3 to 0.9", () => {
  const data = sample(2000, 500);
  const built = build(data, { form: "printed" });
  assert.ok(evaluate(built.network, data.X).every((value, i) => value * data.y[i] > 0));
  within(largestError(built, data), 0.3, 0.9, "max error");
});

test("eigenvalues reproduce T and their closed forms what ascents on the sphere find", () => {
  const data = sample(300, 40, 2);
  const beta = interpolatingCoefficients(data, 2, "test");
  const T = quadraticForm(data.X, beta, 300, 40);
  const { values, vectors } = eigensystem(T, 40);
  let [difference, size] = [0, 0];
  for (let i = 0; i < 40; i++) {
    for (let j = 0; j < 40; j++) {
      let sum = 0;
      for (let l = 0; l < 40; l++) sum += values[l] * vectors[l * 40 + i] * vectors[l * 40 + j];
      difference += (sum - T[i * 40 + j]) ** 2;
      size += T[i * 40 + j] ** 2;
    }
  }
  assert.ok(Math.sqrt(difference) <= 1e-12 * Math.sqrt(size));
  const built = build(data);
  const starts = Array.from({ length: 32 }, (_, i) => row(data.X, i, 40));
  const found = sphereGradient(built.network, { starts, steps: 200 });
  assert.ok(found.tangential <= constant(built, "sphere") * (1 + 1e-9));
  assert.ok(found.tangential >= 0.9 * constant(built, "sphere"), `${found.tangential}`);
  assert.ok(found.gradient <= constant(built, "sphere-gradient") * (1 + 1e-9));
  const top = row(vectors, Math.abs(values[0]) >= Math.abs(values[39]) ? 0 : 39, 40);
  assert.ok(Math.abs(norm(gradient(built.network, top)) - constant(built, "ball")) <= 1e-10);
});

test("fewer points than dimensions take a neuron each at p = 2, whatever their norms", () => {
  const data = sample(20, 60, 1, "gaussian");
  const built = build(data);
  assert.equal(built.network.k, 20);
  assert.ok(largestError(built, data) <= 1e-12);
});

test("for p = 2 a neuron a point, polarised and eigenvectors are one function with the same constants", () => {
  const data = sample(60, 12);
  const Z = genericPoints({ n: 50, d: 12 }, "gaussian", stream(1, "test", "elsewhere"));
  const chosen = build(data);
  const values = evaluate(chosen.network, Z);
  for (const [decompose, k] of [
    ["none", 60],
    ["lemma11", 24],
  ] as const) {
    const other = build(data, { decompose });
    assert.equal(other.network.k, k);
    assert.equal(other.details?.decomposition, decompose);
    assert.ok(largestError(other, data) <= 1e-12);
    assert.deepEqual(other.exact, chosen.exact);
    evaluate(other.network, Z).forEach((value, i) => {
      assert.ok(Math.abs(value - values[i]) <= 1e-10, `${decompose}: ${value} ${values[i]}`);
    });
  }
  assert.throws(() => build(data, { decompose: "fit" }), /--decompose fit is for --degree 3 and more/);
});

test("Lemma 11 for p = 3 at (400, 20) has k = 840 and is the n-neuron function", () => {
  const data = sample(400, 20);
  const polarised = build(data, { degree: 3, decompose: "lemma11" });
  const plain = build(data, { degree: 3 });
  assert.equal(polarised.network.k, 840);
  assert.equal(plain.network.k, 400);
  assert.equal(plain.details?.decomposition, "none");
  assert.ok(largestError(polarised, data) <= 1e-12);
  assert.ok(largestError(plain, data) <= 1e-12);
  const Z = genericPoints({ n: 100, d: 20 }, "sphere", stream(1, "test", "elsewhere"));
  const values = evaluate(plain.network, Z);
  evaluate(polarised.network, Z).forEach((value, i) => {
    assert.ok(Math.abs(value - values[i]) <= 1e-10);
  });
  within(Number(plain.details?.operator_norm_lower), 3.9, 4.5, "lower");
  within(Number(plain.details?.operator_norm_upper), 6.4, 7.6, "upper");
});

test("the smaller of both decompositions is taken, for p = 3, 4 and 5", () => {
  for (const [degree, n, d] of [
    [3, 30, 4],
    [4, 30, 4],
    [5, 90, 3],
  ]) {
    const data = sample(n, d, 1, "gaussian");
    const plain = build(data, { degree, form: "printed", decompose: "none" });
    const polarised = build(data, { degree, form: "printed", decompose: "lemma11" });
    const chosen = build(data, { degree, form: "printed" });
    assert.equal(plain.network.k, n);
    assert.equal(polarised.network.k, polarised.details?.neurons_of_lemma11);
    assert.equal(chosen.network.k, Math.min(n, polarised.network.k));
    const Z = genericPoints({ n: 50, d }, "sphere", stream(1, "test", "elsewhere"));
    const values = evaluate(plain.network, Z);
    evaluate(polarised.network, Z).forEach((value, i) => {
      assert.ok(Math.abs(value - values[i]) <= 1e-10 * (1 + Math.abs(values[i])), `p = ${degree}`);
    });
  }
});

test("‖T‖_op lies in its bracket: exact for p = 2, one point or orthogonal points, and no value is above", () => {
  const random = (purpose: string) => stream(4, "test", purpose);
  const data = sample(60, 12, 4);
  const beta = interpolatingCoefficients(data, 2, "test");
  const { values } = eigensystem(quadraticForm(data.X, beta, 60, 12), 12);
  const exact = Math.max(...values.map(Math.abs));
  const square = operatorNormBracket({ n: 60, d: 12, p: 2, X: data.X, beta }, random("square"));
  assert.ok(Math.abs(square.lower - exact) <= 1e-6 * exact && Math.abs(square.upper - exact) <= 1e-6 * exact);
  for (const p of [3, 4, 5]) {
    const one = { n: 1, d: 3, p, X: Float64Array.of(0, 2, 0), beta: Float64Array.of(-3) };
    const alone = operatorNormBracket(one, random("one"));
    for (const value of [alone.lower, alone.upper]) {
      assert.ok(Math.abs(value - 3 * 2 ** p) <= 1e-6 * 3 * 2 ** p, `p = ${p}: ${value}`);
    }
    // Σ ± e_j^{⊗p} has the norm 1.
    const X = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const frame = operatorNormBracket({ n: 3, d: 3, p, X, beta: Float64Array.of(1, -1, 1) }, random("frame"));
    assert.ok(frame.lower >= 1 - 1e-9 && frame.lower <= 1 + 1e-9 && frame.upper >= 1, `p = ${p}`);
    const sum = { n: 60, d: 12, p, X: data.X, beta: data.y };
    const { lower, upper } = operatorNormBracket(sum, random("bracket"));
    assert.ok(lower <= upper);
    for (let trial = 0; trial < 200; trial++) {
      const u = genericPoints({ n: 1, d: 12 }, "sphere", random(`u ${trial}`));
      let value = 0;
      for (let i = 0; i < 60; i++) {
        value += data.y[i] * row(data.X, i, 12).reduce((inner, x, j) => inner + x * u[j], 0) ** p;
      }
      assert.ok(Math.abs(value) <= lower);
    }
  }
});

test("a fit of p = 3 at (1000, 30) takes 40 neurons, of p = 4 at (1000, 20) 60", () => {
  for (const [degree, d, k, low, high] of [
    [3, 30, 40, 35, 53],
    [4, 20, 60, 45, 57],
  ]) {
    const data = sample(1000, d);
    const built = build(data, { degree, decompose: "fit", ...(degree === 4 && { k }) });
    assert.equal(built.network.k, k);
    assert.ok(largestError(built, data) <= 1e-11);
    assert.ok(Number(built.details?.operator_norm_upper) >= low / 1.1);
    assert.ok(Number(built.details?.operator_norm_lower) <= high * 1.5);
  }
});

test("more points than the dimension of the tensors are refused, and shares near it warned of", () => {
  assert.equal(symmetricDimension(4, 2), 10);
  assert.equal(symmetricDimension(20, 3), 1540);
  assert.throws(
    () => build(sample(11, 4)),
    (error: Error) =>
      error instanceof HypothesisError &&
      error.message ===
        "tensor: needs n <= C(d+p-1,p) (got n=11, C(5,2)=10), take a larger --degree or --form printed",
  );
  assert.match(build(sample(7, 4)).warnings?.[0] ?? "", /^n is 70% of the dimension of the tensors, 10/);
  assert.throws(() => build(sample(30, 4), { degree: 3, decompose: "fit" }), /needs n <= C\(d\+p-1,p\)/);
});

test("points that depend on each other are refused, opposite ones in every degree", () => {
  const data = sample(10, 8);
  for (let j = 0; j < 8; j++) data.X[8 + j] = -data.X[j];
  assert.throws(
    () => build(data),
    /^HypothesisError: tensor: points not in general position for degree 2 .*opposite points$/,
  );
  assert.throws(() => build(data, { degree: 4 }), /not in general position for degree 4/);
  assert.throws(() => build(data, { degree: 3 }), /not in general position for degree 3/);
});

test("too much memory, a fit of the printed form or of too few neurons are refused before any work", () => {
  const large = { n: 20_000, d: 1000, X: new Float64Array(0), y: new Float64Array(20_000).fill(1) };
  assert.throws(() => build(large), /needs? .* GiB \(needs at most 2 GiB\)/);
  assert.throws(
    () => build(sample(50, 40), { degree: 7, decompose: "lemma11", form: "printed" }),
    /neurons of --decompose lemma11 need .* GiB/,
  );
  assert.throws(
    () => build(sample(50, 10), { degree: 3, decompose: "fit", form: "printed" }),
    /printed has no fit/,
  );
  assert.throws(
    () => build(sample(50, 10), { degree: 3, decompose: "fit", k: 4 }),
    /a fit needs k d >= n \(got k d=40, n=50\)/,
  );
  assert.throws(() => build({ ...sample(5, 4), y: new Float64Array(5) }), /a label other than 0/);
});
