/** What bounds may not depend on: scale, rotations, the order of neurons, and neurons written as two. */
import assert from "node:assert/strict";
import test from "node:test";
import { Matrix } from "ml-matrix";
import { bracket } from "../../src/lipschitz/bracket.ts";
import { exactConstant } from "../../src/lipschitz/exact/exact-constant.ts";
import { maximumRandomGradient } from "../../src/lipschitz/maximum-random-gradient.ts";
import type { Activation } from "../../src/network/activation.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { degenerateNetwork, networkOf, orthonormal } from "./networks.ts";

const random = stream(1, "invariance", "networks");
const choose = (count: number) => Math.floor(random.uniform() * count);
const gaussians = (length: number) => Float64Array.from({ length }, () => random.gaussian());
const bracketOf = (network: TwoLayerNetwork, steps = 20) =>
  bracket(network, { random: stream(2, "invariance", "start"), radius: 1, steps });

async function constantOf(network: TwoLayerNetwork): Promise<number> {
  const { exact, lower, upper } = await exactConstant(network, { random: stream(3, "invariance", "search") });
  assert.ok(exact, `${lower.value} to ${upper.value}`);
  return exact.value;
}

/** k from 1 to 12 and d from 1 to 14, so that every method has its turn; all activations with one kink. */
function randomNetwork(round: number): TwoLayerNetwork {
  const activations: Activation[] = ["relu", "relu", "abs", "leaky-relu:0.2"];
  const [k, d] = [1 + choose(12), [1, 2, 3, 5, 14][round % 5]];
  return networkOf(d, gaussians(k * d), gaussians(k), gaussians(k), activations[round % 4]);
}

const rounds = 60;
/** The semidefinite bound is within 7·10⁻⁴ of its programme's value, the constant within 10⁻⁹ of the truth. */
const tolerance = { upper: 1e-3, exact: 3e-9 };

async function assertSame(
  network: TwoLayerNetwork,
  change: (network: TwoLayerNetwork) => TwoLayerNetwork,
  factor = 1,
) {
  const other = change(network);
  const [before, after] = [network, other].map((f) => bracketOf(f, 1).upper.value);
  assert.ok(Math.abs(after / factor / before - 1) <= tolerance.upper, `upper ${before}, ${after}`);
  const [constant, changed] = [await constantOf(network), await constantOf(other)];
  assert.ok(Math.abs(changed / factor / constant - 1) <= tolerance.exact, `exact ${constant}, ${changed}`);
}

test("scaling the function scales both sides, by powers of two to the bit", () => {
  for (let round = 0; round < rounds; round++) {
    const network = degenerateNetwork(0, random);
    const { lower, upper } = bracketOf(network);
    for (const power of [-100, 3, 100]) {
      const scaled = bracketOf({ ...network, a: network.a.map((value) => value * 2 ** power) });
      assert.equal(scaled.upper.value, upper.value * 2 ** power);
      assert.equal(scaled.lower.value, lower.value * 2 ** power);
    }
  }
});

test("scaling the output, or the input's weights with their biases, scales upper and exact", async () => {
  for (let round = 0; round < rounds; round++) {
    const factor = [1e-30, 1 / 3, 1e30][round % 3];
    await assertSame(randomNetwork(round), (f) => ({ ...f, a: f.a.map((x) => x * factor) }), factor);
    await assertSame(
      randomNetwork(round),
      (f) => ({ ...f, W: f.W.map((x) => x * factor), b: f.b.map((x) => x * factor) }),
      factor,
    );
  }
});

test("stretching space changes nothing but the biases' distances: the constant of all of R^d stays", async () => {
  for (let round = 0; round < rounds; round++) {
    const stretch = 10 ** (4 * random.uniform() - 2);
    await assertSame(randomNetwork(round), (f) => ({ ...f, b: f.b.map((x) => x * stretch) }));
  }
});

test("rotating the input keeps upper and exact", async () => {
  for (let round = 0; round < rounds; round++) {
    await assertSame(randomNetwork(round), (f) => {
      const Q = Matrix.from1DArray(f.d, f.d, orthonormal(f.d, f.d, random));
      return { ...f, W: Float64Array.from(Matrix.from1DArray(f.k, f.d, f.W).mmul(Q).to1DArray()) };
    });
  }
});

test("permuting neurons keeps upper and exact", async () => {
  for (let round = 0; round < rounds; round++) {
    await assertSame(randomNetwork(round), (f) => {
      const order = Array.from({ length: f.k }, (_, l) => (l + 3) % f.k).reverse();
      const rows = order.flatMap((l) => [...f.W.subarray(l * f.d, (l + 1) * f.d)]);
      const pick = (x: Float64Array) => order.map((l) => x[l]);
      return networkOf(f.d, rows, pick(f.a), pick(f.b), f.activation);
    });
  }
});

test("splitting a neuron in two keeps upper and exact", async () => {
  for (let round = 0; round < rounds; round++) {
    const share = random.uniform();
    // The second with its row as it is, or halved: the same hyperplane.
    const stretch = round % 2 === 0 ? 0.5 : 1;
    await assertSame(randomNetwork(round), (f) => {
      const W = [...f.W, ...f.W.subarray(0, f.d).map((x) => x * stretch)];
      const a = [f.a[0] * share, ...f.a.subarray(1), (f.a[0] * (1 - share)) / stretch];
      return networkOf(f.d, W, a, [...f.b, f.b[0] * stretch], f.activation);
    });
  }
});

test("neurons without effect change nothing", async () => {
  for (let round = 0; round < rounds; round++) {
    await assertSame(randomNetwork(round), (f) => {
      const W = [...f.W, ...gaussians(f.d), ...new Float64Array(f.d)];
      return networkOf(f.d, W, [...f.a, 0, 1], [...f.b, 1, 2], f.activation);
    });
  }
});

test("the proxy is below upper, however many draws", () => {
  for (let round = 0; round < rounds; round++) {
    const [k, d] = [1 + choose(30), 1 + choose(20)];
    const network = networkOf(d, gaussians(k * d), gaussians(k), gaussians(k));
    const proxy = maximumRandomGradient(network, { draws: 2000, random });
    const { upper } = bracketOf(network, 1);
    assert.ok(proxy.value < upper.value, `${proxy.value}, ${upper.value}`);
  }
});
