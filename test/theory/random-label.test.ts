import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { randomLabel, randomLabelLaw, randomLabelLawTwoLayer } from "../../src/theory/random-label.ts";
import { classOf } from "../../src/theory/random-label-class.ts";
import { ask } from "./ask.ts";
import { closeTo, fixture, fixtureNetwork } from "./fixture.ts";

type Case = Parameters<typeof randomLabelLaw>[0];

function caseOf(n: number, d: number, p: number, WJ: number, e: number, delta: number): Case {
  return { n, d, p, diameterTimesJ: WJ, e, delta, c: 1, components: 1 };
}

test("at a fixed scale of the net the law has the values of an independent computation", () => {
  const mnist = caseOf(6e4, 784, 2e5, 1e6, 0.05, 0.05);
  for (const [of, value] of [
    [caseOf(1e4, 1000, 1e4, 1e4, 0.02, 0.01), 4.818525],
    [caseOf(2000, 200, 4040, 984.073168, 0.02, 0.05), 1.605749],
    [mnist, 1.851463],
    [{ ...mnist, components: 10 }, 1.760438],
    [caseOf(1.4e7, 2000, 1e10, 1e8, 0.05, 0.05), 0.182588],
  ] as const) {
    const law = randomLabelLaw({ ...of, eta: 0.05 });
    assert.ok(closeTo(law.value, value, 3e-6), `${law.value} ${value}`);
  }
});

test("at the best scale it has its values, for two layers too", () => {
  const { value, eta } = randomLabelLaw(caseOf(1e4, 1000, 1e4, 1e4, 0.02, 0.01));
  assert.ok(closeTo(value, 4.848, 1e-6) && closeTo(eta, 0.029587, 1e-4), `${value} ${eta}`);
  for (const [n, d, k, totalWeight, radius, e, expected] of [
    [2000, 200, 20, 150, 1.3, 0.02, 1.610589],
    [1e4, 5000, 20, 500, 1.1, 0.1, 2.825618],
    [1e5, 1000, 1000, 2000, 1.2, 0.02, 1.567217],
  ]) {
    // The expected ones are from a grid of scales.
    const of = { n, d, k, totalWeight, radius, e, delta: 0.05, c: 1, components: 1 };
    const law = randomLabelLawTwoLayer(of);
    assert.ok(closeTo(law.value, expected, 1e-3) && law.value >= expected, `${law.value} ${expected}`);
  }
});

test("an output bias is two parameters more, of the law and of the class of a network", () => {
  const of = { n: 2000, d: 20, e: 0.02, delta: 0.05, c: 1, components: 1 };
  const two = { ...of, k: 3, totalWeight: 8, radius: 1.25 };
  const general = (p: number) => randomLabelLaw({ ...of, p, diameterTimesJ: 32 * Math.hypot(1, 1.25) }).value;
  assert.equal(randomLabelLawTwoLayer(two).value, general(66));
  assert.equal(randomLabelLawTwoLayer({ ...two, outputBias: true }).value, general(68));
  const numbers = { n: 2000, radius: 1.25, e: 0.02, "total-weight": 64, delta: 0.05 };
  const [without, withOne] = [0, 1].map(
    (c) => ask(randomLabel, { numbers, network: { ...fixtureNetwork, c } }).bounds[0].value,
  );
  const ofNetwork = (p: number) =>
    randomLabelLaw({ ...of, d: 8, p, diameterTimesJ: 256 * Math.hypot(1, 1.25) }).value;
  assert.equal(without, ofNetwork(50));
  assert.equal(withOne, ofNetwork(52));
});

const cases = fc.record({
  n: fc.integer({ min: 100, max: 1e8 }),
  d: fc.integer({ min: 1, max: 1e5 }),
  p: fc.integer({ min: 1, max: 1e9 }),
  diameterTimesJ: fc.double({ min: 0.1, max: 1e12, noNaN: true }),
  e: fc.double({ min: 0, max: 0.5, noNaN: true }),
  delta: fc.double({ min: 1e-6, max: 0.5, noNaN: true }),
  c: fc.double({ min: 0.01, max: 100, noNaN: true }),
  components: fc.integer({ min: 1, max: 20 }),
});

test("golden section finds the best of a fine grid of scales", () => {
  fc.assert(
    fc.property(cases, (of) => {
      const { value, eta } = randomLabelLaw(of);
      let most = 0;
      for (let at = 1; at < 400; at++)
        most = Math.max(most, randomLabelLaw({ ...of, eta: 10 ** (-at / 50) }).value);
      assert.ok(value >= most * (1 - 1e-9), `${value} ${most} ${eta}`);
    }),
    { numRuns: 50 },
  );
});

test("it rises with n and d, falls with p, c, W J, K and e, and takes d and c as d/c alone", () => {
  fc.assert(
    fc.property(cases, (of) => {
      const { value } = randomLabelLaw(of);
      const other = (change: Partial<Case>) => randomLabelLaw({ ...of, ...change }).value;
      if (value === 0) return;
      assert.ok(other({ n: 2 * of.n }) > value && other({ d: 2 * of.d }) > value);
      for (const change of [
        { p: 2 * of.p },
        { c: 2 * of.c },
        { diameterTimesJ: 2 * of.diameterTimesJ },
        { components: of.components + 1 },
        { e: of.e + 0.01 },
      ]) {
        assert.ok(other(change) < value, JSON.stringify(change));
      }
      assert.ok(closeTo(other({ d: 2 * of.d, c: 2 * of.c }), value, 1e-9));
    }),
  );
});

test("where the error or the centring leaves no room it is 0 and says so", () => {
  for (const of of [caseOf(10, 10, 10, 10, 0.02, 0.05), caseOf(1e6, 10, 10, 10, 0.99, 0.001)]) {
    const { value, vacuous, hypotheses } = randomLabelLaw({ ...of, ...(of.n > 10 && { e: 0.999 }) });
    assert.ok(value === 0 && vacuous && !hypotheses[0].ok);
  }
  assert.equal(randomLabelLaw({ ...caseOf(1e6, 10, 10, 10, 0.5, 0.1), eta: 0.9 }).value, 0);
});

test("what lies outside its set is refused by name", () => {
  const of = caseOf(100, 10, 10, 10, 0.02, 0.05);
  for (const [change, message] of [
    [{ e: 1 }, /^e must lie in \[0, 1\), got 1/],
    [{ diameterTimesJ: 0 }, /^diameter-times-j must lie in \(0, inf\), got 0/],
    [{ eta: 1 }, /^eta must lie in \(0, 1\), got 1/],
    [{ p: 0.5 }, /^p must lie in \{1, 2, …\}, got 0.5/],
  ] as const) {
    assert.throws(() => randomLabelLaw({ ...of, ...change }), { name: "RangeError", message });
  }
});

test("a network's class holds it, is rounded up, and its grids share out no more than δ", () => {
  const { numbers, hypotheses, share } = classOf(fixtureNetwork, { numbers: {}, data: fixture });
  assert.equal(numbers["total-weight"], 8);
  assert.ok(closeTo(Number(numbers.radius), 1, 2e-7));
  assert.ok(closeTo(share, 1 / (2 * 9) / (2 * 64) / 256, 1e-12));
  const [homogeneous, k, weight, radius, e] = hypotheses;
  assert.ok(
    homogeneous.ok && k.left === 5 && weight.ok && radius.ok && closeTo(weight.left, 5.41865786, 1e-8),
  );
  // It does not fit at all.
  assert.ok(!e.ok && e.left > 1);
  let sum = 0;
  for (let j = 1; j < 1e4; j++) sum += 1 / (2 * j * j);
  assert.ok(sum <= 1);
  const chosen = { k: 7, radius: 1, "total-weight": 5, e: 0.1 };
  const given = classOf(fixtureNetwork, { numbers: chosen, data: fixture });
  assert.equal(given.share, 1);
  assert.deepEqual(
    given.hypotheses.map(({ ok }) => ok),
    [true, true, false, true, false],
  );
  const smooth: TwoLayerNetwork = { ...fixtureNetwork, activation: "tanh" };
  assert.ok(!classOf(smooth, { numbers: {} }).hypotheses[0].ok);
  assert.ok(!classOf({ ...smooth, activation: "step" }, { numbers: {} }).hypotheses[0].ok);
  assert.ok(!classOf({ ...smooth, activation: "leaky-relu:-2" }, { numbers: {} }).hypotheses[0].ok);
});

test("asked by flags it takes a class, two layers, or a network with its data", () => {
  const general = { n: 1e4, d: 1000, p: 1e4, "diameter-times-j": 1e4, e: 0.02, delta: 0.01 };
  assert.ok(closeTo(ask(randomLabel, { numbers: general }).bounds[0].value, 4.848, 1e-6));
  const two = { n: 1e5, d: 1000, k: 1000, "total-weight": 2000, radius: 1.2, e: 0.02 };
  const { bounds, details } = ask(randomLabel, { numbers: two });
  assert.ok(closeTo(bounds[0].value, 1.567217, 1e-3) && !bounds[0].vacuous);
  assert.ok(closeTo(Number(details?.over_sqrt_n_over_k), 0.1567217, 1e-3));
  const [own] = ask(randomLabel, { data: fixture, network: { ...fixtureNetwork, c: 1 } }).bounds;
  assert.ok(own.vacuous && own.probability === 0.95 && own.hypotheses.some(({ ok }) => !ok));
  assert.equal(ask(randomLabel, { numbers: { ...two, eta: 0.05 } }).details?.eta, 0.05);
  assert.throws(() => ask(randomLabel, { network: fixtureNetwork }), /random-label: give --n$/);
  assert.throws(() => ask(randomLabel, { numbers: { p: 5 }, network: fixtureNetwork }), /--network or --p/);
  assert.throws(
    () => ask(randomLabel, { numbers: { n: 10 }, network: fixtureNetwork }),
    /random-label: give --radius, --e$/,
  );
});
