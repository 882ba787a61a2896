import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { exactConstant } from "../../../src/lipschitz/exact/exact-constant.ts";
import { gradient, norm } from "../../../src/network/evaluate.ts";
import type { TwoLayerNetwork } from "../../../src/network/two-layer.ts";
import { stream } from "../../../src/numeric/random.ts";
import { fixtureNetwork } from "../../fixtures/fixture-f.ts";
import { gaussianNetwork, integerNetwork } from "./naive.ts";

const random = () => stream(1, "exact", "search");

async function assertConstant(network: TwoLayerNetwork, expected: number): Promise<void> {
  const { exact, lower, upper } = await exactConstant(network, { random: random() });
  assert.ok(exact, `${lower.value} to ${upper.value}`);
  assert.ok(lower.value <= expected * (1 + 1e-15) && expected <= upper.value * (1 + 1e-15));
  assert.ok(Math.abs(exact.value - expected) <= 1e-9 * expected, `${exact.value}, expected ${expected}`);
}

function network(rows: number[][], a: number[], b: number[] = rows.map(() => 0)): TwoLayerNetwork {
  return {
    activation: "relu",
    k: rows.length,
    d: rows[0].length,
    W: Float64Array.from(rows.flat()),
    b: Float64Array.from(b),
    a: Float64Array.from(a),
    c: 0,
  };
}

/** Unit vector i of R^d, times a number. */
function unitVector(d: number, i: number, by = 1): number[] {
  return Array.from({ length: d }, (_, j) => (j === i ? by : 0));
}

test("|x| has constant 1, a linear function its slope, a constant one 0", async () => {
  await assertConstant(network([[1], [-1]], [1, 1]), 1);
  await assertConstant(
    network(
      [
        [3, 4],
        [-3, -4],
      ],
      [1, -1],
    ),
    5,
  );
  await assertConstant(network([[3, 4, 12]], [2]), 26);
  const none = await exactConstant(network([[0, 0]], [1], [1]), { random: random() });
  assert.deepEqual([none.lower.value, none.upper.value, none.exact?.value], [0, 0, 0]);
  const off = await exactConstant(network([[1, 2]], [0]), { random: random() });
  assert.equal(off.exact?.value, 0);
});

for (const d of [1, 2, 3, 7, 12, 40]) {
  test(`pairs ±e_i in R^${d} have √d, orthonormal rows √k`, async () => {
    const rows = Array.from({ length: d }, (_, i) => [unitVector(d, i), unitVector(d, i, -1)]).flat();
    await assertConstant(network(rows, new Array(2 * d).fill(1)), Math.sqrt(d));
    const orthonormal = Array.from({ length: d }, (_, i) => unitVector(d, i));
    await assertConstant(network(orthonormal, new Array(d).fill(1)), Math.sqrt(d));
  });
}

test("ramps on m orthogonal caps that overlap have √m", async () => {
  for (const [m, d] of [
    [2, 2],
    [3, 3],
    [4, 6],
    [10, 10],
  ]) {
    // relu(x_i − 0.1) − relu(x_i − 0.2): slope 1 in between.
    const rows = Array.from({ length: m }, (_, i) => [unitVector(d, i), unitVector(d, i)]).flat();
    const a = rows.map((_, l) => (l % 2 === 0 ? 1 : -1));
    const b = rows.map((_, l) => (l % 2 === 0 ? -0.1 : -0.2));
    await assertConstant(network(rows, a, b), Math.sqrt(m));
  }
});

test("opposed ramps never meet: the constant is that of one, where the relaxation says two", async () => {
  // relu(x_1 − 1) and relu(−x_1 − 1), both of slope 1 in direction ±e_1, in R^3 with a third gate.
  const rows = [unitVector(3, 0), unitVector(3, 0, -1), unitVector(3, 1)];
  await assertConstant(network(rows, [1, -1, 1], [-1, -1, 0]), Math.sqrt(2));
});

test("fixture F has 2.55445887", async () => {
  const { exact, method } = await exactConstant(fixtureNetwork(), { random: random() });
  assert.equal(method, "gray");
  assert.ok(exact && Math.abs(exact.value - 2.55445887) <= 5e-9);
  assert.ok(exact.witness);
  assert.ok(Math.abs(norm(gradient(fixtureNetwork(), exact.witness)) - exact.value) <= 1e-12);
});

test("no gradient lies above the interval, its lower end is reached, on random and degenerate networks", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 5 }),
      fc.nat(100000),
      fc.constantFrom(1e-30, 1e-3, 1, 1e30),
      fc.constantFrom(undefined, 0.5, 2),
      async (k, d, seed, scale, radius) => {
        const drawn = seed % 2 === 0 ? integerNetwork(k, d, seed) : gaussianNetwork(k, d, seed);
        const scaled = { ...drawn, a: drawn.a.map((x) => x * scale) };
        const { lower, upper, exact } = await exactConstant(scaled, {
          random: random(),
          ...(radius !== undefined && { radius }),
        });
        assert.ok(lower.value >= 0 && lower.value <= upper.value);
        if (exact) assert.ok(lower.value <= exact.value && exact.value <= upper.value);
        if (lower.witness) {
          assert.ok(norm(gradient(scaled, lower.witness)) >= lower.value * (1 - 1e-10));
          assert.ok(radius === undefined || norm(lower.witness) < radius);
        }
        const draws = stream(seed, "exact", "draws");
        for (let t = 0; t < 100; t++) {
          let point = Float64Array.from({ length: d }, () => draws.gaussian());
          const size = norm(point);
          const wanted =
            radius === undefined ? 10 ** (6 * draws.uniform() - 3) : radius * draws.uniform() ** (1 / d);
          point = point.map((x) => (x * wanted) / size);
          assert.ok(norm(gradient(scaled, point)) <= upper.value * (1 + 1e-12));
        }
      },
    ),
    { numRuns: 400, seed: 11 },
  );
});

test("bad input is named", async () => {
  const options = { random: random() };
  await assert.rejects(exactConstant(network([[1, Number.NaN]], [1]), options), RangeError);
  await assert.rejects(exactConstant(network([[1]], [1], [Number.POSITIVE_INFINITY]), options), RangeError);
  await assert.rejects(
    exactConstant(network([[1]], [1]), { ...options, radius: 0 }),
    /radius must be positive/,
  );
  await assert.rejects(
    exactConstant({ ...network([[1]], [1]), activation: "tanh" }, options),
    /one kink, at 0, not of tanh/,
  );
});
