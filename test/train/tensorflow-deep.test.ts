import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Tensorflow } from "../../src/native/tensorflow.ts";
import { foldOverBatch, type NormalizedNetwork } from "../../src/network/normalized.ts";
import { stream } from "../../src/numeric/random.ts";
import type { Shape, TrainingSettings } from "../../src/train/engine.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";
import { deepInitialParameters } from "../../src/train/initial.ts";
import { createTensorflowEngine, tensorBytes } from "../../src/train/tensorflow/engine.ts";
import { defaultSettings, trainDeep } from "../../src/train/train.ts";
import { evaluateDeep } from "../network/evaluate-deep.ts";
import { deepTwin, firstAdamStep, parameterArrays } from "./deep-twin.ts";
import { obtainTensorflow } from "./obtain-tensorflow.ts";

const settings: TrainingSettings = defaultSettings;
const { batchNormEpsilon } = settings;

/** Multiples of nothing, with k = 1 and d = 1, and every depth. */
const shapes: readonly Required<Shape>[] = [
  { n: 7, d: 1, k: 1, depth: 3 },
  { n: 13, d: 5, k: 3, depth: 6 },
  { n: 41, d: 17, k: 9, depth: 4 },
  { n: 101, d: 37, k: 19, depth: 3 },
  { n: 33, d: 61, k: 11, depth: 5 },
];

/** Gaussian points of mean 0.7, random signs, and weights that start away from γ = 1, β = 0. */
function problem(shape: Required<Shape>, seed: number) {
  const { n, d } = shape;
  const random = stream(seed, JSON.stringify(shape), "problem");
  const X = Float64Array.from({ length: n * d }, () => Math.fround(random.gaussian() + 0.7));
  const y = Float64Array.from({ length: n }, () => random.sign());
  const { hidden, a } = deepInitialParameters(shape, random);
  const initial: NormalizedNetwork = {
    a,
    hidden: hidden.map((layer) => ({
      ...layer,
      gamma: layer.gamma.map(() => Math.fround(1 + 0.3 * random.gaussian())),
      beta: layer.beta.map(() => Math.fround(0.3 * random.gaussian())),
    })),
  };
  return { data: { n, d, X, y, centres: null }, initial };
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  assert.equal(actual.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const gap = Math.abs(actual[i] - expected[i]);
    assert.ok(
      gap <= tolerance,
      `entry ${i}: ${actual[i]} and ${expected[i]} are ${gap.toExponential(2)} apart`,
    );
  }
}

for (const shape of shapes) {
  const name = `n = ${shape.n}, d = ${shape.d}, k = ${shape.k}, depth ${shape.depth}`;

  it(`the twin's gradient is that of finite differences: ${name}`, () => {
    const { data, initial } = problem(shape, 1);
    const { gradient } = deepTwin(initial, data, batchNormEpsilon);
    const found = parameterArrays(gradient);
    const random = stream(1, name, "entries");
    parameterArrays(initial).forEach((values, part) => {
      for (let tries = 0; tries < 4; tries++) {
        const at = Math.floor(random.uniform() * values.length);
        const value = values[at];
        const lossAt = (shifted: number) => {
          values[at] = shifted;
          const { loss } = deepTwin(initial, data, batchNormEpsilon);
          values[at] = value;
          return loss;
        };
        const difference = (lossAt(value + 1e-6) - lossAt(value - 1e-6)) / 2e-6;
        const gap = Math.abs(found[part][at] - difference);
        assert.ok(
          gap <= 1e-6 * (1 + Math.abs(difference)),
          `part ${part}: ${found[part][at]}, ${difference}`,
        );
      }
    });
  });

  it(`the folded network gives what the normalised one does: ${name}`, () => {
    const { data, initial } = problem(shape, 2);
    const { outputs } = deepTwin(initial, data, batchNormEpsilon);
    const folded = foldOverBatch(initial, data.X, batchNormEpsilon);
    assertNear(folded.outputs, outputs, 1e-9);
    const plain = evaluateDeep(folded.network, data.X);
    assertNear(plain, outputs, 1e-9);
  });
}

it("the initial weights are uniform of scale one over root fan-in, drawn layer by layer", () => {
  const [d, k] = [40, 60];
  const { hidden, a } = deepInitialParameters({ d, k, depth: 4 }, stream(1, "deep", "weights"));
  assert.deepEqual(
    hidden.map(({ rows, columns }) => [rows, columns]),
    [
      [k, d],
      [k, k],
      [k, k],
    ],
  );
  for (const [values, range] of [
    [hidden[0].W, 1 / Math.sqrt(d)],
    [hidden[2].W, 1 / Math.sqrt(k)],
    [a, 1 / Math.sqrt(k)],
  ] as const) {
    const most = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
    assert.ok(most <= range && most >= 0.9 * range);
    assert.ok(values.every((value) => value === Math.fround(value)));
  }
});

it("an engine of two layers refuses more", async () => {
  const { data, initial } = problem(shapes[0], 3);
  const training = trainDeep(wasmEngine, data, () => initial, { epsilon: 0.1, maxSteps: 1, settings });
  await assert.rejects(training, /the engine wasm trains two layers alone, take tensorflow/);
});

const obtained = await obtainTensorflow();
const missing = typeof obtained === "string" ? obtained : false;

describe("the tensorflow engine, more than two layers", { skip: missing }, () => {
  const { tf } = obtained as Tensorflow;
  const open = (given: ReturnType<typeof problem>, chosen = settings) => {
    const engine = createTensorflowEngine(obtained as Tensorflow);
    assert.ok(engine.openDeep);
    return engine.openDeep(given.data, given.initial, chosen);
  };

  for (const shape of shapes) {
    const name = `n = ${shape.n}, d = ${shape.d}, k = ${shape.k}, depth ${shape.depth}`;

    it(`has the twin's outputs, and its first Adam step: ${name}`, () => {
      const given = problem(shape, 4);
      const twin = deepTwin(given.initial, given.data, batchNormEpsilon);
      // With an epsilon of Adam that is large the step has the size of the gradient, not its sign alone.
      const session = open(given, { ...settings, learningRate: 1, adamEpsilon: 1 });
      const start = session.parameters();
      assert.deepEqual(parameterArrays(start), parameterArrays(given.initial));
      assertNear(session.evaluate(), twin.outputs, 2e-4);
      session.update();
      const moved = parameterArrays(session.parameters());
      session.dispose();
      const before = parameterArrays(given.initial);
      parameterArrays(twin.gradient).forEach((gradient, part) => {
        const expected = gradient.map((g, at) => firstAdamStep(before[part][at], g, 1, 1));
        const largest = gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 1);
        assertNear(moved[part], expected, 1e-5 * largest);
      });
    });

    it(`has the twin's losses for twelve steps: ${name}`, () => {
      const given = problem(shape, 5);
      const session = open(given);
      const { n, y } = given.data;
      for (let step = 0; step < 12; step++) {
        const loss = session.evaluate().reduce((sum, f, i) => sum + (f - y[i]) ** 2, 0) / n;
        const expected = deepTwin(session.parameters(), given.data, batchNormEpsilon).loss;
        assert.ok(Math.abs(loss / expected - 1) <= 1e-4, `step ${step}: ${loss}, ${expected}`);
        session.update();
      }
      session.dispose();
    });

    it(`frees every tensor, and a step keeps none: ${name}`, () => {
      const before = tf.memory().numTensors;
      const session = open(problem(shape, 6));
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
      assert.throws(() => session.evaluate(), /disposed/);
    });

    it(`has no more tensors than its memory is reckoned from: ${name}`, async () => {
      const given = problem(shape, 7);
      const before = tf.memory().numBytes;
      const { peakBytes } = await tf.profile(() => {
        const session = open(given);
        for (let t = 0; t < 2; t++) {
          session.evaluate();
          session.update();
        }
        session.dispose();
      });
      const [said, taken] = [tensorBytes(shape), peakBytes - before];
      assert.ok(taken <= said && said <= 1.6 * taken, `${said} said, ${taken} taken`);
    });
  }

  it("gives the same bytes twice", () => {
    const run = () => {
      const session = open(problem(shapes[2], 8));
      for (let t = 0; t < 5; t++) {
        session.evaluate();
        session.update();
      }
      const found = parameterArrays(session.parameters());
      session.dispose();
      return found;
    };
    assert.deepEqual(run(), run());
  });

  it("refuses an update before an evaluation", () => {
    const session = open(problem(shapes[0], 9));
    assert.throws(() => session.update(), /evaluate first/);
    session.dispose();
  });
});
