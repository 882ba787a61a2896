import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadTensorflow, type Tensorflow } from "../../src/native/tensorflow.ts";
import { stream } from "../../src/numeric/random.ts";
import type { Engine, Parameters, Shape, TrainingSettings } from "../../src/train/engine.ts";
import { blasEngine } from "../../src/train/fused/blas.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";
import { initialParameters } from "../../src/train/initial.ts";
import { createTensorflowEngine, tensorBytes, usesCovariance } from "../../src/train/tensorflow/engine.ts";
import { obtainBlas } from "./obtain-blas.ts";
import { obtainTensorflow } from "./obtain-tensorflow.ts";
import { autodiffLosses } from "./tensorflow-autodiff.ts";

const steps = 12;
const settings: TrainingSettings = {
  learningRate: 3e-3,
  beta1: 0.9,
  beta2: 0.999,
  adamEpsilon: 1e-8,
  batchNormEpsilon: 1e-5,
};

/** Shapes that are multiples of nothing, with k = 1 and d = 1, on both plans of the engine. */
const shapes: readonly Shape[] = [
  { n: 7, d: 1, k: 1 },
  { n: 13, d: 5, k: 1 },
  { n: 29, d: 1, k: 3 },
  { n: 101, d: 37, k: 19 },
  { n: 513, d: 7, k: 31 },
  { n: 33, d: 61, k: 17 },
  { n: 11, d: 43, k: 1 },
];

/** Gaussian points of mean 0.7, random signs, and weights that start away from γ = 1, β = 0. */
function problem(shape: Shape, seed: number) {
  const { n, d } = shape;
  const random = stream(seed, JSON.stringify(shape), "problem");
  const X = Float64Array.from({ length: n * d }, () => Math.fround(random.gaussian() + 0.7));
  const y = Float64Array.from({ length: n }, () => random.sign());
  const initial: Parameters = {
    ...initialParameters(shape, random),
    gamma: Float64Array.from({ length: shape.k }, () => Math.fround(1 + 0.3 * random.gaussian())),
    beta: Float64Array.from({ length: shape.k }, () => Math.fround(0.3 * random.gaussian())),
  };
  return { data: { n, d, X, y }, initial };
}

function engineLosses(engine: Engine, { data, initial }: ReturnType<typeof problem>): number[] {
  const session = engine.open(data, initial, settings);
  const losses = [];
  for (let t = 0; t <= steps; t++) {
    losses.push(meanSquaredError(session.evaluate(), data.y));
    if (t < steps) session.update();
  }
  session.dispose();
  return losses;
}

function meanSquaredError(outputs: Float32Array, y: Float64Array): number {
  return outputs.reduce((sum, f, i) => sum + (f - y[i]) ** 2, 0) / y.length;
}

function assertClose(actual: readonly number[], expected: readonly number[], relative: number): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    const gap = Math.abs(value - expected[i]) / Math.max(Math.abs(expected[i]), 1e-12);
    assert.ok(gap <= relative, `entry ${i}: ${value} and ${expected[i]} are ${gap.toExponential(2)} apart`);
  });
}

const obtained = await obtainTensorflow();
const missing = typeof obtained === "string" ? obtained : false;

describe("the tensorflow engine", { skip: missing }, () => {
  const { tf } = obtained as Tensorflow;
  const engine = missing === false ? createTensorflowEngine(obtained as Tensorflow) : wasmEngine;

  it("is tried on both of its plans", () => {
    assert.deepEqual(new Set(shapes.map(usesCovariance)), new Set([true, false]));
  });

  for (const shape of shapes) {
    const name = `n = ${shape.n}, d = ${shape.d}, k = ${shape.k}`;

    it(`has the losses of autodiff through the unfolded network for ${steps} steps: ${name}`, () => {
      const given = problem(shape, 1);
      const expected = autodiffLosses(tf, given.data, given.initial, settings, steps);
      assertClose(engineLosses(engine, given), expected, 1e-5);
    });

    it(`has the same losses as the wasm engine: ${name}`, () => {
      const given = problem(shape, 2);
      assertClose(engineLosses(engine, given), engineLosses(wasmEngine, given), 1e-5);
    });

    it(`gives the same bytes twice: ${name}`, () => {
      const given = problem(shape, 3);
      assert.deepEqual(engineLosses(engine, given), engineLosses(engine, given));
    });

    it(`has the tensors that its memory is reckoned from: ${name}`, async () => {
      const { data, initial } = problem(shape, 4);
      const before = tf.memory().numBytes;
      const { peakBytes } = await tf.profile(() => {
        const session = engine.open(data, initial, settings);
        for (let t = 0; t < 2; t++) {
          session.evaluate();
          session.update();
        }
        session.dispose();
      });
      const said = tensorBytes(shape);
      const taken = peakBytes - before;
      assert.ok(taken <= said && said <= 1.3 * taken, `${said} said, ${taken} taken`);
      assert.ok(engine.memory(shape) >= said);
    });

    it(`frees every tensor, and a step keeps none: ${name}`, () => {
      const { data, initial } = problem(shape, 5);
      const before = tf.memory().numTensors;
      const session = engine.open(data, initial, settings);
      const counts = Array.from({ length: 4 }, () => {
        session.evaluate();
        session.evaluate();
        session.update();
        session.parameters();
        return tf.memory().numTensors;
      });
      assert.equal(new Set(counts).size, 1);
      session.evaluate();
      session.dispose();
      session.dispose();
      assert.equal(tf.memory().numTensors, before);
    });

    it(`gives its parameters with the mean and variance of each neuron: ${name}`, () => {
      const { data, initial } = problem(shape, 6);
      const session = engine.open(data, initial, settings);
      const start = session.parameters();
      for (const field of ["W", "a", "gamma", "beta"] as const)
        assert.deepEqual(start[field], Float64Array.from(initial[field]));
      session.evaluate();
      session.update();
      const { W, mean, variance } = session.parameters();
      session.dispose();
      assert.notDeepEqual(W, start.W);
      const { n, d, X } = data;
      for (let l = 0; l < shape.k; l++) {
        const h = Array.from({ length: n }, (_, i) =>
          W.subarray(l * d, (l + 1) * d).reduce((sum, w, j) => sum + w * X[i * d + j], 0),
        );
        const expected = h.reduce((sum, value) => sum + value, 0) / n;
        assert.ok(Math.abs(mean[l] - expected) <= 1e-12 * (1 + Math.abs(expected)));
        const square = h.reduce((sum, value) => sum + (value - expected) ** 2, 0) / n;
        assertClose([variance[l]], [square], 1e-5);
      }
    });
  }

  it("refuses an update before an evaluation, and any use after disposal", () => {
    const { data, initial } = problem({ n: 5, d: 2, k: 2 }, 7);
    const session = engine.open(data, initial, settings);
    assert.throws(() => session.update(), /evaluate first/);
    session.evaluate();
    session.update();
    assert.throws(() => session.update(), /evaluate first/);
    session.dispose();
    assert.throws(() => session.evaluate(), /disposed/);
    assert.throws(() => session.parameters(), /disposed/);
  });

  it("says which TensorFlow it is", () => {
    assert.match(engine.version, /^tensorflow \d+\.\d+\.\d+$/);
  });

  it("is loaded once, with one number of threads", () => {
    assert.equal(loadTensorflow(), obtained);
    assert.throws(() => loadTensorflow({ threads: 2 }), /loaded already, with 1 threads/);
  });
});

const blas = await obtainBlas();
const fused = [wasmEngine, ...(typeof blas === "string" ? [] : [blasEngine(blas)])];

for (const engine of fused)
  describe(`the ${engine.name} engine`, { skip: missing }, () => {
    for (const shape of shapes) {
      const name = `n = ${shape.n}, d = ${shape.d}, k = ${shape.k}`;

      it(`has the losses of autodiff through the unfolded network for ${steps} steps: ${name}`, () => {
        const given = problem(shape, 1);
        const { tf } = obtained as Tensorflow;
        const expected = autodiffLosses(tf, given.data, given.initial, settings, steps);
        assertClose(engineLosses(engine, given), expected, 1e-5);
      });
    }
  });
