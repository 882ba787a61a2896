import assert from "node:assert/strict";
import test from "node:test";
import { oneParameter, orthantFunction } from "../../src/construct/one-parameter.ts";
import { stream } from "../../src/numeric/random.ts";
import { built, sampledData } from "./method.ts";

function functionOf(data: ReturnType<typeof sampledData>, options: Record<string, string> = {}) {
  const construction = built(oneParameter, data, options);
  if ("network" in construction) throw new Error("a network");
  return construction;
}

function shareFitted(data: ReturnType<typeof sampledData>, evaluate: (x: Float64Array) => number): number {
  let fitted = 0;
  for (let i = 0; i < data.n; i++) {
    if (evaluate(data.X.subarray(i * data.d, (i + 1) * data.d)) === data.y[i]) fitted++;
  }
  return fitted / data.n;
}

/** h by its definition: over all patterns with the bit 0. */
function slowOrthant(ones: ReadonlySet<string>, tau: number, x: Float64Array): number {
  let least = Number.POSITIVE_INFINITY;
  for (let index = 0; index < 2 ** x.length; index++) {
    const cell = index.toString(2).padStart(x.length, "0");
    if (ones.has(cell)) continue;
    const squared = x.reduce(
      (sum, value, j) => sum + Math.max(0, tau - (cell[j] === "1" ? value : -value)) ** 2,
      0,
    );
    least = Math.min(least, Math.sqrt(squared));
  }
  return Math.min(1, -1 + least / tau);
}

test("n = 163, d = 14: at least 95 % of the points are fitted, as the details say", () => {
  for (let seed = 1; seed <= 5; seed++) {
    const data = sampledData(163, 14, seed);
    const { evaluate, details, guarantee, hypotheses } = functionOf(data);
    const share = shareFitted(data, evaluate);
    assert.ok(share >= 0.95, `${share}`);
    assert.equal(share, details?.fitted_share);
    assert.ok(Math.abs(Number(guarantee.value) - 100 * 14 ** 1.5) <= 1e-9);
    assert.ok(hypotheses.every(({ ok }) => ok));
  }
});

test("wide walls fit less with a smaller constant, crowded orthants less again", () => {
  const data = sampledData(163, 14);
  const wide = functionOf(data, { tau: "wide" });
  const share = shareFitted(data, wide.evaluate);
  assert.ok(share >= 0.8 && share < 1, `${share}`);
  assert.ok(Math.abs(Number(wide.guarantee.value) - 8 * 14 ** 1.5) <= 1e-9);
  assert.equal(functionOf(data, { "tau-value": "0.01" }).guarantee.value, 100);
  const crowded = sampledData(256, 10);
  const { evaluate, details, hypotheses } = functionOf(crowded);
  assert.ok(shareFitted(crowded, evaluate) >= 0.87);
  assert.ok(Number(details?.cells_taken) < 256 && !hypotheses[0].ok);
});

test("values lie in [-1, 1], and no slope across the walls is above 1/τ", () => {
  const data = sampledData(163, 14);
  const random = stream(1, "test", "pairs");
  for (const tau of ["printed", "wide"]) {
    const { evaluate, details } = functionOf(data, { tau });
    const width = Number(details?.tau);
    let steepest = 0;
    for (let pair = 0; pair < 600; pair++) {
      const i = Math.floor(random.uniform() * data.n);
      const x = Float64Array.from(data.X.subarray(i * data.d, (i + 1) * data.d));
      // Near the walls of one to three coordinates, each on both sides.
      for (let flips = 0; flips < 1 + (pair % 3); flips++) {
        x[Math.floor(random.uniform() * data.d)] = 2 * width * (random.uniform() - 0.5);
      }
      const z = x.map((value) => value + width * (random.uniform() - 0.5));
      const [first, second] = [evaluate(x), evaluate(z)];
      assert.ok(Math.abs(first) <= 1 && Math.abs(second) <= 1);
      const distance = Math.sqrt(x.reduce((sum, value, j) => sum + (value - z[j]) ** 2, 0));
      steepest = Math.max(steepest, Math.abs(first - second) / distance);
    }
    assert.ok(steepest <= (1 / width) * (1 + 1e-9), `${steepest} ${1 / width}`);
    assert.ok(steepest > 0);
  }
});

test("the search by cost finds the minimum over all patterns", () => {
  const random = stream(2, "test", "orthants");
  for (let trial = 0; trial < 200; trial++) {
    const d = 1 + (trial % 6);
    const ones = new Set<string>();
    for (let index = 0; index < 2 ** d; index++) {
      if (random.uniform() < 0.8) ones.add(index.toString(2).padStart(d, "0"));
    }
    const h = orthantFunction(ones, 0.5);
    const x = random.gaussians(d, 0.3);
    if (trial % 10 === 0) x[0] = 0;
    assert.ok(Math.abs(h(x) - slowOrthant(ones, 0.5, x)) <= 1e-12);
  }
});

test("a slope of more than half of 1/τ is met between orthants of both kinds", () => {
  const h = orthantFunction(new Set(["11"]), 0.1);
  assert.equal(h(Float64Array.of(1, 1)), 1);
  assert.equal(h(Float64Array.of(-1, 1)), -1);
  assert.ok(Math.abs((h(Float64Array.of(0.05, 1)) - h(Float64Array.of(-0.05, 1))) / 0.1 - 10) <= 1e-9);
});

test("any dimension is taken, and the origin of all its orthants", () => {
  const data = sampledData(200, 100);
  const { evaluate } = functionOf(data);
  assert.ok(shareFitted(data, evaluate) >= 0.85);
  assert.equal(evaluate(new Float64Array(100)), 1);
  const all = new Set(["11", "10", "01"]);
  assert.equal(orthantFunction(all, 0.1)(new Float64Array(2)), Math.SQRT2 - 1);
});

test("points with a zero coordinate lie in a wall, and no width of 0 is taken", () => {
  const data = { n: 2, d: 2, X: Float64Array.of(1, 0, 0.6, 0.8), y: Float64Array.of(1, 1) };
  const { details } = functionOf(data);
  assert.equal(details?.slab_points, 1);
  assert.equal(details?.fitted_share, 0.5);
  assert.throws(
    () => functionOf(data, { "tau-value": "0" }),
    /needs tau > 0 \(got 0\), take a larger --tau-value/,
  );
});
