/** The order of all that is said of one network's constant, and what rescaled neurons change. */
import assert from "node:assert/strict";
import test from "node:test";
import { bracket } from "../../src/lipschitz/bracket.ts";
import { exactConstant } from "../../src/lipschitz/exact/exact-constant.ts";
import { maximumRandomGradient } from "../../src/lipschitz/maximum-random-gradient.ts";
import { norm, totalWeight } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { pathNorm, spectralProduct } from "../../src/theory/spectral.ts";
import { networkOf } from "./networks.ts";

const random = stream(1, "order", "networks");

function randomNetwork(round: number): TwoLayerNetwork {
  const [k, d] = [1 + (round % 9), [1, 2, 3, 6][round % 4]];
  return networkOf(d, random.gaussians(k * d), random.gaussians(k), random.gaussians(k));
}

async function measured(network: TwoLayerNetwork) {
  const { lower, upper } = bracket(network, {
    random: stream(2, "order", "start"),
    radius: 1,
    steps: 20,
  });
  const { exact } = await exactConstant(network, { random: stream(3, "order", "search") });
  assert.ok(exact);
  const proxy = maximumRandomGradient(network, { draws: 200, random: stream(4, "order", "draws") }).value;
  return { proxy, lower: lower.value, exact: exact.value, upper: upper.value };
}

test("proxy <= exact <= certified <= ‖a‖ ‖W‖op <= ‖a‖ ‖W‖_F, exact <= Π <= both W(f) and √k ‖a‖ ‖W‖op", async () => {
  for (let round = 0; round < 60; round++) {
    const network = randomNetwork(round);
    const { proxy, lower, exact, upper } = await measured(network);
    const [product, path] = [spectralProduct(network), pathNorm(network)];
    const frobenius = norm(network.a) * norm(network.W);
    const below = (small: number, large: number, what: string) =>
      assert.ok(small <= large * (1 + 1e-8), `${what}, round ${round}: ${small} ${large}`);
    below(proxy, exact, "proxy");
    below(lower, exact, "lower");
    below(exact, upper, "certified");
    // The semidefinite bound is found to within 7e-4 of its programme's value, which the product is no less than.
    below(upper, product * (1 + 1e-3), "product");
    below(product, frobenius, "Frobenius");
    below(exact, path, "path");
    below(path, frobenius, "path below Frobenius");
    below(path, totalWeight(network), "total weight");
    below(path, Math.sqrt(network.k) * product, "√k");
  }
});

test("(a/s, s w, s b) leaves proxy, exact, certified, Π and W(f) as they are, and not the product", async () => {
  let moved = 0;
  for (let round = 0; round < 40; round++) {
    const network = randomNetwork(round);
    const { k, d } = network;
    const scales = Float64Array.from({ length: k }, () => 10 ** (2 * random.uniform() - 1));
    const rescaled: TwoLayerNetwork = {
      ...network,
      W: network.W.map((w, at) => w * scales[Math.floor(at / d)]),
      b: network.b.map((b, l) => b * scales[l]),
      a: network.a.map((a, l) => a / scales[l]),
    };
    const [before, after] = [await measured(network), await measured(rescaled)];
    const same = (name: string, one: number, other: number, tolerance: number) =>
      assert.ok(Math.abs(other / one - 1) <= tolerance, `${name}, round ${round}: ${one} ${other}`);
    same("proxy", before.proxy, after.proxy, 1e-9);
    same("exact", before.exact, after.exact, 3e-9);
    same("upper", before.upper, after.upper, 1e-3);
    same("path", pathNorm(network), pathNorm(rescaled), 1e-12);
    same("weight", totalWeight(network), totalWeight(rescaled), 1e-12);
    // Ascents may end elsewhere; they end below the constant.
    assert.ok(after.lower <= before.exact * (1 + 1e-9));
    if (Math.abs(spectralProduct(rescaled) / spectralProduct(network) - 1) > 1e-3) moved++;
  }
  assert.ok(moved > 20, `${moved}`);
});
