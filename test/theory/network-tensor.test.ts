import assert from "node:assert/strict";
import test from "node:test";
import { quadratic } from "../../src/construct/quadratic.ts";
import { tensor } from "../../src/construct/tensor.ts";
import { evaluate } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import { networkTensorNorm } from "../../src/theory/network-tensor.ts";
import { powerLaw } from "../../src/theory/power.ts";
import { quadraticLaw } from "../../src/theory/quadratic.ts";
import { network as construct, sampledData } from "../construct/method.ts";
import { ask } from "./ask.ts";
import { closeTo, fixtureNetwork } from "./fixture.ts";

const draw = (purpose: string) => stream(1, "network tensor", purpose);

function ends(network: TwoLayerNetwork, p: number): [number, number] {
  const bounds = networkTensorNorm(network, p, { random: draw("ascents"), theorem: "test" });
  assert.deepEqual(
    bounds.map(({ kind }) => kind),
    ["lower", "upper"],
  );
  return [bounds[0].value, bounds[1].value];
}

test("the ends are what the construction says of its own tensor, whatever its neurons", () => {
  for (const options of [
    { degree: "2" },
    { degree: "2", decompose: "none" },
    { degree: "3" },
    { degree: "3", decompose: "lemma11" },
  ]) {
    const { network, details } = construct(tensor, sampledData(60, 12), options);
    const [lower, upper] = ends(network, Number(options.degree));
    assert.ok(closeTo(lower, Number(details?.operator_norm ?? details?.operator_norm_lower), 1e-6));
    // Rounding of many neurons that cancel is in the flattening.
    assert.ok(closeTo(upper, Number(details?.operator_norm ?? details?.operator_norm_upper), 1e-5));
  }
  const { network, details } = construct(quadratic, sampledData(60, 12), { k: "8" });
  const [lower, upper] = ends(network, 2);
  assert.ok(lower === upper && closeTo(lower, Number(details?.operator_norm), 1e-9));
});

test("no value on the unit sphere is above the upper end, and the lower one is nearly reached", () => {
  for (const p of [1, 2, 3, 4, 5]) {
    const random = draw(`degree ${p}`);
    // 3 t^p: the coefficient counts.
    const activation = `polynomial:${"0,".repeat(p)}3` as const;
    const [W, a] = [random.gaussians(4 * 2), random.gaussians(4)];
    const network = { activation, k: 4, d: 2, W, b: new Float64Array(4), a, c: 0 };
    const [lower, upper] = ends(network, p);
    let most = 0;
    for (let step = 0; step < 2000; step++) {
      const angle = (Math.PI * step) / 2000;
      const [value] = evaluate(network, Float64Array.of(Math.cos(angle), Math.sin(angle)));
      most = Math.max(most, Math.abs(value));
    }
    assert.ok(most <= upper * (1 + 1e-9) && lower <= upper, `p = ${p}`);
    assert.ok(closeTo(lower, most, 1e-4), `p = ${p}: ${lower} ${most}`);
  }
});

test("what is no power has no ends", () => {
  const random = draw("other");
  const options = { random, theorem: "test" };
  assert.deepEqual(networkTensorNorm(fixtureNetwork, 2, options), []);
  const { network } = construct(tensor, sampledData(20, 6), { degree: "2" });
  assert.deepEqual(networkTensorNorm(network, 3, options), []);
  assert.deepEqual(networkTensorNorm({ ...network, c: 1 }, 2, options), []);
  assert.deepEqual(networkTensorNorm({ ...network, b: network.b.map(() => 0.1) }, 2, options), []);
});

test("both laws tell them beside their bounds, of a network with data and without", () => {
  const data = sampledData(60, 12);
  const { network } = construct(quadratic, data, { k: "8" });
  for (const law of [powerLaw, quadraticLaw]) {
    for (const of of [
      { data, network },
      { network, numbers: { n: 60 } },
    ]) {
      const { bounds } = ask(law, of);
      const own = bounds.filter(({ quantity }) => quantity === "‖T‖op of the network");
      const least = bounds.find(({ kind, quantity }) => kind === "lower" && quantity === "‖T‖op");
      assert.equal(own.length, 2);
      assert.equal(least !== undefined, "data" in of);
      assert.ok(own.every(({ value }) => value >= (least?.value ?? 0)));
    }
  }
});
