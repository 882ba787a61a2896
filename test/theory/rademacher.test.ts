import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { stream } from "../../src/numeric/random.ts";
import { rademacher, rademacherBound } from "../../src/theory/rademacher.ts";
import { ask } from "./ask.ts";
import { closeTo } from "./fixture.ts";

test("its value in closed form, by function and by flags", () => {
  assert.ok(closeTo(rademacherBound({ n: 1000, d: 100, L: 2, c: 1, logN: 1000, eta: 0 }), 0.314465, 2e-6));
  const { bounds } = ask(rademacher, {
    numbers: { n: 1000, d: 100, lipschitz: 2, "log-size": 1000, eta: 0.1 },
  });
  assert.ok(closeTo(bounds[0].value, 0.414465, 2e-6) && !bounds[0].vacuous);
  assert.ok(ask(rademacher, { numbers: { n: 10, d: 1, "log-size": 10 } }).bounds[0].vacuous);
});

test("N linear functionals follow random signs to within 0.75 to 1 of the bound's second term", () => {
  for (const [n, d, N] of [
    [200, 50, 100],
    [200, 50, 2000],
    [500, 20, 2000],
  ]) {
    const random = stream(1, "rademacher", `${n} ${N}`);
    const draws = 20;
    let sum = 0;
    for (let draw = 0; draw < draws; draw++) {
      // Σ ε_i x_i for Gaussian points; signs do not change its law.
      const s = random.gaussians(d, Math.sqrt(n / d));
      let most = Number.NEGATIVE_INFINITY;
      for (let f = 0; f < N; f++) {
        const u = random.gaussians(d);
        let [inner, squared] = [0, 0];
        for (let j = 0; j < d; j++) {
          inner += u[j] * s[j];
          squared += u[j] * u[j];
        }
        most = Math.max(most, inner / Math.sqrt(squared) / n);
      }
      sum += most;
    }
    const bound = rademacherBound({ n, d, L: 1, c: 1, logN: Math.log(N), eta: 0 }) - 1 / Math.sqrt(n);
    const ratio = sum / draws / bound;
    assert.ok(ratio >= 0.7 && ratio <= 0.9, `${n} ${d} ${N}: ${ratio}`);
  }
});

test("it falls with n and d, rises with L, c and N, and takes d and c as d/c alone", () => {
  const whole = fc.integer({ min: 1, max: 1e6 });
  const positive = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
  fc.assert(
    fc.property(whole, whole, positive, positive, positive, (n, d, L, c, logN) => {
      const of = { n, d, L, c, logN, eta: 0 };
      const value = rademacherBound(of);
      for (const change of [{ n: 2 * n }, { d: 2 * d }, { L: L / 2 }, { c: c / 2 }, { logN: logN / 2 }]) {
        assert.ok(rademacherBound({ ...of, ...change }) < value);
      }
      assert.ok(closeTo(rademacherBound({ ...of, d: 2 * d, c: 2 * c }), value, 1e-12));
    }),
  );
  assert.throws(() => rademacherBound({ n: 1, d: 1, L: 1, c: 1, logN: -1, eta: 0 }), /log-size must lie in/);
});
