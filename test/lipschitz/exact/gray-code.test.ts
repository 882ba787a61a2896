import assert from "node:assert/strict";
import test from "node:test";
import { enumerateSigns } from "../../../src/lipschitz/exact/gray-code.ts";
import { stream } from "../../../src/numeric/random.ts";

function randomForm(K: number, d: number, scale: number): Float64Array {
  const random = stream(K, "gray", "form");
  const B = Float64Array.from({ length: K * d }, () => scale * random.gaussian());
  const Q = new Float64Array(K * K);
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < K; j++) for (let c = 0; c < d; c++) Q[i * K + j] += B[i * d + c] * B[j * d + c];
  }
  return Q;
}

function formAt(Q: Float64Array, K: number, z: ArrayLike<number>): number {
  let value = 0;
  for (let i = 0; i < K; i++) for (let j = 0; j < K; j++) value += z[i] * z[j] * Q[i * K + j];
  return value;
}

test("the enumeration finds the largest of all patterns, whatever the number of gates", () => {
  for (let K = 1; K <= 15; K++) {
    for (const [d, scale] of [
      [1, 1],
      [3, 1e-20],
      [K, 1e20],
    ]) {
      const Q = randomForm(K, d, scale);
      let most = 0;
      for (let bits = 0; bits < 2 ** (K - 1); bits++) {
        const z = Array.from({ length: K }, (_, i) => (i === 0 || (bits >> (i - 1)) & 1 ? 1 : -1));
        most = Math.max(most, formAt(Q, K, z));
      }
      const { upper, z, complete } = enumerateSigns(Q, K);
      assert.ok(complete && z);
      assert.equal(z[0], 1);
      assert.ok(upper >= most * (1 - 1e-13), `K = ${K}: ${upper} below ${most}`);
      assert.ok(upper <= most * (1 + 1e-10));
      assert.ok(Math.abs(formAt(Q, K, z) - most) <= 1e-10 * most);
    }
  }
});

test("orthogonal rows of many gates: all the walks and chunks agree with the closed form", () => {
  for (const K of [12, 22, 24, 26]) {
    // B_0 = Σ ½ e_i, B_i = ½ e_i: the maximum is K − 1, with all gates on.
    const Q = new Float64Array(K * K);
    Q[0] = (K - 1) / 4;
    for (let i = 1; i < K; i++) for (const at of [i, i * K, i * K + i]) Q[at] = 1 / 4;
    const { upper, z } = enumerateSigns(Q, K);
    assert.ok(z?.every((sign) => sign === 1));
    assert.ok(upper >= K - 1 && upper <= (K - 1) * (1 + 1e-10));
  }
});

test("a floor hides what lies below it, and time can run out", () => {
  const Q = randomForm(14, 14, 1);
  const { upper } = enumerateSigns(Q, 14);
  assert.equal(enumerateSigns(Q, 14, { floor: upper * 1.001 }).z, undefined);
  assert.ok(enumerateSigns(Q, 14, { floor: upper * 0.999 }).z);
  const large = randomForm(27, 27, 1);
  const stopped = enumerateSigns(large, 27, { outOfTime: () => true });
  assert.ok(!stopped.complete && stopped.z);
});

test("no form has more than 40 gates here", () => {
  assert.throws(() => enumerateSigns(new Float64Array(42 * 42), 42), RangeError);
});
