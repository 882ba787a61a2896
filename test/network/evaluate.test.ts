import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { evaluate, gradient, norm, totalWeight } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { fixtureData, fixtureNetwork } from "../fixtures/fixture-f.ts";

function randomNetwork(k: number, d: number, seed: number): TwoLayerNetwork {
  const random = stream(seed, "network", "weights");
  const gaussians = (length: number) => Float64Array.from({ length }, () => random.gaussian());
  return {
    activation: "relu",
    k,
    d,
    W: gaussians(k * d),
    b: gaussians(k),
    a: gaussians(k),
    c: random.gaussian(),
  };
}

function randomPoints(n: number, d: number, seed: number): Float64Array {
  const random = stream(seed, "network", "points");
  return Float64Array.from({ length: n * d }, () => random.gaussian());
}

/** f(x) = Σ_l a_l max(⟨w_l, x⟩ + b_l, 0) + c, as it is written. */
function output({ k, d, W, b, a, c }: TwoLayerNetwork, x: Float64Array): number {
  let f = c;
  for (let l = 0; l < k; l++) {
    let z = b[l];
    for (let j = 0; j < d; j++) z += W[l * d + j] * x[j];
    f += a[l] * Math.max(z, 0);
  }
  return f;
}

function assertNear(actual: number, expected: number, tolerance: number): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual}, expected ${expected}`);
}

test("the fixture's checkpoints are those of its generator", () => {
  const { X, y } = fixtureData();
  const { W, b, a } = fixtureNetwork();
  assertNear(X[0], -0.4036753708, 1e-10);
  assertNear(X[59 * 8 + 7], 0.4318977968, 1e-10);
  assert.equal(
    y.reduce((sum, label) => sum + label, 0),
    16,
  );
  assertNear(W[0], -0.5263138446, 1e-10);
  assertNear(b[0], 0.1902315246, 1e-10);
  assertNear(a[0], -0.674693197, 1e-10);
});

test("the fixture network has the outputs and the total weight computed in NumPy", () => {
  const network = fixtureNetwork();
  const outputs = evaluate(network, fixtureData().X);
  assertNear(
    outputs.reduce((sum, f) => sum + f, 0),
    39.59219095,
    1e-8,
  );
  assertNear(totalWeight(network), 5.41865786, 1e-8);
});

test("the fixture network's largest gradient over its data is its Lipschitz constant", () => {
  const network = fixtureNetwork();
  const { n, d, X } = fixtureData();
  const norms = Array.from({ length: n }, (_, i) => norm(gradient(network, X.subarray(i * d, (i + 1) * d))));
  assertNear(Math.max(...norms), 2.55445887, 1e-8);
});

test("outputs equal the sum over neurons on any shape", () => {
  const size = fc.integer({ min: 1, max: 20 });
  fc.assert(
    fc.property(size, size, fc.nat({ max: 30 }), fc.nat(), (k, d, n, seed) => {
      const network = randomNetwork(k, d, seed);
      const X = randomPoints(n, d, seed);
      const outputs = evaluate(network, X);
      assert.equal(outputs.length, n);
      for (let i = 0; i < n; i++) {
        assertNear(outputs[i], output(network, X.subarray(i * d, (i + 1) * d)), 1e-11);
      }
    }),
  );
});

test("outputs do not depend on how many points are evaluated together", () => {
  const network = randomNetwork(7, 5, 1);
  const X = randomPoints(700, 5, 1);
  const together = evaluate(network, X);
  for (const i of [0, 255, 256, 511, 512, 699]) {
    assertNear(together[i], evaluate(network, X.subarray(i * 5, (i + 1) * 5))[0], 1e-13);
  }
});

test("the gradient is the derivative of the output", () => {
  const size = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(size, size, fc.nat(), (k, d, seed) => {
      const network = randomNetwork(k, d, seed);
      const x = randomPoints(1, d, seed);
      const slope = gradient(network, x);
      const step = 1e-7;
      // On one linear piece the difference quotient is exact but for rounding.
      const z = Array.from({ length: k }, (_, l) => {
        const row = network.W.subarray(l * d, (l + 1) * d);
        return Math.abs(row.reduce((sum, w, j) => sum + w * x[j], network.b[l]));
      });
      fc.pre(Math.min(...z) > 1e-5);
      for (let j = 0; j < d; j++) {
        const [left, right] = [x.slice(), x.slice()];
        left[j] -= step;
        right[j] += step;
        assertNear(slope[j], (output(network, right) - output(network, left)) / (2 * step), 1e-5);
      }
    }),
  );
});

test("rescaling a neuron changes neither outputs nor gradients nor the total weight", () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: -8, max: 8 }), (seed, exponent) => {
      const [k, d] = [4, 6];
      const network = randomNetwork(k, d, seed);
      const s = 2 ** exponent;
      const rescaled = {
        ...network,
        W: network.W.map((w, at) => (at < d ? s * w : w)),
        b: network.b.map((b, l) => (l === 0 ? s * b : b)),
        a: network.a.map((a, l) => (l === 0 ? a / s : a)),
      };
      const X = randomPoints(9, d, seed);
      // Powers of two: equal to the last bit.
      assert.deepEqual(evaluate(rescaled, X), evaluate(network, X));
      assert.deepEqual(gradient(rescaled, X.subarray(0, d)), gradient(network, X.subarray(0, d)));
      assertNear(totalWeight(rescaled), totalWeight(network), 1e-12);
    }),
  );
});

test("a pre-activation of exactly zero is inactive", () => {
  const network: TwoLayerNetwork = {
    activation: "relu",
    k: 1,
    d: 1,
    W: Float64Array.of(2),
    b: Float64Array.of(-2),
    a: Float64Array.of(3),
    c: 0,
  };
  assert.deepEqual(gradient(network, Float64Array.of(1)), Float64Array.of(0));
  assert.deepEqual(gradient(network, Float64Array.of(1.5)), Float64Array.of(6));
});

test("a weight that is not a number shows in the outputs and the gradient", () => {
  const network = randomNetwork(3, 2, 1);
  network.W[2] = Number.NaN;
  const X = randomPoints(4, 2, 1);
  assert.ok(evaluate(network, X).every(Number.isNaN));
  assert.ok(gradient(network, X.subarray(0, 2)).some(Number.isNaN));
});

test("points that do not fit the dimension are refused", () => {
  assert.throws(() => evaluate(randomNetwork(2, 3, 1), new Float64Array(7)), {
    name: "RangeError",
    message: "X has 7 numbers, not a multiple of d = 3",
  });
});

test("no points have no outputs", () => {
  assert.equal(evaluate(randomNetwork(2, 3, 1), new Float64Array(0)).length, 0);
});
