import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Dataset } from "../../src/data/dataset.ts";
import { gramMatrix, smallestOf } from "../../src/numeric/gram-matrix.ts";
import { stream } from "../../src/numeric/random.ts";
import { timesVector } from "../../src/numeric/vector-products.ts";
import {
  boostingSteps,
  crowding,
  gateKernel,
  gateKernelFloor,
  gateKernelLower,
} from "../../src/theory/gate-kernel.ts";
import { checkGeneric, describeData, genericityLaw, predictGenericity } from "../../src/theory/genericity.ts";
import { sampledData } from "../construct/method.ts";
import { closeTo, fixture } from "./fixture.ts";

const random = (purpose: string) => stream(1, "genericity", purpose);
const ask = (data: Dataset, epsilon = 0.1) =>
  genericityLaw.ask({ numbers: { epsilon }, choices: {}, data, random });

test("gamma, omega, r, distances and the kernel of the fixture are the specification's", () => {
  const { n, d, X, y } = fixture;
  const { gamma, omega, minDistance, floor, labelSum, norms } = describeData(fixture);
  const H = gateKernel(gramMatrix(X, n, d), n);
  const product = timesVector(H, y, n, n);
  const quadratic = y.reduce((sum, label, i) => sum + label * product[i], 0) / n;
  for (const [value, expected] of [
    [gamma, 0.9497453],
    [omega, 1.70798957],
    [crowding({ n, gamma }), 92.85023234],
    [minDistance, 0.35352341],
    [floor, 5.65733391],
    [smallestOf(H, n), 0.048130466],
    [quadratic, 0.47912502],
  ]) {
    assert.ok(closeTo(value, expected, 1e-7), `${value} ${expected}`);
  }
  assert.equal(labelSum, 16);
  assert.ok(closeTo(norms.least, 1, 1e-12) && closeTo(norms.most, 1, 1e-12));
  assert.ok(checkGeneric(fixture).isGeneric);
});

test("gamma and omega on the sphere are those measured before, and near what is expected", () => {
  for (const [n, d, gamma, sd, gammaExpected, omega, omegaExpected] of [
    [500, 100, 0.4355, 0.019, 0.428, 1.991, 2.094],
    [2000, 200, 0.339, 0.019, 0.346, 1.69, 1.7325],
  ]) {
    const expected = predictGenericity({ n, d });
    assert.ok(Math.abs(expected.gamma - gammaExpected) <= 5e-4, `${expected.gamma}`);
    assert.ok(Math.abs(expected.omega - omegaExpected) <= 5e-4, `${expected.omega}`);
    const found = checkGeneric(sampledData(n, d));
    assert.ok(Math.abs(found.gamma - gamma) <= 3 * sd, `${n} ${d}: ${found.gamma}`);
    assert.ok(Math.abs(found.omega / omega - 1) <= 0.05, `${n} ${d}: ${found.omega}`);
  }
  assert.ok(closeTo(predictGenericity({ n: 2000, d: 1000 }).gamma, 0.158, 5e-3));
  assert.ok(closeTo(predictGenericity({ n: 5000, d: 300 }).gamma, 0.303, 5e-3));
});

test("on the circle, where one angle is uniform, the expected gamma has a closed form", () => {
  // P(|cos θ| > γ) = (2/π) arccos γ.
  for (const n of [2, 3, 10, 1000]) {
    const gamma = Math.cos(Math.PI / (n * (n - 1)));
    assert.ok(Math.abs(predictGenericity({ n, d: 2 }).gamma - gamma) <= 1e-9, `${n}`);
  }
  assert.equal(predictGenericity({ n: 1, d: 5 }).gamma, 0);
});

test("gamma and omega in blocks are those of the whole Gram matrix", () => {
  const [n, d] = [1100, 7];
  const X = random("blocks").gaussians(n * d);
  const inner = gramMatrix(X, n, d);
  let gamma = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const cosine = inner[i * n + j] / Math.sqrt(inner[i * n + i] * inner[j * n + j]);
      gamma = Math.max(gamma, Math.abs(cosine));
    }
  }
  const found = checkGeneric({ n, d, X });
  assert.ok(closeTo(found.gamma, gamma, 1e-12));
  assert.match(found.reasons[0], /^the least norm is .*, below 1: divide each point by its norm$/);
});

test("scale leaves gamma and squares in omega; rotations, order and signs of points change neither", () => {
  const { n, d, X } = fixture;
  const { gamma, omega } = checkGeneric(fixture);
  fc.assert(
    fc.property(
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      fc.double({ min: 0, max: 7, noNaN: true }),
      (s, angle) => {
        const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
        const moved = new Float64Array(n * d);
        for (let i = 0; i < n; i++) {
          const from = X.subarray((n - 1 - i) * d, (n - i) * d);
          const sign = i % 2 === 0 ? s : -s;
          from.forEach((value, j) => {
            moved[i * d + j] = sign * value;
          });
          moved[i * d] = sign * (cos * from[0] - sin * from[1]);
          moved[i * d + 1] = sign * (sin * from[0] + cos * from[1]);
        }
        const found = checkGeneric({ n, d, X: moved });
        assert.ok(closeTo(found.gamma, gamma, 1e-12) && closeTo(found.omega, s * s * omega, 1e-9));
      },
    ),
    { numRuns: 30 },
  );
});

test("equal directions are not generic, and a point that is 0 has none", () => {
  const twice = checkGeneric({ n: 2, d: 2, X: Float64Array.of(1, 1, -2, -2) });
  assert.equal(twice.gamma, 1);
  assert.equal(twice.isGeneric, false);
  assert.deepEqual(twice.reasons, ["two points have one direction: gamma is 1"]);
  assert.throws(() => checkGeneric({ n: 2, d: 1, X: Float64Array.of(1, 0) }), {
    name: "RangeError",
    message: "X must lie in the points other than 0, got 0 at point 2",
  });
  const { bounds, warnings } = ask({ n: 2, d: 2, X: Float64Array.of(1, 1, 1, 1), y: Float64Array.of(1, 1) });
  assert.deepEqual(
    bounds.map(({ quantity }) => quantity).filter((quantity) => quantity.startsWith("λ_min(D")),
    [],
  );
  assert.deepEqual(warnings, [
    "Not generic: two points have one direction: gamma is 1.",
    "All labels are equal.",
  ]);
});

test("the kernel is the mean of its gates, drawn at random", () => {
  const [n, d] = [5, 3];
  const { X } = sampledData(n, d);
  const inner = gramMatrix(X, n, d);
  const H = gateKernel(inner, n);
  const gates = random("gates");
  const draws = 40_000;
  const mean = new Float64Array(n * n);
  for (let draw = 0; draw < draws; draw++) {
    const along = timesVector(X, gates.gaussians(d), n, d);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++)
        if (along[i] > 0 && along[j] > 0) mean[i * n + j] += inner[i * n + j] / draws;
    }
  }
  mean.forEach((value, at) => {
    assert.ok(Math.abs(value - H[at]) <= 4 * Math.abs(inner[at]) * Math.sqrt(0.25 / draws), `${at}`);
  });
});

test("Lemma 3: the smallest eigenvalue is that measured before, and above both of its bounds", () => {
  for (const [n, d, measured, bound] of [
    [500, 100, 0.1731, 0.0355],
    [1000, 10, 0.0347, 0.0066],
  ]) {
    const data = sampledData(n, d);
    const least = smallestOf(gateKernel(gramMatrix(data.X, n, d), n), n);
    const { printed, corrected } = gateKernelLower({ n, gamma: checkGeneric(data).gamma });
    assert.ok(Math.abs(least / measured - 1) <= 0.1, `${n} ${d}: ${least}`);
    // One nearest pair decides γ.
    assert.ok(Math.abs(printed / bound - 1) <= 0.25, `${n} ${d}: ${printed}`);
    assert.ok(corrected < printed && printed < least);
  }
  // An odd number of points, evenly on the circle: n λ_min tends to 1/4.
  const n = 201;
  const X = Float64Array.from({ length: 2 * n }, (_, at) => {
    const angle = (2 * Math.PI * Math.floor(at / 2)) / n;
    return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
  assert.ok(closeTo(n * smallestOf(gateKernel(gramMatrix(X, n, 2), n), n), 0.25, 1e-2));
});

test("a floor of the smallest eigenvalue is certain: there is none above it, and none for a singular kernel", () => {
  const { n, d, X } = fixture;
  const H = gateKernel(gramMatrix(X, n, d), n);
  const least = smallestOf(H, n);
  assert.ok(closeTo(gateKernelFloor(H, n, d, least), least, 2e-6));
  assert.ok(closeTo(gateKernelFloor(H, n, d, 1.005 * least), 0.99 * 1.005 * least, 1e-12));
  assert.equal(gateKernelFloor(H, n, d, 2 * least), 0);
  const twice = gateKernel(Float64Array.of(1, 1, 1, 1), 2);
  assert.equal(gateKernelFloor(twice, 2, 1, 1e-12), 0);
});

test("the bounds of Lemma 3 are a tenth and a sixteenth of the root of ln(1/gamma)/ln(2n)", () => {
  // r of 2000 points with gamma = .33 is 7.481130; the others are those of the specification.
  const { printed, corrected } = gateKernelLower({ n: 2000, gamma: 0.33 });
  assert.ok(closeTo(printed, 0.1 / Math.sqrt(7.48113), 1e-6));
  assert.ok(closeTo(corrected, 0.0625 / Math.sqrt(7.48113), 1e-6));
});

test("the neurons of the law are two for each step of boosting with the eigenvalue's floor", () => {
  const { bounds } = genericityLaw.ask({ numbers: { epsilon: 0.1 }, choices: {}, data: fixture, random });
  const least = bounds.find(({ quantity, kind }) => quantity === "λ_min(H)" && kind === "lower")?.value ?? 0;
  const neurons = bounds.find(({ quantity }) => quantity === "neurons")?.value;
  assert.ok(closeTo(least, 0.04813046, 1e-4));
  // ω n/d over α.
  assert.equal(neurons, 2 * Math.ceil(((1.70798957 * 7.5) / least) * Math.log(10)));
});

test("Lemma 3 with the factor put right follows from its series, for every r", () => {
  // λ_min >= (1/(4π)) Σ_{2(i+1) >= r} (2i)!/((2^i i!)² (2i + 1)); the whole sum is arcsin(1) = π/2.
  let rest = Math.PI / 2;
  let term = 1;
  for (let i = 0; i < 1000; i++) {
    // Least just below r = 2(i + 1), from where on the i-th term is still there.
    const r = Math.max(1, 2 * i + 1e-12);
    assert.ok(rest / (4 * Math.PI) >= 1 / (16 * Math.sqrt(r)), `${i}`);
    rest -= term / (2 * i + 1);
    term *= (2 * i + 1) / (2 * i + 2);
  }
});

test("Lemma 2: the squared length of a derivative neuron is at most omega n/d times its correlation", () => {
  const data = sampledData(300, 60);
  const { n, d, X, y } = data;
  const { omega } = checkGeneric(data);
  const gates = random("lemma 2");
  let correlation = 0;
  for (let draw = 0; draw < 200; draw++) {
    const along = timesVector(X, gates.gaussians(d), n, d);
    const v = new Float64Array(d);
    for (let i = 0; i < n; i++) {
      if (along[i] > 0) for (let j = 0; j < d; j++) v[j] += y[i] * X[i * d + j];
    }
    const values = timesVector(X, v, n, d).map((value, i) => (along[i] > 0 ? value : 0));
    const inner = values.reduce((sum, value, i) => sum + value * y[i], 0);
    const squared = values.reduce((sum, value) => sum + value * value, 0);
    assert.ok(
      closeTo(
        inner,
        v.reduce((sum, value) => sum + value * value, 0),
        1e-12,
      ),
    );
    assert.ok(squared <= ((omega * n) / d) * inner);
    correlation += inner / n / 200;
  }
  const expected = Number(ask(data).details?.first_correlation);
  assert.ok(Math.abs(correlation - expected) <= 0.02, `${correlation} ${expected}`);
});

test("Lemma 1: steps of the worst learner it allows end where it says", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.05, max: 1, noNaN: true }),
      fc.double({ min: 1.001, max: 20, noNaN: true }),
      fc.double({ min: 1e-6, max: 0.9, noNaN: true }),
      (alpha, ratio, epsilon) => {
        const beta = ratio * alpha * alpha;
        const { steps, contraction, weight } = boostingSteps({ alpha, beta, epsilon });
        assert.ok(closeTo(contraction, 1 - 1 / ratio, 1e-9));
        assert.ok(contraction ** steps <= epsilon);
        assert.ok(weight >= Math.log(1 / epsilon));
      },
    ),
  );
  assert.deepEqual(boostingSteps({ alpha: 0.5, beta: 1, epsilon: 0.1 }), {
    steps: 10,
    contraction: 0.75,
    weight: 2 * Math.log(10),
  });
  assert.throws(
    () => boostingSteps({ alpha: 2, beta: 1, epsilon: 0.1 }),
    /alpha must lie in \(0, 1\], got 2/,
  );
  assert.throws(
    () => boostingSteps({ alpha: 1, beta: 1, epsilon: 1 }),
    /epsilon must lie in \(0, 1\), got 1/,
  );
});

test("the law finds the same, names its hypotheses, and expects without data", () => {
  const { bounds, warnings } = ask(sampledData(200, 400));
  assert.deepEqual(
    bounds.map(({ kind, quantity }) => `${kind} ${quantity}`),
    [
      "exact gamma",
      "exact omega",
      "lower λ_min(D⁻¹HD⁻¹)",
      "lower λ_min(D⁻¹HD⁻¹)",
      "upper λ_min(H)",
      "lower λ_min(H)",
      "upper neurons",
    ],
  );
  assert.deepEqual(warnings, []);
  assert.ok(bounds[6].value < 200 && !bounds[6].vacuous, `${bounds[6].value}`);
  assert.ok(bounds[5].value < bounds[4].value && bounds[5].value > 0.999 * bounds[4].value);
  const expected = genericityLaw.ask({ numbers: { n: 500, d: 100 }, choices: {}, random });
  assert.ok(closeTo(expected.bounds[0].value, 0.428, 1e-3));
  assert.throws(
    () => genericityLaw.ask({ numbers: { n: 500 }, choices: {}, random }),
    /genericity: give --d/,
  );
});

test("without the kernel of Lemma 3 all else is the same", () => {
  const data = sampledData(60, 20);
  const bare = genericityLaw.ask({
    numbers: { epsilon: 0.1 },
    choices: { kernel: "no" },
    data,
    random,
  });
  const whole = ask(data);
  assert.deepEqual(
    bare.bounds,
    whole.bounds.filter(({ quantity }) => quantity !== "λ_min(H)" && quantity !== "neurons"),
  );
  assert.ok(!("first_correlation" in (bare.details ?? {})));
  assert.deepEqual(bare.warnings, whole.warnings);
});

test("points whose squares leave f64 are refused", () => {
  assert.throws(
    () => checkGeneric({ n: 2, d: 1, X: Float64Array.of(1e308, 1) }),
    /^RangeError: X must lie in \[-1e\+100, 1e\+100\], got 1e\+308 at 0, scale the data$/,
  );
});
