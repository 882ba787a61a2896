import assert from "node:assert/strict";
import test from "node:test";
import { blocks } from "../../src/construct/blocks.ts";
import { dot, HypothesisError, type NetworkConstruction, row } from "../../src/construct/construction.ts";
import { signBlocks } from "../../src/construct/sign-blocks.ts";
import type { Dataset } from "../../src/data/dataset.ts";
import { genericPoints, randomSigns } from "../../src/data/generic.ts";
import { sphereGradient } from "../../src/lipschitz/sphere.ts";
import { upperBound } from "../../src/lipschitz/upper.ts";
import { evaluate, gradient, norm } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";

function sphere(n: number, d: number, seed = 1): Dataset {
  const X = genericPoints({ n, d }, "sphere", stream(seed, "test", "points"));
  return { n, d, X, y: randomSigns(n, stream(seed, "test", "labels")) };
}

function build(data: Dataset, mode: string, block?: number): NetworkConstruction {
  const random = (purpose: string) => stream(1, "test", purpose);
  return blocks.build(data, { mode, block }, random) as NetworkConstruction;
}

function largestError({ network }: NetworkConstruction, { X, y }: Dataset): number {
  return evaluate(network, X).reduce((most, value, i) => Math.max(most, Math.abs(value - y[i])), 0);
}

function detail({ details }: NetworkConstruction, name: string): number {
  return Number(details?.[name]);
}

test("blocks hold each point of a sign once, at most m of them, of even sizes", () => {
  const { y } = sphere(101, 5);
  for (const m of [1, 3, 7, 200]) {
    const parts = signBlocks(y, m);
    assert.deepEqual(
      parts.flatMap(({ points }) => points).sort((i, j) => i - j),
      Array.from(y.keys()),
    );
    for (const sign of [1, -1]) {
      const sizes = parts.filter((part) => part.sign === sign).map(({ points }) => points.length);
      assert.equal(sizes.length, Math.ceil(y.filter((label) => label === sign).length / m));
      assert.ok(Math.max(...sizes) <= m && Math.max(...sizes) - Math.min(...sizes) <= 1);
    }
    for (const { sign, points } of parts) assert.ok(points.every((i) => y[i] === sign));
  }
});

test("n = d = 500, m = 4 printed: gradients of 2√m at the data, about 4 m on the sphere", () => {
  for (const seed of [1, 2, 3, 4, 5]) {
    const data = sphere(500, 500, seed);
    const built = build(data, "printed", 4);
    const { network } = built;
    assert.ok(network.k === 125 || network.k === 126, `k = ${network.k}`);
    assert.ok(largestError(built, data) <= 1e-12);
    const worst = detail(built, "worst_foreign_projection");
    assert.ok(worst >= 0.36 * 0.9 && worst <= 0.42 * 1.1 && worst < 0.5, `projection ${worst}`);
    const inner = evaluateGates(built, data);
    assert.ok(inner.every((on) => on === 1));
    const sizes = Array.from({ length: 500 }, (_, i) => norm(gradient(network, row(data.X, i, 500))));
    const steepest = Math.max(...sizes);
    assert.ok(steepest >= 4.2 * 0.9 && steepest <= 4.45 * 1.1, `gradient ${steepest}`);
    assert.ok(Math.abs(steepest - detail(built, "steepest_neuron")) <= 1e-12);
    if (seed > 2) continue;
    const starts = Array.from({ length: 64 }, (_, i) =>
      i % 2 ? row(data.X, i, 500) : row(network.W, i, 500).map((value) => value * network.a[i]),
    );
    const { tangential } = sphereGradient(network, { starts });
    // Ascents have found 13 to 15, and 17: each is a lower bound, of what grows like n/k.
    assert.ok(tangential >= 13 && tangential <= 4.5 * (500 / network.k), `sphere ${tangential}`);
  }
});

/** Neurons that are on at each point. */
function evaluateGates({ network: { k, d, W, b } }: NetworkConstruction, { n, X }: Dataset): number[] {
  return Array.from({ length: n }, (_, i) => {
    let on = 0;
    for (let l = 0; l < k; l++) {
      let z = b[l];
      for (let j = 0; j < d; j++) z += W[l * d + j] * X[i * d + j];
      if (z > 0) on++;
    }
    return on;
  });
}

test("a block that fails the test of 1/2 is named, with the largest m that passes", () => {
  assert.throws(
    () => build(sphere(500, 100), "printed", 4),
    (error: Error) =>
      error instanceof HypothesisError &&
      /^blocks: block \d+ of 12[56] fails \(needs a foreign point's projection <= 0.5, got \d\.\d+\), /.test(
        error.message,
      ) &&
      /(the largest --block that passes is [1-3]|and no --block passes, take --mode margin)$/.test(
        error.message,
      ),
  );
});

test("the adaptive threshold takes blocks where the printed one fails", () => {
  for (const [n, d] of [
    [500, 100],
    [1000, 200],
  ]) {
    const data = sphere(n, d);
    const built = build(data, "adaptive", n === 500 ? 3 : 4);
    assert.ok(largestError(built, data) <= 1e-12);
    assert.ok(detail(built, "largest_threshold") <= 0.95);
    if (n === 1000) {
      assert.ok(built.network.k >= 250 && built.network.k <= 252);
      // Each neuron's threshold is met by a foreign point, which lies on two kinds of slope.
      const bent = { ...built.network, b: built.network.b.map((b) => b + 1e-12) };
      const slope = Math.max(...Array.from({ length: n }, (_, i) => norm(gradient(bent, row(data.X, i, d)))));
      assert.ok(slope >= 7.1 * 0.9 && slope <= 8 * 1.1, `gradient ${slope}`);
    }
  }
  assert.throws(() => build(sphere(500, 100), "adaptive", 30), /needs its threshold <= 0.95, got/);
});

test("(500, 100), m = 16 margin: k = 32, or 33 for uneven labels, and a global constant of at most 95", () => {
  const data = sphere(500, 100);
  const built = build(data, "margin", 16);
  assert.ok(built.network.k === 32 || built.network.k === 33, `k = ${built.network.k}`);
  assert.ok(largestError(built, data) <= 1e-10);
  const { upper } = upperBound(built.network, { random: stream(1, "test", "bracket") });
  assert.ok(upper.value <= 95, `U = ${upper.value}`);
});

test("half-space neurons are the shortest, as cyclic projection finds them too", () => {
  const data = sphere(60, 20);
  const { network } = build(data, "margin", 4);
  signBlocks(data.y, 4).forEach(({ points }, l) => {
    const expected = shortestByProjection(data, points);
    const found = [...row(network.W, l, 20), network.b[l] / 3];
    found.forEach((value, j) => {
      assert.ok(Math.abs(value - expected[j]) <= 1e-8, `block ${l}, place ${j}`);
    });
  });
});

/** Hildreth's method: projects on one constraint ⟨w, (x, 3)⟩ = 1 or <= 0 after the other, giving back what it took too much. */
function shortestByProjection({ n, d, X }: Dataset, block: readonly number[]): Float64Array {
  const lifted = Array.from({ length: n }, (_, i) => Float64Array.of(...row(X, i, d), 3));
  const w = new Float64Array(d + 1);
  const taken = new Float64Array(n);
  for (let sweep = 0; sweep < 20_000; sweep++) {
    for (let i = 0; i < n; i++) {
      const inBlock = block.includes(i);
      const wanted = ((inBlock ? 1 : 0) - dot(lifted[i], w)) / dot(lifted[i], lifted[i]);
      const change = inBlock ? wanted : Math.min(wanted, -taken[i]);
      taken[i] += change;
      for (let j = 0; j <= d; j++) w[j] += change * lifted[i][j];
    }
  }
  return w;
}

test("a block too large for any half-space is named", () => {
  assert.throws(
    () => build(sphere(500, 100), "margin", 60),
    /^HypothesisError: blocks: block \d+ of \d+, of \d+ points, cannot be cut off .*take a smaller --block or move points that nearly coincide$/,
  );
  const middle = { n: 3, d: 2, X: Float64Array.of(-1, 0, 0, 0, 1, 0), y: Float64Array.of(1, -1, 1) };
  assert.throws(() => build(middle, "margin", 1), /blocks: point 2 lies among the others/);
});

test("labels that are any numbers are met in every mode, points of label 0 by no neuron", () => {
  const data = sphere(200, 150, 3);
  const random = stream(3, "test", "values");
  const y = data.y.map((sign, i) => (i % 10 === 0 ? 0 : sign * (0.5 + random.uniform())));
  for (const [mode, m] of [
    ["printed", 2],
    ["adaptive", 5],
    ["margin", 10],
  ] as const) {
    const built = build({ ...data, y }, mode, m);
    assert.ok(largestError(built, { ...data, y }) <= 1e-11, mode);
    const large = { ...data, y: y.map((value) => 1e12 * value) };
    assert.ok(largestError(build(large, mode, m), large) <= 10, mode);
  }
  assert.throws(() => build({ ...data, y: y.map(() => 0) }, "margin"), /needs a label other than 0/);
});

test("sizes of blocks have defaults that fit, and one block holds points of one sign", () => {
  for (const mode of ["adaptive", "margin"]) {
    for (const [n, d] of [
      [500, 100],
      [300, 300],
      [10, 50],
    ]) {
      const data = sphere(n, d);
      assert.ok(largestError(build(data, mode), data) <= 1e-10, `${mode} ${n} ${d}`);
    }
  }
  const one = { ...sphere(5, 20), y: new Float64Array(5).fill(1) };
  for (const mode of ["printed", "adaptive", "margin"]) {
    const built = build(one, mode, 5);
    assert.equal(built.network.k, 1);
    assert.ok(largestError(built, one) <= 1e-14);
  }
});

test("blocks of more points than dimensions, or of dependent ones, are refused", () => {
  assert.throws(() => build(sphere(50, 10), "adaptive", 20), /blocks of at most 10 points \(got \d+\)/);
  const data = sphere(4, 10);
  data.X.copyWithin(10, 0, 10);
  assert.throws(
    () => build({ ...data, y: Float64Array.of(1, 1, 1, 1) }, "printed", 4),
    /needs linearly independent points in a block/,
  );
});

test("points and labels of any size take the same half-spaces", () => {
  const data = sphere(60, 25);
  const plain = build(data, "margin", 5);
  for (const exponent of [-40, -10, 8, 40]) {
    const scale = 2 ** exponent;
    const scaled = {
      ...data,
      X: data.X.map((value) => value * scale),
      y: data.y.map((label) => label / scale),
    };
    const built = build(scaled, "margin", 5);
    assert.deepEqual(
      built.network.W.map((value) => value * scale * scale),
      plain.network.W,
    );
    assert.ok(largestError(built, scaled) <= 1e-10 / scale, `2^${exponent}`);
  }
});
