import assert from "node:assert/strict";
import test from "node:test";
import { type EngineDescription, fastestEngine, type Work } from "../../src/train/engines.ts";

const wasm: EngineDescription = { name: "wasm", available: true, version: "wasm simd 1", where: "embedded" };
const blas: EngineDescription = {
  name: "blas",
  available: true,
  version: "blas openblas 0.3.34 SkylakeX",
  where: "/somewhere",
};
const tensorflow: EngineDescription = { name: "tensorflow", available: true, version: "tensorflow 2.21.0" };
const without = (engine: EngineDescription): EngineDescription => ({
  ...engine,
  available: false,
  whyNot: "it is missing",
  remedy: "run: lawrob engines install it",
});

const one = (n: number, d: number, k: number): Work[] => [{ shape: { n, d, k }, steps: 100 }];
const anything = () => true;

test("blas is taken where it is, but for networks so small that a call costs more than it saves", () => {
  const engines = [wasm, blas, tensorflow];
  for (const work of [one(100, 50, 50), one(500, 100, 50), one(2000, 1500, 2000)]) {
    const { name, version, reason } = fastestEngine(engines, work, anything);
    assert.deepEqual([name, version], ["blas", blas.version]);
    assert.match(reason, /^auto: expected to be \d\S* times as fast as (wasm|tensorflow) on these sizes$/);
  }
  assert.equal(fastestEngine(engines, one(20, 10, 10), anything).name, "wasm");
});

test("the choice is of the work as a whole, and of the processor type", () => {
  const both = [...one(20, 10, 10), ...one(2000, 200, 200)];
  assert.equal(fastestEngine([wasm, blas, without(tensorflow)], both, anything).name, "blas");
  const haswell = { ...blas, version: "blas openblas 0.3.34 Haswell" };
  assert.equal(
    fastestEngine([wasm, haswell, tensorflow], one(2000, 1500, 2000), anything).name,
    "tensorflow",
  );
  assert.equal(fastestEngine([wasm, haswell, tensorflow], one(500, 100, 50), anything).name, "blas");
});

test("without blas its gain is told, with what to do, and only where there is one", () => {
  const engines = [wasm, without(blas), without(tensorflow)];
  const { name, reason } = fastestEngine(engines, one(500, 100, 500), anything);
  assert.equal(name, "wasm");
  assert.match(
    reason,
    /^auto: embedded; blas would be about [23]\.\d times as fast, but it is missing; run: lawrob engines install it$/,
  );
  assert.equal(fastestEngine(engines, one(20, 10, 10), anything).reason, "auto: embedded");
});

test("sizes that do not fit into the fastest go to the next that they fit", () => {
  const { name, reason } = fastestEngine([wasm, blas, tensorflow], one(2000, 1500, 2000), (engine) => {
    return engine === "tensorflow";
  });
  assert.equal(name, "tensorflow");
  assert.equal(reason, "auto: the sizes do not fit into blas");
});
