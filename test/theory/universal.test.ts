import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import {
  mixtureMinSamples,
  type UniversalCase,
  universal,
  universalFailureProbability,
  universalLaw,
} from "../../src/theory/universal.ts";
import { ask } from "./ask.ts";
import { closeTo } from "./fixture.ts";

function caseOf(
  n: number,
  d: number,
  p: number,
  epsilon: number,
  delta: number,
  c: number,
  W: number,
  J: number,
  K: number,
): UniversalCase {
  const constants = "printed";
  return { n, d, p, epsilon, delta, c, diameter: W, logJ: Math.log(J), components: K, constants };
}

test("Theorem 3 has the values of an independent computation, printed and sharpened", () => {
  for (const [of, printed, ok, sharpened, sharpenedOk] of [
    [caseOf(1e4, 100, 1e3, 0.5, 0.01, 1, 1, 1, 1), 1.410504e-2, false, 5.867033e-2, false],
    [caseOf(1e4, 1000, 1e3, 0.5, 0.01, 1, 1, 1, 1), 4.460406e-2, false],
    [caseOf(1e6, 1000, 1e4, 0.5, 0.05, 1, 10, 100, 1), 9.029989e-2, true, 3.409064e-1, true],
    [caseOf(1e6, 1000, 1e4, 0.5, 0.05, 2, 10, 100, 1), 6.385166e-2, true],
    [caseOf(1e6, 1000, 1e4, 0.5, 0.05, 1, 10, 100, 10), 9.029989e-2, false],
    [caseOf(6e4, 784, 2e5, 0.9, 0.05, 1, 1, 1, 1), 1.315469e-2, true, 5.597127e-2, true],
    [caseOf(6e4, 784, 3e6, 0.9, 0.05, 1, 100, 1e6, 1), 1.46351e-3, true],
    [caseOf(1.4e7, 2e5, 1e9, 0.9, 0.05, 1, 100, 1e6, 1), 1.955697e-2, true, 7.166106e-2, true],
    [caseOf(1e9, 3072, 1e6, 0.99, 0.01, 1, 10, 1e4, 1), 8.575758e-1, true, 3.187004, true],
  ] as const) {
    const law = universalLaw(of);
    assert.ok(closeTo(law.value, printed), `${law.value} ${printed}`);
    assert.equal(law.hypotheses[0].ok, ok);
    if (sharpened === undefined) continue;
    const sharper = universalLaw({ ...of, constants: "sharpened" });
    assert.ok(closeTo(sharper.value, sharpened), `${sharper.value} ${sharpened}`);
    assert.equal(sharper.hypotheses[0].ok, sharpenedOk);
  }
});

test("Theorem 2's terms and the least n of a mixture have their values", () => {
  const of = { n: 1e6, d: 1000, logClassSize: 1000, epsilon: 0.5, c: 1, L: 1, components: 1 } as const;
  const printed = universalFailureProbability({ ...of, constants: "printed" });
  assert.ok(closeTo(printed.centring, -486.894956, 1e-8));
  assert.ok(closeTo(printed.deviation, -60034.463103, 1e-10));
  const sharpened = universalFailureProbability({ ...of, constants: "sharpened" });
  assert.ok(closeTo(sharpened.deviation, -47224.615495, 1e-10));
  for (const [components, delta, epsilon, least] of [
    [1, 0.05, 0.5, 83152],
    [10, 0.05, 0.5, 1208773],
    [1, 0.01, 0.9, 33803],
    [100, 0.01, 0.9, 5709006],
  ]) {
    assert.equal(mixtureMinSamples({ components, delta, epsilon, constants: "printed" }), least);
  }
});

test("the law is where Theorem 2's bound on the net is δ/2", () => {
  // ln N of the sharpened net, ε/2 in place of ε.
  const of = { ...caseOf(1e6, 1000, 1e4, 0.5, 0.05, 1.3, 10, 100, 2), constants: "sharpened" } as const;
  const logClassSize = of.p * Math.log1p((16 * of.diameter * Math.exp(of.logJ)) / of.epsilon);
  const { deviation } = universalFailureProbability({
    ...of,
    epsilon: of.epsilon / 2,
    logClassSize,
    L: universalLaw(of).value,
  });
  assert.ok(Math.abs(deviation - Math.log(of.delta / 2)) <= 1e-6, `${deviation}`);
});

const size = fc.integer({ min: 1, max: 1e9 });
const positive = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const inside = fc.double({ min: 1e-3, max: 0.99, noNaN: true });
const cases = fc.record({
  n: size,
  d: size,
  p: size,
  epsilon: inside,
  delta: inside,
  c: positive,
  diameter: fc.double({ min: 1, max: 1e6, noNaN: true }),
  logJ: fc.double({ min: 0, max: 1e5, noNaN: true }),
  components: fc.integer({ min: 1, max: 50 }),
  constants: fc.constantFrom("printed" as const, "sharpened" as const),
});

test("it rises with n and d, falls with p, c, J and W, and takes d and c as nd/c alone", () => {
  fc.assert(
    fc.property(cases, (of) => {
      const { value } = universalLaw(of);
      const other = (change: Partial<UniversalCase>) => universalLaw({ ...of, ...change }).value;
      assert.ok(other({ n: 2 * of.n }) > value && other({ d: 2 * of.d }) > value);
      for (const change of [
        { p: 2 * of.p },
        { c: 2 * of.c },
        { logJ: of.logJ + 1 },
        { diameter: 2 * of.diameter },
      ]) {
        assert.ok(other(change) < value);
      }
      assert.ok(closeTo(other({ c: 4 * of.c }), value / 2, 1e-12));
      assert.ok(closeTo(other({ d: 4 * of.d, c: 4 * of.c }), value, 1e-12));
      assert.equal(other({ components: of.components + 1 }), value);
    }),
  );
});

test("the sharpened condition asks for half as many points", () => {
  // Of the printed ones, (1, .05, .5): 83152; (10, .05, .5): 1208773.
  for (const [components, n] of [
    [1, 41576],
    [10, 604387],
  ]) {
    const of = { components, delta: 0.05, epsilon: 0.5, constants: "sharpened" } as const;
    assert.equal(mixtureMinSamples(of), n);
  }
});

test("what lies outside its set is refused by name, a class below its net too", () => {
  const of = caseOf(100, 10, 10, 0.5, 0.05, 1, 1, 1, 1);
  for (const [change, message] of [
    [{ n: 0 }, /^n must lie in \{1, 2, …\}, got 0/],
    [{ epsilon: 1 }, /^epsilon must lie in \(0, 1\), got 1/],
    [{ delta: 0 }, /^delta must lie in \(0, 1\), got 0/],
    [{ c: -1 }, /^c must lie in \(0, inf\], got -1/],
    [{ components: 1.5 }, /^components must lie in \{1, 2, …\}, got 1.5/],
    [{ logJ: Number.POSITIVE_INFINITY }, /^ln J must lie/],
    [{ logJ: -5 }, /^60 W J\/epsilon must lie in \(1, inf\), got 0\.8\d+: the class is smaller/],
  ] as const) {
    assert.throws(() => universalLaw({ ...of, ...change }), { name: "RangeError", message });
  }
  assert.ok(universalLaw({ ...of, logJ: -5, constants: "sharpened" }).value > 0);
});

test("asked by flags it gives the bound, its rates, and Theorem 2 where it is asked for", () => {
  const numbers = { n: 1e6, d: 1000, p: 1e4, diameter: 10, "parameter-lipschitz": 100 };
  const { bounds, details } = ask(universal, { numbers });
  assert.ok(closeTo(bounds[0].value, 9.029989e-2));
  assert.ok(bounds[0].vacuous && bounds[1].kind === "rate");
  assert.ok(closeTo(bounds[1].value, Math.sqrt(1e5), 1e-12));
  // n √d/p, which is the smaller for p > n.
  const narrow = { n: 100, d: 25, p: 1000, "parameter-lipschitz": 100 };
  const rates = ask(universal, { numbers: narrow }).bounds.slice(1);
  assert.ok(closeTo(rates[0].value, Math.sqrt(2.5), 1e-12) && closeTo(rates[1].value, 0.5, 1e-12));
  const sharpened = ask(universal, { numbers, choices: { constants: "sharpened" } }).bounds[0].hypotheses[0];
  assert.ok(closeTo(sharpened.left, 2048 * Math.log(160), 1e-12) && sharpened.right === 250_000);
  assert.equal(details?.least_n_for_the_mixture, 83152);
  const { "parameter-lipschitz": J, ...others } = numbers;
  const logs = ask(universal, {
    numbers: { ...others, "log-parameter-lipschitz": Math.log(J), "log-class-size": 1000, lipschitz: 1 },
  });
  assert.ok(closeTo(logs.bounds[0].value, bounds[0].value, 1e-12));
  assert.ok(closeTo(Number(logs.details?.theorem2_log_deviation), -60034.463103, 1e-9));
  assert.throws(
    () => ask(universal, { numbers: { n: 10, d: 10, p: 10 } }),
    /universal: give --parameter-lipschitz or/,
  );
  assert.throws(() => ask(universal, { numbers: { n: 10 } }), /universal: give --d, --p$/);
});
