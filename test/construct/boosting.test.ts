import assert from "node:assert/strict";
import test from "node:test";
import { angleSplit } from "../../src/construct/angle-split.ts";
import { bestKnot } from "../../src/construct/best-knot.ts";
import { boost, type WeakLearner } from "../../src/construct/boosting.ts";
import { dot, networkOfNeurons } from "../../src/construct/construction.ts";
import { drawHarmonicNeuron, harmonicPolynomial } from "../../src/construct/harmonic-neuron.ts";
import { reluMixture } from "../../src/construct/relu-mixture.ts";
import { evaluate, totalWeight } from "../../src/network/evaluate.ts";
import { derivative, hermite, polynomialAt } from "../../src/numeric/hermite.ts";
import { stream } from "../../src/numeric/random.ts";
import { sampledData } from "./method.ts";

const random = stream(1, "test", "boosting");

/** A random ReLU, which knows nothing of the residual. */
function blindLearner(X: Float64Array, d: number): WeakLearner {
  return () => {
    const neurons = [{ w: random.gaussians(d), b: random.gaussian(), a: 1 }];
    return { neurons, values: evaluate(networkOfNeurons(d, neurons), X) };
  };
}

test("boosting keeps the bounds of Lemma 1, with the worst step's α, β and ω, and its residual is y - f", () => {
  const { n, d, X, y } = sampledData(60, 20);
  const { neurons, history, bound } = boost(y, blindLearner(X, d), {
    name: "test",
    epsilon: 0.05,
    most: 1e5,
  });
  const network = networkOfNeurons(d, neurons);
  const steps = history.length - 1;
  assert.equal(neurons.length, steps);
  assert.ok(steps <= bound.steps);
  assert.ok(totalWeight(network) <= bound.weight);
  for (let t = 0; t < steps; t++) assert.ok(history[t + 1] <= history[t]);
  const rest = evaluate(network, X).map((value, i) => y[i] - value);
  assert.ok(Math.abs(dot(rest, rest) / n - history[steps]) <= 1e-12);
  assert.ok(history[steps] <= 0.05 && history[steps - 1] > 0.05);
});

test("a fixed step is taken as it is, and an empty find is no step", () => {
  let calls = 0;
  const learner: WeakLearner = (r) => {
    const empty = calls++ % 2 === 0;
    const neurons = empty ? [] : [{ w: new Float64Array(1), b: 1, a: 3 }];
    return { neurons, values: empty ? new Float64Array(r.length) : Float64Array.from(r) };
  };
  const options = { name: "test", epsilon: 0.1, step: 0.5, most: 100 };
  const { neurons, history, firstCorrelation } = boost(Float64Array.of(1, -2), learner, options);
  assert.deepEqual(history, [1, 0.25, 0.0625]);
  assert.deepEqual(
    neurons.map(({ a }) => a),
    [1.5, 1.5],
  );
  assert.equal(firstCorrelation, 1);
});

test("boosting says what it reached where its calls are spent, and refuses labels of 0", () => {
  const { d, X, y } = sampledData(60, 20);
  assert.throws(
    () => boost(y, blindLearner(X, d), { name: "test", epsilon: 0.05, most: 3 }),
    /^HypothesisError: test: the residual is 0\.\d+ after 3 steps \(needs 0\.05\), take a larger --epsilon$/,
  );
  assert.throws(
    () => boost(new Float64Array(4), blindLearner(X, d), { name: "test", epsilon: 0.05, most: 3 }),
    /needs a label other than 0 \(got 4 of 0\)/,
  );
});

/** Re(e^(−iθ) p(s + iσ)). */
function realPart(p: ArrayLike<number>, theta: number, s: number, sigma: number): number {
  let [re, im] = [0, 0];
  for (let q = p.length - 1; q >= 0; q--) [re, im] = [re * s - im * sigma + p[q], re * sigma + im * s];
  return re * Math.cos(theta) + im * Math.sin(theta);
}

test("the angle split is the complex polynomial, for degrees 2 to 5", () => {
  for (let m = 2; m <= 5; m++) {
    for (let trial = 0; trial < 50; trial++) {
      const phi = random.gaussians(m + 1);
      const [theta, s, sigma] = [2 * Math.PI * random.uniform(), random.gaussian(), random.gaussian()];
      const parts = angleSplit(phi, theta);
      assert.equal(parts.length, m + 1);
      let sum = phi[0] * Math.cos(theta);
      for (const { angle, polynomial } of parts) {
        sum += polynomialAt(polynomial, s * Math.cos(angle) + sigma * Math.sin(angle));
      }
      const scale = (1 + Math.hypot(s, sigma)) ** m;
      assert.ok(Math.abs(sum - realPart(phi, theta, s, sigma)) <= 1e-12 * scale);
    }
  }
});

test("Hermite polynomials are orthonormal, and H_m' = √m H_(m-1)", () => {
  // Gauss sums of t^(2p): (2p - 1)!!.
  const moment = (q: number) => {
    let product = q % 2 === 0 ? 1 : 0;
    for (let p = q - 1; p > 1; p -= 2) product *= p;
    return product;
  };
  for (let m = 0; m <= 6; m++) {
    for (let l = 0; l <= 6; l++) {
      let inner = 0;
      hermite(m).forEach((p, i) => {
        hermite(l).forEach((q, j) => {
          inner += p * q * moment(i + j);
        });
      });
      assert.ok(Math.abs(inner - (m === l ? 1 : 0)) <= 1e-10);
    }
  }
  for (let m = 1; m <= 6; m++) {
    const [slope, lower] = [derivative(hermite(m)), hermite(m - 1)];
    slope.forEach((value, q) => {
      assert.ok(Math.abs(value - Math.sqrt(m) * (lower[q] ?? 0)) <= 1e-12);
    });
  }
});

test("the mean of g is Lemma 5's, within 4 standard errors of 300 draws", () => {
  const data = sampledData(300, 50);
  const { n, d, X } = data;
  const r = random.gaussians(n);
  for (const m of [2, 3]) {
    const phi = harmonicPolynomial(m);
    const draws = Array.from({ length: 300 }, () => {
      const { phase, alongW, alongV } = drawHarmonicNeuron(data, r, m, random);
      let inner = 0;
      for (let i = 0; i < n; i++) {
        const [s, sigma] = [alongW[i] + Math.cos(phase) * alongV[i], Math.sin(phase) * alongV[i]];
        inner += r[i] * realPart(phi, phase, s, sigma);
      }
      return inner;
    });
    let expected = 0;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        expected += r[i] * r[j] * dot(X.subarray(i * d, (i + 1) * d), X.subarray(j * d, (j + 1) * d)) ** m;
      }
    }
    expected *= Math.sqrt(d / n);
    const mean = draws.reduce((sum, value) => sum + value, 0) / draws.length;
    const variance = draws.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (draws.length - 1);
    const error = Math.sqrt(variance / draws.length);
    assert.ok(Math.abs(mean - expected) <= 4 * error, `m = ${m}: ${mean}, ${expected}, ${error}`);
  }
});

test("a mixture of ReLUs is its polynomial on [-M, M], and its draws are in the mean", () => {
  const p = [0.3, -1, 0.5, 0.7, -0.2];
  const mixture = reluMixture(p, 2, 2000);
  const at = (t: number, { side, knot, weight }: { side: number; knot: number; weight: number }) =>
    weight * Math.max(0, side * (t - knot));
  for (let t = -2; t <= 2; t += 0.1) {
    const value = mixture.kinks.reduce((sum, kink) => sum + at(t, kink), p[0]);
    assert.ok(Math.abs(value - polynomialAt(p, t)) <= 1e-5, `${t}`);
  }
  const drawn = Array.from({ length: 20_000 }, () => mixture.draw(random));
  assert.ok(drawn.every(({ weight }) => Math.abs(Math.abs(weight) - mixture.total) <= 1e-12));
  for (const t of [-1.5, -0.4, 0.8, 1.9]) {
    const values = drawn.map((kink) => at(t, kink));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    const off = Math.abs(p[0] + mean - polynomialAt(p, t));
    assert.ok(off <= 5 * Math.sqrt(variance / values.length), `${t}: ${off}`);
  }
});

test("the best knot is the best of all knots of both sides", () => {
  for (const n of [2, 7, 40]) {
    const [t, r] = [random.gaussians(n), random.gaussians(n)];
    const least = Math.max(1, Math.floor(n / 10));
    let best = 0;
    for (const side of [1, -1]) {
      for (const knot of t) {
        const f = t.map((value) => Math.max(0, side * (value - knot)));
        if (f.filter((value) => value > 0).length < least) continue;
        best = Math.max(best, dot(r, f) ** 2 / dot(f, f));
      }
    }
    const found = bestKnot(t, r, least);
    assert.ok(found && Math.abs(found.gain - best) <= 1e-9 * best);
    const f = t.map((value) => Math.max(0, found.side * (value - found.knot)));
    assert.ok(Math.abs(dot(r, f) ** 2 / dot(f, f) - best) <= 1e-9 * best);
  }
  assert.equal(bestKnot(new Float64Array(5).fill(1), random.gaussians(5), 1), undefined);
});
