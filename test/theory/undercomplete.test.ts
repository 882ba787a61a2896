import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import type { Dataset } from "../../src/data/dataset.ts";
import { exactConstant } from "../../src/lipschitz/exact/exact-constant.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { differences, pairsOf } from "../../src/theory/pairs.ts";
import {
  ownRowSpaceLower,
  undercompleteFormula,
  undercompleteLaw,
  undercompleteLower,
} from "../../src/theory/undercomplete.ts";
import { sampledData } from "../construct/method.ts";
import { orthonormal } from "../lipschitz/networks.ts";
import { ask, boundsOf } from "./ask.ts";
import { closeTo, fixture, fixtureNetwork } from "./fixture.ts";
import { equivalents, gaussianNetwork, scaledBy } from "./transformed.ts";

const random = (purpose = "pairs") => stream(1, "theory test", purpose);
const lower = (data: Dataset, k: number, pairing: "random" | "matching" | "order") =>
  undercompleteLower(data, k, pairsOf(data, pairing, random()));

test("the fixture's bounds are the specification's, in order and matched", () => {
  assert.equal(pairsOf(fixture, "order", random()).length, 22);
  for (const [k, order, matching] of [
    [1, 2.73149043, 4.73584651],
    [2, 2.00225052, 3.63137696],
    [4, 1.61492845, 2.87926015],
    [8, 1.41821794, 2.43598453],
  ]) {
    assert.ok(closeTo(lower(fixture, k, "order"), order, 1e-8));
    assert.ok(closeTo(lower(fixture, k, "matching"), matching, 1e-8));
  }
});

test("the formula's numbers are the specification's, and those of the top eigenvalue of random pairs", () => {
  assert.ok(closeTo(undercompleteFormula(1000, 100, 10), 3.09017));
  assert.ok(closeTo(undercompleteFormula(2000, 200, 1), 13.81966));
  for (const [n, d] of [
    [1000, 100],
    [800, 200],
  ]) {
    const ratio = lower(sampledData(n, d), 1, "random") / undercompleteFormula(n, d, 1);
    assert.ok(ratio >= 0.98 && ratio <= 1.06, `${n} ${d}: ${ratio}`);
  }
});

test("on the sphere random and matched pairs give what was measured", () => {
  const data = sampledData(1000, 100);
  const measured = {
    random: [9.92, 7.09, 4.56, 3.31, 1.71, 1.41],
    matching: [11.76, 8.39, 5.41, 3.92, 2.02, 1.67],
  };
  for (const pairing of ["random", "matching"] as const) {
    const pairs = pairsOf(data, pairing, random());
    [1, 2, 5, 10, 50, 100].forEach((k, at) => {
      const value = undercompleteLower(data, k, pairs);
      assert.ok(Math.abs(value / measured[pairing][at] - 1) <= 0.03, `${pairing} ${k}: ${value}`);
    });
  }
});

test("no projection of rank k leaves less of the differences than the k largest eigenvalues take", () => {
  const pairs = pairsOf(fixture, "order", random());
  const D = Matrix.from1DArray(22, 8, differences(fixture, pairs));
  const A = D.transpose().mmul(D).div(22);
  const values = new EigenvalueDecomposition(A, { assumeSymmetric: true }).realEigenvalues.sort(
    (s, t) => t - s,
  );
  for (let k = 1; k <= 8; k++) {
    const total = values.slice(0, k).reduce((sum, value) => sum + value, 0);
    assert.ok(closeTo(undercompleteLower(fixture, k, pairs), 2 / Math.sqrt(total), 1e-12));
    for (let draw = 0; draw < 50; draw++) {
      const Q = Matrix.from1DArray(k, 8, orthonormal(k, 8, random(`projection ${k} ${draw}`)));
      const kept = Q.mmul(A).mmul(Q.transpose()).trace();
      assert.ok(kept <= total * (1 + 1e-12));
    }
  }
});

test("fewer pairs than dimensions give the same by the smaller matrix", () => {
  const data = sampledData(12, 40);
  const pairs = pairsOf(data, "order", random());
  const D = Matrix.from1DArray(pairs.length, 40, differences(data, pairs));
  const A = D.transpose().mmul(D).div(pairs.length);
  const values = new EigenvalueDecomposition(A, { assumeSymmetric: true }).realEigenvalues.sort(
    (s, t) => t - s,
  );
  for (const k of [1, 3, 20]) {
    const total = values.slice(0, k).reduce((sum, value) => sum + value, 0);
    assert.ok(closeTo(undercompleteLower(data, k, pairs), 2 / Math.sqrt(total), 1e-10));
  }
});

test("any projection <= the network's own rows <= the best pair <= the exact constant, and k lowers it", async () => {
  const cases = fc.record({
    k: fc.integer({ min: 1, max: 7 }),
    d: fc.integer({ min: 1, max: 6 }),
    copies: fc.boolean(),
    pairing: fc.constantFrom("random", "matching", "order"),
    seed: fc.nat(1e6),
  });
  await fc.assert(
    fc.asyncProperty(cases, async ({ k, d, copies, pairing, seed }) => {
      const network = gaussianNetwork(k, d, seed);
      // Rows along one another: a row space of rank below min(k, d).
      if (copies) for (let at = d; at < k * d; at++) network.W[at] = -2 * network.W[at - d];
      const X = stream(seed, "theory test", "points").gaussians(30 * d);
      const values = evaluate(network, X);
      const middle = values.slice().sort()[15];
      const f = values.map((value) => value - middle);
      const data = { n: 30, d, X, y: f.map((value) => (value >= 0 ? 1 : -1)) };
      // A network that is constant at half of the points gives one label to all.
      fc.pre(data.y.includes(1) && data.y.includes(-1));
      const pairs = pairsOf(data, pairing, random());
      const own = ownRowSpaceLower(network, data, pairs, f);
      const { exact } = await exactConstant(network, { random: random("exact") });
      const any = Array.from({ length: d + 1 }, (_, at) => undercompleteLower(data, at + 1, pairs, f));
      assert.ok(any[Math.min(k, d) - 1] <= own.mean * (1 + 1e-9));
      assert.ok(own.mean <= own.best * (1 + 1e-9));
      assert.ok(exact && own.best <= exact.value * (1 + 1e-7), `${own.best} ${exact?.value}`);
      for (let at = 1; at <= d; at++) assert.ok(any[at] <= any[at - 1] * (1 + 1e-12));
    }),
    { numRuns: 60 },
  );
});

test("a neuron of tiny weights and a large output keeps its direction", () => {
  const network = gaussianNetwork(3, 5, 7);
  const scaled = {
    ...network,
    W: network.W.map((value, at) => (at < 5 ? 1e-20 * value : value)),
    b: network.b.map((value, l) => (l === 0 ? 1e-20 * value : value)),
    a: network.a.map((value, l) => (l === 0 ? 1e20 * value : value)),
  };
  const data = sampledData(40, 5);
  const f = evaluate(network, data.X);
  const pairs = pairsOf(data, "order", random());
  const [own, other] = [network, scaled].map((net) => ownRowSpaceLower(net, data, pairs, f).best);
  assert.ok(closeTo(other, own, 1e-10));
  assert.deepEqual(ownRowSpaceLower({ ...network, W: new Float64Array(15) }, data, pairs, f), {
    mean: 0,
    best: 0,
  });
});

test("matched pairs are the closest, and at k = d the best, of all pairs of as many points", () => {
  const total = (pairs: ReturnType<typeof pairsOf>) =>
    differences(fixture, pairs).reduce((sum, value) => sum + value * value, 0);
  const matched = pairsOf(fixture, "matching", random());
  const shuffle = random();
  for (let draw = 0; draw < 300; draw++) {
    const pairs = pairsOf(fixture, "random", shuffle);
    assert.ok(total(matched) <= total(pairs));
    for (const k of [1, 2, 4, 8]) {
      assert.ok(undercompleteLower(fixture, k, pairs) <= undercompleteLower(fixture, k, matched));
    }
  }
});

test("every pairing takes each point once, the label +1 first", () => {
  for (const pairing of ["random", "matching", "order"] as const) {
    for (const data of [fixture, equivalents(fixture).negated]) {
      const pairs = pairsOf(data, pairing, random());
      assert.equal(new Set(pairs.flat()).size, 44);
      assert.ok(pairs.every(([i, j]) => data.y[i] === 1 && data.y[j] === -1));
    }
  }
});

test("rotations, orders and signs do not move the matched bound, scale divides it", () => {
  const value = lower(fixture, 3, "matching");
  for (const data of Object.values(equivalents(fixture))) {
    assert.ok(closeTo(lower(data, 3, "matching"), value, 1e-10));
  }
  assert.ok(closeTo(lower(scaledBy(5, fixture), 3, "matching"), value / 5, 1e-12));
});

test("the law speaks of numbers, of data and of a network", () => {
  const [formula] = ask(undercompleteLaw, { numbers: { n: 1000, d: 100, k: 10 } }).bounds;
  assert.ok(closeTo(formula.value, 3.09017) && formula.probability === 0.5 && !formula.vacuous);
  const small = ask(undercompleteLaw, { numbers: { n: 50, d: 100, k: 100 } }).bounds[0];
  assert.ok(small.vacuous && !small.hypotheses[0].ok);
  const matched = ask(undercompleteLaw, {
    data: fixture,
    numbers: { k: 1 },
    choices: { pairing: "matching" },
  });
  assert.ok(closeTo(matched.bounds[0].value, 4.73584651, 1e-8));
  // The fixture's floor is 5.66.
  assert.ok(matched.bounds[0].vacuous);
  assert.equal(matched.details?.pairs, 22);
  const own = ask(undercompleteLaw, { data: fixture, network: fixtureNetwork, numbers: { k: 2 } });
  assert.equal(boundsOf(own, "lower").length, 4);
  assert.equal(own.bounds[0].hypotheses[0].ok, false);
  assert.ok(own.bounds[2].value <= 2.55445887);
});

test("one label alone, no neurons and too many points to match are refused", () => {
  const one = { ...fixture, y: new Float64Array(60).fill(1) };
  assert.throws(
    () => pairsOf(one, "order", random()),
    /^RangeError: the number of labels -1 must lie in \{1, 2, …\}, got 0/,
  );
  assert.throws(() => lower(fixture, 0, "order"), /k must lie in \{1, 2, …\}, got 0/);
  assert.throws(
    () => pairsOf(sampledData(2002, 2), "matching", random()),
    /n of --pairing matching must lie in \{2, …, 2000\}, got 2002/,
  );
  const other = { ...fixture, y: fixture.y.map((label) => 2 * label) };
  assert.throws(() => pairsOf(other, "order", random()), /y must lie in \{-1, 1\}/);
});
