import assert from "node:assert/strict";
import test from "node:test";
import { norm } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { constantsOf, estimateIsoperimetry, isoperimetry } from "../../src/theory/isoperimetry.ts";
import { testFunctions } from "../../src/theory/isoperimetry-functions.ts";
import { ask } from "./ask.ts";
import { closeTo, fixture } from "./fixture.ts";

const source = (purpose: string) => stream(1, "isoperimetry", purpose);

/** Rows made one by one. */
function sampled(n: number, d: number, make: (x: Float64Array) => void) {
  const X = source("points").gaussians(n * d);
  for (let i = 0; i < n; i++) make(X.subarray(i * d, (i + 1) * d));
  return { n, d, X };
}

function scale(x: Float64Array, factor: number): void {
  for (let j = 0; j < x.length; j++) x[j] *= factor;
}

const gaussian = (x: Float64Array) => scale(x, 1 / Math.sqrt(x.length));

test("on the fixture, without halves, a direction and a distance have their variances", () => {
  const { n, d, X } = fixture;
  const functions = testFunctions(fixture, source("fixture"));
  const cVar = (name: string) => {
    const found = functions.find((one) => one.name === name);
    assert.ok(found);
    const values = Float64Array.from({ length: n }, (_, i) => found.value(X.subarray(i * d, (i + 1) * d)));
    return constantsOf(values, d).cVar;
  };
  assert.ok(closeTo(cVar("principal direction"), 1.70798259, 1e-7));
  assert.ok(closeTo(cVar("distance to a point"), 0.78138116, 1e-7));
});

test("every function that is tried is 1-Lipschitz", () => {
  const random = source("pairs");
  const functions = testFunctions(fixture, source("functions"));
  for (let pair = 0; pair < 300; pair++) {
    const x = random.gaussians(8, pair % 2 ? 1 : 0.3);
    const z = x.map((value) => value + (pair % 3 ? 0.01 : 1) * random.gaussian());
    const distance = norm(x.map((value, j) => value - z[j]));
    for (const { name, value } of functions) {
      assert.ok(Math.abs(value(x) - value(z)) <= distance * (1 + 1e-9), name);
    }
  }
});

test("the distance to half of the vertices is the least over all of them, at the scale of the points", () => {
  const random = source("half cube");
  for (const d of [1, 2, 5, 8]) {
    for (const scale of [0.2, 1, 3]) {
      const points = { n: 4, d, X: random.gaussians(4 * d, scale) };
      const found = testFunctions(points, source("functions")).find(({ name }) => /half of/.test(name));
      assert.ok(found);
      const s = norm(points.X) / Math.sqrt(4 * d);
      for (let draw = 0; draw < 20; draw++) {
        const x = random.gaussians(d, scale);
        let least = Number.POSITIVE_INFINITY;
        for (let signs = 0; signs < 2 ** d; signs++) {
          const z = x.map((_, j) => ((signs >> j) & 1 ? s : -s));
          if (z.reduce((sum, value) => sum + value, 0) > 1e-9 * s) continue;
          least = Math.min(least, norm(x.map((value, j) => value - z[j])));
        }
        assert.ok(closeTo(found.value(x), least, 1e-12), `d = ${d}`);
      }
    }
  }
});

test("on vertices c_var is what the distribution gives exactly, and grows with √d; no other function shows it", () => {
  for (const [d, exact] of [
    [64, 3.8],
    [256, 7.45],
  ]) {
    const points = sampled(4000, d, (x) => {
      for (let j = 0; j < d; j++) x[j] = Math.sign(x[j]) / Math.sqrt(d);
    });
    const { cVar, worstFunction } = estimateIsoperimetry(points, { random: source("vertices") });
    assert.equal(worstFunction, "distance to half of the vertices");
    assert.ok(Math.abs(cVar / exact - 1) <= 0.08, `${d}: ${cVar}`);
  }
});

test("a Gaussian functional has c_var and c_mgf near 1, and c_tail below", () => {
  const { cVar, cMgf, cTail } = constantsOf(source("values").gaussians(100_000, 0.1), 100);
  assert.ok(Math.abs(cVar - 1) <= 0.02 && Math.abs(cMgf - 1) <= 0.05, `${cVar} ${cMgf}`);
  assert.ok(cTail >= 0.6 && cTail < 0.9, `${cTail}`);
});

test("the families have the constants that theory gives them, from below and a little noise", () => {
  const n = 4000;
  const radii = source("radii");
  const families: [string, number, (x: Float64Array) => void, number, number][] = [
    ["Gaussian", 50, gaussian, 0.95, 1.12],
    ["sphere", 50, (x) => scale(x, 1 / norm(x)), 0.95, 1.14],
    ["ball", 50, (x) => scale(x, radii.uniform() ** (1 / 50) / norm(x)), 0.9, 1.12],
    [
      "10 of 50 coordinates",
      50,
      (x) => {
        x.fill(0, 10);
        scale(x, 1 / Math.sqrt(10));
      },
      4.7,
      5.7,
    ],
    [
      "vertices of the cube",
      50,
      (x) => {
        for (let j = 0; j < x.length; j++) x[j] = Math.sign(x[j]) / Math.sqrt(x.length);
      },
      // 0.46 √d: the distance to half of the vertices.
      3.1,
      3.6,
    ],
  ];
  for (const [name, d, make, low, high] of families) {
    const { cVar } = estimateIsoperimetry(sampled(n, d, make), { random: source(name) });
    assert.ok(cVar >= low && cVar <= high, `${name}: ${cVar}`);
  }
});

test("clusters are measured apart: pooled, their distance looks like bad isoperimetry", () => {
  const d = 50;
  const signs = source("signs");
  const points = sampled(4000, d, (x) => {
    gaussian(x);
    x[0] += signs.sign();
  });
  const pooled = estimateIsoperimetry(points, { random: source("pooled") });
  const apart = estimateIsoperimetry(points, { random: source("apart"), components: 2 });
  assert.ok(pooled.cVar >= 45 && pooled.cVar <= 57, `${pooled.cVar}`);
  assert.equal(pooled.worstFunction, "principal direction");
  assert.ok(apart.cVar >= 0.95 && apart.cVar <= 1.2, `${apart.cVar}`);
  assert.match(apart.worstFunction, /, component [12]$/);
});

test("heavy tails are flagged: Student's t with three degrees of freedom", () => {
  const chi = source("chi");
  const points = sampled(4000, 50, (x) => {
    const squared = chi.gaussian() ** 2 + chi.gaussian() ** 2 + chi.gaussian() ** 2;
    scale(x, 1 / Math.sqrt((50 * squared) / 3));
  });
  const data = { ...points, y: new Float64Array(points.n) };
  const { details, warnings, bounds } = ask(isoperimetry, { data });
  assert.equal(details?.heavy_tails, true);
  assert.match(warnings?.join(" ") ?? "", /too heavy for isoperimetry/);
  assert.ok(bounds[0].value > 5);
});

test("c grows with the square of the points' scale", () => {
  const points = sampled(1000, 20, gaussian);
  const of = (factor: number) =>
    estimateIsoperimetry(
      { ...points, X: points.X.map((value) => factor * value) },
      { random: source("scale") },
    );
  // The ReLU network alone is not homogeneous, and it is not the worst.
  assert.ok(closeTo(of(2).cVar, 4 * of(1).cVar, 1e-9));
  assert.ok(closeTo(of(1).effectiveDimension, 20 / of(1).cVar, 1e-12));
});

test("equal points have c = 0, and too few are refused", () => {
  const data = { n: 20, d: 3, X: new Float64Array(60).fill(0.5), y: new Float64Array(20) };
  const { bounds, warnings, details } = ask(isoperimetry, { data });
  assert.ok(bounds.every(({ value, vacuous }) => value === 0 && vacuous));
  assert.match(warnings?.join(" ") ?? "", /all equal/);
  assert.ok(details && !("effective_dimension" in details));
  assert.throws(
    () => estimateIsoperimetry({ n: 7, d: 1, X: new Float64Array(7) }, { random: source("few") }),
    /^RangeError: n must lie in \{8, 9, …\}, got 7/,
  );
  assert.throws(
    () => ask(isoperimetry, { data, numbers: { components: 3 } }),
    /^RangeError: n of component 2 must lie in \{8, 9, …\}, got 0/,
  );
});
