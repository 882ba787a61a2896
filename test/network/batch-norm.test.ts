import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { foldBatchNorm } from "../../src/network/batch-norm.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { forward } from "../train/reference.ts";

function problem(n: number, d: number, k: number, seed: number) {
  const random = stream(seed, "batch-norm", "numbers");
  const gaussians = (length: number, mean = 0) =>
    Float64Array.from({ length }, () => mean + random.gaussian());
  const data = { n, d, X: gaussians(n * d, 0.7), y: gaussians(n) };
  const parameters = { W: gaussians(k * d), a: gaussians(k), gamma: gaussians(k, 1), beta: gaussians(k) };
  return { data, parameters };
}

test("a folded network has the outputs of the normalised one", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 40 }),
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.constantFrom(1e-5, 1e-3, 1),
      fc.nat(),
      (n, d, k, epsilon, seed) => {
        const { data, parameters } = problem(n, d, k, seed);
        const { mean, variance, f } = forward(data, parameters, epsilon);
        const folded = evaluate(foldBatchNorm({ ...parameters, mean, variance }, epsilon), data.X);
        // Rounding grows with the scale of the folded weights, which is γ/√(v + ε).
        const scale = Math.max(...f.map(Math.abs), 1) / Math.sqrt(Math.min(...variance, 1) + epsilon);
        for (let i = 0; i < n; i++) assert.ok(Math.abs(folded[i] - f[i]) <= 1e-12 * Math.max(1, scale));
      },
    ),
  );
});

test("folding does not touch what it is given", () => {
  const { data, parameters } = problem(10, 4, 3, 1);
  const { mean, variance } = forward(data, parameters, 1e-5);
  const network = { ...parameters, mean, variance };
  const before = structuredClone(network);
  const folded = foldBatchNorm(network, 1e-5);
  folded.a.fill(0);
  assert.deepEqual(network, before);
});

test("a neuron that is constant on the batch needs a positive epsilon", () => {
  const network = {
    W: Float64Array.of(0, 0),
    a: Float64Array.of(2),
    gamma: Float64Array.of(3),
    beta: Float64Array.of(0.5),
    mean: Float64Array.of(0),
    variance: Float64Array.of(0),
  };
  assert.throws(() => foldBatchNorm(network, 0), /^RangeError: neuron 0 is constant on the batch/);
  assert.deepEqual(evaluate(foldBatchNorm(network, 1e-5), Float64Array.of(5, -7)), Float64Array.of(1));
});
