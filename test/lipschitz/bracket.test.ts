import assert from "node:assert/strict";
import test from "node:test";
import { Matrix, QrDecomposition } from "ml-matrix";
import { type Bracket, bracket } from "../../src/lipschitz/bracket.ts";
import { maximumRandomGradient } from "../../src/lipschitz/maximum-random-gradient.ts";
import { normAbove } from "../../src/lipschitz/slopes.ts";
import { spectralBound } from "../../src/lipschitz/spectral.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { exactGate, exactRows, largestPattern, squared, squaredNorm } from "./dyadic.ts";

const random = stream(1, "bracket", "networks");
const choose = (count: number) => Math.floor(random.uniform() * count);
const gaussians = (length: number) => Float64Array.from({ length }, () => random.gaussian());

function networkOf(
  d: number,
  W: ArrayLike<number>,
  a: ArrayLike<number>,
  b: ArrayLike<number> = new Float64Array(a.length),
): TwoLayerNetwork {
  const [k, f] = [a.length, (x: ArrayLike<number>) => Float64Array.from(x)];
  return { activation: "relu", k, d, W: f(W), b: f(b), a: f(a), c: 0 };
}

function bracketOf(network: TwoLayerNetwork, steps = 20, starts: readonly Float64Array[] = []): Bracket {
  return bracket(network, { random: stream(2, "bracket", "start"), radius: 1, steps, starts });
}

/** A small network of one of the kinds that break certificates. */
function degenerateNetwork(kind: number): TwoLayerNetwork {
  const k = kind === 1 ? 1 : 1 + choose(8);
  const d = kind === 2 ? 1 : 1 + choose(6);
  const W = gaussians(k * d);
  const a = gaussians(k);
  const b = gaussians(k).map((value) => 0.5 * value);
  const row = (l: number) => W.subarray(l * d, (l + 1) * d);
  const scale = (power: number) => 10 ** (power * (2 * random.uniform() - 1));
  if (kind === 3) for (let l = 0; l < k; l++) if (choose(2)) row(l).fill(0);
  if (kind === 4) for (let l = 0; l < k; l++) if (choose(2)) a[l] = 0;
  if (kind === 5) for (let l = 1; l < k; l++) row(l).set(row(choose(l)));
  if (kind === 6) for (let l = 1; l < k; l++) row(l).set(row(l - 1).map((value) => -value));
  if (kind === 7) {
    // Everything at one scale of 1e±30 for W and b, another for a.
    const [w, output] = [scale(30), scale(30)];
    for (let i = 0; i < W.length; i++) W[i] *= w;
    for (let l = 0; l < k; l++) b[l] *= w;
    for (let l = 0; l < k; l++) a[l] *= output;
  }
  if (kind === 8) {
    // Every neuron at a scale of its own.
    for (let l = 0; l < k; l++) {
      const w = scale(30);
      row(l).forEach((_, j) => {
        row(l)[j] *= w;
      });
      b[l] *= w;
      a[l] *= scale(30);
    }
  }
  // Small integers: gates exactly on their boundary at the points that are tried first.
  if (kind === 9) {
    for (let i = 0; i < W.length; i++) W[i] = choose(5) - 2;
    for (let l = 0; l < k; l++) [a[l], b[l]] = [choose(5) - 2, choose(3) - 1];
  }
  if (kind === 10) b.fill(0);
  if (kind === 11) {
    // One step of training from a small start: rows that share the directions of signed data.
    for (let i = 0; i < 2 * k; i++) {
      const [x, y] = [gaussians(d), random.sign()];
      for (let l = 0; l < k; l++) for (let j = 0; j < d; j++) W[l * d + j] += choose(2) * y * a[l] * x[j];
    }
  }
  return networkOf(d, W, a, b);
}

const kinds = 12;

test("proxy <= upper and lower <= upper, strictly, on 10,000 random and degenerate networks", () => {
  let lengths = 0;
  for (let round = 0; round < 10_000; round++) {
    const kind = round % kinds;
    const network = degenerateNetwork(kind);
    const what = `round ${round}, kind ${kind}, k ${network.k}, d ${network.d}`;
    const starts = kind === 9 ? [Float64Array.from({ length: network.d }, () => choose(3) - 1)] : [];
    const { lower, upper } = bracketOf(network, 4, starts);
    const proxy = maximumRandomGradient(network, { draws: 4, random });
    assert.ok(lower.value >= 0 && Number.isFinite(upper.value), what);
    const none = upper.value === 0;
    assert.ok(
      none ? lower.value === 0 : lower.value < upper.value,
      `${what}: ${lower.value}, ${upper.value}`,
    );
    assert.ok(
      none ? proxy.value === 0 : proxy.value < upper.value,
      `${what}: ${proxy.value}, ${upper.value}`,
    );
    lengths += lower.value / (upper.value || 1);
  }
  assert.ok(lengths > 7000, `lower bounds are ${lengths / 10_000} of upper ones in the mean`);
});

test("upper is at least the largest gradient of all patterns, and lower its witness's, in exact arithmetic", () => {
  let met = 0;
  for (let round = 0; round < 1200; round++) {
    const network = degenerateNetwork(round % kinds);
    const { k, d } = network;
    const { lower, upper } = bracketOf(network, 4);
    const what = `round ${round}, k ${k}, d ${d}`;
    const largest = largestPattern(network);
    assert.ok(squared(upper.value) >= largest, `${what}: ${upper.value} is below a pattern`);
    // Rank one of the semidefinite programme fails rarely for so few neurons: the bound is near the truth.
    if (squared(upper.value * (1 - 1e-5)) <= largest) met++;
    const rows = exactRows(network);
    const gradient: bigint[] = new Array(d).fill(0n);
    for (let l = 0; l < k; l++) {
      const gate = exactGate(network, lower.witness, l);
      if (gate > 0) for (let j = 0; j < d; j++) gradient[j] += rows[l][j];
      const matters = rows[l].some((value) => value !== 0n);
      assert.ok(gate !== 0 || !matters || lower.value === 0, `${what}: a gate on its boundary`);
    }
    assert.ok(squared(lower.value) <= squaredNorm(gradient), `${what}: ${lower.value}`);
  }
  assert.ok(met > 700, `${met} of 1200 met`);
});

function assertValue({ lower, upper }: Bracket, value: number, relative = 1e-6): void {
  assert.ok(lower.value <= value && lower.value >= value * (1 - relative), `lower ${lower.value}, ${value}`);
  assert.ok(upper.value >= value && upper.value <= value * (1 + relative), `upper ${upper.value}, ${value}`);
}

/** Rows of a random orthogonal matrix. */
function orthonormal(count: number, d: number): Float64Array {
  const square = new QrDecomposition(Matrix.from1DArray(d, d, gaussians(d * d))).orthogonalMatrix;
  return Float64Array.from(square.to1DArray()).slice(0, count * d);
}

test("|x| has constant 1, as two neurons and as one", () => {
  assertValue(bracketOf(networkOf(1, [1, -1], [1, 1])), 1);
  const abs = { ...networkOf(1, [1], [1]), activation: "abs" as const };
  assertValue(bracketOf(abs), 1);
});

test("other activations take their own slopes", () => {
  const leaky = { ...networkOf(1, [1], [3]), activation: "leaky-relu:-2" as const };
  assertValue(bracketOf(leaky), 6);
  const tanh = { ...networkOf(1, [2], [3]), activation: "tanh" as const };
  const { lower, upper } = bracketOf(tanh, 20, [Float64Array.of(1e-9)]);
  assert.ok(lower.value <= 6 && lower.value > 5.99 && upper.value >= 6 && upper.value < 6.00001);
  const square = { ...networkOf(1, [1], [1]), activation: "polynomial:0,0,1" as const };
  assert.throws(() => bracketOf(square), /radius/);
});

test("pairs of unit vectors ±e_i have √d", () => {
  for (const d of [1, 2, 5, 16]) {
    const W = new Float64Array(2 * d * d);
    for (let i = 0; i < d; i++) {
      W[2 * i * d + i] = 1;
      W[(2 * i + 1) * d + i] = -1;
    }
    assertValue(bracketOf(networkOf(d, W, new Float64Array(2 * d).fill(1)), 80), Math.sqrt(d));
  }
});

test("k orthonormal rows have √k", () => {
  for (const [k, d] of [
    [1, 3],
    [4, 4],
    [6, 20],
  ]) {
    // The rows are rounded: √k to about 10⁻¹⁶ √k.
    const { lower, upper } = bracketOf(networkOf(d, orthonormal(k, d), new Float64Array(k).fill(1)), 80);
    assertValue({ lower: { ...lower, value: lower.value * (1 - 1e-14) }, upper }, Math.sqrt(k));
  }
});

test("m orthogonal cap ramps have √m, each of two neurons that cancel beyond its top", () => {
  for (const [m, d] of [
    [1, 2],
    [3, 3],
    [7, 16],
  ]) {
    // relu(⟨v, x⟩ − 0.1) − relu(⟨v, x⟩ − 0.9): slope 1 between. All ramps overlap where every ⟨v_i, x⟩ is 0.3.
    const v = orthonormal(m, d);
    const W = new Float64Array(2 * m * d);
    W.set(v);
    W.set(v, m * d);
    const a = Float64Array.from({ length: 2 * m }, (_, l) => (l < m ? 1 : -1));
    const b = Float64Array.from({ length: 2 * m }, (_, l) => (l < m ? -0.1 : -0.9));
    const point = new Float64Array(d);
    for (let l = 0; l < m; l++) for (let j = 0; j < d; j++) point[j] += 0.3 * v[l * d + j];
    const { lower, upper } = bracketOf(networkOf(d, W, a, b), 20, [point]);
    assertValue({ lower: { ...lower, value: lower.value * (1 - 1e-14) }, upper }, Math.sqrt(m));
  }
});

test("scaling the function scales both sides, by powers of two to the bit", () => {
  for (let round = 0; round < 60; round++) {
    const network = degenerateNetwork(0);
    const { lower, upper } = bracketOf(network);
    for (const power of [-100, 3, 100]) {
      const scaled = bracketOf({ ...network, a: network.a.map((value) => value * 2 ** power) });
      assert.equal(scaled.upper.value, upper.value * 2 ** power);
      assert.equal(scaled.lower.value, lower.value * 2 ** power);
    }
    const third = bracketOf({ ...network, a: network.a.map((value) => value / 3) });
    assert.ok(Math.abs((third.upper.value * 3) / upper.value - 1) <= 1e-4);
  }
});

test("rotating the input, permuting neurons and splitting one keep the upper bound", () => {
  for (let round = 0; round < 40; round++) {
    const [k, d] = [3 + choose(20), 2 + choose(8)];
    const [W, a, b] = [gaussians(k * d), gaussians(k), gaussians(k)];
    const { upper } = bracketOf(networkOf(d, W, a, b), 1);
    const same = (other: TwoLayerNetwork, what: string) => {
      const found = bracketOf(other, 1).upper.value;
      assert.ok(Math.abs(found / upper.value - 1) <= 1e-3, `${what}: ${found}, ${upper.value}`);
    };
    const Q = Matrix.from1DArray(d, d, orthonormal(d, d));
    same(networkOf(d, Matrix.from1DArray(k, d, W).mmul(Q).to1DArray(), a, b), "rotated");
    const order = Array.from({ length: k }, (_, l) => (l + 3) % k).reverse();
    const rows = order.flatMap((l) => [...W.subarray(l * d, (l + 1) * d)]);
    const pick = (x: Float64Array) => order.map((l) => x[l]);
    same(networkOf(d, rows, pick(a), pick(b)), "permuted");
    const split = [...W, ...W.subarray(0, d)];
    same(networkOf(d, split, [a[0] * 0.3, ...a.subarray(1), a[0] * 0.7], [...b, b[0]]), "split");
  }
});

test("weights at the ends of f64 keep an order, and what exceeds it is Infinity above and finite below", () => {
  const values = (W: number[], a: number[], b: number[]) => {
    const { lower, upper } = bracketOf(networkOf(1, W, a, b));
    return [lower.value, upper.value];
  };
  // Products of 1e-200, though some numbers are 1.
  const [below, above] = values([1e-200, 1], [1, 1e-200], [0.1, 0.2]);
  assert.ok(below <= 2e-200 && above >= 2e-200 && above <= 2.001e-200, `${below}, ${above}`);
  assert.deepEqual(values([1e-200], [1e-200], [1]), [0, Number.MIN_VALUE]);
  assert.deepEqual(values([1e200], [1e200], [1]), [Number.MAX_VALUE, Number.POSITIVE_INFINITY]);
  const [least, most] = values([1e150, 1e150], [1e150, 1e150], [1, 2]);
  assert.ok(least <= 2e300 && most >= 2e300 && most <= 2.001e300, `${least}, ${most}`);
});

test("a network with a number that is not finite has no bracket", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const broken = [
      networkOf(1, [1, bad], [1, 1]),
      networkOf(1, [1, 1], [bad, 1]),
      networkOf(1, [1, 1], [1, 1], [0, bad]),
      { ...networkOf(1, [1, 1], [1, 1]), c: bad },
    ];
    for (const network of broken) assert.throws(() => bracketOf(network), /finite/);
  }
});

test("the same stream gives the same bits", () => {
  const network = networkOf(7, gaussians(140), gaussians(20), gaussians(20));
  assert.deepEqual(bracketOf(network), bracketOf(network));
});

test("the upper bound is no larger than the triangle inequality's, the spectral one where neurons are alone", () => {
  for (let round = 0; round < 200; round++) {
    const network = degenerateNetwork(round % kinds);
    const { upper } = bracketOf(network, 1);
    let sum = 0;
    const { k, d, W, a } = network;
    for (let l = 0; l < k; l++) sum += Math.abs(a[l]) * normAbove(W.subarray(l * d, (l + 1) * d));
    assert.ok(upper.value <= sum * (1 + 1e-12) + Number.MIN_VALUE, `${upper.value} ${upper.method}, ${sum}`);
    if (k > 1) continue;
    const spectral = spectralBound(network, stream(1, "bracket", "spectral"));
    assert.ok(upper.value <= spectral.value, `${upper.value}, ${spectral.value}`);
  }
});
