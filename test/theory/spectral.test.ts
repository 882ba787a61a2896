import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { linear } from "../../src/construct/linear.ts";
import { exactConstant } from "../../src/lipschitz/exact/exact-constant.ts";
import { spectralBound } from "../../src/lipschitz/spectral.ts";
import { evaluate, norm, totalWeight } from "../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { stream } from "../../src/numeric/random.ts";
import {
  balancedProduct,
  pathNorm,
  productWithBiases,
  spectralLaw,
  spectralLawLower,
  spectralProduct,
} from "../../src/theory/spectral.ts";
import { network as construct, sampledData } from "../construct/method.ts";
import { ask, boundsOf } from "./ask.ts";
import { closeTo, fixture, fixtureNetwork } from "./fixture.ts";
import { gaussianNetwork } from "./transformed.ts";

const random = () => stream(1, "theory test", "exact");
const sizes = { n: 1000, k: 100, e: 0.02, delta: 0.05, L: 1, withBias: false };

test("the fixture's product, path norm and Frobenius product are the specification's, above its constant", async () => {
  const { exact } = await exactConstant(fixtureNetwork, { random: random() });
  assert.ok(closeTo(exact?.value ?? 0, 2.55445887, 1e-8));
  assert.ok(closeTo(spectralProduct(fixtureNetwork), 3.52277841, 1e-8));
  assert.ok(closeTo(norm(fixtureNetwork.a) * norm(fixtureNetwork.W), 5.36631448, 1e-8));
  assert.ok(closeTo(pathNorm(fixtureNetwork), 5.30229277, 1e-8));
});

test("the law's numbers are the specification's", () => {
  assert.ok(closeTo(spectralLawLower(sizes), 0.730602));
  for (const [delta, factor] of [
    [0.5, 0.375219],
    [0.1, 0.290044],
    [0.05, 0.269092],
    [0.01, 0.235004],
  ]) {
    assert.ok(closeTo(spectralLawLower({ ...sizes, n: 1, k: 1, e: 0, delta }), factor, 2e-6));
  }
  assert.ok(
    closeTo(spectralLawLower({ ...sizes, withBias: true }) * Math.SQRT2, spectralLawLower(sizes), 1e-14),
  );
  assert.ok(closeTo(spectralLawLower({ ...sizes, L: 4 }) * 4, spectralLawLower(sizes), 1e-14));
});

test("‖W‖op is the largest singular value, and the product what is rounded up elsewhere", () => {
  for (const [k, d] of [
    [1, 1],
    [4, 9],
    [40, 7],
    [30, 30],
  ]) {
    const f = gaussianNetwork(k, d, k);
    const W = Matrix.from1DArray(k, d, f.W);
    const [largest] = new SingularValueDecomposition(W, { autoTranspose: true }).diagonal;
    assert.ok(closeTo(spectralProduct(f), norm(f.a) * largest, 1e-8));
    assert.ok(closeTo(spectralProduct(f), spectralBound(f, random()).value, 1e-8));
  }
});

test("exact <= ‖a‖ ‖W‖op <= ‖a‖ ‖W‖_F, exact <= Π <= ‖a‖ ‖W‖_F, Π <= √k ‖a‖ ‖W‖op and Π <= W(f)", async () => {
  const networks = fc.record({
    k: fc.integer({ min: 1, max: 8 }),
    d: fc.integer({ min: 1, max: 6 }),
    seed: fc.nat(1e6),
  });
  await fc.assert(
    fc.asyncProperty(networks, async ({ k, d, seed }) => {
      const f = gaussianNetwork(k, d, seed);
      const { exact } = await exactConstant(f, { random: random() });
      const [product, path, frobenius] = [spectralProduct(f), pathNorm(f), norm(f.a) * norm(f.W)];
      const below = (small: number, large: number) => small <= large * (1 + 1e-8);
      assert.ok(exact && below(exact.value, product) && below(product, frobenius));
      assert.ok(below(exact.value, path) && below(path, frobenius) && below(path, Math.sqrt(k) * product));
      assert.ok(below(path, totalWeight(f)));
      assert.ok(below(path / Math.sqrt(k), balancedProduct(f)) && below(balancedProduct(f), path));
    }),
    { numRuns: 60 },
  );
});

test("rescaling neurons keeps the path norm and the balanced product", () => {
  const f = gaussianNetwork(6, 4, 3);
  const scale = [0.01, 3, 1, 50, 1e-6, 7];
  const rescaled = {
    ...f,
    a: f.a.map((value, l) => value / scale[l]),
    b: f.b.map((value, l) => value * scale[l]),
    W: f.W.map((value, at) => value * scale[Math.floor(at / 4)]),
  };
  assert.ok(closeTo(pathNorm(rescaled), pathNorm(f), 1e-12));
  assert.ok(closeTo(balancedProduct(rescaled), balancedProduct(f), 1e-7));
  assert.ok(spectralProduct(rescaled) > 2 * spectralProduct(f));
});

test("with biases the law is one of ‖a‖ ‖[W b]‖op, which an interpolant with biases is above", () => {
  const data = sampledData(40, 60, 1);
  const { network } = construct(linear, data);
  const [derived] = boundsOf(ask(spectralLaw, { data, network }), "lower");
  assert.equal(derived.quantity, "‖a‖ ‖[W b]‖op");
  assert.ok(derived.value > 0 && derived.value <= productWithBiases(network));
  const f = gaussianNetwork(6, 9, 4);
  const rows = Array.from({ length: 6 }, (_, l) => [...f.W.subarray(l * 9, (l + 1) * 9), f.b[l]]);
  const [largest] = new SingularValueDecomposition(new Matrix(rows), { autoTranspose: true }).diagonal;
  assert.ok(closeTo(productWithBiases(f), norm(f.a) * largest, 1e-8));
});

test("dead neurons are nothing", () => {
  const f = gaussianNetwork(3, 2, 5);
  f.W.fill(0, 0, 2);
  f.a[1] = 0;
  const alone: TwoLayerNetwork = {
    ...f,
    k: 1,
    W: f.W.slice(4),
    b: f.b.slice(2),
    a: f.a.slice(2),
  };
  assert.ok(closeTo(balancedProduct(f), spectralProduct(alone), 1e-8));
  assert.ok(closeTo(pathNorm(f), pathNorm(alone), 1e-14));
});

/** max |Σ y_i ReLU(w·x_i)| over unit w of the plane, to a part in 10⁴ or better. */
function largestCorrelation(X: Float64Array, y: Float64Array): number {
  let most = 0;
  for (let step = 0; step < 4000; step++) {
    const angle = (2 * Math.PI * step) / 4000;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    let sum = 0;
    for (let i = 0; i < y.length; i++) sum += y[i] * Math.max(0, cos * X[2 * i] + sin * X[2 * i + 1]);
    most = Math.max(most, Math.abs(sum));
  }
  return most;
}

test("in the plane the largest correlation is within its bound for all but δ of the labels, and Π above y·f over it", () => {
  const [n, delta, draws] = [60, 0.05, 200];
  const bound = Math.sqrt(n) * (1 + Math.sqrt(2 * Math.log(2 / delta)));
  let beyond = 0;
  for (let seed = 1; seed <= draws; seed++) {
    const { X, y } = sampledData(n, 2, seed);
    const largest = largestCorrelation(X, y);
    if (largest > bound) beyond++;
    const f = gaussianNetwork(5, 2, seed, false);
    const correlated = Math.abs(evaluate(f, X).reduce((sum, value, i) => sum + value * y[i], 0));
    assert.ok(pathNorm(f) >= (correlated / largest) * (1 - 1e-3), `seed ${seed}`);
  }
  assert.ok(beyond <= delta * draws);
});

test("a bias-free interpolant is above the law", () => {
  const data = sampledData(40, 60, 1);
  const built = construct(linear, data, { form: "pair" });
  const lower = ask(spectralLaw, { data, network: built.network });
  const [derived] = boundsOf(lower, "lower");
  assert.ok(derived.hypotheses.every(({ ok }) => ok));
  assert.ok(derived.value > 0 && derived.value <= spectralProduct(built.network));
  const numbers = { ...sizes, n: 40, k: 2, e: 0 };
  assert.ok(closeTo(derived.value, spectralLawLower(numbers), 1e-8));
});

test("a network alone has its upper bounds, numbers alone what a network must be above", () => {
  const alone = ask(spectralLaw, { network: fixtureNetwork });
  assert.deepEqual(
    alone.bounds.map(({ kind, quantity }) => `${kind} ${quantity}`),
    ["upper ‖a‖ ‖W‖op", "upper Lip(f)", "upper Lip(f)"],
  );
  assert.ok(closeTo(Number(alone.details?.path_norm), 5.30229277, 1e-8));
  const { bounds } = ask(spectralLaw, { numbers: { n: 1000, k: 100, e: 0.02 } });
  assert.ok(closeTo(bounds[0].value, 0.730602) && bounds[0].vacuous && bounds[0].probability === 0.95);
  assert.ok(closeTo(bounds[1].value, 3.162278) && !bounds[1].vacuous);
  assert.equal(bounds[1].hypotheses.find(({ name }) => name.startsWith("the fit"))?.ok, false);
  assert.throws(() => ask(spectralLaw, { numbers: { n: 10 } }), {
    name: "MissingError",
    message: "spectral: give --k",
  });
});

test("with data and a network the fit, the biases and the constant are the network's own", () => {
  const network = { ...fixtureNetwork, c: 3 };
  const { bounds } = ask(spectralLaw, { data: fixture, network });
  const [derived, printed] = boundsOf({ bounds }, "lower");
  const plain = ask(spectralLaw, { data: fixture, network: fixtureNetwork });
  assert.ok(closeTo(derived.value, boundsOf(plain, "lower")[0].value, 1e-12));
  const biasFree = { ...fixtureNetwork, b: new Float64Array(5) };
  assert.equal(printed.hypotheses.find(({ name }) => name === "no biases")?.ok, false);
  const free = boundsOf(ask(spectralLaw, { data: fixture, network: biasFree }), "lower")[1];
  assert.equal(free.hypotheses.find(({ name }) => name === "no biases")?.ok, true);
});

test("an activation without a largest slope fails its hypothesis and says nothing", () => {
  const network: TwoLayerNetwork = { ...fixtureNetwork, activation: "polynomial:0,0,1" };
  const { bounds } = ask(spectralLaw, { data: fixture, network });
  for (const bound of bounds.slice(1)) {
    assert.ok(bound.vacuous && bound.hypotheses.some(({ ok }) => !ok));
  }
});

test("numbers out of their sets are refused by name", () => {
  assert.throws(
    () => spectralLawLower({ ...sizes, delta: 1 }),
    /^RangeError: delta must lie in \(0, 1\), got 1/,
  );
  assert.throws(() => spectralLawLower({ ...sizes, e: 1 }), /e must lie in \[0, 1\), got 1/);
  assert.throws(() => spectralLawLower({ ...sizes, L: 0 }), /slope must lie in \(0, inf\), got 0/);
  assert.throws(() => spectralLawLower({ ...sizes, k: 0 }), /k must lie in \{1, 2, …\}, got 0/);
  assert.throws(
    () => ask(spectralLaw, { data: fixture, network: gaussianNetwork(2, 3, 1) }),
    /d of the network must lie in \{8\}, got 3/,
  );
});
