import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { quadratic } from "../../src/construct/quadratic.ts";
import { eigensystem, operatorNorm, quadraticForm } from "../../src/numeric/quadratic-form.ts";
import { stream } from "../../src/numeric/random.ts";
import { quadraticActivationLower, quadraticLaw } from "../../src/theory/quadratic.ts";
import { network as construct, sampledData } from "../construct/method.ts";
import { ask } from "./ask.ts";
import { closeTo, fixture } from "./fixture.ts";
import { equivalents, scaledBy } from "./transformed.ts";

test("the fixture's bounds and norms are the specification's", () => {
  for (const [k, expected] of [
    [1, 9.48538532],
    [3, 4.03249903],
    [8, 3.0318279],
  ]) {
    assert.ok(closeTo(quadraticActivationLower(fixture, k).kyFan, expected, 1e-8));
  }
  const lower = quadraticActivationLower(fixture, 3);
  assert.ok(closeTo(lower.rank, 3.16179511, 1e-8));
  assert.ok(closeTo(lower.operatorNorm, 6.32552057, 1e-8));
  assert.ok(closeTo(lower.nuclearNorm, 19.79004149, 1e-8));
});

test("the sums are those of the singular values of Σ y_i x_i x_iᵀ, formed entry by entry", () => {
  const data = sampledData(20, 7, 3, "gaussian");
  const omega = Matrix.zeros(7, 7);
  data.y.forEach((label, i) => {
    const x = Matrix.columnVector(Array.from(data.X.subarray(i * 7, (i + 1) * 7)));
    omega.add(x.mmul(x.transpose()).mul(label));
  });
  const singular = new SingularValueDecomposition(omega).diagonal;
  for (let k = 1; k <= 7; k++) {
    const sum = singular.slice(0, k).reduce((total, value) => total + value, 0);
    assert.ok(closeTo(quadraticActivationLower(data, k).kyFan, 20 / sum, 1e-10));
  }
});

test("no form of rank k is smaller than what its own values force, and Ky Fan's bound is the larger", () => {
  const cases = fc.record({
    n: fc.integer({ min: 1, max: 30 }),
    d: fc.integer({ min: 1, max: 6 }),
    k: fc.integer({ min: 1, max: 8 }),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(cases, ({ n, d, k, seed }) => {
      const draw = stream(seed, "theory test", "form");
      const T = quadraticForm(draw.gaussians(k * d), draw.gaussians(k), k, d);
      const X = draw.gaussians(n * d);
      const f = Float64Array.from({ length: n }, (_, i) => {
        let value = 0;
        for (let s = 0; s < d; s++) {
          for (let t = 0; t < d; t++) value += T[s * d + t] * X[i * d + s] * X[i * d + t];
        }
        return value;
      });
      const data = { n, d, X, y: f.map((value) => (value >= 0 ? 1 : -1)) };
      const { kyFan, rank } = quadraticActivationLower(data, k, f);
      assert.ok(kyFan <= operatorNorm(eigensystem(T, d).values) * (1 + 1e-9));
      assert.ok(rank <= kyFan * (1 + 1e-12));
      if (k === 1) assert.equal(rank, kyFan);
    }),
  );
});

test("forms of rank k that are built are above it, by the factors measured", () => {
  for (const [n, d, k, kyFan, rank] of [
    [200, 40, 7, 7.87, 6.33],
    [200, 40, 20, 3.59, 2.22],
    [600, 60, 13, 9.26, 7.67],
    [600, 60, 30, 4.91, 3.32],
    [600, 60, 60, 3.77, 1.66],
  ]) {
    const data = sampledData(n, d);
    const lower = quadraticActivationLower(data, k);
    assert.ok(Math.abs(lower.kyFan / kyFan - 1) <= 0.08 && Math.abs(lower.rank / rank - 1) <= 0.08);
    const { details } = construct(quadratic, data, { k: String(k) });
    const built = Number(details?.operator_norm);
    assert.ok(built / lower.kyFan >= 1 && built / lower.kyFan <= 7, `${built} ${lower.kyFan}`);
    assert.equal(details?.certificate_ky_fan, lower.kyFan);
  }
});

test("rotations, orders and signs do not move it, scale divides it by s²", () => {
  const { kyFan } = quadraticActivationLower(fixture, 3);
  for (const data of Object.values(equivalents(fixture))) {
    assert.ok(closeTo(quadraticActivationLower(data, 3).kyFan, kyFan, 1e-10));
  }
  assert.ok(closeTo(quadraticActivationLower(scaledBy(3, fixture), 3).kyFan, kyFan / 9, 1e-12));
});

test("equal points of different labels cannot be fitted, zero labels force nothing", () => {
  const X = Float64Array.of(1, 2, 1, 2);
  const twice = { n: 2, d: 2, X, y: Float64Array.of(1, -1) };
  assert.equal(quadraticActivationLower(twice, 1).kyFan, Number.POSITIVE_INFINITY);
  assert.equal(quadraticActivationLower({ ...twice, y: new Float64Array(2) }, 1).kyFan, 0);
});

test("the law speaks of numbers, of data and of a network", () => {
  const [rate] = ask(quadraticLaw, { numbers: { n: 600, d: 60, k: 13 } }).bounds;
  assert.ok(rate.kind === "rate" && closeTo(rate.value, Math.sqrt(36000) / 13, 1e-14) && !rate.vacuous);
  const { bounds, details } = ask(quadraticLaw, { data: fixture, numbers: { k: 3 } });
  assert.ok(closeTo(bounds[0].value, 4.03249903, 1e-8) && bounds[2].value === 2 * bounds[0].value);
  // 2 · 4.03 is above the floor of 5.66, 2 · 2.83 would not be.
  assert.ok(!bounds[0].vacuous && !bounds[2].vacuous);
  assert.ok(closeTo(Number(details?.sum_nuclear_norm), 19.79004149, 1e-8));
  const data = sampledData(40, 20);
  const built = construct(quadratic, data, { k: "5" }).network;
  const own = ask(quadraticLaw, { data, network: built });
  assert.ok(own.bounds[0].hypotheses.every(({ ok }) => ok));
  const few = ask(quadraticLaw, { data, network: built, numbers: { k: 4 } });
  assert.equal(few.bounds[0].hypotheses.at(-1)?.ok, false);
  assert.throws(() => ask(quadraticLaw, { data }), /quadratic: give --k/);
  assert.throws(() => ask(quadraticLaw, { data, numbers: { k: 0.5 } }), /k must lie in \{1, 2, …\}, got 0.5/);
});
