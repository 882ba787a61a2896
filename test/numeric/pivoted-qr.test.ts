import assert from "node:assert/strict";
import { test } from "node:test";
import { orthogonalFactorization } from "../../src/numeric/householder.ts";
import { independentVectors } from "../../src/numeric/pivoted-qr.ts";
import { stream } from "../../src/numeric/random.ts";

const rows = (V: Float64Array, d: number, chosen: ArrayLike<number>) =>
  Float64Array.from(Array.from(chosen, (i) => Array.from(V.subarray(i * d, (i + 1) * d))).flat());

test("each vector chosen is the farthest from the span of those before it, by a slow count", () => {
  const [m, d, count] = [30, 12, 12];
  const V = stream(1, "test", "vectors").gaussians(m * d);
  const { chosen, sizes } = independentVectors(V, m, d, count);
  // Gram and Schmidt, twice, on plain arrays.
  const basis: number[][] = [];
  const rest = (i: number) => {
    const v = Array.from(V.subarray(i * d, (i + 1) * d));
    for (let pass = 0; pass < 2; pass++) {
      for (const q of basis) {
        const part = q.reduce((sum, value, j) => sum + value * v[j], 0);
        q.forEach((value, j) => {
          v[j] -= part * value;
        });
      }
    }
    return v;
  };
  for (let j = 0; j < count; j++) {
    const lengths = Array.from({ length: m }, (_, i) => Math.hypot(...rest(i)));
    assert.equal(chosen[j], lengths.indexOf(Math.max(...lengths)));
    assert.ok(Math.abs(sizes[j] - lengths[chosen[j]]) < 1e-12);
    const v = rest(chosen[j]);
    basis.push(v.map((value) => value / Math.hypot(...v)));
  }
});

test("sizes are the diagonal of R of the vectors in their order, and fall", () => {
  const [m, d, count] = [80, 40, 25];
  const V = stream(2, "test", "vectors").gaussians(m * d);
  const { chosen, sizes } = independentVectors(V, m, d, count);
  const { R } = orthogonalFactorization(rows(V, d, chosen), count, d);
  sizes.forEach((size, j) => {
    assert.ok(Math.abs(size - Math.abs(R[j * count + j])) < 1e-12);
    if (j > 0) assert.ok(size <= sizes[j - 1]);
  });
  assert.equal(new Set(chosen).size, count);
});

test("vectors of lower rank show it by a size that is rounding", () => {
  const [m, d, rank] = [20, 10, 4];
  const random = stream(3, "test", "vectors");
  const [left, right] = [random.gaussians(m * rank), random.gaussians(rank * d)];
  const V = Float64Array.from({ length: m * d }, (_, at) => {
    let sum = 0;
    for (let p = 0; p < rank; p++) sum += left[Math.floor(at / d) * rank + p] * right[p * d + (at % d)];
    return sum;
  });
  const { sizes } = independentVectors(V, m, d, 8);
  assert.ok(sizes[rank - 1] > 0.1);
  assert.ok(sizes[rank] < 1e-13 * sizes[0]);
});

test("zero vectors are chosen last and bring sizes of 0", () => {
  const { chosen, sizes } = independentVectors(Float64Array.of(0, 0, 3, 4, 0, 0), 3, 2, 2);
  assert.equal(chosen[0], 1);
  assert.deepEqual(Array.from(sizes), [5, 0]);
});

test("vectors are left as they are, and shapes that do not agree are refused", () => {
  const V = stream(4, "test", "vectors").gaussians(12);
  const before = V.slice();
  independentVectors(V, 4, 3, 3);
  assert.deepEqual(V, before);
  assert.throws(() => independentVectors(V, 5, 3, 2), RangeError);
  assert.throws(() => independentVectors(V, 4, 3, 4), RangeError);
});
