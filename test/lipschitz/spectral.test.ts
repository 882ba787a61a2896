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
