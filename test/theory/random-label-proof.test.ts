/** Each inequality of docs/random-label-law.md, by its number there, on random cases or by simulation. */
import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { evaluate, norm, totalWeight } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { type RandomStream, stream } from "../../src/numeric/random.ts";
import { randomLabelLaw, randomLabelLawTwoLayer } from "../../src/theory/random-label.ts";

const source = (purpose: string) => stream(1, "random-label-proof", purpose);
const clip = (value: number) => Math.max(-1, Math.min(1, value));
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("(1) to (3): clipping lowers the error, and the correlation is at least 1 − √e", () => {
  const value = fc.double({ min: -3, max: 3, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, fc.constantFrom(-1, 1)), { minLength: 1 }), (pairs) => {
      const errorOf = (f: (value: number) => number) => meanOf(pairs.map(([v, y]) => (f(v) - y) ** 2));
      const e = errorOf((v) => v);
      assert.ok(errorOf(clip) <= e + 1e-12);
      assert.ok(meanOf(pairs.map(([v, y]) => y * clip(v))) >= 1 - Math.sqrt(e) - 1e-12);
    }),
  );
});

test("(4): separated points of a set are no more than (1 + 2W/s)^p, W its diameter", () => {
  for (const p of [1, 2, 3]) {
    const random = source(`net ${p}`);
    for (const scale of [0.2, 0.5, 1.5]) {
      // A ball of diameter 1: the set of that diameter that holds the most.
      const net: Float64Array[] = [];
      for (let draw = 0; draw < 3000; draw++) {
        const direction = random.gaussians(p);
        const radius = (0.5 * random.uniform() ** (1 / p)) / norm(direction);
        const point = direction.map((value) => value * radius);
        if (net.every((other) => norm(other.map((value, j) => value - point[j])) > scale)) net.push(point);
      }
      assert.ok(net.length <= (1 + 2 / scale) ** p, `${p} ${scale}: ${net.length}`);
      // What the isodiametric inequality would give.
      assert.ok(net.length <= (1 + 1 / scale) ** p, `${p} ${scale}: ${net.length}`);
    }
  }
});

test("(5): at points of norm at most R the clipped functions of a class move by at most J for a step, by η for a net's", () => {
  const random = source("step");
  for (let trial = 0; trial < 200; trial++) {
    const [k, d, R] = [1 + (trial % 5), 1 + (trial % 3), 1.5];
    const [first, second] = [0, 1].map(() => balanced(randomNetwork(k, d, random)));
    const Omega = Math.max(totalWeight(first), totalWeight(second));
    const J = Math.sqrt(2 * Omega) * Math.hypot(1, R);
    // Towards the second, until the step is η/J.
    const eta = [0.01, 0.1, 1][trial % 3];
    const step = norm(flat(second).map((value, at) => value - flat(first)[at]));
    const share = Math.min(1, eta / J / step);
    const between = (p: Float64Array, q: Float64Array) =>
      p.map((value, at) => value + share * (q[at] - value));
    const near = {
      ...first,
      W: between(first.W, second.W),
      b: between(first.b, second.b),
      a: between(first.a, second.a),
    };
    for (let point = 0; point < 10; point++) {
      const direction = random.gaussians(d);
      const x = direction.map((value) => (value * R * random.uniform()) / norm(direction));
      const [f, g] = [first, near].map((network) => evaluate(network, x)[0]);
      assert.ok(Math.abs(clip(f) - clip(g)) <= Math.abs(f - g));
      assert.ok(Math.abs(f - g) <= eta * (1 + 1e-9), `${Math.abs(f - g)} ${eta}`);
    }
  }
});

/** Points of one of K Gaussians, its centre at distance one from the origin. */
function mixturePoint(d: number, K: number, random: RandomStream): { component: number; x: Float64Array } {
  const component = Math.floor(random.uniform() * K);
  const x = random.gaussians(d, 1 / Math.sqrt(d));
  x[component] += 1;
  return { component, x };
}

test("(6), (7): y(f − E f) centred by component is subgaussian, and its mean has the tail that is claimed", () => {
  const [n, d, K, draws] = [20, 10, 3, 4000];
  const random = source("tails");
  // The largest of two coordinates is 1-Lipschitz; its means are those of many draws.
  for (const f of [(x: Float64Array) => x[0], (x: Float64Array) => Math.max(x[3], x[4])]) {
    const sums = Array.from({ length: K }, () => ({ sum: 0, count: 0 }));
    for (let draw = 0; draw < 30_000; draw++) {
      const { component, x } = mixturePoint(d, K, random);
      sums[component].sum += f(x);
      sums[component].count++;
    }
    const exceeded = [1, 1.5, 2].map((steps) => ({ at: steps / Math.sqrt(n * d), steps, count: 0 }));
    for (let draw = 0; draw < draws; draw++) {
      let sum = 0;
      for (let i = 0; i < n; i++) {
        const { component, x } = mixturePoint(d, K, random);
        sum += random.sign() * (f(x) - sums[component].sum / sums[component].count);
      }
      for (const threshold of exceeded) if (sum / n >= threshold.at) threshold.count++;
    }
    for (const { steps, count } of exceeded) {
      const claimed = Math.exp((-steps * steps) / 2);
      assert.ok(count / draws <= claimed + 3 * Math.sqrt(claimed / draws), `${steps}: ${count / draws}`);
    }
  }
});

test("(9): the means of K components move the correlation by more than γ_K with probability below δ/2", () => {
  const random = source("centring");
  const [n, delta, draws] = [200, 0.1, 4000];
  for (const K of [1, 2, 5]) {
    const gamma = Math.sqrt((2 * K * Math.log((4 * K) / delta)) / n);
    let exceeded = 0;
    for (let draw = 0; draw < draws; draw++) {
      const sums = new Float64Array(K);
      for (let i = 0; i < n; i++) sums[Math.floor(random.uniform() * K)] += random.sign();
      if (sums.reduce((sum, value) => sum + Math.abs(value), 0) / n > gamma) exceeded++;
    }
    assert.ok(exceeded / draws <= delta / 2, `${K}: ${exceeded / draws}`);
  }
});

test("(8): over a whole class the correlation stays below the net's bound, and not far below", () => {
  // f_w(x) = ⟨cos w e_1 + sin w e_2, x⟩, w in [0, 2π]: mean 0, L = 1; the largest correlation is that of a plane.
  const [n, d, delta, draws, R] = [60, 4, 0.2, 4000, 3];
  const random = source("class");
  const largest: number[] = [];
  for (let draw = 0; draw < draws; draw++) {
    const [u, v] = [0, 0].map(() =>
      meanOf(Array.from({ length: n }, () => (random.sign() * random.gaussian()) / Math.sqrt(d))),
    );
    largest.push(Math.hypot(u, v));
  }
  const bounds = [0.01, 0.03, 0.1].map((eta) => {
    const net = Math.log1p((2 * 2 * Math.PI * R) / eta) + Math.log(2 / delta);
    return eta + Math.sqrt((2 * net) / (n * d));
  });
  for (const bound of bounds) {
    assert.ok(largest.filter((value) => value > bound).length / draws <= delta / 2);
  }
  const quantile = largest.sort((s, t) => s - t)[Math.floor((1 - delta / 2) * draws)];
  assert.ok(Math.min(...bounds) <= 2.5 * quantile, `${bounds} ${quantile}`);
});

test("(10): at the law's value correlation, net, centring and scale meet", () => {
  const of = { n: 5000, d: 300, p: 900, diameterTimesJ: 1e3, e: 0.1, delta: 0.05, c: 1.2, components: 2 };
  const { value, eta } = randomLabelLaw(of);
  const log = of.p * Math.log1p((2 * of.diameterTimesJ) / eta) + Math.log(2 / of.delta);
  const gamma = Math.sqrt((4 * Math.log(8 / of.delta)) / of.n);
  const sum = value * Math.sqrt((2 * of.c * log) / (of.n * of.d)) + gamma + eta;
  assert.ok(Math.abs(sum - (1 - Math.sqrt(of.e))) <= 1e-12);
});

function randomNetwork(k: number, d: number, random: RandomStream): TwoLayerNetwork {
  return {
    activation: "relu",
    k,
    d,
    W: random.gaussians(k * d),
    b: random.gaussians(k),
    a: random.gaussians(k),
    c: 0,
  };
}

/** The same function with |a_l| = ‖(w_l, b_l)‖. */
function balanced(network: TwoLayerNetwork): TwoLayerNetwork {
  const [a, b, W] = [network.a.slice(), network.b.slice(), network.W.slice()];
  for (let l = 0; l < network.k; l++) {
    const row = W.subarray(l * network.d, (l + 1) * network.d);
    const s = Math.sqrt(Math.abs(a[l]) / Math.hypot(norm(row), b[l]));
    a[l] /= s;
    b[l] *= s;
    for (let j = 0; j < row.length; j++) row[j] *= s;
  }
  return { ...network, W, b, a };
}

const flat = ({ a, W, b }: TwoLayerNetwork) => Float64Array.from([...a, ...W, ...b]);

test("(11), (12): balanced weights are the same function in a ball, where it moves by at most J for a step", () => {
  const random = source("balanced");
  for (let trial = 0; trial < 300; trial++) {
    const [k, d] = [1 + (trial % 6), 1 + (trial % 4)];
    const network = randomNetwork(k, d, random);
    const first = balanced(network);
    const X = random.gaussians(5 * d);
    const [given, same] = [evaluate(network, X), evaluate(first, X)];
    assert.ok(same.every((value, i) => Math.abs(value - given[i]) <= 1e-9 * (1 + Math.abs(value))));
    const Omega = totalWeight(network);
    assert.ok(Math.abs(norm(first.a) ** 2 - Omega) <= 1e-9 * Omega);
    assert.ok(Math.abs(norm(flat(first)) ** 2 - 2 * Omega) <= 1e-9 * Omega);
    const second = balanced(randomNetwork(k, d, random));
    const other = evaluate(second, X);
    const largest = Math.max(Omega, totalWeight(second));
    const step = norm(flat(first).map((value, at) => value - flat(second)[at]));
    assert.ok(step <= 2 * Math.sqrt(2 * largest) * (1 + 1e-12));
    for (let i = 0; i < 5; i++) {
      const J = Math.sqrt(2 * largest) * Math.hypot(1, norm(X.subarray(i * d, (i + 1) * d)));
      assert.ok(Math.abs(same[i] - other[i]) <= J * step * (1 + 1e-9));
    }
  }
});

test("(13): under the tails of Definition 1.1 alone E cosh(sX) <= e^{2s²}, term by term", () => {
  // 2 (m!)² <= (2m)!.
  let binomial = 1;
  for (let m = 1; m <= 60; m++) {
    binomial *= (2 * m * (2 * m - 1)) / (m * m);
    assert.ok(binomial >= 2);
  }
  // The worst tail, P(|X| >= t) = min(1, 2 e^{−t²/2}), by its quantiles.
  const cells = 100_000;
  for (const s of [0.1, 0.5, 1, 2, 3]) {
    let sum = 0;
    for (let at = 0; at < cells; at++)
      sum += Math.cosh(s * Math.sqrt(2 * Math.log((2 * cells) / (at + 0.5))));
    assert.ok(sum / cells <= Math.exp(2 * s * s), `${s}`);
    assert.ok(sum / cells >= Math.exp((s * s) / 2), `${s}`);
  }
});

test("section 7: rounding what comes from the data up to its grid, with its share of δ, costs a few per cent", () => {
  for (const [n, d, k, totalWeight, radius, fixed, rounded] of [
    [1e5, 1000, 1000, 2000, 1.2, 1.567, 1.559],
    [2000, 200, 20, 150, 1.3, 1.611, 1.564],
  ]) {
    const of = { n, d, k, e: 0.02, delta: 0.05, c: 1, components: 1 };
    const before = randomLabelLawTwoLayer({ ...of, totalWeight, radius }).value;
    assert.ok(Math.abs(before - fixed) < 6e-4, `${before}`);
    const j = Math.ceil(Math.log2(totalWeight));
    const m = Math.ceil(8 * radius);
    const e = (Math.ceil(256 * Math.sqrt(of.e)) / 256) ** 2;
    const share = 1 / (2 * j * j) / (2 * m * m) / 256;
    const places = { totalWeight: 2 ** j, radius: (m + 1e-6) / 8, e, share };
    const after = randomLabelLawTwoLayer({ ...of, ...places }).value;
    assert.ok(Math.abs(after - rounded) < 6e-4, `${after}`);
  }
});
