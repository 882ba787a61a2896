import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { kernels } from "../../src/numeric/kernels/kernels.ts";
import { stream } from "../../src/numeric/random.ts";

function gaussians(length: number, seed: number): Float64Array {
  const random = stream(seed, "certificate kernels", "numbers");
  return Float64Array.from({ length }, () => random.gaussian());
}

/** Runs `use` with the addresses of arrays, and gives back what they hold afterwards. */
function withArrays<T extends (Float64Array | Float32Array)[]>(
  arrays: T,
  use: (...addresses: number[]) => void,
): T {
  const { memory } = kernels();
  const regions = arrays.map((array) => memory.reserve(Math.max(64, array.byteLength)));
  const view = (i: number) =>
    arrays[i] instanceof Float64Array
      ? memory.doubles(regions[i].address, arrays[i].length)
      : memory.singles(regions[i].address, arrays[i].length);
  arrays.forEach((array, i) => {
    view(i).set(array);
  });
  use(...regions.map(({ address }) => address));
  const results = arrays.map((_, i) => view(i).slice());
  for (const region of regions) region.release();
  return results as T;
}

test("a block of Cholesky columns equals substitution written out, and leaves the rest alone", () => {
  const shape = fc.record({
    width: fc.integer({ min: 1, max: 40 }),
    below: fc.integer({ min: 0, max: 30 }),
    gap: fc.integer({ min: 0, max: 5 }),
    seed: fc.nat({ max: 1e6 }),
  });
  fc.assert(
    fc.property(shape, ({ width, below, gap, seed }) => {
      const rows = width + below;
      const lda = width + gap;
      const A = gaussians(rows * lda, seed);
      for (let i = 0; i < width; i++) A[i * lda + i] = 4 * width;
      const L = Float64Array.from(A);
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j <= Math.min(i, width - 1); j++) {
          let sum = L[i * lda + j];
          for (let p = 0; p < j; p++) sum -= L[i * lda + p] * L[j * lda + p];
          L[i * lda + j] = i === j ? Math.sqrt(sum) : sum / L[j * lda + j];
        }
      }
      let completed = 0;
      const [result] = withArrays([A], (a) => {
        completed = kernels().run.choleskyColumns(rows, width, a, lda * 8);
      });
      assert.equal(completed, 1);
      for (let i = 0; i < rows * lda; i++) {
        const untouched = i % lda > Math.floor(i / lda) || i % lda >= width;
        const error = Math.abs(result[i] - L[i]);
        assert.ok(untouched ? result[i] === A[i] : error <= 1e-12 * (1 + Math.abs(L[i])), `entry ${i}`);
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});

test("a pivot that is zero, negative or no number ends the factorisation", () => {
  const completes = (A: Float64Array) => {
    let completed = 1;
    withArrays([A], (a) => {
      completed = kernels().run.choleskyColumns(2, 2, a, 16);
    });
    return completed;
  };
  assert.equal(completes(Float64Array.of(4, 0, 2, 5)), 1);
  assert.equal(completes(Float64Array.of(4, 0, 2, 1)), 0);
  assert.equal(completes(Float64Array.of(4, 0, 2, 0.5)), 0);
  assert.equal(completes(Float64Array.of(-1, 0, 0, 1)), 0);
  assert.equal(completes(Float64Array.of(0, 0, 0, 1)), 0);
  assert.equal(completes(Float64Array.of(4, 0, Number.NaN, 1)), 0);
  assert.equal(completes(Float64Array.of(Number.NaN, 0, 0, 1)), 0);
});

test("a block of columns multiplies as the symmetric matrix that it stands for", () => {
  for (const [rows, width, gap] of [
    [1, 1, 0],
    [7, 7, 3],
    [9, 2, 0],
    [20, 6, 1],
    [40, 8, 0],
    [150, 128, 0],
  ]) {
    const lda = width + gap;
    const A = gaussians(rows * lda, rows);
    for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) A[j * lda + i] = A[i * lda + j];
    const [x, y] = [gaussians(rows, rows + 1), gaussians(rows, rows + 2)];
    const expected = Float64Array.from(y);
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < width; j++) {
        expected[i] += A[i * lda + j] * x[j];
        if (i >= width) expected[j] += A[i * lda + j] * x[i];
      }
    }
    const [, , result] = withArrays([A, x, y], (a, vector, product) =>
      kernels().run.symmetricColumns(rows, width, a, lda * 8, vector, product),
    );
    for (let i = 0; i < rows; i++) {
      assert.ok(Math.abs(result[i] - expected[i]) <= 1e-12 * rows, `${rows} × ${width}: row ${i}`);
    }
  }
});

/** One sweep of the mixing method in f64; V is K × r and P d × r, both row-major. */
function sweep(
  B: Float64Array,
  K: number,
  d: number,
  r: number,
  omega: number,
  V: Float64Array,
  P: Float64Array,
) {
  let total = 0;
  const lengths = new Float64Array(K);
  for (let i = 0; i < K; i++) {
    const row = B.subarray(i * d, (i + 1) * d);
    const square = row.reduce((sum, value) => sum + value * value, 0);
    const v = V.subarray(i * r, (i + 1) * r);
    const g = Float64Array.from(v, (value, c) =>
      row.reduce((sum, b, j) => sum + b * P[j * r + c], -square * value),
    );
    lengths[i] = Math.hypot(...g);
    total += lengths[i] + square;
    if (lengths[i] === 0) continue;
    const turned = g.map((value, c) => ((1 + omega) * value) / lengths[i] - omega * v[c]);
    const size = Math.hypot(...turned);
    for (let c = 0; c < r; c++) {
      const step = turned[c] / size - v[c];
      v[c] += step;
      for (let j = 0; j < d; j++) P[j * r + c] += row[j] * step;
    }
  }
  return { total, lengths };
}

test("mixing sweeps equal those written out in f64, in one tile and in two, with zero rows", () => {
  for (const [K, d, r] of [
    [2, 1, 16],
    [7, 5, 16],
    [40, 13, 32],
    [60, 64, 32],
  ]) {
    const B = gaussians(K * d, K);
    if (K > 3) B.fill(0, 2 * d, 3 * d);
    const V = gaussians(K * r, K + 1);
    for (let i = 0; i < K; i++) {
      const size = Math.hypot(...V.subarray(i * r, (i + 1) * r));
      for (let c = i * r; c < (i + 1) * r; c++) V[c] /= size;
    }
    const stride = Math.ceil(d / 4) * 4;
    const rows = new Float32Array(K * stride);
    for (let i = 0; i < K; i++) rows.set(B.subarray(i * d, (i + 1) * d), i * stride);
    const exactRows = Float64Array.from(
      { length: K * d },
      (_, at) => rows[Math.floor(at / d) * stride + (at % d)],
    );
    const squares = Float32Array.from({ length: K }, (_, i) =>
      exactRows.subarray(i * d, (i + 1) * d).reduce((sum, value) => sum + value * value, 0),
    );
    const P = new Float64Array(d * r);
    for (let i = 0; i < K; i++) {
      for (let j = 0; j < d; j++)
        for (let c = 0; c < r; c++) P[j * r + c] += exactRows[i * d + j] * V[i * r + c];
    }
    const { run } = kernels();
    const totals: number[] = [];
    const start = Float32Array.from(V);
    const [, , v, p, lengths] = withArrays(
      [rows, squares, start, new Float32Array(d * r), new Float32Array(K), new Float32Array(r)],
      (b, s, vectors, products, found, g) => {
        run.mixingStart(K, d, r, b, stride * 4, vectors, products);
        for (let round = 0; round < 2; round++) {
          totals.push(run.mixingSweep(K, d, r, b, stride * 4, s, 0.6, vectors, products, found, g));
        }
      },
    );
    const expected = [0, 1].map(() => sweep(exactRows, K, d, r, 0.6, V, P));
    const near = (actual: number, wanted: number, scale: number, what: string) =>
      assert.ok(Math.abs(actual - wanted) <= 2e-4 * scale, `${what} of ${K} × ${d}: ${actual}, ${wanted}`);
    totals.forEach((total, round) => {
      near(total, expected[round].total, expected[round].total, "total");
    });
    const longest = Math.max(1, ...expected[1].lengths);
    for (let i = 0; i < K; i++) near(lengths[i], expected[1].lengths[i], longest, "length");
    for (let i = 0; i < K * r; i++) near(v[i], V[i], 1, "V");
    // Tiles of 16 columns.
    for (let j = 0; j < d; j++) {
      for (let c = 0; c < r; c++) near(p[(c >> 4) * d * 16 + j * 16 + (c & 15)], P[j * r + c], longest, "P");
    }
  }
});

test("gates and normalised columns of an ascent equal their formulas", () => {
  const [k, t] = [12, 3];
  const z = Float32Array.from(gaussians(k * 8, 1));
  const [a, b] = [Float32Array.from(gaussians(k, 2)), Float32Array.from(gaussians(k, 3))];
  const { run } = kernels();
  const [slopes, soft] = withArrays([z, new Float32Array(k * 8), a, b], (...at) =>
    run.softGates(k, t, at[0], at[1], at[2], at[3]),
  );
  const [, hard] = withArrays([z, new Float32Array(k * 8), a, b], (...at) =>
    run.hardGates(k, at[0], at[1], at[2], at[3]),
  );
  for (let i = 0; i < k * 8; i++) {
    const l = i >> 3;
    const u = t * (z[i] + b[l]);
    assert.ok(Math.abs(soft[i] - (a[l] / 2) * (1 + u / (1 + Math.abs(u)))) <= 1e-6);
    assert.ok(Math.abs(slopes[i] - (a[l] * t) / 2 / (1 + Math.abs(u)) ** 2) <= 1e-6);
    assert.equal(hard[i], z[i] + b[l] > 0 ? a[l] : 0);
  }
  const x = Float32Array.from(gaussians(5 * 8, 4));
  for (let j = 0; j < 5; j++) x[j * 8 + 6] = 0;
  const [columns, norms] = withArrays([x, new Float32Array(8)], (...at) =>
    run.normalizeColumns(5, at[0], at[1]),
  );
  for (let c = 0; c < 8; c++) {
    const size = Math.hypot(...[0, 1, 2, 3, 4].map((j) => x[j * 8 + c]));
    assert.ok(Math.abs(norms[c] - size) <= 1e-6);
    for (let j = 0; j < 5; j++) {
      assert.ok(Math.abs(columns[j * 8 + c] - (size === 0 ? 0 : x[j * 8 + c] / size)) <= 1e-6);
    }
  }
});

test("the transposed product of a panel equals its sums written out, beside columns that are not read", () => {
  const shape = fc.record({
    fours: fc.integer({ min: 1, max: 12 }),
    d: fc.integer({ min: 1, max: 50 }),
    gap: fc.integer({ min: 0, max: 5 }),
    seed: fc.nat({ max: 1e6 }),
  });
  fc.assert(
    fc.property(shape, ({ fours, d, gap, seed }) => {
      const [k, ldw] = [4 * fours, d + gap];
      const W = Float32Array.from(gaussians(k * ldw, seed));
      const gains = Float32Array.from(gaussians(k * 8, seed + 1));
      const [, , out] = withArrays([W, gains, new Float32Array(d * 8).fill(Number.NaN)], (w, g, target) => {
        kernels().run.multiplyTransposedPanel(k, d, w, ldw * 4, g, target);
      });
      for (let j = 0; j < d; j++) {
        for (let c = 0; c < 8; c++) {
          let [sum, size] = [0, 0];
          for (let l = 0; l < k; l++) {
            sum += W[l * ldw + j] * gains[l * 8 + c];
            size += Math.abs(W[l * ldw + j] * gains[l * 8 + c]);
          }
          assert.ok(Math.abs(out[j * 8 + c] - sum) <= 1e-6 * size);
        }
      }
    }),
  );
});
