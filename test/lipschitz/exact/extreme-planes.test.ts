import assert from "node:assert/strict";
import test from "node:test";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { ExtremePlanesError, gatesOf } from "../../../src/lipschitz/exact/gates.ts";
import type { TwoLayerNetwork } from "../../../src/network/two-layer.ts";
import { stream } from "../../../src/numeric/random.ts";
import { networkOf } from "../networks.ts";
import { gaussianNetwork } from "./naive.ts";

const exactOf = (network: TwoLayerNetwork, radius?: number) =>
  exactConstant(network, {
    random: stream(1, "extreme planes", "exact"),
    ...(radius !== undefined && { radius }),
  });

test("planes whose predicates would underflow or overflow are not looked at: the interval stays open, and says why", async () => {
  const plain = gaussianNetwork(4, 3, 1);
  const cases: [string, TwoLayerNetwork, number?][] = [
    // Squares of offsets vanish: cells were proved empty that are not.
    ["tiny biases", { ...plain, b: plain.b.map((value) => value * 2 ** -570) }],
    // Products of two normals vanish, and offsets make up for them.
    [
      "tiny rows, huge biases",
      networkOf(2, [-8.7e-162, 7.5e-162, -1.3e-161, 5.2e-162], [-0.9, -1], [1.2e301, -3.2e299]),
    ],
    // Scaled to a norm near one, these would be rounded to 0.
    [
      "a bias that scaling rounds",
      networkOf(2, [8.4e99, 2.4e99, 0.96, 0.27], [-1.4e-100, 2.3], [9.3e-302, -0.5]),
      7761,
    ],
    ["an entry that scaling rounds", networkOf(3, [1e30, 2e30, 1e-300, 1, 2, 3], [1e-30, 1], [1, 0.1])],
    // The norm of a subnormal row is off by a third.
    ["subnormal rows", networkOf(2, [5e-324, 5e-324], [1e300], [-6e-24]), 1e300],
    ["a huge ball", plain, 1e200],
    ["a tiny ball", plain, 1e-200],
  ];
  for (const [what, network, radius] of cases) {
    assert.throws(() => gatesOf(network, radius), ExtremePlanesError, what);
    const { lower, upper, exact, open } = await exactOf(network, radius);
    assert.equal(exact, undefined, what);
    assert.equal(open, "range", what);
    assert.ok(lower.value <= upper.value && upper.value > 0, what);
  }
});

test("all numbers of planes at one scale are fine, however extreme", async () => {
  const plain = gaussianNetwork(6, 4, 2);
  const { exact } = await exactOf(plain);
  for (const power of [-900, -100, 100, 900]) {
    const W = plain.W.map((value) => value * 2 ** power);
    const b = plain.b.map((value) => value * 2 ** power);
    const a = plain.a.map((value) => value * 2 ** -power);
    assert.equal((await exactOf({ ...plain, W, b, a })).exact?.value, exact?.value);
  }
});
