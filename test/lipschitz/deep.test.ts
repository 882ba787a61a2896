import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { checkOrder } from "../../src/lipschitz/bound.ts";
import { certifiedUpper } from "../../src/lipschitz/certify.ts";
import { slopesOf } from "../../src/lipschitz/deep/ascent.ts";
import { chainForm } from "../../src/lipschitz/deep/chain-form.ts";
import { chainBound } from "../../src/lipschitz/deep/chain-program.ts";
import { deepUpperBound } from "../../src/lipschitz/deep/upper.ts";
import { enclosedGradientNorm } from "../../src/lipschitz/enclosure.ts";
import { gateForm } from "../../src/lipschitz/gate-form.ts";
import { searchLower } from "../../src/lipschitz/search.ts";
import { semidefiniteBound } from "../../src/lipschitz/semidefinite.ts";
import { deepSlopeRanges } from "../../src/lipschitz/slopes.ts";
import type { Activation } from "../../src/network/activation.ts";
import type { DeepNetwork, Layer } from "../../src/network/deep.ts";
import { norm } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { evaluateDeep } from "../network/evaluate-deep.ts";

function layer(W: number[][], b: number[] = W.map(() => 0)): Layer {
  return { rows: W.length, columns: W[0].length, W: Float64Array.from(W.flat()), b: Float64Array.from(b) };
}

function randomDeep(
  sizes: readonly number[],
  seed: number,
  activation: Activation = "relu",
  scale = 1,
): DeepNetwork {
  const random = stream(seed, "deep", "network");
  const layers = sizes.slice(1).map((rows, i) => ({
    rows,
    columns: sizes[i],
    W: Float64Array.from(
      { length: rows * sizes[i] },
      () => (scale * random.gaussian()) / Math.sqrt(sizes[i]),
    ),
    b: Float64Array.from({ length: rows }, () => 0.3 * random.gaussian()),
  }));
  return { activation, d: sizes[0], layers };
}

const upperOf = (f: DeepNetwork, radius?: number) =>
  deepUpperBound(f, { random: stream(1, "test", "upper"), radius }).upper;
const lowerOf = (f: DeepNetwork, radius?: number) =>
  searchLower(f, { random: stream(1, "test", "lower"), radius });

/** The largest slope between neighbours of a fine grid: below the constant, next to it for d = 1. */
function steepest(f: DeepNetwork, reach: number): number {
  const n = 200_001;
  const X = Float64Array.from({ length: n }, (_, i) => reach * ((2 * i) / (n - 1) - 1));
  const y = evaluateDeep(f, X);
  let most = 0;
  for (let i = 1; i < n; i++) most = Math.max(most, Math.abs(y[i] - y[i - 1]) / (X[i] - X[i - 1]));
  return most;
}

test("on the line the interval has the largest difference quotient, for every depth and activation", () => {
  for (const [seed, activation] of (
    ["relu", "relu", "relu", "abs", "leaky-relu:0.2", "tanh", "sin"] as const
  ).entries()) {
    const f = randomDeep([1, 4, 5, 3, 1].slice(seed % 2), seed, activation);
    const line = f.d === 1 ? f : { ...f, d: 1, layers: [layer([[1], [-1], [0.5], [2]]), ...f.layers] };
    const found = steepest(line, 8);
    const lower = lowerOf(line);
    const upper = upperOf(line);
    assert.ok(found <= upper.value * (1 + 1e-9), `${activation}: ${found} <= ${upper.value}`);
    assert.ok(
      lower.value <= upper.value && lower.value >= 0.95 * found,
      `${activation}: ${lower.value}, ${found}`,
    );
  }
});

test("the programme of one hidden layer has the two-layer semidefinite value", () => {
  for (const [k, d] of [
    [1, 1],
    [5, 3],
    [12, 30],
    [40, 20],
  ]) {
    const f = randomDeep([d, k, 1], k);
    const form = gateForm({ k, d, W: f.layers[0].W, a: f.layers[1].W });
    const sdp =
      semidefiniteBound(form, { random: stream(1, "test", "sdp"), tolerance: 1e-7 }).upper *
      2 ** form.exponent;
    const chain = chainForm(f, deepSlopeRanges(f), [1, 1]);
    const found = chainBound(chain, { tolerance: 1e-5 });
    assert.ok(found && found.gap <= 1e-5);
    assert.ok(Math.abs((found.upper * 2 ** chain.exponent) / sdp - 1) < 1e-4, `${found.upper}, ${sdp}`);
  }
});

test("the upper bound is above every product of slopes within their ranges, also those no point takes", () => {
  fc.assert(
    fc.property(
      fc.nat(1000),
      fc.constantFrom<Activation>("relu", "abs", "leaky-relu:-0.5", "tanh"),
      (seed, activation) => {
        const f = randomDeep([3, 4, 4, 1], seed, activation);
        const upper = upperOf(f);
        assert.equal(upper.kind, "upper");
        const random = stream(seed, "deep", "slopes");
        const ranges = deepSlopeRanges(f);
        for (let draw = 0; draw < 50; draw++) {
          let g: number[] = [...f.layers[2].W];
          for (const i of [1, 0]) {
            const { rows, columns, W } = f.layers[i];
            const scaled = g.map((value, l) => {
              const { low, high } = ranges[i][l];
              return value * (random.uniform() < 0.5 ? low : high);
            });
            g = Array.from({ length: columns }, (_, j) =>
              scaled.reduce((sum, value, l) => sum + value * W[l * columns + j], 0 * rows),
            );
          }
          assert.ok(Math.hypot(...g) <= upper.value * (1 + 1e-12));
        }
      },
    ),
    { numRuns: 25 },
  );
});

test("lower <= upper <= product on random networks of every shape and scale, and both scale with the network", () => {
  for (let seed = 0; seed < 12; seed++) {
    const sizes = [1 + (seed % 4), 1 + (seed % 5), 2 + (seed % 3), ...(seed % 2 ? [3] : []), 1];
    const f = randomDeep(sizes, seed);
    const { upper, product } = deepUpperBound(f, { random: stream(1, "test", "upper") });
    const lower = lowerOf(f);
    assert.ok(lower.value <= upper.value && upper.value <= product.value);
    for (const scale of [1e-30, 1e30]) {
      const scaled = randomDeep(sizes, seed, "relu", scale);
      const there = upperOf(scaled).value / scale ** (sizes.length - 1);
      assert.ok(Math.abs(there / upper.value - 1) < 1e-3, `${there}, ${upper.value}`);
    }
  }
});

test("the programme is better than norms, and named", () => {
  const f = randomDeep([20, 30, 30, 1], 5);
  const { upper, product } = deepUpperBound(f, { random: stream(1, "test", "upper") });
  assert.equal(upper.method, "lipsdp");
  assert.ok(upper.value < 0.6 * product.value);
});

test("a programme that is stopped at once still gives a bound", () => {
  const f = randomDeep([4, 6, 6, 1], 2);
  const { upper } = deepUpperBound(f, { random: stream(1, "test", "upper"), outOfTime: () => true });
  assert.ok(upper.value >= lowerOf(f).value);
});

test("degenerate networks: zeros, one layer, dead neurons", () => {
  const zero: DeepNetwork = {
    activation: "relu",
    d: 2,
    layers: [layer([[0, 0]]), layer([[0]]), layer([[0]])],
  };
  assert.equal(upperOf(zero).value, 0);
  assert.equal(lowerOf(zero).value, 0);
  const linear: DeepNetwork = { activation: "relu", d: 2, layers: [layer([[3, 4]], [1])] };
  const { value } = upperOf(linear);
  assert.ok(value >= 5 && value < 5 + 1e-12);
  assert.ok(lowerOf(linear).value > 5 - 1e-12 && lowerOf(linear).value <= 5);
  const dead: DeepNetwork = {
    activation: "relu",
    d: 1,
    layers: [
      layer([[1], [0]]),
      layer(
        [
          [1, 1],
          [0, 0],
        ],
        [0, -1],
      ),
      layer([[2, 5]]),
    ],
  };
  assert.ok(upperOf(dead).value >= 2 && upperOf(dead).value < 2.01, `${upperOf(dead).value}`);
  assert.ok(lowerOf(dead).value > 1.999 && lowerOf(dead).value <= 2);
});

test("on a ball deeper gates are fixed too where interval arithmetic says so", () => {
  const f = randomDeep([3, 6, 6, 1], 4);
  const everywhere = upperOf(f);
  const small = upperOf(f, 1e-5);
  assert.ok(small.value <= everywhere.value);
  const lower = lowerOf(f, 1e-5);
  assert.ok(small.value / lower.value < 1 + 1e-3, `${small.value}, ${lower.value}`);
  const middle = upperOf(f, 0.3);
  assert.ok(lowerOf(f, 0.3).value <= middle.value && middle.value <= everywhere.value * (1 + 1e-3));
});

test("the enclosure is below the gradient in f64, and next to it", () => {
  for (let seed = 0; seed < 30; seed++) {
    const f = randomDeep([5, 7, 6, 4, 1], seed, (["relu", "tanh", "abs", "softplus"] as const)[seed % 4]);
    const random = stream(seed, "deep", "point");
    const x = Float64Array.from({ length: 5 }, () => random.gaussian());
    const approximate = norm(slopesOf(f, x, 1).gradients);
    const { value } = enclosedGradientNorm(f, x);
    assert.ok(
      value <= approximate * (1 + 1e-12) && value >= approximate * (1 - 1e-10),
      `${value}, ${approximate}`,
    );
  }
});

test("certifiedUpper takes deep networks, with the product as their spectral bound", () => {
  const f = randomDeep([3, 4, 4, 1], 7);
  const { upper, spectral } = certifiedUpper(f, { random: stream(1, "test", "upper") });
  assert.equal(spectral().method, "spectral");
  assert.ok(upper.value <= spectral().value);
});

test("where part of the product of norms underflows and the whole does not, no bound is lost", () => {
  const line = (...weights: number[]): DeepNetwork => ({
    activation: "relu",
    d: 1,
    layers: weights.map((w, i) => layer([[w]], [i < weights.length - 1 ? 1 : 0])),
  });
  const power = (exponent: number, count: number) => new Array<number>(count).fill(2 ** exponent);
  // Near 0 every gate is on: the constant is the product of the weights.
  for (const [network, constant] of [
    [line(...power(-530, 2), 2 ** 1000), 2 ** -60],
    [line(...power(-665, 2), 2 ** 1000), 2 ** -330],
    [line(...power(-100, 12), ...power(100, 12)), 1],
    [line(...power(-532, 3)), 0],
    [line(2 ** -1000, 2 ** 990, 2 ** 10), 1],
  ] as const) {
    const { upper, product } = deepUpperBound(network, { random: stream(1, "test", "upper") });
    for (const { value } of [upper, product]) {
      assert.ok(value >= constant && value > 0, `${value} below ${constant}`);
      assert.ok(value <= constant * 1.001 + Number.MIN_VALUE, `${value} far above ${constant}`);
    }
    const { value } = enclosedGradientNorm(network, Float64Array.of(0));
    assert.ok(value <= constant, `${value} above ${constant}`);
  }
  const { value } = enclosedGradientNorm(line(...power(-530, 2), 2 ** 1000), Float64Array.of(0));
  assert.ok(value > 0.999 * 2 ** -60);
});

test("bounds that contradict each other are never printed", () => {
  const bound = (kind: "lower" | "upper", value: number) => ({ kind, value, method: "test" });
  checkOrder(bound("lower", 1), bound("upper", 1));
  for (const value of [0.5, Number.NaN]) {
    assert.throws(() => checkOrder(bound("lower", 1), bound("upper", value)), /contradicts itself/);
  }
});
