import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { DeepNetwork, Layer } from "../../src/network/deep.ts";
import { layersOf } from "../../src/network/deep.ts";
import { norm } from "../../src/network/evaluate.ts";
import { type RandomStream, stream } from "../../src/numeric/random.ts";
import { type DeepClass, deep, deepLaw } from "../../src/theory/deep.ts";
import {
  operatorNormProduct,
  operatorNorms,
  parameterLipschitz,
} from "../../src/theory/parameter-lipschitz.ts";
import { evaluateDeep } from "../network/evaluate-deep.ts";
import { ask } from "./ask.ts";
import { closeTo, fixture, fixtureNetwork } from "./fixture.ts";

const random = () => stream(1, "deep", "norms");
const scalar = (w: number): Layer => ({ rows: 1, columns: 1, W: Float64Array.of(w), b: new Float64Array(1) });

function randomNetwork(sizes: readonly number[], source: RandomStream, bias = 0.5): DeepNetwork {
  const layers = sizes.slice(1).map((rows, j) => ({
    rows,
    columns: sizes[j],
    W: source.gaussians(rows * sizes[j], 1 / Math.sqrt(sizes[j])),
    b: source.gaussians(rows, bias),
  }));
  return { activation: "relu", d: sizes[0], layers };
}

/** ‖∂f/∂(weights, biases)‖ by central differences. */
function parameterGradient(network: DeepNetwork, x: Float64Array): number {
  const step = 1e-6;
  let squared = 0;
  for (const layer of network.layers) {
    for (const values of [layer.W, layer.b]) {
      for (let at = 0; at < values.length; at++) {
        const kept = values[at];
        values[at] = kept + step;
        const [above] = evaluateDeep(network, x);
        values[at] = kept - step;
        const [below] = evaluateDeep(network, x);
        values[at] = kept;
        squared += ((above - below) / (2 * step)) ** 2;
      }
    }
  }
  return Math.sqrt(squared);
}

test("B(w) of scalars is the largest product that leaves out one factor or none", () => {
  for (const [values, B] of [
    [[2, 3], 6],
    [[0.5, 0.5], 0.5],
    [[2, 0.5, 3], 6],
    [[0, 7], 7],
  ] as const) {
    assert.ok(operatorNormProduct(values) === B, `${values}`);
  }
});

test("B(w) is at least the product of all norms, and at least that without any one", () => {
  const norms = fc.array(fc.double({ min: 0, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(norms, (values) => {
      const B = operatorNormProduct(values);
      const product = (without = -1) =>
        values.reduce((all, value, j) => (j === without ? all : all * value), 1);
      assert.ok(B >= product());
      for (const j of values.keys()) assert.ok(B >= product(j));
      if (values.every((value) => value >= 1)) assert.equal(B, product());
    }),
  );
});

test("operator norms are those of the layers, and B(w) is not convex in them", () => {
  const [ten, one] = operatorNorms([scalar(-10), scalar(1)], random());
  assert.ok(closeTo(ten, 10, 1e-8) && closeTo(one, 1, 1e-8));
  assert.deepEqual([operatorNormProduct([10, 1]), operatorNormProduct([1, 10])], [10, 10]);
  assert.equal(operatorNormProduct([5.5, 5.5]), 30.25);
});

test("J_c has its values, whatever its size", () => {
  const of = { norms: [2, 3], biasNorms: [0, 0], radius: 1, sharing: 1 };
  assert.ok(closeTo(parameterLipschitz(of).value, 4.795832));
  assert.ok(closeTo(parameterLipschitz({ ...of, sharing: 4 }).value, 9.591663));
  assert.ok(closeTo(parameterLipschitz({ ...of, biasNorms: [1, 0] }).value, 5.291503));
  const large = { norms: Array(500).fill(10), biasNorms: Array(500).fill(1), radius: 1, sharing: 1 };
  const { value, log } = parameterLipschitz(large);
  assert.ok(value === Number.POSITIVE_INFINITY && log > 499 * Math.LN10 && log < 503 * Math.LN10);
});

test("no parameter gradient is longer than J_c, biases included", () => {
  for (const [seed, sizes] of [
    [1, [4, 6, 1]],
    [2, [3, 5, 4, 1]],
    [3, [2, 4, 4, 4, 1]],
  ] as const) {
    const source = stream(seed, "deep", "network");
    for (let trial = 0; trial < 15; trial++) {
      const network = randomNetwork(sizes, source, trial % 3);
      const edge = source.gaussians(sizes[0]);
      const J = parameterLipschitz({
        norms: operatorNorms(network.layers, random()),
        biasNorms: network.layers.map(({ b }) => norm(b)),
        radius: norm(edge),
        sharing: 1,
      }).value;
      // On the sphere of radius R, inside of it, and at 0.
      for (const share of [1, source.uniform(), 0]) {
        const length = parameterGradient(
          network,
          edge.map((value) => share * value),
        );
        assert.ok(length <= J * (1 + 1e-6) && (length > 0 || share < 1), `${share}: ${length} ${J}`);
      }
    }
  }
});

test("biases break Lemma 3.1: a derivative of 10 where B Q R is 1", () => {
  const network: DeepNetwork = {
    activation: "relu",
    d: 1,
    layers: [{ ...scalar(0), b: Float64Array.of(10) }, scalar(1)],
  };
  // ∂f/∂w_2 = σ(w_1 x + b_1).
  const moved = { ...network, layers: [network.layers[0], scalar(1.5)] };
  const [before, after] = [network, moved].map((f) => evaluateDeep(f, Float64Array.of(1))[0]);
  assert.equal((after - before) / 0.5, 10);
  assert.equal(operatorNormProduct([0, 1]), 1);
  const J = parameterLipschitz({ norms: [0, 1], biasNorms: [10, 0], radius: 1, sharing: 1 }).value;
  assert.ok(J >= 10);
});

const common = { n: 1e6, d: 1000, p: 1e5, W: 1, Q: 1, R: 1, epsilon: 0.5, delta: 0.05, c: 1, components: 1 };
const printedLaw = (networks: DeepClass) =>
  deepLaw({ ...common, constants: "printed", class: networks }).value;

test("(3.1) and (3.2) have their values", () => {
  for (const [depth, value] of [
    [2, 1.668351e-2],
    [3, 1.443383e-2],
    [5, 1.177335e-2],
    [10, 8.687288e-3],
    [30, 5.171234e-3],
  ]) {
    assert.ok(closeTo(printedLaw({ by: "depth", depth }), value), `${depth}`);
  }
  for (const [B, value] of [
    [1, 2.368957e-2],
    [10, 2.223127e-2],
    [1e3, 1.997509e-2],
    [1e6, 1.759383e-2],
  ]) {
    assert.ok(closeTo(printedLaw({ by: "product", B }), value), `${B}`);
  }
});

test("sharing and the largest weight stand where Lemma 3.1 has them: (W Q p)^D, and Q outside of √p", () => {
  const { n, d, p, epsilon, delta } = common;
  const [W, Q] = [2, 4];
  const at = (logJ: number) => {
    const net = Math.log(60) + Math.log(2 * W * Math.sqrt(p)) + logJ - Math.log(epsilon);
    return (epsilon / 2 ** 9) * Math.sqrt((n * d) / (p * net + Math.log(4 / delta)));
  };
  const value = (networks: DeepClass) =>
    deepLaw({ ...common, W, Q, constants: "printed", class: networks }).value;
  for (const depth of [2, 5]) {
    assert.ok(closeTo(value({ by: "depth", depth }), at(depth * Math.log(W * Q * p)), 1e-12), `${depth}`);
  }
  assert.ok(closeTo(value({ by: "product", B: 10 }), at(Math.log(10 * Q * Math.sqrt(p))), 1e-12));
  const norms = { norms: [2, 3], biasNorms: [1, 0] };
  const J = parameterLipschitz({ ...norms, radius: 1, sharing: Q }).log;
  assert.ok(closeTo(value({ by: "norms", ...norms }), at(J), 1e-12));
});

test("the law falls with depth, B, W, Q and R; J_c is below the printed J", () => {
  const norms = fc.array(fc.double({ min: 0.1, max: 20, noNaN: true }), { minLength: 2, maxLength: 20 });
  fc.assert(
    fc.property(norms, fc.double({ min: 0.1, max: 10, noNaN: true }), (values, R) => {
      const p = 1e4;
      const { log } = parameterLipschitz({
        norms: values,
        biasNorms: values.map(() => 0),
        radius: R,
        sharing: 1,
      });
      const product = values.reduce((all, value) => all * value, 1);
      const B = Math.max(product, ...values.map((value) => product / value));
      // Without biases, and where R >= 1 pays for the 1 of each bias.
      if (R >= 1 && values.every((value) => value >= 1)) {
        assert.ok(log <= Math.log(B * R * Math.sqrt(p)));
      }
      assert.ok(log >= Math.log(values.slice(1).reduce((all, value) => all * value, R)) - 1e-9);
    }),
  );
  const law = (change: object) =>
    deepLaw({ ...common, constants: "sharpened", class: { by: "depth", depth: 3 }, ...change }).value;
  for (const change of [{ W: 2 }, { Q: 2 }, { R: 2 }, { class: { by: "depth", depth: 4 } }]) {
    assert.ok(law(change) < law({}));
  }
});

test("asked about a network it counts its parameters and gives the three forms", () => {
  const { bounds, details } = ask(deep, { data: fixture, network: fixtureNetwork });
  assert.equal(bounds.length, 3);
  assert.equal(details?.parameters, 51);
  // Two layers of norms ‖W‖op and ‖a‖.
  const [w, a] = operatorNorms(layersOf(fixtureNetwork).layers, random());
  assert.ok(closeTo(w * a, 3.52277841, 1e-7));
  assert.ok(closeTo(Number(details?.norm_product), Math.max(w * a, w, a), 1e-9));
  const three = randomNetwork([8, 4, 3, 1], stream(3, "deep", "asked"));
  assert.equal(ask(deep, { data: fixture, deep: three }).details?.parameters, 36 + 15 + 4);
  const flags = { n: 1e6, d: 1000, p: 1e5, depth: 2, "norm-product": 10 };
  assert.deepEqual(
    ask(deep, { numbers: flags }).bounds.map(({ value }) => value.toPrecision(5)),
    ["0.016684", "0.022231"],
  );
  assert.throws(() => ask(deep, { numbers: { n: 1, d: 1, p: 1 } }), /deep: give --depth, --norm-product or/);
});

test("what lies outside its set is refused by name", () => {
  const of = { ...common, constants: "printed", class: { by: "depth", depth: 2 } } as const;
  for (const [change, message] of [
    [{ W: 0.5 }, /^max-weight must lie in \[1, inf\), got 0.5/],
    [{ Q: 0 }, /^sharing must lie in/],
    [{ class: { by: "depth", depth: 1 } }, /^depth must lie in \{2, 3, …\}, got 1/],
    [{ class: { by: "product", B: 0 } }, /^norm-product must lie in/],
    [
      { class: { by: "norms", norms: [1, 1], biasNorms: [0] } },
      /^length of biasNorms must lie in \{2\}, got 1/,
    ],
  ] as const) {
    assert.throws(() => deepLaw({ ...of, ...change }), { name: "RangeError", message });
  }
});
