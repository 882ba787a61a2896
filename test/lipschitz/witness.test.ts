import assert from "node:assert/strict";
import test from "node:test";
import { type Witness, witnessAt } from "../../src/lipschitz/witness.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { exactGate, exactRows, squared, squaredNorm } from "./dyadic.ts";

const random = stream(1, "witness", "networks");

function randomNetwork(reach: number): TwoLayerNetwork {
  const k = 1 + Math.floor(random.uniform() * 6);
  const d = 1 + Math.floor(random.uniform() * 5);
  const power = () => 10 ** (reach * (2 * random.uniform() - 1));
  const scales = Array.from({ length: k }, power);
  return {
    activation: "relu",
    k,
    d,
    W: Float64Array.from({ length: k * d }, (_, i) => scales[Math.floor(i / d)] * random.gaussian()),
    b: Float64Array.from(scales, (scale) => scale * random.gaussian()),
    a: Float64Array.from({ length: k }, () => random.gaussian() * power()),
    c: 0,
  };
}

function randomPoint(d: number): Float64Array {
  return Float64Array.from({ length: d }, () => random.gaussian());
}

/** ‖∇f(x)‖² in exact arithmetic; undefined where a gate that matters is on its boundary. */
function exactSquare(network: TwoLayerNetwork, x: Float64Array): bigint | undefined {
  const gradient: bigint[] = new Array(network.d).fill(0n);
  const rows = exactRows(network);
  for (let l = 0; l < network.k; l++) {
    if (rows[l].every((value) => value === 0n)) continue;
    const gate = exactGate(network, x, l);
    if (gate === 0) return undefined;
    if (gate > 0) for (let j = 0; j < network.d; j++) gradient[j] += rows[l][j];
  }
  return squaredNorm(gradient);
}

function assertBelow(network: TwoLayerNetwork, x: Float64Array, found: Witness): bigint {
  const exact = exactSquare(network, x);
  assert.ok(exact !== undefined, "a gate on its boundary was called certain");
  assert.ok(squared(found.value) <= exact, `${found.value} is above the gradient's norm`);
  return exact;
}

test("the value is never above the gradient's norm in exact arithmetic, and close to it", () => {
  for (const reach of [0, 10, 30, 150]) {
    let certain = 0;
    for (let round = 0; round < 400; round++) {
      const network = randomNetwork(reach);
      const x = randomPoint(network.d);
      const found = witnessAt(network, x);
      if (!found) continue;
      certain++;
      const exact = assertBelow(network, x, found);
      // Gradients 2^500 times smaller than the network's largest row count as nothing.
      const close = squared(found.value * (1 + 1e-11)) >= exact;
      assert.ok(close || reach > 30, `reach ${reach}: ${found.value} is far below`);
    }
    assert.ok(certain > 390, `${certain} points of 400 were certain at reach ${reach}`);
  }
});

test("gates closer than rounding are refused wherever f64 has the wrong sign", () => {
  let wrong = 0;
  for (let round = 0; round < 3000; round++) {
    const network = randomNetwork(0);
    const { k, d, W, b } = network;
    const x = randomPoint(d);
    // Biases that cancel the products, by f64's own sum, and a few last places beside it.
    const computed = (l: number) => {
      let z = 0;
      for (let j = 0; j < d; j++) z += W[l * d + j] * x[j];
      return z;
    };
    for (let l = 0; l < k; l++) b[l] = -computed(l) * (1 + Math.floor(random.uniform() * 5 - 2) * 2 ** -52);
    for (let l = 0; l < k; l++) if (Math.sign(computed(l) + b[l]) !== exactGate(network, x, l)) wrong++;
    const found = witnessAt(network, x);
    if (found) assertBelow(network, x, found);
  }
  assert.ok(wrong > 100, `only ${wrong} gates were wrong in f64`);
});

function single(W: readonly number[], b: number, a = 1): TwoLayerNetwork {
  return {
    activation: "relu",
    k: 1,
    d: W.length,
    W: Float64Array.from(W),
    b: Float64Array.of(b),
    a: Float64Array.of(a),
    c: 0,
  };
}

test("gates on their boundary, cancelled, underflown or overflown are refused", () => {
  const refused = (network: TwoLayerNetwork, ...x: number[]) =>
    assert.equal(witnessAt(network, Float64Array.from(x)), undefined);
  refused(single([1, 1], -2), 1, 1);
  refused(single([0.5], 0), 0);
  refused(single([1e16, 1, -1e16], 0), 1, 1, 1);
  refused(single([1e-200, -1e-200], 0), 2e-130, 1e-124);
  refused(single([1e300], -1), 1e300);
  refused(single([1], Number.NaN), 1);
  refused(single([1], 0), Number.NaN);
  refused(single([1], 0), Number.POSITIVE_INFINITY);
});

test("a gate on its boundary does not matter where a or w is zero", () => {
  const network: TwoLayerNetwork = {
    activation: "relu",
    k: 3,
    d: 2,
    W: Float64Array.of(1, 0, 0, 0, 3, 4),
    b: Float64Array.of(-1, 0, 1),
    a: Float64Array.of(0, 7, 2),
    c: 0,
  };
  const found = witnessAt(network, Float64Array.of(1, 0));
  assert.ok(found && found.value <= 10 && found.value >= 10 * (1 - 1e-12));
});

test("weights whose squares vanish or overflow keep their gradients", () => {
  for (const [w, a, expected] of [
    [1e-200, 1e200, 1],
    [1e-170, 1e10, 1e-160],
    [1e200, 1e-100, 1e100],
    [1e308, 1e-308, 1],
    [2 ** -1074, 2 ** 1000, 2 ** -74],
  ]) {
    const found = witnessAt(single([w], 1, a), Float64Array.of(1e-10));
    assert.ok(found && Math.abs(found.value / expected - 1) <= 1e-11, `${w}, ${a}: ${found?.value}`);
    assertBelow(single([w], 1, a), Float64Array.of(1e-10), found);
  }
  // Beyond f64: the largest number, and nothing.
  assert.equal(witnessAt(single([1e300], 1, 1e300), Float64Array.of(0))?.value, Number.MAX_VALUE);
  assert.equal(witnessAt(single([1e-300], 1, 1e-300), Float64Array.of(0))?.value, 0);
});

test("other activations have no gates, and numbers that are not finite no witness", () => {
  const abs = { ...single([1], 0), activation: "abs" as const };
  assert.throws(() => witnessAt(abs, Float64Array.of(1)), /relu/);
  assert.throws(() => witnessAt(single([Number.NaN], 0), Float64Array.of(1)), /finite/);
});
