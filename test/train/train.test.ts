import assert from "node:assert/strict";
import test from "node:test";
import type { Dataset } from "../../src/data/dataset.ts";
import { genericPoints, randomSigns } from "../../src/data/generic.ts";
import { foldBatchNorm } from "../../src/network/batch-norm.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import type { Engine, Session } from "../../src/train/engine.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";
import { initialParameters } from "../../src/train/initial.ts";
import { memorizes } from "../../src/train/memorize.ts";
import { defaultSettings, train } from "../../src/train/train.ts";

const shape = { n: 60, d: 40, k: 30 };
const options = { epsilon: 0.02, maxSteps: 2000, settings: defaultSettings };

function sample({ n, d, k } = shape, seed = 1) {
  const random = (purpose: string) => stream(seed, "train", purpose);
  const X = genericPoints({ n, d }, "gaussian", random("points"));
  const data: Dataset = { n, d, X, y: randomSigns(n, random("labels")) };
  return { data, initial: initialParameters({ d, k }, random("weights")) };
}

/** The folded network of a session as it stands, judged on its data. */
function judge(session: Session, { X, y }: Dataset, epsilon: number) {
  const network = foldBatchNorm(session.parameters(), defaultSettings.batchNormEpsilon);
  return { network, ...memorizes(evaluate(network, X), y, epsilon) };
}

test("training stops at the first step whose folded network memorises", async () => {
  const { data, initial } = sample();
  const { outcome, steps } = await train(wasmEngine, data, () => initial, options);
  assert.equal(outcome, "kept");
  assert.ok(steps > 5, `${steps} steps`);
  const session = wasmEngine.open(data, initial, defaultSettings);
  for (let step = 0; step <= steps; step++) {
    session.evaluate();
    assert.equal(judge(session, data, options.epsilon).outcome === "kept", step === steps, `step ${step}`);
    session.update();
  }
  session.dispose();
});

test("loss and sign errors are those of the network that is handed back", async () => {
  const { data, initial } = sample();
  for (const maxSteps of [0, 7, 2000]) {
    const result = await train(wasmEngine, data, () => initial, { ...options, maxSteps });
    assert.ok(result.network);
    const { outcome, loss, signErrors } = memorizes(
      evaluate(result.network, data.X),
      data.y,
      options.epsilon,
    );
    assert.deepEqual(
      { outcome, loss, signErrors },
      {
        outcome: result.outcome,
        loss: result.loss,
        signErrors: result.signErrors,
      },
    );
  }
});

test("a network that does not memorise in time is handed back with the reason", async () => {
  const { data, initial } = sample();
  const result = await train(wasmEngine, data, () => initial, { ...options, maxSteps: 3 });
  assert.equal(result.outcome, "loss");
  assert.equal(result.steps, 3);
  assert.ok(result.network && result.loss > options.epsilon);
});

test("a network whose loss passes but one of whose signs never does ends as signs", async () => {
  // Two equal points with opposite labels: the loss can fall to 2/n, their signs cannot both be right.
  const { data, initial } = sample();
  data.X.copyWithin(0, shape.d, 2 * shape.d);
  data.y[0] = -data.y[1];
  const result = await train(wasmEngine, data, () => initial, { ...options, epsilon: 0.05, maxSteps: 300 });
  assert.equal(result.outcome, "signs");
  assert.equal(result.steps, 300);
  assert.ok(result.network && result.loss <= 0.05 && result.signErrors >= 1);
});

test("an absurd learning rate diverges, at a step and without a network", async () => {
  const { data, initial } = sample();
  const settings = { ...defaultSettings, learningRate: 1e30 };
  const result = await train(wasmEngine, data, () => initial, { ...options, settings });
  assert.equal(result.outcome, "diverged");
  assert.equal(result.network, undefined);
  assert.ok(Number.isNaN(result.loss));
  assert.ok(result.steps >= 1 && result.steps <= 10, `${result.steps} steps`);
});

test("the same data and initial parameters give the same network to the last bit", async () => {
  const { data, initial } = sample();
  const first = await train(wasmEngine, data, () => initial, options);
  // In between, another run uses the same memory.
  await train(
    wasmEngine,
    sample({ n: 33, d: 7, k: 90 }, 2).data,
    () => sample({ n: 33, d: 7, k: 90 }, 2).initial,
    options,
  );
  assert.deepEqual(await train(wasmEngine, data, () => initial, options), first);
});

test("training does not touch its data nor its initial parameters", async () => {
  const { data, initial } = sample();
  const before = structuredClone({ data, initial });
  await train(wasmEngine, data, () => initial, { ...options, maxSteps: 20 });
  assert.deepEqual({ data, initial }, before);
});

/** One neuron on two points ±1 with labels ±1, whose f32 outputs are scripted and whose a is what the fold sees. */
function scriptedEngine(script: { outputs: [number, number]; a: number }[]) {
  const calls = { disposed: 0, updates: 0 };
  const engine: Engine = {
    name: "wasm",
    version: "script",
    memory: () => 0,
    open: () => ({
      evaluate: () => Float32Array.from(script[calls.updates].outputs),
      update: () => {
        calls.updates++;
      },
      parameters: () => ({
        W: Float64Array.of(1, -1),
        a: Float64Array.of(script[calls.updates].a, -script[calls.updates].a),
        gamma: Float64Array.of(1, 1),
        beta: new Float64Array(2),
        mean: new Float64Array(2),
        variance: Float64Array.of(1, 1),
      }),
      dispose: () => {
        calls.disposed++;
      },
    }),
  };
  return { engine, calls };
}

const twoPoints = {
  data: { n: 2, d: 1, X: Float64Array.of(1, -1), y: Float64Array.of(1, -1) },
  initial: initialParameters({ d: 1, k: 2 }, stream(1, "script", "weights")),
};
const scripted = { epsilon: 0.01, maxSteps: 5, settings: { ...defaultSettings, batchNormEpsilon: 0 } };

test("the folded network decides, the engine's outputs only say when to look", async () => {
  const { engine, calls } = scriptedEngine([
    { outputs: [0.5, -0.5], a: 1 },
    { outputs: [1, -1], a: 0.5 },
    { outputs: [1, -1], a: 0.95 },
  ]);
  const result = await train(engine, twoPoints.data, () => twoPoints.initial, scripted);
  assert.equal(result.outcome, "kept");
  assert.equal(result.steps, 2);
  assert.ok(Math.abs(result.loss - 0.0025) <= 1e-15, "f = 0.95 y");
  assert.deepEqual(calls, { disposed: 1, updates: 2 });
});

test("the last step's network is measured even where the engine's outputs do not pass", async () => {
  const { engine, calls } = scriptedEngine(
    Array.from({ length: 6 }, () => ({ outputs: [0.5, -0.5], a: 0.5 })),
  );
  const result = await train(engine, twoPoints.data, () => twoPoints.initial, scripted);
  assert.equal(result.outcome, "loss");
  assert.equal(result.loss, 0.25);
  assert.deepEqual(calls, { disposed: 1, updates: 5 });
});

test("a folded network that is not finite has diverged", async () => {
  const { engine } = scriptedEngine([{ outputs: [1, -1], a: Number.POSITIVE_INFINITY }]);
  const result = await train(engine, twoPoints.data, () => twoPoints.initial, scripted);
  assert.equal(result.outcome, "diverged");
  assert.equal(result.network, undefined);
});

test("a session is disposed of when its engine throws", async () => {
  const { engine, calls } = scriptedEngine([]);
  await assert.rejects(
    train(engine, twoPoints.data, () => twoPoints.initial, scripted),
    TypeError,
  );
  assert.equal(calls.disposed, 1);
});

test("initial weights are uniform floats of scale one over root fan-in", () => {
  const [k, d] = [400, 300];
  const { W, a, gamma, beta } = initialParameters({ d, k }, stream(1, "initial", "weights"));
  assert.deepEqual([W.length, a.length, gamma.length, beta.length], [k * d, k, k, k]);
  assert.ok(gamma.every((value) => value === 1) && beta.every((value) => value === 0));
  for (const [weights, fanIn] of [
    [W, d],
    [a, k],
  ] as const) {
    assert.ok(weights.every((w) => w === Math.fround(w) && Math.abs(w) <= Math.fround(1 / Math.sqrt(fanIn))));
    // U(±1) has variance 1/3, its square variance 4/45.
    const variance = (fanIn * weights.reduce((sum, w) => sum + w * w, 0)) / weights.length;
    assert.ok(Math.abs(variance - 1 / 3) <= 4 * Math.sqrt(4 / 45 / weights.length), `${variance}`);
    const mean = (Math.sqrt(fanIn) * weights.reduce((sum, w) => sum + w, 0)) / weights.length;
    assert.ok(Math.abs(mean) <= 4 / Math.sqrt(3 * weights.length), `${mean}`);
  }
});
