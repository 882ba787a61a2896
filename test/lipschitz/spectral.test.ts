import assert from "node:assert/strict";
import test from "node:test";
import { spectralBound } from "../../src/lipschitz/spectral.ts";
import { stream } from "../../src/numeric/random.ts";
import { fixtureNetwork } from "../fixtures/fixture-f.ts";

test("the fixture network has the spectral product computed in NumPy", () => {
  const product = spectralBound(fixtureNetwork(), stream(1, "fixture", "spectral"));
  assert.ok(Math.abs(product.value - 3.52277841) <= 1e-8, `${product.value}`);
});

test("the bound of a linear network given by a pair ±w is 2‖w‖", () => {
  // a = (1, −1), rows w and −w: ‖a‖ = √2, ‖W‖op = √2 ‖w‖.
  const network = {
    activation: "relu" as const,
    k: 2,
    d: 3,
    W: Float64Array.of(1, -2, 2, -1, 2, -2),
    b: new Float64Array(2),
    a: Float64Array.of(1, -1),
    c: 0,
  };
  const value = spectralBound(network, stream(1, "pair", "spectral")).value;
  assert.ok(Math.abs(value - 6) <= 1e-12, `${value}`);
});

test("a network that ignores its input has bound 0", () => {
  const network = { ...fixtureNetwork(), W: new Float64Array(40) };
  assert.equal(spectralBound(network, stream(1, "zero", "spectral")).value, 0);
});

test("the bound holds where the factors alone overflow or vanish", () => {
  for (const [w, a, product] of [
    [1e-200, 1e-200, 0],
    [1e300, 1, 1e300],
    [1e-300, 1e-5, 1e-305],
    [1e200, 1e-200, 1],
  ]) {
    const network = {
      activation: "relu" as const,
      k: 1,
      d: 1,
      W: Float64Array.of(w),
      b: new Float64Array(1),
      a: Float64Array.of(a),
      c: 0,
    };
    const { value } = spectralBound(network, stream(1, "scales", "spectral"));
    assert.ok(value > 0 && value >= product, `${value} of ${w} and ${a}`);
    assert.ok(value <= product * (1 + 1e-8) + 1e-322, `${value} of ${w} and ${a}`);
  }
});
