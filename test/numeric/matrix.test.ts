import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { multiply, multiplyTransposed, multiplyTransposedRows } from "../../src/numeric/matrix.ts";

const size = fc.integer({ min: 1, max: 40 });
const seed = fc.nat();

/** `length` numbers in (−½, ½) of a linear congruential generator. */
function numbers(length: number, seed: number): Float64Array {
  let state = seed >>> 0;
  return Float64Array.from({ length }, () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32 - 0.5;
  });
}

/** A·B by three loops. */
function naive(A: Float64Array, B: Float64Array, m: number, k: number, n: number): Float64Array {
  const C = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      for (let p = 0; p < k; p++) C[i * n + j] += A[i * k + p] * B[p * n + j];
    }
  }
  return C;
}

function transpose(A: Float64Array, m: number, n: number): Float64Array {
  return Float64Array.from({ length: m * n }, (_, at) => A[(at % m) * n + Math.floor(at / m)]);
}

function assertClose(actual: Float64Array, expected: Float64Array, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < actual.length; i++) {
    assert.ok(Math.abs(actual[i] - expected[i]) <= tolerance, `${i}: ${actual[i]} and ${expected[i]}`);
  }
}

test("the products equal three loops on any small shape", () => {
  fc.assert(
    fc.property(size, size, size, seed, (m, k, n, start) => {
      const A = numbers(m * k, start);
      const B = numbers(k * n, start + 1);
      const expected = naive(A, B, m, k, n);
      assertClose(multiply(A, B, m, k, n), expected, 1e-13);
      assertClose(multiplyTransposed(A, transpose(B, k, n), m, k, n), expected, 1e-13);
    }),
  );
});

test("the products equal three loops where they are cut into blocks", () => {
  for (const [m, k, n] of [
    [5, 5001, 301],
    [301, 5001, 5],
    [150, 3, 9001],
  ]) {
    const A = numbers(m * k, 1);
    const B = numbers(k * n, 2);
    const expected = naive(A, B, m, k, n);
    assertClose(multiply(A, B, m, k, n), expected, 1e-12);
    assertClose(multiplyTransposed(A, transpose(B, k, n), m, k, n), expected, 1e-12);
  }
});

test("the streamed product visits every row once, in order, with the bytes of the whole one", () => {
  fc.assert(
    fc.property(size, size, size, fc.integer({ min: 1, max: 50 }), seed, (m, d, n, blockRows, start) => {
      const A = numbers(m * d, start);
      const B = numbers(n * d, start + 1);
      const streamed = new Float64Array(m * n);
      let next = 0;
      multiplyTransposedRows(A, B, m, d, n, blockRows, (rows, first, count) => {
        assert.equal(first, next);
        assert.equal(rows.length, count * n);
        streamed.set(rows, first * n);
        next += count;
      });
      assert.equal(next, m);
      assert.deepEqual(streamed, multiplyTransposed(A, B, m, d, n));
    }),
  );
});

test("a visitor may multiply matrices itself", () => {
  const A = numbers(30 * 7, 1);
  const B = numbers(20 * 7, 2);
  const whole = multiplyTransposed(A, B, 30, 7, 20);
  multiplyTransposedRows(A, B, 30, 7, 20, 10, (rows, first, count) => {
    multiply(numbers(5000, 3), numbers(5000, 4), 50, 100, 50);
    assert.deepEqual(rows, whole.slice(first * 20, (first + count) * 20));
  });
});

test("a product spreads infinities and not-a-numbers to their rows alone", () => {
  const A = numbers(6 * 5, 1);
  A[7] = Number.NaN;
  const C = multiplyTransposed(A, numbers(9 * 5, 2), 6, 5, 9);
  for (let at = 0; at < C.length; at++) assert.equal(Number.isNaN(C[at]), Math.floor(at / 9) === 1);
});

test("shapes that do not agree are refused with what was expected", () => {
  const A = new Float64Array(6);
  assert.throws(() => multiply(A, A, 2, 3, 3), {
    name: "RangeError",
    message: "B must have 3 × 3 entries, got 6",
  });
  assert.throws(() => multiplyTransposed(A, A, 2, 4, 2), RangeError);
  assert.throws(() => multiplyTransposed(A, A, 0, 3, 2), RangeError);
  assert.throws(() => multiplyTransposedRows(A, A, 2, 3, 2, 0, () => {}), RangeError);
});
