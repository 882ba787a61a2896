import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import fc from "fast-check";
import type { Parameters, TrainingSettings } from "../../src/train/engine.ts";
import { blasArrangement, blasEngine, blasGemm } from "../../src/train/fused/blas.ts";
import { fusedMemory, wasmEngine } from "../../src/train/fused/engine.ts";
import { type Gemm, wasmArrangement, wasmGemm } from "../../src/train/fused/gemm.ts";
import { choosePlan, layout } from "../../src/train/fused/layout.ts";
import { FusedSession } from "../../src/train/fused/session.ts";
import { generator, torchProblem } from "../fixtures/torch-training/problem.ts";
import { obtainBlas } from "./obtain-blas.ts";
import { forward, gradient, type Problem, train } from "./reference.ts";

const SETTINGS: TrainingSettings = {
  learningRate: 0.01,
  beta1: 0.9,
  beta2: 0.999,
  adamEpsilon: 1e-8,
  batchNormEpsilon: 1e-5,
};
const PLANS = ["H", "S"] as const;
const blas = await obtainBlas();
const missing = typeof blas === "string" && blas;
const gemms: readonly Gemm[] = [wasmGemm(), ...(typeof blas === "string" ? [] : [blasGemm(blas)])];
const engines = [wasmEngine, ...(typeof blas === "string" ? [] : [blasEngine(blas)])];
/** Each engine on both of its plans. */
const VARIANTS = gemms.flatMap((gemm) =>
  PLANS.map((plan) => ({ gemm, plan, name: `${gemm.engine} ${plan}` })),
);
const NAMES = ["W", "a", "gamma", "beta"] as const;
// n, d, k: one of each, nothing a multiple of anything, several blocks of samples, more dimensions than points.
const SHAPES = [
  [2, 1, 1],
  [7, 1, 3],
  [20, 4, 1],
  [60, 8, 5],
  [33, 17, 6],
  [257, 9, 13],
  [600, 21, 19],
  [1024, 16, 8],
];
const WIDE = [30, 41, 7];

/** Points of any mean, and parameters where the derivative of nothing is zero. */
function sample([n, d, k]: number[], seed = 1): { problem: Problem; initial: Parameters } {
  const draw = generator(seed);
  const numbers = (length: number, scale: number, shift = 0) =>
    Float64Array.from({ length }, () => Math.fround(scale * draw() + shift));
  return {
    problem: { n, d, X: numbers(n * d, 2, 0.3), y: numbers(n, 1).map((value) => (value < 0 ? -1 : 1)) },
    initial: {
      W: numbers(k * d, 2),
      a: numbers(k, 2),
      gamma: numbers(k, 0.5, 1),
      beta: numbers(k, 0.5, 0.1),
    },
  };
}

function run(session: FusedSession, problem: Problem, steps: number): number[] {
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    losses.push(meanSquare(session.evaluate(), problem.y));
    session.update();
  }
  return losses;
}

function meanSquare(f: ArrayLike<number>, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += (f[i] - y[i]) ** 2;
  return sum / y.length;
}

function norm(x: Float64Array): number {
  return Math.hypot(...x);
}

function distance(x: Float64Array, y: Float64Array): number {
  return norm(x.map((value, i) => value - y[i]));
}

function assertRelative(actual: number, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= tolerance * Math.abs(expected), `${what}: ${actual}, ${expected}`);
}

test("the reference's gradient is that of its loss, by central differences", () => {
  for (const shape of [...SHAPES.slice(1, 5), WIDE]) {
    const { problem, initial } = sample(shape);
    const epsilon = SETTINGS.batchNormEpsilon;
    const exact = gradient(problem, initial, epsilon);
    const scale = Math.hypot(...NAMES.map((name) => norm(exact[name])));
    for (const name of NAMES) {
      for (let i = 0; i < initial[name].length; i++) {
        const at = (shift: number) => {
          const moved = { ...initial, [name]: initial[name].slice() };
          moved[name][i] += shift;
          return forward(problem, moved, epsilon).loss;
        };
        const difference = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert.ok(Math.abs(difference - exact[name][i]) < 1e-6 * scale, `${shape} ${name} ${i}`);
      }
    }
  }
});

test("the gradients of both plans are the reference's", () => {
  for (const shape of SHAPES) {
    const { problem, initial } = sample(shape);
    const exact = gradient(problem, initial, SETTINGS.batchNormEpsilon);
    const scale = Math.hypot(...NAMES.map((name) => norm(exact[name])));
    for (const { gemm, plan, name: variant } of VARIANTS) {
      const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
      session.evaluate();
      const found = session.gradient();
      for (const name of NAMES) {
        const error = distance(found[name], exact[name]) / scale;
        assert.ok(error < 1e-5, `${shape} ${variant} ${name}: ${error}`);
      }
      session.dispose();
    }
  }
});

test("twelve steps of both plans follow the reference to float rounding", () => {
  for (const shape of [...SHAPES, WIDE]) {
    const { problem, initial } = sample(shape);
    const expected = train(problem, initial, SETTINGS, 12);
    for (const { gemm, plan, name: variant } of VARIANTS) {
      const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
      const losses = run(session, problem, 12);
      losses.forEach((loss, step) => {
        assertRelative(loss, expected.losses[step], 1e-5, `${shape} ${variant} step ${step}`);
      });
      const found = session.parameters();
      for (const name of NAMES) {
        const error = distance(found[name], expected.parameters[name]) / norm(expected.parameters[name]);
        assert.ok(error < 1e-4, `${shape} ${variant} ${name}: ${error}`);
      }
      session.dispose();
    }
  }
});

test("the batch statistics are those of the current parameters", () => {
  for (const shape of SHAPES) {
    const { problem, initial } = sample(shape);
    const session = new FusedSession(problem, initial, SETTINGS, "H", gemms[0]);
    run(session, problem, 3);
    const found = session.parameters();
    const expected = forward(problem, found, SETTINGS.batchNormEpsilon);
    assert.ok(distance(found.mean, expected.mean) < 1e-12 * (1 + norm(expected.mean)));
    assert.ok(distance(found.variance, expected.variance) < 1e-12 * norm(expected.variance));
    assertRelative(meanSquare(session.evaluate(), problem.y), expected.loss, 1e-5, `${shape}`);
    session.dispose();
  }
});

test("the losses are PyTorch's to six digits, in both plans", () => {
  const file = new URL("../fixtures/torch-training/losses.json", import.meta.url);
  const { cases } = JSON.parse(readFileSync(file, "utf8"));
  for (const { n, d, k, learningRate, losses } of cases) {
    const { problem, initial } = torchProblem(n, d, k);
    for (const { gemm, plan, name: variant } of VARIANTS) {
      const session = new FusedSession(problem, initial, { ...SETTINGS, learningRate }, plan, gemm);
      run(session, problem, losses.length).forEach((loss, step) => {
        assertRelative(loss, losses[step], 1e-6, `${n},${d},${k} ${variant} step ${step}`);
      });
      session.dispose();
    }
  }
});

test("the same run gives the same bytes, whatever used the memory before or is open beside it", () => {
  for (const { gemm, plan } of VARIANTS) {
    const { problem, initial } = sample([257, 9, 13]);
    const bytes = () => {
      const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
      run(session, problem, 5);
      const result = [session.evaluate().slice(), session.parameters()];
      session.dispose();
      return result;
    };
    const first = bytes();
    const poison = sample([300, 30, 40]);
    poison.problem.X.fill(Number.NaN);
    const other = new FusedSession(poison.problem, poison.initial, SETTINGS, "H", gemms[0]);
    run(other, poison.problem, 2);
    assert.deepEqual(bytes(), first);
    other.dispose();
    assert.deepEqual(bytes(), first);
  }
});

test("a run that diverges gives not-a-number, not a wrong number", () => {
  for (const { gemm, plan } of VARIANTS) {
    const { problem, initial } = sample([60, 8, 5]);
    initial.W[3] = Number.NaN;
    const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
    assert.ok(run(session, problem, 3).every(Number.isNaN));
    session.dispose();
  }
});

test("the plan is a function of the shape: wide data and small problems hold their activations", () => {
  assert.equal(choosePlan({ n: 2000, d: 200, k: 2000 }, wasmArrangement), "H");
  assert.equal(choosePlan({ n: 2000, d: 126, k: 2000 }, wasmArrangement), "S");
  assert.equal(choosePlan({ n: 100, d: 10, k: 1000 }, wasmArrangement), "H");
  assert.equal(choosePlan({ n: 100, d: 10, k: 1001 }, wasmArrangement), "S");
  assert.equal(choosePlan({ n: 20000, d: 5000, k: 60000 }, wasmArrangement), "S");
  assert.equal(choosePlan({ n: 2000, d: 224, k: 2000 }, blasArrangement), "H");
  assert.equal(choosePlan({ n: 2000, d: 223, k: 2000 }, blasArrangement), "S");
});

test("the estimate of memory covers the kernels' arrays, in both plans and at any shape", () => {
  const size = fc.integer({ min: 2, max: 20000 });
  fc.assert(
    fc.property(size, size, size, (n, d, k) => {
      const shape = { n, d, k };
      for (const arrangement of [wasmArrangement, blasArrangement]) {
        const { bytes } = layout(shape, choosePlan(shape, arrangement), arrangement);
        assert.ok(fusedMemory(shape, arrangement) > bytes);
        assert.ok(bytes >= 4 * (2 * n * d + 4 * k * d));
      }
    }),
  );
});

for (const engine of engines) {
  test(`${engine.name}: a problem past 4 GiB, a single point and arrays that do not agree are refused`, () => {
    const { problem, initial } = sample([20, 4, 3]);
    const open = (data: Problem, parameters: Parameters) => () => engine.open(data, parameters, SETTINGS);
    assert.throws(open({ ...problem, n: 1 }, initial), {
      name: "RangeError",
      message: "n must be an integer of at least 2, got 1",
    });
    assert.throws(open({ ...problem, n: 21 }, initial), /X must have length 84, got 80/);
    assert.throws(open(problem, { ...initial, W: new Float64Array(11) }), /W must have length 12, got 11/);
    const k = 3e8;
    const huge = {
      ...initial,
      W: { length: 4 * k },
      a: { length: k },
      gamma: { length: k },
      beta: { length: k },
    };
    assert.throws(open(problem, huge as unknown as Parameters), {
      name: "RangeError",
      message: new RegExp(
        `n=20, d=4, k=300000000 needs \\d+\\.\\d GiB in the ${engine.name} engine, which has 4 GiB`,
      ),
    });
  });

  test(`${engine.name}: a session keeps its order: evaluate, then update, and nothing after dispose`, () => {
    const { problem, initial } = sample([20, 4, 3]);
    const session = engine.open(problem, initial, SETTINGS);
    assert.throws(() => session.update(), /update\(\) must follow evaluate\(\)/);
    session.evaluate();
    session.update();
    assert.throws(() => session.update(), /update\(\) must follow evaluate\(\)/);
    session.dispose();
    session.dispose();
    assert.throws(() => session.evaluate(), /disposed/);
    assert.throws(() => session.parameters(), /disposed/);
  });
}

test("there is a BLAS library to try", { skip: missing }, () => assert.equal(engines[1].name, "blas"));

test("thin products that are cut into tiles, as for AVX-512, are the whole ones to rounding", {
  skip: missing,
}, () => {
  if (typeof blas === "string") return;
  const calls = { SkylakeX: 0, Haswell: 0 };
  const [cut, whole] = (["SkylakeX", "Haswell"] as const).map((core) =>
    blasGemm({
      ...blas,
      name: "openblas",
      core,
      sgemm(...given) {
        calls[core]++;
        blas.sgemm(...given);
      },
    }),
  );
  // More than one tile along the samples, the dimensions, or both.
  for (const shape of [
    [700, 300, 7],
    [300, 700, 7],
    [530, 60, 50],
    [600, 1100, 2],
  ]) {
    const { problem, initial } = sample(shape);
    for (const plan of PLANS) {
      const [found, expected] = [cut, whole].map((gemm) => {
        const session = new FusedSession(problem, initial, SETTINGS, plan, gemm);
        const losses = run(session, problem, 4);
        session.dispose();
        return losses;
      });
      found.forEach((loss, step) => {
        assertRelative(loss, expected[step], 1e-5, `${shape} plan ${plan} step ${step}`);
      });
    }
  }
  assert.ok(calls.SkylakeX > calls.Haswell);
});
