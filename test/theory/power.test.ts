import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { interpolatingCoefficients } from "../../src/construct/symmetric-tensor.ts";
import { tensor } from "../../src/construct/tensor.ts";
import { operatorNormBracket } from "../../src/numeric/power-sum.ts";
import { stream } from "../../src/numeric/random.ts";
import { powerActivationLower, powerLaw, powerRate } from "../../src/theory/power.ts";
import { powerSizes } from "../../src/theory/power-sizes.ts";
import { quadraticActivationLower } from "../../src/theory/quadratic.ts";
import { network as construct, sampledData } from "../construct/method.ts";
import { ask } from "./ask.ts";
import { closeTo, fixture, fixtureNetwork } from "./fixture.ts";
import { equivalents, scaledBy } from "./transformed.ts";

const random = (purpose: string) => stream(1, "theory test", purpose);

test("the fixture's sums and bounds are the specification's", () => {
  const { squares } = powerSizes(fixture, fixture.y, 4);
  [1.40239322, 0.98471564, 1.10534353].forEach((expected, at) => {
    assert.ok(closeTo(squares[at + 1] / 60, expected, 1e-8));
  });
  [9.62648924, 6.06365581, 2.9271938, 1.30242283].forEach((expected, at) => {
    const { operatorNorm, ball } = powerActivationLower(fixture, at + 1);
    assert.ok(closeTo(ball, expected, 1e-8), `p = ${at + 1}: ${ball}`);
    assert.equal(ball, (at + 1) * operatorNorm);
  });
});

/** The entries of Σ λ_i x_i^{⊗q}. */
function tensorOf(X: Float64Array, weights: Float64Array, d: number, q: number): Float64Array {
  const entries = new Float64Array(d ** q);
  for (let at = 0; at < entries.length; at++) {
    weights.forEach((weight, i) => {
      let product = weight;
      for (let rest = at, factor = 0; factor < q; factor++, rest = Math.floor(rest / d)) {
        product *= X[i * d + (rest % d)];
      }
      entries[at] += product;
    });
  }
  return entries;
}

test("sums of squares are those of the tensors' entries", () => {
  const data = sampledData(15, 3, 2, "gaussian");
  const weights = random("weights").gaussians(15);
  const { squares, dualNorm } = powerSizes(data, weights, 5);
  for (let q = 1; q <= 5; q++) {
    const entries = tensorOf(data.X, weights, 3, q);
    const square = entries.reduce((sum, value) => sum + value * value, 0);
    assert.ok(closeTo(squares[q - 1], square, 1e-10), `q = ${q}`);
    const dual = 3 ** ((q - 1) / 2) * Math.sqrt(square);
    if (q === 2) assert.ok(dualNorm(2) <= dual && dualNorm(2) >= Math.sqrt(square));
    else assert.ok(closeTo(dualNorm(q), dual, 1e-10));
  }
});

test("on the sphere the bound over p √(n/d^{p−1}) is what was measured, below the interpolant of least norm", () => {
  for (const [p, n, d, expected, ofLeastNorm] of [
    [2, 400, 40, 1.178, 16.3],
    [2, 1500, 60, 1.166, 44.1],
    [3, 300, 12, 0.957, 36.9],
    [3, 1200, 20, 1.001, 42.5],
  ]) {
    const ratios = [1, 2, 3, 4].map(
      (seed) => powerActivationLower(sampledData(n, d, seed), p).ball / (p * powerRate(n, d, p)),
    );
    const mean = ratios.reduce((sum, value) => sum + value, 0) / 4;
    assert.ok(Math.abs(mean / expected - 1) <= 0.06, `p = ${p}: ${mean}`);
    if (n > 400) continue;
    const data = sampledData(n, d);
    const beta = interpolatingCoefficients(data, p, "test");
    const { lower } = operatorNormBracket({ n, d, p, X: data.X, beta }, random("bracket"));
    assert.ok(powerActivationLower(data, p).operatorNorm <= lower);
    assert.ok(Math.abs((p * lower) / ofLeastNorm - 1) <= 0.15, `p = ${p}: ${p * lower}`);
  }
});

test("at p = 2 it is twice the bound on forms of full rank", () => {
  for (const data of [fixture, sampledData(30, 12), sampledData(9, 20, 3, "gaussian")]) {
    const { ball } = powerActivationLower(data, 2);
    assert.ok(closeTo(ball, 2 * quadraticActivationLower(data, data.d).kyFan, 1e-12));
  }
});

test("rotations, orders and signs do not move it, scale divides it by s^p", () => {
  for (let p = 1; p <= 5; p++) {
    const { operatorNorm } = powerActivationLower(fixture, p);
    for (const data of Object.values(equivalents(fixture))) {
      assert.ok(closeTo(powerActivationLower(data, p).operatorNorm, operatorNorm, 1e-9));
    }
    const scaled = powerActivationLower(scaledBy(3, fixture), p).operatorNorm;
    assert.ok(closeTo(scaled, operatorNorm / 3 ** p, 1e-12));
  }
});

test("no tensor is smaller than what its own values at the points force", () => {
  const cases = fc.record({
    n: fc.integer({ min: 1, max: 25 }),
    d: fc.integer({ min: 1, max: 4 }),
    p: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(cases, ({ n, d, p, seed }) => {
      const draw = stream(seed, "theory test", "tensor");
      const sum = { n: 6, d, p, X: draw.gaussians(6 * d), beta: draw.gaussians(6) };
      const X = draw.gaussians(n * d);
      const f = Float64Array.from({ length: n }, (_, i) =>
        sum.beta.reduce((total, beta, j) => {
          let inner = 0;
          for (let t = 0; t < d; t++) inner += sum.X[j * d + t] * X[i * d + t];
          return total + beta * inner ** p;
        }, 0),
      );
      const y = f.map((value) => (value >= 0 ? 1 : -1));
      const { upper } = operatorNormBracket(sum, draw);
      const { operatorNorm } = powerActivationLower({ n, d, X, y }, p, f);
      assert.ok(operatorNorm <= upper * (1 + 1e-7), `${operatorNorm} ${upper}`);
    }),
  );
});

test("Lemma 12: ‖T‖_F <= d^{(p−1)/2} ‖T‖_op, by far on random tensors", () => {
  let most = 0;
  for (let seed = 1; seed <= 50; seed++) {
    const draw = stream(seed, "theory test", "Lemma 12");
    const [X, beta] = [draw.gaussians(20 * 4), draw.gaussians(20)];
    const { lower } = operatorNormBracket({ n: 20, d: 4, p: 3, X, beta }, draw);
    const square = powerSizes({ n: 20, d: 4, X, y: beta }, beta, 3).squares[2];
    most = Math.max(most, Math.sqrt(square) / (4 * lower));
  }
  assert.ok(most <= 0.6, `${most}`);
});

test("Lemma 11: the mean of ε_1…ε_p (Σ ε_q w_q·x)^p over signs is p! Π w_q·x", () => {
  const [p, d] = [3, 3];
  for (let seed = 1; seed <= 20; seed++) {
    const draw = stream(seed, "theory test", "Lemma 11");
    const [W, x] = [draw.gaussians(p * d), draw.gaussians(d)];
    const inner = Array.from({ length: p }, (_, q) =>
      x.reduce((sum, value, j) => sum + value * W[q * d + j], 0),
    );
    let mean = 0;
    for (let signs = 0; signs < 2 ** p; signs++) {
      const epsilon = inner.map((_, q) => ((signs >> q) & 1 ? -1 : 1));
      const product = epsilon.reduce<number>((value, sign) => value * sign, 1);
      mean += (product * inner.reduce((sum, value, q) => sum + epsilon[q] * value, 0) ** p) / 2 ** p;
    }
    assert.ok(Math.abs(mean - 6 * inner[0] * inner[1] * inner[2]) <= 1e-10);
  }
});

test("the law takes its degree from the network, and says where a network is none of its kind", () => {
  const data = sampledData(60, 10);
  const { network } = construct(tensor, data, { degree: "3" });
  const { bounds, details } = ask(powerLaw, { data, network });
  assert.equal(details?.degree, 3);
  assert.ok(bounds[1].hypotheses.every(({ ok }) => ok));
  assert.ok(closeTo(bounds[1].value, powerActivationLower(data, 3).ball, 1e-8));
  const other = ask(powerLaw, { data: fixture, network: fixtureNetwork, numbers: { degree: 2 } });
  assert.deepEqual(
    other.bounds[0].hypotheses.map(({ ok }) => ok),
    [false, true, false],
  );
  assert.throws(() => ask(powerLaw, { data: fixture, network: fixtureNetwork }), /power: give --degree/);
});

test("numbers alone give the rate, and say where it is below one", () => {
  const [rate] = ask(powerLaw, { numbers: { n: 400, d: 40, degree: 2 } }).bounds;
  assert.equal(rate.kind, "rate");
  assert.ok(closeTo(rate.value, 2 * Math.sqrt(10), 1e-14) && !rate.vacuous && rate.hypotheses[0].ok);
  const [below] = ask(powerLaw, { numbers: { n: 100, d: 40, degree: 3 } }).bounds;
  assert.ok(below.vacuous && !below.hypotheses[0].ok);
});

test("degrees out of their set and powers beyond f64 are refused", () => {
  assert.throws(() => powerActivationLower(fixture, 9), /^RangeError: degree must lie in \{1, …, 8\}, got 9/);
  assert.throws(() => powerActivationLower(fixture, 1.5), /degree must lie in/);
  assert.throws(
    () => powerActivationLower(scaledBy(1e40, fixture), 8),
    /^RangeError: <x_i, x_j>\^4 must lie in the finite numbers/,
  );
});

test("fitted values that go against the labels force nothing", () => {
  const { ball } = powerActivationLower(
    fixture,
    2,
    fixture.y.map((label) => -label),
  );
  assert.equal(ball, 0);
});
