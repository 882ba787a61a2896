import assert from "node:assert/strict";
import test from "node:test";
import { gateForm } from "../../src/lipschitz/gate-form.ts";
import { bestOnLine, type HyperplaneForm, wishedDirection } from "../../src/lipschitz/line-search.ts";
import { gradient, norm } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";

const random = stream(1, "line search", "networks");
const gaussians = (length: number) => Float64Array.from({ length }, () => random.gaussian());

function randomNetwork(k: number, d: number): { network: TwoLayerNetwork; form: HyperplaneForm } {
  const network = {
    activation: "relu",
    k,
    d,
    W: gaussians(k * d),
    b: gaussians(k),
    a: gaussians(k),
    c: 0,
  } as const;
  return { network, form: { ...gateForm(network), normals: network.W, offsets: network.b } };
}

const along = (x: Float64Array, v: Float64Array, time: number) => x.map((value, j) => value + time * v[j]);

/** The slow twin: gradients between all neighbouring crossings, and beyond the outermost. */
function largestOnLine(
  { k, d, W, b, a, ...rest }: TwoLayerNetwork,
  x: Float64Array,
  v: Float64Array,
  most: number,
) {
  const times = Array.from({ length: k }, (_, l) => {
    const row = W.subarray(l * d, (l + 1) * d);
    const dot = (y: Float64Array) => row.reduce((sum, w, j) => sum + w * y[j], 0);
    return -(dot(x) + b[l]) / dot(v);
  }).filter((time) => Math.abs(time) < most);
  times.sort((p, q) => p - q);
  const [first, last] =
    most === Number.POSITIVE_INFINITY ? [times[0] - 2, times[times.length - 1] + 2] : [-most, most];
  const ends = [first, ...times, last];
  const network = { k, d, W, b, a, ...rest };
  return Math.max(
    ...ends.slice(1).map((end, i) => norm(gradient(network, along(x, v, (ends[i] + end) / 2)))),
  );
}

test("the best of a line is the largest gradient over all its intervals", () => {
  for (let round = 0; round < 200; round++) {
    const [k, d] = [1 + (round % 30), 1 + (round % 7)];
    const { network, form } = randomNetwork(k, d);
    const [x, v] = [gaussians(d), gaussians(d)];
    const expected = largestOnLine(network, x, v, Number.POSITIVE_INFINITY);
    const found = norm(gradient(network, bestOnLine(form, x, v)));
    assert.ok(Math.abs(found - expected) <= 1e-9 * (1 + expected), `k ${k}, d ${d}: ${found}, ${expected}`);
  }
});

test("in a ball it is the largest over the chord, and the point itself where the line misses the ball", () => {
  for (let round = 0; round < 200; round++) {
    const d = 2 + (round % 5);
    const { network, form } = randomNetwork(20, d);
    const [x, v] = [gaussians(d), gaussians(d)];
    const ball = 0.2 + 2 * random.uniform();
    const point = bestOnLine(form, x, v, ball);
    const dot = (p: Float64Array, q: Float64Array) => p.reduce((sum, value, j) => sum + value * q[j], 0);
    const foot = along(x, v, -dot(x, v) / dot(v, v));
    const half = Math.sqrt(Math.max(0, ball ** 2 - norm(foot) ** 2) / dot(v, v));
    if (half < 1e-3) {
      if (half === 0) assert.deepEqual(point, x);
      continue;
    }
    assert.ok(norm(point) < ball);
    const expected = largestOnLine(network, foot, v, half);
    const found = norm(gradient(network, point));
    assert.ok(Math.abs(found - expected) <= 1e-9 * (1 + expected), `d ${d}: ${found}, ${expected}`);
  }
  const { form } = randomNetwork(3, 2);
  const x = Float64Array.of(3, 0);
  assert.deepEqual(bestOnLine(form, x, Float64Array.of(0, 1), 1), x);
  assert.deepEqual(bestOnLine(form, x, Float64Array.of(0, 0), 1), x);
});

test("the wished direction turns gates towards the gradient, and there is none where all agree", () => {
  // Gradient at the origin: 1·(1, 0) from the first neuron; the second, off, would add (1, 1).
  const network: TwoLayerNetwork = {
    activation: "relu",
    k: 2,
    d: 2,
    W: Float64Array.of(1, 0, 3, 4),
    b: Float64Array.of(1, -1),
    a: Float64Array.of(1, 1),
    c: 0,
  };
  const form = { ...gateForm(network), normals: network.W, offsets: network.b };
  const direction = wishedDirection(form, new Float64Array(2));
  assert.ok(direction && Math.abs(direction[0] - 0.6) < 1e-15 && Math.abs(direction[1] - 0.8) < 1e-15);
  assert.equal(wishedDirection(form, Float64Array.of(10, 10)), undefined);
});

test("lines towards wished gates raise most gradients", () => {
  let raised = 0;
  for (let round = 0; round < 50; round++) {
    const { network, form } = randomNetwork(60, 20);
    const x = gaussians(20);
    const direction = wishedDirection(form, x);
    assert.ok(direction);
    const [before, after] = [x, bestOnLine(form, x, direction)].map((point) =>
      norm(gradient(network, point)),
    );
    assert.ok(after >= before * (1 - 1e-12), `${before} to ${after}`);
    if (after > 1.1 * before) raised++;
  }
  assert.ok(raised > 30, `${raised} of 50`);
});
