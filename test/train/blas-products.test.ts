import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { bracket } from "../../src/lipschitz/bracket.ts";
import { maximumRandomGradient } from "../../src/lipschitz/maximum-random-gradient.ts";
import { spectralBound } from "../../src/lipschitz/spectral.ts";
import { kernels } from "../../src/numeric/kernels/kernels.ts";
import { kernelProducts, type Products } from "../../src/numeric/kernels/products.ts";
import { stream } from "../../src/numeric/random.ts";
import { blasEngine } from "../../src/train/fused/blas.ts";
import { gaussianNetwork } from "../lipschitz/exact/naive.ts";
import { obtainBlas } from "./obtain-blas.ts";

const found = await obtainBlas();
const skip = typeof found === "string" && found;
const blasProducts = (): Products => {
  assert.ok(typeof found !== "string");
  const products = blasEngine(found).products?.();
  assert.ok(products && products.double !== kernelProducts.double, "the library has dgemm");
  return products;
};

/** A·Bᵀ in every way, against its sums written out, beside numbers that stay as they are. */
function checkDoubleProducts({ double }: Products): void {
  const shape = fc.record({
    m: fc.integer({ min: 1, max: 40 }),
    n: fc.integer({ min: 1, max: 40 }),
    k: fc.integer({ min: 1, max: 60 }),
    how: fc.constantFrom("set" as const, "accumulate" as const, "subtract" as const),
    seed: fc.nat(1e6),
  });
  fc.assert(
    fc.property(shape, ({ m, n, k, how, seed }) => {
      const { memory } = kernels();
      const random = stream(seed, "products", "entries");
      const up = (count: number) => Math.ceil(count / 4) * 4;
      const [lda, ldc] = [k + 1, up(n) + 2];
      const counts = [up(m) * lda, up(n) * lda, up(m) * ldc, double.scratch(n, k) / 8];
      const regions = counts.map((count) => memory.reserve(Math.max(64, count * 8)));
      try {
        const view = (i: number) => memory.doubles(regions[i].address, counts[i]);
        for (const i of [0, 1, 2]) view(i).set(random.gaussians(counts[i]));
        const [A, B, before] = [0, 1, 2].map((i) => view(i).slice());
        const [a, b, c, scratch] = regions.map(({ address }) => address);
        double.multiplyTransposed(m, n, k, a, lda * 8, b, lda * 8, c, ldc * 8, how, scratch);
        const after = view(2);
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            let sum = 0;
            for (let p = 0; p < k; p++) sum += A[i * lda + p] * B[j * lda + p];
            const old = how === "set" ? 0 : before[i * ldc + j];
            const expected = old + (how === "subtract" ? -sum : sum);
            assert.ok(Math.abs(after[i * ldc + j] - expected) <= 1e-12 * (k + 1), `${how} ${i} ${j}`);
          }
          for (let j = up(n); j < ldc; j++) assert.equal(after[i * ldc + j], before[i * ldc + j]);
        }
      } finally {
        for (const region of regions) region.release();
      }
    }),
  );
}

test("the kernels' f64 products are their sums", () => checkDoubleProducts(kernelProducts));

test("a library's f64 products are their sums", { skip }, () => checkDoubleProducts(blasProducts()));

test("measures with a library's products agree with those of the kernels, and stay rigorous", {
  skip,
}, () => {
  const { single, double } = blasProducts();
  for (const [k, d] of [
    [1, 1],
    [20, 7],
    [130, 90],
    [60, 300],
    [300, 257],
  ]) {
    const network = gaussianNetwork(k, d, 1);
    const random = (purpose: string) => stream(k, `${d}`, purpose);
    const draws = (products?: typeof single) =>
      maximumRandomGradient(network, { draws: 200, random: random("proxy"), products });
    const proxy = draws(single);
    assert.deepEqual(proxy, draws());
    const interval = (products?: typeof double) =>
      bracket(network, { random: random("bracket"), radius: 1, steps: 20, products });
    const [ours, theirs] = [interval(), interval(double)];
    assert.ok(Math.abs(theirs.upper.value / ours.upper.value - 1) <= 1e-6);
    assert.ok(theirs.lower.value <= theirs.upper.value && proxy.value <= theirs.upper.value);
    const spectral = spectralBound(network, random("spectral"), double).value;
    assert.ok(Math.abs(spectral / spectralBound(network, random("spectral")).value - 1) <= 1e-6);
    assert.ok(theirs.upper.value <= spectral * (1 + 1e-12));
  }
});
