import assert from "node:assert/strict";
import test from "node:test";
import { ascend } from "../../src/lipschitz/ascent.ts";
import { witnessAt } from "../../src/lipschitz/witness.ts";
import { gradient, norm } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";

const random = stream(1, "ascent", "networks");

function randomNetwork(k: number, d: number, scale = 1): TwoLayerNetwork {
  return {
    activation: "relu",
    k,
    d,
    W: Float64Array.from({ length: k * d }, () => scale * random.gaussian()),
    b: Float64Array.from({ length: k }, () => 0.3 * scale * random.gaussian()),
    a: Float64Array.from({ length: k }, () => random.gaussian()),
    c: 0,
  };
}

function points(count: number, d: number): Float64Array[] {
  return Array.from({ length: count }, () => {
    const x = Float64Array.from({ length: d }, () => random.gaussian());
    const size = norm(x);
    return x.map((value) => value / size);
  });
}

test("starts end at gradients no smaller than theirs, on the sphere, the largest first, for any number of starts", () => {
  for (const [k, d, count] of [
    [1, 1, 1],
    [3, 2, 8],
    [37, 5, 3],
    [64, 18, 8],
    [101, 30, 5],
  ]) {
    const network = randomNetwork(k, d);
    const starts = points(count, d);
    const ends = ascend(network, starts, { steps: 60, radius: 1 });
    assert.equal(ends.length, count);
    const sizes = (found: Float64Array[]) => found.map((x) => norm(gradient(network, x)));
    const before = sizes(starts).sort((p, q) => q - p);
    sizes(ends).forEach((after, i, all) => {
      assert.ok(Math.abs(norm(ends[i]) - 1) <= 1e-5, `norm ${norm(ends[i])}`);
      // Each is no smaller than its own start, so the i-th largest is no smaller than the i-th largest start.
      assert.ok(after >= before[i] * (1 - 1e-5), `k ${k}: from ${before[i]} to ${after}`);
      assert.ok(i === 0 || after <= all[i - 1] * (1 + 1e-5), `k ${k}: ${all[i - 1]} before ${after}`);
    });
  }
});

test("ascent finds far larger gradients than random points do", () => {
  const network = randomNetwork(300, 60);
  const best = (found: Float64Array[]) => Math.max(...found.map((x) => witnessAt(network, x)?.value ?? 0));
  const ascended = best(ascend(network, points(8, 60), { steps: 80, radius: 1 }));
  const sampled = best(points(1000, 60));
  assert.ok(ascended > 1.1 * sampled, `${ascended} against ${sampled} of 1000 points`);
});

test("free points may leave their sphere, and keep to a ball", () => {
  const network = randomNetwork(40, 6);
  const lengths = (ball?: number) => ascend(network, points(8, 6), { steps: 100, ball }).map(norm);
  assert.ok(lengths().some((length) => Math.abs(length - 1) > 0.05));
  assert.ok(lengths(1).every((length) => length <= 1 + 1e-5));
});

test("scales of f64 that f32 does not hold make no difference to the points", () => {
  const network = randomNetwork(20, 4);
  const starts = points(8, 4);
  const scaled = (w: number, a: number) => ({
    ...network,
    W: network.W.map((value) => value * w),
    b: network.b.map((value) => value * w),
    a: network.a.map((value) => value * a),
  });
  const expected = ascend(network, starts, { steps: 30, radius: 1 });
  for (const [w, a] of [
    [2 ** 100, 2 ** -100],
    [2 ** -500, 2 ** 400],
    [2 ** 300, 2 ** 300],
  ]) {
    assert.deepEqual(ascend(scaled(w, a), starts, { steps: 30, radius: 1 }), expected);
  }
});

test("numbers beyond f32 next to ordinary ones leave the start as it was, at worst", () => {
  const network = { ...randomNetwork(5, 3), b: Float64Array.of(1e300, -1e300, 0, 1, Number.MAX_VALUE) };
  const starts = points(2, 3);
  for (const end of ascend(network, starts, { steps: 20, radius: 1 })) {
    assert.ok(end.every(Number.isFinite), `${end}`);
  }
});

test("a wish for gates starts at the point that leans to them, beside points that are given", () => {
  const network = { ...randomNetwork(12, 30), b: new Float64Array(12) };
  // With far more dimensions than neurons, Wᵀ(wish/‖w_l‖) has nearly every gate as wished; no step is taken.
  const wish = Int8Array.from({ length: 12 }, (_, l) => (l % 3 === 0 ? -1 : 1));
  const [given] = points(1, 30);
  const ends = ascend(network, [given], { steps: 0, radius: 2, wishes: [wish] });
  assert.equal(ends.length, 2);
  const wished = ends.find((end) => norm(end.map((value, j) => value - given[j])) > 1e-6);
  assert.ok(wished && Math.abs(norm(wished) - 2) < 1e-5);
  const expected = new Float64Array(30);
  for (let l = 0; l < 12; l++) {
    const row = network.W.subarray(l * 30, (l + 1) * 30);
    for (let j = 0; j < 30; j++) expected[j] += (wish[l] * row[j]) / norm(row);
  }
  const scale = 2 / norm(expected);
  wished.forEach((value, j) => {
    assert.ok(Math.abs(value - scale * expected[j]) < 1e-5, `${value}, ${scale * expected[j]}`);
  });
});
