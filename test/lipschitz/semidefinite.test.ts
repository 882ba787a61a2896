import assert from "node:assert/strict";
import test from "node:test";
import { type GateForm, gateForm } from "../../src/lipschitz/gate-form.ts";
import { type SemidefiniteBound, semidefiniteBound } from "../../src/lipschitz/semidefinite.ts";
import { stream } from "../../src/numeric/random.ts";

const random = stream(1, "semidefinite", "forms");

/** Gaussian rows; with `common`, rows that share a direction, as trained ones do. */
function randomForm(k: number, d: number, common = 0): GateForm {
  const shared = Float64Array.from({ length: d }, () => random.gaussian());
  return gateForm({
    k,
    d,
    W: Float64Array.from({ length: k * d }, (_, i) => random.gaussian() + common * shared[i % d]),
    a: Float64Array.from({ length: k }, () => random.gaussian()),
  });
}

function bound(form: GateForm, tolerance?: number): SemidefiniteBound {
  const options = { random: stream(2, "semidefinite", "start") };
  return semidefiniteBound(form, tolerance === undefined ? options : { ...options, tolerance });
}

/** ‖BᵀV‖_F with the rows of V brought to length one in f64: below the programme's optimum, hence below every dual value. */
function primal({ K, d, B }: GateForm, { V, rank }: SemidefiniteBound): number {
  const P = new Float64Array(d * rank);
  for (let i = 0; i < K; i++) {
    const v = Float64Array.from(V.subarray(i * rank, (i + 1) * rank));
    const length = Math.hypot(...v);
    for (let j = 0; j < d; j++) {
      for (let c = 0; c < rank; c++) P[j * rank + c] += (B[i * d + j] * v[c]) / length;
    }
  }
  return Math.sqrt(P.reduce((sum, value) => sum + value * value, 0));
}

const shapes: readonly [k: number, d: number, common: number][] = [
  [3, 2, 0],
  [20, 50, 0],
  [60, 10, 1],
  [127, 64, 0],
  [130, 129, 0.5],
  [300, 40, 0.3],
  [520, 30, 0.3],
  [129, 300, 0],
];

test("the bound is above the programme's optimum and within 0.1% of it", () => {
  for (const [k, d, common] of shapes) {
    const form = randomForm(k, d, common);
    const found = bound(form);
    const below = primal(form, found);
    assert.ok(found.upper >= below, `k ${k}, d ${d}: ${found.upper} < ${below}`);
    assert.ok(found.upper <= below * 1.001, `k ${k}, d ${d}: ${found.upper / below - 1} above`);
    assert.ok(Math.abs(found.relaxation / below - 1) <= 1e-5, `${found.relaxation}, in f64 ${below}`);
  }
});

test("small forms, where a quiet sweep may be far from the optimum, are within 0.1% as well", () => {
  for (let round = 0; round < 400; round++) {
    const form = randomForm(5 + (round % 30), 2 + (round % 7));
    const found = bound(form);
    const ratio = found.upper / primal(form, found);
    assert.ok(ratio >= 1 && ratio <= 1.001, `round ${round}: ${ratio - 1} above`);
  }
});

test("a smaller tolerance closes the gap further, with more sweeps", () => {
  const form = randomForm(120, 40, 0.3);
  const [loose, fine] = [bound(form, 1e-3), bound(form, 1e-7)];
  assert.ok(fine.sweeps > loose.sweeps, `${fine.sweeps}, ${loose.sweeps} sweeps`);
  assert.ok(fine.upper <= loose.upper);
  assert.ok(fine.upper <= primal(form, fine) * (1 + 1e-5), `${fine.upper / primal(form, fine) - 1}`);
});

test("no sign vector exceeds it", () => {
  for (let round = 0; round < 60; round++) {
    const form = randomForm(1 + (round % 8), 1 + (round % 5));
    const { K, d, B } = form;
    const { upper } = bound(form);
    for (let signs = 0; signs < 2 ** K; signs++) {
      let squared = 0;
      for (let j = 0; j < d; j++) {
        let sum = 0;
        for (let i = 0; i < K; i++) sum += (signs >> i) & 1 ? B[i * d + j] : -B[i * d + j];
        squared += sum * sum;
      }
      assert.ok(Math.sqrt(squared) <= upper, `round ${round}`);
    }
  }
});

test("rows of very different sizes, down to where f32 sees zeros, keep the bound finite and tight", () => {
  for (const small of [1e-3, 1e-15, 1e-19, 1e-22, 1e-23, 1e-38, 1e-60, 1e-300]) {
    const d = 3;
    const W = Float64Array.from({ length: 12 * d }, (_, i) => random.gaussian() * (i < 6 * d ? 1 : small));
    const a = new Float64Array(12).fill(1);
    const whole = bound(gateForm({ k: 12, d, W, a }));
    const large = bound(gateForm({ k: 6, d, W: W.slice(0, 6 * d), a: a.slice(0, 6) }));
    const slackOfSmall = 6 * d * 5 * small;
    assert.ok(Number.isFinite(whole.upper), `${small}`);
    const [form, alone] = [
      gateForm({ k: 12, d, W, a }),
      gateForm({ k: 6, d, W: W.slice(0, 6 * d), a: a.slice(0, 6) }),
    ];
    const [left, right] = [whole.upper * 2 ** form.exponent, large.upper * 2 ** alone.exponent];
    assert.ok(Math.abs(left / right - 1) <= 1e-3 + slackOfSmall, `${small}: ${left}, without ${right}`);
  }
});

test("the zero form has bound 0", () => {
  const { upper } = bound(gateForm({ k: 2, d: 3, W: new Float64Array(6), a: Float64Array.of(1, 2) }));
  assert.equal(upper, 0);
});

test("the same stream gives the same bits", () => {
  const form = randomForm(50, 20);
  assert.equal(bound(form).upper, bound(form).upper);
});
