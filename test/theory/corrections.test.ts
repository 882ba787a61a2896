/** Counterexamples to what is printed, by the entry of docs/corrections.md that each belongs to. */
import assert from "node:assert/strict";
import test from "node:test";
import { genericPoints } from "../../src/data/generic.ts";
import { norm } from "../../src/network/evaluate.ts";
import { type RandomStream, stream } from "../../src/numeric/random.ts";
import { operatorNormProduct } from "../../src/theory/parameter-lipschitz.ts";

const source = (purpose: string) => stream(1, "corrections", purpose);
const dot = (x: ArrayLike<number>, z: ArrayLike<number>) =>
  Array.from(x).reduce((sum, value, j) => sum + value * z[j], 0);
const relu = (t: number) => Math.max(0, t);

/** P(|g| >= t) for a standard Gaussian, by Simpson's rule. */
function gaussianTail(t: number): number {
  const [cells, end] = [4000, t + 12];
  let sum = 0;
  for (let at = 0; at <= cells; at++) {
    const x = t + ((end - t) * at) / cells;
    const weight = at === 0 || at === cells ? 1 : at % 2 ? 4 : 2;
    sum += weight * Math.exp((-x * x) / 2);
  }
  return (2 * sum * (end - t)) / (3 * cells) / Math.sqrt(2 * Math.PI);
}

test("1: √(d/c) (f − E f)/L is not 1-subgaussian: a Gaussian is above 2 more often than 2e^{−4}", () => {
  assert.ok(gaussianTail(2) > 2 * Math.exp(-4));
  // 2-subgaussian it is, in the paper's sense.
  for (const t of [0.5, 1, 2, 4, 6]) assert.ok(gaussianTail(t) <= 2 * Math.exp((-t * t) / 2));
});

test("1: 8^4 stands by moments: a symmetrised variable's are below those of e^{5u²}, so 2880 would do", () => {
  let [doubleFactorial, factorial] = [1, 1];
  for (let m = 1; m <= 80; m++) {
    doubleFactorial *= 2 * m - 1;
    factorial *= m;
    const coefficient = m === 1 ? 4 : 2 ** (2 * m + 1) / doubleFactorial;
    assert.ok(coefficient <= 5 ** m / factorial, `${m}`);
  }
  assert.equal(36 * 2 * 10 * 4, 2880);
});

test("2: functions ε/6 apart differ by more than ε/2 in squared error, ε/8 apart never", () => {
  const epsilon = 0.1;
  const y = 1;
  const change = (f: number, g: number) => (g - y) ** 2 - (f - y) ** 2;
  assert.ok(change(-1 + epsilon / 6, -1) > epsilon / 2);
  for (let f = -1; f <= 1; f += 0.01) {
    for (const g of [f - epsilon / 8, f + epsilon / 8]) {
      if (Math.abs(g) <= 1) assert.ok(Math.abs(change(f, g)) <= epsilon / 2);
    }
  }
});

test("3: w ↦ B(w) is not convex", () => {
  const [ends, middle] = [[10, 1], 5.5];
  assert.ok(operatorNormProduct([middle, middle]) > operatorNormProduct(ends));
});

test("3: with a bias the derivative in w_2 of w_2 σ(w_1 x + b_1) is 10 where B Q R is 1", () => {
  const f = (w: readonly number[], x: number) => w[1] * relu(w[0] * x + 10);
  assert.equal(f([0, 1.5], 1) - f([0, 0.5], 1), 10);
  assert.equal(operatorNormProduct([0, 1]), 1);
});

/** f(x) = W_3 [x; h_1; h_2], h_2 = σ(W_2 [x; h_1]), h_1 = σ(W_1 x). */
function skipNetwork([first, second, last]: readonly (readonly number[])[], x: number): number {
  const h1 = relu(first[0] * x);
  const h2 = relu(second[0] * x + second[1] * h1);
  return last[0] * x + last[1] * h1 + last[2] * h2;
}

test("3: with skip connections B = 0 and Lip = 1; ‖W_D‖ Π √(1 + ‖W_j‖²) is above every slope", () => {
  const zero = [[0], [0, 0], [1, 0, 0]];
  assert.equal(skipNetwork(zero, 1) - skipNetwork(zero, 0), 1);
  assert.equal(operatorNormProduct([0, 0, 1]), 0);
  const random = source("skips");
  for (let trial = 0; trial < 500; trial++) {
    const layers = [1, 2, 3].map((size) => Array.from(random.gaussians(size)));
    const [first, second, last] = layers.map((w) => Math.sqrt(dot(w, w)));
    const [x, z] = random.gaussians(2);
    const slope = Math.abs(skipNetwork(layers, x) - skipNetwork(layers, z)) / Math.abs(x - z);
    assert.ok(slope <= last * Math.hypot(1, first) * Math.hypot(1, second) * (1 + 1e-9));
  }
});

test("4: corners of [−W, W]^p are 2W √p apart", () => {
  const [W, p] = [3, 7];
  assert.equal(norm(new Float64Array(p).fill(2 * W)), 2 * W * Math.sqrt(p));
});

/** d Var of the distance of a uniform vertex of {±1/√d}^d to those whose coordinates sum to at most 0. */
function vertexVariance(d: number): number {
  let logBinomial = -d * Math.LN2;
  let [mean, square] = [0, 0];
  for (let ones = 0; ones <= d; ones++) {
    if (ones > 0) logBinomial += Math.log((d - ones + 1) / ones);
    const flips = Math.ceil(Math.max(0, 2 * ones - d) / 2);
    const probability = Math.exp(logBinomial);
    mean += probability * Math.sqrt((4 * flips) / d);
    square += (probability * 4 * flips) / d;
  }
  return d * (square - mean * mean);
}

test("5: on the vertices of the cube a distance has d Var f of .46 √d, no constant", () => {
  for (const [d, expected] of [
    [64, 3.8],
    [256, 7.45],
    [1024, 14.8],
    [4096, 29.46],
    [16384, 58.91],
  ]) {
    const value = vertexVariance(d);
    assert.ok(Math.abs(value / expected - 1) <= 0.01, `${d}: ${value}`);
    assert.ok(value / Math.sqrt(d) >= 0.45 && value / Math.sqrt(d) <= 0.5);
  }
});

test("6: one sign of the correlation is not enough: y = −1 is fitted with weight 1, at max Σ y_i ψ/‖w‖ = 0", () => {
  const n = 400;
  // x_i = e_1, y_i = −1, f(x) = −ReLU(x_1): total weight 1, exact.
  const correlation = (w: number) => (-n * relu(w)) / Math.abs(w);
  assert.equal(Math.max(correlation(1), correlation(-1)), -0);
  assert.ok(Math.max(correlation(1), correlation(-1)) < n / 4);
});

test("6: without homogeneity the correlation of one neuron is not bounded: ψ = 1", () => {
  const y = [1, 1, -1];
  const correlation = (w: number) => y.reduce((sum, label) => sum + label, 0) / w;
  assert.ok(correlation(1e-9) > 2 * Math.sqrt(3) * 1e6);
});

test("7: Chebyshev's T_3 is at most 1 on [−1, 1], its derivatives at 0 are −3 and 24", () => {
  const T = (t: number) => 4 * t ** 3 - 3 * t;
  for (let t = -1; t <= 1; t += 0.001) assert.ok(Math.abs(T(t)) <= 1 + 1e-12);
  const h = 1e-3;
  assert.ok(Math.abs((T(h) - T(-h)) / (2 * h) + 3) <= 1e-5);
  assert.ok(Math.abs((T(2 * h) - 2 * T(h) + 2 * T(-h) - T(-2 * h)) / (2 * h ** 3) - 24) <= 1e-3);
});

/** Σ y_i (x_i · u)^p at u = x_1, times the sign y_1. */
function atFirstPoint(n: number, d: number, p: number, random: RandomStream): number {
  const X = genericPoints({ n, d }, "sphere", random);
  let sum = 0;
  for (let i = 0; i < n; i++) {
    const inner = dot(X.subarray(i * d, (i + 1) * d), X.subarray(0, d));
    sum += (i === 0 ? 1 : random.sign()) * inner ** p;
  }
  return sum;
}

test("8: Lemma 14 fails for n far below d^{p−1}: the norm stays near 1, the bound goes to 0", () => {
  const ratios = [20, 80, 320].map(
    (d) => atFirstPoint(10, d, 3, source(`lemma14 ${d}`)) / Math.sqrt(10 / d ** 2),
  );
  assert.ok(ratios[1] > 3 * ratios[0] && ratios[2] > 3 * ratios[1], `${ratios}`);
  assert.ok(Math.abs(atFirstPoint(50, 100, 2, source("lemma14")) - 1) <= 0.4);
});

test("8: Lemma 13's e^{−cτ} fails at τ = n for p = 3: one term alone has a heavier tail", () => {
  // P(|Σ| >= n/√d^p) >= ½ P(|g|³ >= n): the other terms have either sign. Its rate over n must not go to 0.
  const rates = [10, 100, 1000, 8000].map((n) => -Math.log(0.5 * gaussianTail(n ** (1 / 3))) / n);
  for (let i = 1; i < rates.length; i++) assert.ok(rates[i] < rates[i - 1] / 1.7, `${rates}`);
});

test("9: E 1{u·x >= 0, u·z >= 0} is 1/4 + arcsin(cos)/(2π): printed 1.159 in place of 1/2 at x = z", () => {
  const printed = (cosine: number) => (2 / Math.PI) * (1 / 4 + Math.asin(cosine));
  const corrected = (cosine: number) => 1 / 4 + Math.asin(cosine) / (2 * Math.PI);
  assert.ok(corrected(1) === 0.5 && printed(1) > 1.15);
  const random = source("arcsine");
  const [cosine, draws] = [0.2814, 40_000];
  let both = 0;
  for (let draw = 0; draw < draws; draw++) {
    const [u, v] = random.gaussians(2);
    if (u >= 0 && cosine * u + Math.sqrt(1 - cosine ** 2) * v >= 0) both++;
  }
  assert.ok(Math.abs(both / draws - corrected(cosine)) <= 3 * Math.sqrt(0.25 / draws));
  assert.ok(Math.abs(both / draws - printed(cosine)) > 0.03);
});

test("9: with that factor the series of Lemma 3 gives 1/16 of the root, not 1/10", () => {
  const terms = 400_000;
  // (2i)!/(2^i i!)²/(2i + 1), and an upper bound on what the sum leaves out.
  const values = new Float64Array(terms);
  for (let i = 0, ratio = 1; i < terms; i++) {
    values[i] = ratio / (2 * i + 1);
    ratio *= (2 * i + 1) / (2 * i + 2);
  }
  let tail = 1 / Math.sqrt(Math.PI * (terms - 1));
  for (let i = terms - 1; i >= 1; i--) {
    tail += values[i];
    if (i > 50) continue;
    const share = (tail / (4 * Math.PI)) * Math.sqrt(2 * i);
    assert.ok(share >= 1 / 16 && share < 1 / 10, `${i}: ${share}`);
  }
});

test("10: MEM (7) fails by a factor of n: ten points close together", () => {
  const n = 10;
  const X = Array.from({ length: n }, (_, i) => [Math.cos(0.01 * i), Math.sin(0.01 * i)]);
  // y_i = 1 and u = e_1: v = Σ x_i, f(x_i) = v · x_i; ω n/d = λ_max(XᵀX).
  const v = [0, 1].map((j) => X.reduce((sum, x) => sum + x[j], 0));
  const f = X.map((x) => dot(v, x));
  const [a, b, c] = [
    [0, 0],
    [0, 1],
    [1, 1],
  ].map(([i, j]) => X.reduce((sum, x) => sum + x[i] * x[j], 0));
  const top = (a + c) / 2 + Math.hypot((a - c) / 2, b);
  const squared = dot(f, f);
  assert.ok(squared > 0.9 * n * (top * n));
  // Lemma 2's form, and the square that follows from it.
  assert.ok(squared <= top * dot(f, new Array(n).fill(1)) * (1 + 1e-12));
  assert.ok(squared <= top ** 2 * n * (1 + 1e-12));
});

test("11: Theorem 6 needs L²: ψ = L t with L = 10 on one point", () => {
  const L = 10;
  // x = y = 1: v = L, f(x) = L v, y f = v L = ‖v‖².
  const f = L * L;
  assert.ok(f ** 2 > L * f && f ** 2 <= L ** 2 * f);
});

test("11: at the halved threshold diagonal dominance does not give ½ I, at the whole one it does", () => {
  for (const [n, gamma] of [
    [100, 0.5],
    [2000, 0.33],
    [1e5, 0.1],
  ]) {
    const whole = Math.log(2 * n) / Math.log(1 / gamma);
    const rowSum = (power: number) => (n - 1) * gamma ** power;
    assert.ok(rowSum(Math.ceil(whole / 2) + 1) > 0.5 && rowSum(Math.ceil(whole - 1) + 1) <= 0.5, `${n}`);
  }
});

test("12: Gaussian points are not (γ, ω)-generic: about half have norms below 1", () => {
  const [n, d] = [500, 100];
  const X = genericPoints({ n, d }, "gaussian", source("gaussian"));
  const norms = Array.from({ length: n }, (_, i) => norm(X.subarray(i * d, (i + 1) * d)));
  const below = norms.filter((length) => length < 1).length / n;
  assert.ok(below > 0.4 && below < 0.65 && Math.min(...norms) < 0.93, `${below}`);
});
