import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { maximumRandomGradient } from "../../src/lipschitz/maximum-random-gradient.ts";
import { spectralBound } from "../../src/lipschitz/spectral.ts";
import { gradient, norm } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { fixtureNetwork } from "../fixtures/fixture-f.ts";

/** k orthonormal rows of R^k, a = 1, b = 0: ‖∇f(z)‖² is binomial (k, ½) and the Lipschitz constant is √k. */
function orthonormal(k: number): TwoLayerNetwork {
  const W = Float64Array.from({ length: k * k }, (_, at) => (at % (k + 1) === 0 ? 1 : 0));
  return { activation: "relu", k, d: k, W, b: new Float64Array(k), a: new Float64Array(k).fill(1), c: 0 };
}

/** f(x) = ⟨w, x⟩ as a pair of neurons ±w. */
function linear(w: Float64Array): TwoLayerNetwork {
  return {
    activation: "relu",
    k: 2,
    d: w.length,
    W: Float64Array.of(...w, ...w.map((value) => -value)),
    b: new Float64Array(2),
    a: Float64Array.of(1, -1),
    c: 0,
  };
}

/** E max over T draws of √Bin(k, ½) and its standard deviation, by summing the law. */
function expectedMaximum(k: number, T: number): { mean: number; sd: number } {
  const logFactorials = [0];
  for (let i = 1; i <= k; i++) logFactorials.push(logFactorials[i - 1] + Math.log(i));
  let below = 0;
  let cumulative = 0;
  let mean = 0;
  let square = 0;
  for (let i = 0; i <= k; i++) {
    cumulative += Math.exp(logFactorials[k] - logFactorials[i] - logFactorials[k - i] - k * Math.LN2);
    const upTo = cumulative ** T;
    mean += Math.sqrt(i) * (upTo - below);
    square += i * (upTo - below);
    below = upTo;
  }
  return { mean, sd: Math.sqrt(square - mean * mean) };
}

for (const { k, golden, sd, repeats } of [
  { k: 10, golden: 3.101189, sd: 0.0786, repeats: 40 },
  { k: 100, golden: 8.127766, sd: 0.106, repeats: 15 },
]) {
  test(`orthonormal rows, k = ${k}: the mean over seeds is that of the largest of T binomials`, () => {
    const law = expectedMaximum(k, 1000);
    assert.ok(Math.abs(law.mean - golden) <= 1e-6 && Math.abs(law.sd - sd) <= 1e-4);
    const values = Array.from({ length: repeats }, (_, seed) => {
      const random = stream(seed, "orthonormal", "gradient");
      const { kind, value } = maximumRandomGradient(orthonormal(k), { draws: 1000, random });
      assert.equal(kind, "lower");
      assert.ok(value <= Math.sqrt(k) * (1 + 1e-12));
      return value;
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / repeats;
    assert.ok(Math.abs(mean - golden) <= (4 * sd) / Math.sqrt(repeats), `${mean}, expected ${golden}`);
  });
}

test("a linear network has ‖w‖ whatever the number of draws", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 1, maxLength: 20 }),
      fc.integer({ min: 1, max: 300 }),
      fc.nat(),
      (numbers, draws, seed) => {
        fc.pre(numbers.some((value) => Math.abs(value) > 1e-6));
        const w = Float64Array.from(numbers);
        const { value } = maximumRandomGradient(linear(w), {
          draws,
          random: stream(seed, "linear", "gradient"),
        });
        assert.ok(Math.abs(value - norm(w)) <= 1e-13 * norm(w));
      },
    ),
  );
});

test("the gradient at the witness is the value, exactly", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 300 }), fc.nat(), (draws, seed) => {
      const network = fixtureNetwork();
      const random = stream(seed, "witness", "gradient");
      const { value, witness } = maximumRandomGradient(network, { draws, random });
      assert.equal(norm(gradient(network, witness)), value);
    }),
  );
});

test("the value is the largest over the very draws of the stream", () => {
  const size = fc.integer({ min: 1, max: 9 });
  // 300 draws are more than two blocks.
  const count = fc.constantFrom(1, 5, 128, 129, 300);
  fc.assert(
    fc.property(size, size, count, fc.nat(), (k, d, draws, seed) => {
      const weights = stream(seed, "draws", "weights");
      const gaussians = (length: number) => Float64Array.from({ length }, () => weights.gaussian());
      const network: TwoLayerNetwork = {
        activation: "relu",
        k,
        d,
        W: gaussians(k * d),
        b: gaussians(k),
        a: gaussians(k),
        c: 0,
      };
      const { value } = maximumRandomGradient(network, { draws, random: stream(seed, "draws", "gradient") });
      const random = stream(seed, "draws", "gradient");
      const norms = Array.from({ length: draws }, () => {
        const z = Float64Array.from({ length: d }, () => random.gaussian() / Math.sqrt(d));
        return norm(gradient(network, z));
      });
      assert.ok(Math.abs(value - Math.max(...norms)) <= 1e-12 * (1 + value));
    }),
  );
});

test("more draws of one stream never give less, and never more than the Lipschitz constant", () => {
  const network = fixtureNetwork();
  const values = [1, 2, 10, 128, 129, 1000, 3000].map(
    (draws) => maximumRandomGradient(network, { draws, random: stream(2, "growth", "gradient") }).value,
  );
  for (let i = 1; i < values.length; i++) assert.ok(values[i] >= values[i - 1]);
  // Its exact Lipschitz constant, over all 2⁵ patterns.
  assert.ok(values[values.length - 1] <= 2.55445888);
  assert.ok(values[values.length - 1] <= spectralBound(network, stream(2, "growth", "spectral")).value);
});

test("draws are a whole number from 1", () => {
  for (const draws of [0, -1, 1.5, Number.NaN]) {
    const options = { draws, random: stream(1, "draws", "gradient") };
    assert.throws(
      () => maximumRandomGradient(fixtureNetwork(), options),
      /^RangeError: draws must be an integer >= 1/,
    );
  }
});
