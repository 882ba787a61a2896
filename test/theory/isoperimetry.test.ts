import assert from "node:assert/strict";
import test from "node:test";
import { parseDataModel, sampleData } from "../../src/data/data-model.ts";
import { norm } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { constantsOf, estimateIsoperimetry, isoperimetry } from "../../src/theory/isoperimetry.ts";
import { isoperimetryConstant } from "../../src/theory/isoperimetry-constant.ts";
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

/** Quantiles of |g|, g standard Gaussian, at 0, 1/n, …: the r-th largest is exceeded with probability r/n. */
function absoluteGaussian(n: number): Float64Array {
  const step = 1e-4;
  const density = (t: number) => Math.sqrt(2 / Math.PI) * Math.exp(-((t + step / 2) ** 2) / 2);
  let [t, below] = [0, 0];
  return Float64Array.from({ length: n }, (_, i) => {
    const target = i / n;
    for (; below + step * density(t) < target; t += step) below += step * density(t);
    return t + (target - below) / density(t);
  });
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

test("the moment generating function is taken at one and two deviations to both sides", () => {
  // ±3.162 deviations with a probability of 1/20 each, else 0.
  const rare = Float64Array.from({ length: 2000 }, (_, i) => (i < 100 ? 1 : i < 200 ? -1 : 0));
  const at = (t: number) => (2 / t ** 2) * Math.log(0.9 + 0.1 * Math.cosh(t * Math.sqrt(10)));
  const { cVar, cMgf } = constantsOf(rare, 1);
  assert.ok(at(2) > 1.1 * at(1) && closeTo(cMgf / cVar, at(2), 1e-9));
  // 3 deviations up with a probability of 1/10, else 1/3 down: to one side one deviation tells the most.
  const skew = Float64Array.from({ length: 1000 }, (_, i) => Number(i < 100));
  const expected = 2 * Math.log(0.1 * Math.exp(3) + 0.9 * Math.exp(-1 / 3));
  for (const values of [skew, skew.map((value) => -value)]) {
    const found = constantsOf(values, 1);
    assert.ok(closeTo(found.cMgf / found.cVar, expected, 1e-9));
  }
});

test("c_tail ends at the twentieth exceedance, and is low for a Gaussian by the factors of theory", () => {
  // Of n values the twentieth largest is at about T deviations.
  for (const [T, n, factor] of [
    [1, 64, 0.2716],
    [2, 440, 0.5287],
    [3, 7408, 0.681],
    [4, 315_800, 0.7722],
  ]) {
    const half = absoluteGaussian(n / 2);
    const { cTail } = constantsOf(Float64Array.from([...half, ...half.map((t) => -t)]), 1);
    assert.ok(Math.abs(cTail / factor - 1) < 0.02, `T = ${T}: ${cTail}`);
  }
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

test("Laplace's tails are heavier than a Gaussian's and not flagged, those of Student's t are", () => {
  const estimate = (family: string) => {
    const data = sampleData(parseDataModel(family), { n: 4000, d: 50 }, source);
    const { bounds, details } = ask(isoperimetry, { data });
    return { cVar: bounds[0].value, cMgf: bounds[1].value, heavy: details?.heavy_tails };
  };
  const laplace = estimate("laplace");
  assert.ok(laplace.cVar > 1.08 && laplace.cVar < 1.4, `${laplace.cVar}`);
  assert.ok(laplace.cMgf > 1.8 && laplace.cMgf < 3.4, `${laplace.cMgf}`);
  assert.equal(laplace.heavy, false);
  const student = estimate("student:3");
  assert.ok(student.cVar > 8 && student.heavy, `${student.cVar}`);
});

test("the solid cube is as isoperimetric as its sides are short", () => {
  for (const d of [50, 100]) {
    const unit = sampleData(parseDataModel("cube"), { n: 4000, d }, source);
    const theory = isoperimetryConstant({ name: "cube" }, d).c;
    // Of diameter 1 its sides are 1/√d, in place of √(12/d).
    for (const [scale, least, most] of [
      [1, 0.95, theory],
      [1 / Math.sqrt(12), 0.079, 1 / Math.PI ** 2],
    ]) {
      const points = { ...unit, X: unit.X.map((x) => scale * x) };
      const { cVar } = estimateIsoperimetry(points, { random: source("cube") });
      assert.ok(cVar > least && cVar < most, `${d} ${scale}: ${cVar}`);
    }
    assert.ok(closeTo(theory / 12, 0.101321, 1e-5));
  }
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
