import assert from "node:assert/strict";
import test from "node:test";
import { searchGates } from "../../../src/lipschitz/exact/branch-and-bound.ts";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { gatesOf, slopesAroundZero } from "../../../src/lipschitz/exact/gates.ts";
import { signProgramme } from "../../../src/lipschitz/exact/sign-programme.ts";
import { type Activation, parseActivation } from "../../../src/network/activation.ts";
import { gradient, norm } from "../../../src/network/evaluate.ts";
import { stream } from "../../../src/numeric/random.ts";
import { gaussianNetwork, integerNetwork, naiveConstant } from "./naive.ts";

const random = () => stream(1, "activations", "search");
const bent: Activation[] = ["abs", "leaky-relu:0.25", "leaky-relu:-2", "leaky-relu:3"];

test("activations with one kink, at 0, are told from all others", () => {
  assert.deepEqual(slopesAroundZero("relu"), [0, 1]);
  assert.deepEqual(slopesAroundZero("abs"), [-1, 1]);
  assert.deepEqual(slopesAroundZero("leaky-relu:0.25"), [0.25, 1]);
  assert.deepEqual(slopesAroundZero("identity"), [1, 1]);
  for (const other of ["hardtanh", "tanh", "sigmoid", "softplus", "sin", "polynomial:0,1"]) {
    assert.equal(slopesAroundZero(parseActivation(other)), undefined, other);
  }
});

for (const activation of bent) {
  test(`${activation}: sweeps, Gray code and search agree with all patterns, on degenerate networks too`, async () => {
    const methods = new Set<string>();
    for (let seed = 0; seed < 30; seed++) {
      const d = 1 + (seed % 5);
      const network = { ...integerNetwork(1 + (seed % 6), d, seed), activation };
      const naive = await naiveConstant(network);
      const { exact, lower, upper, method } = await exactConstant(network, { random: random() });
      methods.add(method);
      const what = `seed ${seed}, ${method}: ${lower.value} to ${upper.value}, all patterns ${naive}`;
      assert.ok(exact || upper.value <= 1e-9, what);
      assert.ok(lower.value <= naive * (1 + 1e-12) && naive <= upper.value * (1 + 1e-12), what);
      if (!exact?.witness) continue;
      assert.ok(norm(gradient(network, exact.witness)) >= exact.value * (1 - 1e-9), what);
    }
    assert.deepEqual([...methods].sort(), ["affine", "branch-and-bound", "gray", "sweep"]);
  });

  test(`${activation}: both searches agree with the Gray code; slopes of any size`, async () => {
    for (let seed = 0; seed < 3; seed++) {
      const network = { ...gaussianNetwork(11 + seed, 14, seed), activation };
      const { exact, method } = await exactConstant(network, { random: random() });
      assert.equal(method, "gray");
      const gates = gatesOf(network);
      for (const everyPattern of [true, false]) {
        const { lower, upper } = await searchGates(network, gates, signProgramme(gates), {
          random: random(),
          radius: Number.POSITIVE_INFINITY,
          everyPattern,
          outOfTime: () => false,
        });
        const scale = 2 ** gates.exponent;
        assert.ok(exact && Math.abs((lower * scale) / exact.value - 1) <= 1e-9);
        assert.ok(upper * scale >= exact.value && upper * scale <= exact.value * (1 + 1e-9));
      }
    }
  });
}

test("slopes of extreme sizes scale the constant", async () => {
  const relu = gaussianNetwork(6, 8, 4);
  const { exact: plain } = await exactConstant(relu, { random: random() });
  for (const slope of [1e-300, 1e300]) {
    const network = { ...relu, activation: `leaky-relu:${slope}` as const };
    const { exact } = await exactConstant(network, { random: random() });
    // Slopes 0 and 1 up to the factor; for 1e300 the steep side is the negative one.
    const mirrored = { ...relu, W: relu.W.map((w) => -w), b: relu.b.map((b) => -b) };
    const { exact: other } = await exactConstant(mirrored, { random: random() });
    const expected = slope < 1 ? plain?.value : (other?.value ?? 0) * slope;
    assert.ok(
      exact && expected && Math.abs(exact.value / expected - 1) <= 2e-9,
      `${exact?.value}, ${expected}`,
    );
  }
});

test("a slope without a kink leaves an affine function", async () => {
  for (const activation of ["identity", "leaky-relu:1"] as const) {
    const network = { ...gaussianNetwork(9, 3, 2), activation };
    const { exact, gates } = await exactConstant(network, { random: random() });
    const slope = norm(gradient(network, new Float64Array(3)));
    assert.equal(gates, 0);
    assert.ok(exact && Math.abs(exact.value - slope) <= 1e-12 * slope);
  }
});
