import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { certifiedUpper } from "../../src/lipschitz/certify.ts";
import { enclosedGradientNorm } from "../../src/lipschitz/enclosure.ts";
import { searchLower } from "../../src/lipschitz/search.ts";
import { normAbove, slopeRanges } from "../../src/lipschitz/slopes.ts";
import type { Activation } from "../../src/network/activation.ts";
import { layersOf } from "../../src/network/deep.ts";
import { gradient, norm } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";

function network(activation: Activation, W: number[][], b: number[], a: number[]): TwoLayerNetwork {
  return {
    activation,
    k: W.length,
    d: W[0].length,
    W: Float64Array.from(W.flat()),
    b: Float64Array.from(b),
    a: Float64Array.from(a),
    c: 0,
  };
}

function randomNetwork(activation: Activation, k: number, d: number, seed: number): TwoLayerNetwork {
  const random = stream(seed, "slopes", "network");
  const gaussians = (length: number) => Float64Array.from({ length }, () => random.gaussian());
  return { activation, k, d, W: gaussians(k * d), b: gaussians(k), a: gaussians(k), c: 0 };
}

const bracketOf = (f: TwoLayerNetwork, radius?: number) => ({
  lower: searchLower(f, { random: stream(1, "test", "lower"), radius }),
  upper: certifiedUpper(f, { random: stream(1, "test", "upper"), radius }).upper,
});

const bounded: Activation[] = [
  "relu",
  "leaky-relu:0.3",
  "abs",
  "identity",
  "hardtanh",
  "tanh",
  "sigmoid",
  "softplus",
  "sin",
];
const all: Activation[] = [...bounded, "polynomial:0,0,1", "polynomial:0,1,-0.5,0.1"];

for (const activation of all) {
  for (const radius of [undefined, 0.7]) {
    if (radius === undefined && !bounded.includes(activation)) continue;
    test(`${activation} ${radius ? "on a ball" : "everywhere"}: lower <= densest sample <= upper`, () => {
      for (let seed = 0; seed < 12; seed++) {
        const d = 1 + (seed % 2);
        const f = randomNetwork(activation, 1 + (seed % 5), d, seed);
        const { lower, upper } = bracketOf(f, radius);
        let dense = 0;
        const reach = radius ?? 12;
        for (let i = -60; i <= 60; i++) {
          for (let j = d === 1 ? 0 : -60; j <= (d === 1 ? 0 : 60); j++) {
            const x = Float64Array.of((reach * i) / 60, (reach * j) / 60).subarray(0, d);
            if (norm(x) <= reach) dense = Math.max(dense, norm(gradient(f, x)));
          }
        }
        assert.ok(lower.value <= upper.value, `${lower.value} <= ${upper.value}`);
        assert.ok(dense <= upper.value * (1 + 1e-12), `${dense} <= ${upper.value}`);
        // The search finds what a grid finds, or nearly.
        assert.ok(lower.value >= 0.9 * dense, `seed ${seed}: lower ${lower.value}, grid ${dense}`);
        assert.equal(lower.kind, "lower");
        if (radius) assert.ok(normAbove(lower.witness) <= radius);
        const atWitness = norm(gradient(f, lower.witness));
        assert.ok(lower.value <= atWitness + 1e-9 || lower.value <= dense * (1 + 1e-9));
      }
    });
  }
}

for (const [activation, W, b, a, radius, constant] of [
  ["abs", [[1]], [0], [1], undefined, 1],
  ["abs", [[3, 4]], [1], [2], undefined, 10],
  [
    "identity",
    [
      [3, 4],
      [-3, 0],
    ],
    [1, 2],
    [1, 1],
    undefined,
    4,
  ],
  ["leaky-relu:0.5", [[2]], [0], [1], undefined, 2],
  ["leaky-relu:4", [[2]], [0], [1], undefined, 8],
  ["hardtanh", [[5]], [0.3], [1], undefined, 5],
  ["tanh", [[3]], [0], [2], undefined, 6],
  ["tanh", [[1]], [2], [1], 1, 1 / Math.cosh(1) ** 2],
  ["sigmoid", [[4]], [0], [1], undefined, 1],
  ["softplus", [[1]], [0], [1], 2, 1 / (1 + Math.exp(-2))],
  ["sin", [[2]], [0], [1], undefined, 2],
  ["sin", [[1]], [Math.PI / 2], [1], 0.5, Math.sin(0.5)],
  ["polynomial:0,0,1", [[1]], [0], [1], 3, 6],
  ["polynomial:0,0,1", [[0.6, 0.8]], [1], [2], 3, 16],
  ["polynomial:0,1,0,-1", [[1]], [0], [1], 1, 2],
  ["relu", [[1], [1]], [-2, 5], [1, 1], 1.5, 1],
  ["relu", [[1], [1]], [-2, 5], [1, 1], 2.5, 2],
] as const) {
  test(`${activation}, W = ${JSON.stringify(W)}, b = ${b}${radius ? ` on |x| <= ${radius}` : ""}: the constant is ${constant}`, () => {
    const f = network(
      activation,
      W.map((row) => [...row]),
      [...b],
      [...a],
    );
    const { lower, upper } = bracketOf(f, radius);
    assert.ok(lower.value <= constant * (1 + 1e-12) && upper.value >= constant * (1 - 1e-12));
    assert.ok(lower.value >= 0.97 * constant, `lower ${lower.value}`);
    assert.ok(upper.value <= 1.00001 * constant, `upper ${upper.value}`);
  });
}

test("on a ball a neuron's gate is fixed exactly where its hyperplane stays outside, up to rounding", () => {
  const f = network(
    "relu",
    [
      [3, 4],
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    [5.0001, -5.0001, 4.9999, -5],
    [1, 1, 1, 1],
  );
  const ranges = slopeRanges(f, 1);
  assert.deepEqual([0, 1, 2, 3].map(ranges), [
    { low: 1, high: 1 },
    { low: 0, high: 0 },
    { low: 0, high: 1 },
    // On the sphere itself: not certain in f64.
    { low: 0, high: 1 },
  ]);
});

test("bounds on balls grow with the radius up to those of all of R^d", () => {
  const f = randomNetwork("relu", 20, 5, 3);
  const uppers = [0.01, 0.1, 0.3, 1, 3, 100].map((radius) => bracketOf(f, radius).upper.value);
  uppers.push(bracketOf(f).upper.value);
  for (let i = 1; i < uppers.length; i++) assert.ok(uppers[i] >= uppers[i - 1] * (1 - 1e-4), `${uppers}`);
  assert.ok(uppers[0] < 0.9 * uppers[6]);
  // A ball without a hyperplane in it: one gradient.
  const tiny = bracketOf(f, 1e-4);
  assert.ok(tiny.upper.value / tiny.lower.value < 1 + 1e-6);
});

test("polynomials without a radius, or with one that is too large, have no bound", () => {
  const f = randomNetwork("polynomial:0,0,1", 3, 2, 1);
  assert.throws(() => slopeRanges(f), {
    name: "UnboundedSlopeError",
    message: /no bound on all of R\^d, give the radius/,
  });
  assert.throws(() => slopeRanges(f, 1e308), {
    name: "UnboundedSlopeError",
    message: /no bound within the range of f64/,
  });
});

test("a gradient's enclosure is below the norm in f64, and next to it", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.nat(1000),
      fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
      (activation, seed, size) => {
        const f = randomNetwork(activation, 1 + (seed % 7), 1 + (seed % 4), seed);
        const random = stream(seed, "slopes", "point");
        const x = Float64Array.from({ length: f.d }, () => size * random.gaussian());
        const { value } = enclosedGradientNorm(layersOf(f), x);
        const approximate = norm(gradient(f, x));
        const terms = f.a.reduce(
          (sum, a, l) => sum + Math.abs(a) * norm(f.W.subarray(l * f.d, (l + 1) * f.d)),
          0,
        );
        const slopes = activation.startsWith("polynomial") ? 1 + (100 * size) ** 2 : 1;
        assert.ok(value <= approximate + 1e-12 * terms * slopes);
        assert.ok(value >= approximate - 1e-9 * terms * slopes, `${value} ${approximate}`);
      },
    ),
  );
});

test("normAbove is at least the norm and next to it, at every scale", () => {
  for (const scale of [1e-300, 1e-160, 1, 1e160, 1e300]) {
    const value = normAbove(Float64Array.of(3 * scale, -4 * scale));
    assert.ok(value >= 5 * scale * (1 - 1e-15) && value <= 5 * scale * (1 + 1e-14), `${value}`);
  }
  assert.equal(normAbove(new Float64Array(3)), 0);
});
