import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { Parameters } from "../../src/train/engine.ts";
import { blasArrangement, blasGemm } from "../../src/train/fused/blas.ts";
import { fusedMemory } from "../../src/train/fused/engine.ts";
import { wasmArrangement } from "../../src/train/fused/gemm.ts";
import { choosePlan, layout } from "../../src/train/fused/layout.ts";
import { FusedSession } from "../../src/train/fused/session.ts";
import { assertRelative, blas, engines, missing, PLANS, run, SETTINGS, sample } from "./fused-cases.ts";
import type { Problem } from "./reference.ts";

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
  const library = blas;
  if (typeof library === "string") return;
  const calls = { SkylakeX: 0, Haswell: 0 };
  const [cut, whole] = (["SkylakeX", "Haswell"] as const).map((core) =>
    blasGemm({
      ...library,
      name: "openblas",
      core,
      sgemm(...given) {
        calls[core]++;
        library.sgemm(...given);
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
