import assert from "node:assert/strict";
import test from "node:test";
import { EigenvalueDecomposition, Matrix, QrDecomposition } from "ml-matrix";
import { blockColumns, choleskyCompletes, gramEigenvalueBound } from "../../src/numeric/gram.ts";
import { type RandomStream, stream } from "../../src/numeric/random.ts";

const sizes = [1, 2, 3, 31, 32, 33, 64, 65, 100, 127, 128, 129, 256, 300];

function bound(F: Float64Array, m: number, K: number, random: RandomStream = stream(1, "gram", "start")) {
  return gramEigenvalueBound(F, m, K, { random });
}

function diagonal(entries: readonly number[]): Float64Array {
  const F = new Float64Array(entries.length ** 2);
  entries.forEach((entry, i) => {
    F[i * (entries.length + 1)] = entry;
  });
  return F;
}

function assertTight(upper: number, exact: number, what: string, relative = 1e-6): void {
  assert.ok(upper >= exact, `${what}: ${upper} is below ${exact}`);
  assert.ok(upper <= exact * (1 + relative), `${what}: ${upper} is ${upper / exact - 1} above ${exact}`);
}

test("a diagonal with integers has the square of its largest, from above", () => {
  for (const m of sizes) {
    const entries = Array.from({ length: m }, (_, i) => ((i * 7) % m) + 1);
    assertTight(bound(diagonal(entries), m, m).upper, m * m, `size ${m}`);
  }
});

test("rank one has the squared norm, whatever its shape", () => {
  for (const [m, K] of [
    [1, 1],
    [1, 700],
    [5, 3],
    [127, 2],
    [129, 1],
    [300, 517],
  ]) {
    // F = x yᵀ with integers: λ = ‖x‖² ‖y‖², an integer below 2^53.
    const x = Array.from({ length: m }, (_, i) => (i % 11) - 5 || 1);
    const y = Array.from({ length: K }, (_, p) => (p % 7) - 3 || 2);
    const squares = (v: number[]) => v.reduce((sum, value) => sum + value * value, 0);
    const F = Float64Array.from({ length: m * K }, (_, i) => x[Math.floor(i / K)] * y[i % K]);
    assertTight(bound(F, m, K).upper, squares(x) * squares(y), `${m} × ${K}`);
  }
});

/** (−1)^(bits that i and j share): rows of length n, a power of two, orthogonal with squared norm n. */
function hadamard(i: number, j: number): number {
  let shared = i & j;
  let sign = 1;
  for (; shared; shared &= shared - 1) sign = -sign;
  return sign;
}

test("a repeated top eigenvalue and gaps of a unit in 10⁹ are met from above", () => {
  for (const n of [2, 16, 128, 256]) {
    const same = Float64Array.from({ length: n * n }, (_, at) => hadamard(Math.floor(at / n), at % n));
    assertTight(bound(same, n, n).upper, n, `Hadamard ${n}`);
    // Rows times 10⁵ + i: eigenvalues n (10⁵ + i)², exactly.
    const scaled = same.map((sign, at) => sign * (1e5 + Math.floor(at / n)));
    assertTight(bound(scaled, n, n).upper, n * (1e5 + n - 1) ** 2, `scaled Hadamard ${n}`);
  }
  const close = Array.from({ length: 300 }, (_, i) => 1 + i * 2 ** -30);
  assertTight(bound(diagonal(close), 300, 300).upper, (1 + 299 * 2 ** -30) ** 2, "close diagonal");
});

test("Hilbert matrices have the squares of their norms", () => {
  for (const [n, norm] of [
    [2, (4 + Math.sqrt(13)) / 6],
    [10, 1.751919670265178],
    [50, 2.0762966836],
  ]) {
    const H = Float64Array.from({ length: n * n }, (_, at) => 1 / (1 + Math.floor(at / n) + (at % n)));
    const { upper } = bound(H, n, n);
    assert.ok(Math.abs(upper / norm ** 2 - 1) <= 1e-6, `${n}: ${Math.sqrt(upper)}`);
    assert.ok(upper >= norm ** 2 * (1 - 1e-9));
  }
});

test("rotations of a known spectrum keep it", () => {
  const random = stream(3, "gram", "rotations");
  for (const [m, K] of [
    [20, 20],
    [127, 140],
    [129, 129],
  ]) {
    const gaussian = (rows: number, columns: number) =>
      Matrix.zeros(rows, columns).apply(function (this: Matrix, i: number, j: number) {
        this.set(i, j, random.gaussian());
      });
    const Q = new QrDecomposition(gaussian(m, m)).orthogonalMatrix;
    const R = new QrDecomposition(gaussian(K, K)).orthogonalMatrix;
    const singular = Matrix.zeros(m, K);
    for (let i = 0; i < m; i++) singular.set(i, i, 3 / (1 + (i >> 1)));
    const F = Float64Array.from(Q.mmul(singular).mmul(R).to1DArray());
    // The product itself is rounded: 9 holds to about 10⁻¹³.
    const { upper, attempts } = bound(F, m, K);
    assertTight(upper, 9 * (1 - 1e-12), `${m} × ${K}`);
    assert.equal(attempts, 1);
  }
});

test("Gaussian matrices of every size agree with a full decomposition", () => {
  const random = stream(4, "gram", "gaussian");
  for (const m of sizes.filter((size) => size <= 129)) {
    for (const K of [1, Math.ceil(m / 2), m + 3, 260]) {
      const F = Float64Array.from({ length: m * K }, () => random.gaussian());
      const A = Matrix.from1DArray(m, K, F);
      const M = A.mmul(A.transpose());
      const top = Math.max(...new EigenvalueDecomposition(M, { assumeSymmetric: true }).realEigenvalues);
      assertTight(bound(F, m, K).upper, top * (1 - 1e-12), `${m} × ${K}`);
    }
  }
});

/** Gives `first` and then zeros: a start vector for Lanczos of one's choice. */
function starting(first: readonly number[]): RandomStream {
  let at = 0;
  const gaussian = () => first[at++] ?? 0;
  const gaussians = (length: number) => Float64Array.from({ length }, gaussian);
  return { uniform: () => 0.5, sign: () => 1, gaussian, gaussians };
}

test("where the iteration cannot see the top eigenvector, the factorisation finds out", () => {
  // Eigenvectors (1, 1) with 9 and (1, −1) with 1, and 4 on the rest; the start is (1, −1), or on the rest.
  for (const m of [2, 40, 130]) {
    const F = diagonal(new Array(m).fill(2));
    F.set([2, 1], 0);
    F.set([1, 2], m);
    const { upper, estimate, attempts } = bound(F, m, m, starting([1, -1]));
    assert.ok(estimate < 6, `${estimate}`);
    assert.ok(upper >= 9, `${upper} after ${attempts} attempts from ${estimate}`);
    assert.ok(m === 2 || attempts > 5);
  }
});

test("scales where squares overflow or vanish only scale the bound", () => {
  const F = Float64Array.of(3, 4, 0, 5, 1, 2);
  const { upper } = bound(F, 2, 3);
  for (const power of [-530, -400, -100, 100, 400, 505]) {
    const scaled = bound(
      F.map((value) => value * 2 ** power),
      2,
      3,
    ).upper;
    assertTight(scaled, (upper / (1 + 1e-12)) * 2 ** power * 2 ** power, `2^${power}`);
  }
  assert.equal(bound(Float64Array.of(1e-200), 1, 1).upper, Number.MIN_VALUE);
  assert.equal(bound(Float64Array.of(1e200), 1, 1).upper, Number.POSITIVE_INFINITY);
  assert.equal(bound(new Float64Array(12), 3, 4).upper, 0);
});

test("entries that are not finite are refused", () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    assert.throws(() => bound(Float64Array.of(1, bad), 2, 1), /finite/);
    assert.throws(() => bound(Float64Array.of(bad, 1, 1, 1), 2, 2), /finite/);
  }
});

test("a matrix may be given column by column", () => {
  const random = stream(5, "gram", "columns");
  const [m, K] = [70, 600];
  const F = Float64Array.from({ length: m * K }, () => random.gaussian());
  const asked: number[] = [];
  const { upper } = gramEigenvalueBound(
    (first, count, target) => {
      asked.push(first);
      assert.equal(target.length, m * count);
      for (let i = 0; i < m; i++)
        for (let p = 0; p < count; p++) target[i * count + p] = F[i * K + first + p];
    },
    m,
    K,
    { random: stream(1, "gram", "start") },
  );
  assert.equal(upper, bound(F, m, K).upper);
  assert.deepEqual(asked, [0, 256, 512]);
});

test("a factorisation of shift·I − M completes exactly where the shift is above the spectrum", () => {
  for (const m of sizes) {
    // M = 1 1ᵀ + diagonal of 2: eigenvalues 2 and m + 2.
    const M = blockColumns(m, (i, j) => 1 + (i === j ? 2 : 0));
    assert.ok(choleskyCompletes(M, m + 2 + 1e-9), `size ${m}`);
    assert.ok(!choleskyCompletes(M, m + 2 - 1e-9), `size ${m}`);
    assert.ok(!choleskyCompletes(M, 2.5 + (m === 1 ? -1 : 0)));
    assert.ok(!choleskyCompletes(M, Number.NaN));
  }
});

test("one indefinite corner anywhere stops it", () => {
  for (const m of [130, 300]) {
    for (const at of [0, 31, 32, 127, 128, m - 1]) {
      const M = blockColumns(m, (i, j) => (i === j ? (i === at ? 1.5 : 0) : 0));
      assert.ok(choleskyCompletes(M, 1.6) && !choleskyCompletes(M, 1.4), `${at} of ${m}`);
    }
  }
});
