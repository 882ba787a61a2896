import assert from "node:assert/strict";
import test from "node:test";
import { constructionMethods } from "../../src/construct/methods.ts";
import { built } from "./method.ts";

// No memory is touched for it: all points are 0 but the sizes are real.
const n = 20_000;
const data = {
  n,
  d: 2,
  X: new Float64Array(2 * n),
  y: Float64Array.from({ length: n }, (_, i) => (i % 2 ? 1 : -1)),
};

for (const method of constructionMethods.filter(({ name }) =>
  ["caps", "blocks", "tensor", "random-features", "ntk", "harmonic"].includes(name),
)) {
  test(`${method.name} says that ${n} points need too much memory, at once`, () => {
    const options = method.name === "tensor" ? { form: "printed", degree: "3" } : {};
    assert.throws(() => built(method, data, options), {
      name: "HypothesisError",
      message: new RegExp(`^${method.name}: .* need [\\d.]+ GiB \\(needs at most 2 GiB\\), take `),
    });
  });
}

test("gauss-newton says so too", () => {
  const method = constructionMethods.find(({ name }) => name === "gauss-newton");
  assert.ok(method);
  assert.throws(() => built(method, data, { k: "20000" }), /gauss-newton: n × n matrices need 23.* GiB/);
});
