import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type Activation, activationFunction } from "../../src/network/activation.ts";
import { gaussLegendre } from "../../src/numeric/gauss-legendre.ts";
import { hermite, hermiteValues, polynomialAt } from "../../src/numeric/hermite.ts";
import { stream } from "../../src/numeric/random.ts";
import {
  hermiteCoefficients,
  hermiteLaw,
  hermitePolynomial,
  hermiteSeries,
  hermiteTail,
  neuronsForMemorization,
} from "../../src/theory/hermite.ts";
import { sampledData } from "../construct/method.ts";
import { closeTo } from "./fixture.ts";

const random = (purpose: string) => stream(1, "hermite", purpose);

/** E ψ, a_0, …, a_7, E ψ'². */
const table: Record<string, readonly number[]> = {
  relu: [0.39894228, 0.5, 0.39894228, 0, -0.1628675, 0, 0.10925484, 0, -0.08429194, 0.5],
  "leaky-relu:0.1": [0.35904805, 0.55, 0.35904805, 0, -0.14658075, 0, 0.09832936, 0, -0.07586275, 0.505],
  abs: [0.79788456, 0, 0.79788456, 0, -0.32573501, 0, 0.21850969, 0, -0.16858388, 1],
  tanh: [0, 0.60570551, 0, -0.25710076, 0, 0.13986051, 0, -0.08319676, 0, 0.4644029],
  sigmoid: [0.5, 0.20662096, 0, -0.04412098, 0, 0.01314151, 0, -0.0045683, 0, 0.04483624],
  softplus: [0.80605918, 0.5, 0.20662096, 0, -0.02547326, 0, 0.00587706, 0, -0.00172666, 0.29337904],
  sin: [0, 0.60653066, 0, -0.42888194, 0, 0.12380755, 0, -0.02260406, 0, 0.56766764],
  hardtanh: [0, 0.68268949, 0, -0.34219828, 0, 0.19756827, 0, -0.1082126, 0, 0.68268949],
};
const activations = Object.keys(table) as Activation[];

function assertRow(
  name: string,
  { mean, coefficients, squared }: ReturnType<typeof hermiteSeries>,
  row: readonly number[],
) {
  [mean, ...coefficients, squared].forEach((value, at) => {
    assert.ok(Math.abs(value - row[at]) <= 6e-9, `${name} ${at}: ${value} ${row[at]}`);
  });
}

/** Φ(t), by quadrature. */
function normalBelow(t: number): number {
  const { nodes, weights } = gaussLegendre(60);
  const end = Math.min(Math.abs(t), 9);
  const half = nodes.reduce(
    (sum, node, i) => sum + ((weights[i] * end) / 2) * Math.exp(-(((end / 2) * (1 + node)) ** 2) / 2),
    0,
  );
  return 0.5 + (Math.sign(t) * half) / Math.sqrt(2 * Math.PI);
}

test("the coefficients of every activation are those of the table", () => {
  for (const activation of activations) {
    assertRow(activation, hermiteCoefficients(activation, 7), table[activation]);
  }
});

test("so are those of erf and GELU, which are activations of no network here", () => {
  const erf = {
    value: (t: number) => 2 * normalBelow(t * Math.SQRT2) - 1,
    slope: (t: number) => (2 / Math.sqrt(Math.PI)) * Math.exp(-t * t),
    kinks: [],
  };
  const erfRow = [0, 0.65147002, 0, -0.30710591, 0, 0.17730768, 0, -0.10790602, 0, 0.56941003];
  const gelu = {
    value: (t: number) => t * normalBelow(t),
    slope: (t: number) => normalBelow(t) + (t * Math.exp((-t * t) / 2)) / Math.sqrt(2 * Math.PI),
    kinks: [],
  };
  const geluRow = [0.28209479, 0.5, 0.42314219, 0, -0.1439559, 0, 0.06759799, 0, -0.03352691, 0.45585087];
  for (const [name, row, numerical] of [
    ["erf", erfRow, hermiteSeries(erf, 60)],
    ["gelu", geluRow, hermiteSeries(gelu, 60)],
  ] as const) {
    const { coefficients, squared, mean } = hermiteCoefficients(name, 60);
    assertRow(name, { coefficients: coefficients.subarray(0, 8), squared, mean }, row);
    assert.ok(Math.abs(squared - numerical.squared) <= 1e-12 && Math.abs(mean - numerical.mean) <= 1e-12);
    coefficients.forEach((value, l) => {
      assert.ok(Math.abs(value - numerical.coefficients[l]) <= 1e-12, `${name} ${l}: ${value}`);
    });
  }
});

test("Hermite polynomials have the values of the table, those of their coefficients, and are orthonormal", () => {
  for (const [m, value] of [
    [2, 0.88388348],
    [3, -0.45927933],
    [50, 0.20532954],
    [200, -0.30180023],
  ]) {
    assert.ok(Math.abs(hermitePolynomial(m, 1.5) - value) <= 6e-9, `${m}`);
  }
  for (let m = 0; m <= 8; m++) {
    assert.ok(Math.abs(hermitePolynomial(m, -0.7) - polynomialAt(hermite(m), -0.7)) <= 1e-13, `${m}`);
    const { coefficients } = hermiteSeries(
      { value: () => 0, slope: (t) => hermitePolynomial(m, t), kinks: [] },
      8,
    );
    coefficients.forEach((value, l) => {
      assert.ok(Math.abs(value - (l === m ? 1 : 0)) <= 1e-13, `${m} ${l}: ${value}`);
    });
  }
  assert.throws(() => hermitePolynomial(-1, 0), /m must lie in \{0, 1, …\}, got -1/);
});

test("E H_m(g) H_m(h) is rho^m for Gaussians of correlation rho, by simulation", () => {
  const draws = 100_000;
  const gaussian = random("lemma 10");
  const rho = 0.6;
  const sums = [0, 0, 0, 0];
  for (let draw = 0; draw < draws; draw++) {
    const g = gaussian.gaussian();
    const G = hermiteValues(3, g);
    const H = hermiteValues(3, rho * g + Math.sqrt(1 - rho * rho) * gaussian.gaussian());
    for (let m = 0; m <= 3; m++) sums[m] += (G[m] * H[m]) / draws;
  }
  sums.forEach((mean, m) => {
    assert.ok(Math.abs(mean - rho ** m) <= 0.06, `${m}: ${mean}`);
  });
});

test("the coefficients of ReLU by quadrature are those of its recurrence, up to order 200", () => {
  const { coefficients } = hermiteCoefficients("relu", 200);
  let expected = 1 / Math.sqrt(2 * Math.PI);
  for (let l = 1; l <= 199; l += 2) {
    assert.ok(Math.abs(coefficients[l] - expected) <= 1e-13, `${l}: ${coefficients[l]} ${expected}`);
    assert.ok(Math.abs(coefficients[l + 1]) <= 1e-13, `${l + 1}`);
    expected *= -l / Math.sqrt((l + 1) * (l + 2));
  }
});

test("a coefficient is a mean over Gaussians, by simulation", () => {
  const draws = 100_000;
  const t = random("means").gaussians(draws);
  for (const activation of activations) {
    const { slope } = activationFunction(activation);
    const { coefficients } = hermiteCoefficients(activation, 3);
    const sums = [0, 0, 0, 0];
    t.forEach((g) => {
      hermiteValues(3, g).forEach((H, l) => {
        sums[l] += (slope(g) * H) / draws;
      });
    });
    // |ψ'| <= 1 and E H_l² = 1.
    sums.forEach((mean, l) => {
      assert.ok(Math.abs(mean - coefficients[l]) <= 4 / Math.sqrt(draws), `${activation} ${l}`);
    });
  }
});

test("partial sums of squares rise to E psi'^2, and the coefficients of psi are a_{l-1}/sqrt(l)", () => {
  fc.assert(
    fc.property(fc.constantFrom(...activations), fc.integer({ min: 1, max: 60 }), (activation, order) => {
      const { value, pieces } = activationFunction(activation);
      const { coefficients, squared, mean } = hermiteCoefficients(activation, order);
      let sum = 0;
      for (const a of coefficients) sum += a * a;
      assert.ok(sum <= squared * (1 + 1e-14));
      const direct = hermiteSeries(
        { value: () => 0, slope: value, kinks: pieces?.kinks ?? [] },
        order,
      ).coefficients;
      assert.ok(Math.abs(direct[0] - mean) <= 1e-13);
      for (let l = 1; l <= order; l++) {
        assert.ok(Math.abs(direct[l] - coefficients[l - 1] / Math.sqrt(l)) <= 1e-13, `${activation} ${l}`);
      }
      if (["tanh", "sin", "hardtanh", "sigmoid"].includes(activation)) {
        for (let l = 1; l <= order; l += 2) assert.ok(Math.abs(coefficients[l]) <= 1e-13);
      }
    }),
    { numRuns: 25 },
  );
});

test("tails are those of the table, fall, and keep their digits where they are tiny", () => {
  for (const [from, tail] of [
    [1, 0.25],
    [2, 0.09084506],
    [3, 0.09084506],
    [5, 0.06431923],
    [9, 0.04527748],
    [17, 0.03189705],
    [33, 0.02250421],
  ]) {
    assert.ok(Math.abs(reluTail(from) - tail) <= 6e-9, `${from}`);
    assert.ok(Math.abs(hermiteTail("relu", from) - reluTail(from)) <= 1e-12, `${from}`);
  }
  for (const [activation, tail] of [
    ["tanh", 1.186e-2],
    ["sigmoid", 2.466e-5],
    ["softplus", 3.386e-6],
    ["sin", 5.202e-4],
    ["erf", 1.924e-2],
    ["gelu", 1.509e-3],
  ] as const) {
    assert.ok(Math.abs(hermiteTail(activation, 6) / tail - 1) <= 5e-4, activation);
  }
  assert.ok(closeTo(hermiteTail("relu", 10_000), 0.12698 / 100, 1e-2));
  assert.ok(closeTo(hermiteTail("relu", 10_000), reluTail(10_000), 1e-9));
  // a_l of sin: e^{−1/2}/√l! for even l, up to sign.
  let factorial = 1;
  for (let l = 1; l <= 20; l++) factorial *= l;
  const term = Math.exp(-1) / factorial;
  assert.ok(closeTo(hermiteTail("sin", 20), term * (1 + 1 / (21 * 22)), 1e-4));
});

/** Σ_{l >= from} a_l² of ReLU, by its recurrence. */
function reluTail(from: number): number {
  let sum = from <= 0 ? 0.5 : 0.25;
  let square = 1 / (2 * Math.PI);
  for (let l = 1; l < from; l += 2) {
    sum -= square;
    square *= (l * l) / ((l + 1) * (l + 2));
  }
  return sum;
}

test("the kernel of the coefficients is the arcsine kernel for ReLU", () => {
  const { coefficients } = hermiteCoefficients("relu", 60);
  for (const rho of [-0.6, 0.1, 0.2814, 0.5]) {
    const series = coefficients.reduce((sum, a, l) => sum + a * a * rho ** (l + 1), 0);
    assert.ok(Math.abs(series - rho * (1 / 4 + Math.asin(rho) / (2 * Math.PI))) <= 1e-13, `${rho}`);
  }
});

const question = { n: 2000, d: 200, gamma: 0.33, omega: 1.7, epsilon: 0.1, activation: "relu" } as const;

test("Theorems 2 and 6 need the neurons of the specification", () => {
  for (const [theorem, variant, neurons] of [
    [2, "printed", 5856.8194],
    [2, "square-root", 2141.3035],
    [2, "corrected", 1.6 * 2141.3035],
    [6, "printed", 9737.416],
    [6, "corrected", 11956.318],
  ] as const) {
    const found = neuronsForMemorization({ ...question, theorem, variant });
    assert.ok(closeTo(found.neurons, neurons, 1e-6), `${theorem} ${variant}: ${found.neurons}`);
    assert.ok(closeTo(found.r, 7.48113, 1e-6));
  }
  const { order, tail } = neuronsForMemorization({ ...question, theorem: 6, variant: "corrected" });
  assert.equal(order, 7);
  assert.ok(closeTo(tail ?? 0, 0.05238261, 1e-6));
  const wide = { ...question, d: 1000, gamma: 0.1595, omega: 2.865 };
  for (const [theorem, variant, neurons] of [
    [2, "printed", 1192],
    [2, "square-root", 561],
    [6, "corrected", 3282],
  ] as const) {
    assert.ok(closeTo(neuronsForMemorization({ ...wide, theorem, variant }).neurons, neurons, 1e-3));
  }
});

test("Theorem 6 has L as printed, and L^2 with the later order as corrected", () => {
  const each = (1.7 * 2000 * Math.log(10)) / 200;
  // erf: L = 2/√π, and its tails from the rows of the table.
  const squares = [0.65147002, 0.30710591, 0.17730768, 0.10790602].map((a) => a * a);
  const tailFrom = (terms: number) =>
    squares.slice(0, terms).reduce((rest, square) => rest - square, 0.56941003);
  for (const [variant, L, tail] of [
    ["printed", 2 / Math.sqrt(Math.PI), tailFrom(2)],
    ["corrected", 4 / Math.PI, tailFrom(4)],
  ] as const) {
    const found = neuronsForMemorization({ ...question, activation: "erf", theorem: 6, variant });
    assert.ok(closeTo(found.neurons, (16 * L * each) / tail, 1e-5), `${variant} ${found.neurons}`);
    assert.ok(closeTo(found.tail ?? 0, tail, 1e-5));
  }
});

test("neurons rise with n, omega, gamma and 1/epsilon, and fall with d", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 2, max: 5000 }),
      fc.integer({ min: 1, max: 500 }),
      fc.double({ min: 0.3, max: 0.8, noNaN: true }),
      fc.constantFrom(...([2, 6] as const)),
      fc.constantFrom(...(["printed", "corrected"] as const)),
      (n, d, gamma, theorem, variant) => {
        const count = (change: object) =>
          neuronsForMemorization({ ...question, n, d, gamma, theorem, variant, ...change }).neurons;
        const here = count({});
        assert.ok(count({ n: n + 1 }) >= here && count({ omega: 2 }) > here);
        assert.ok(count({ gamma: gamma + 0.1 }) >= here && count({ epsilon: 0.05 }) > here);
        assert.ok(count({ d: d + 1 }) < here);
      },
    ),
    { numRuns: 25 },
  );
});

test("what no theorem speaks of is refused by name", () => {
  const six = { ...question, theorem: 6, variant: "corrected" } as const;
  assert.throws(
    () => neuronsForMemorization({ ...six, activation: "polynomial:0,0,1" }),
    /^RangeError: activation must lie in those with Hermite mass from order 7 on, got polynomial:0,0,1$/,
  );
  assert.throws(
    () => neuronsForMemorization({ ...six, activation: "step" }),
    /activation must lie in the functions without a jump, got step/,
  );
  assert.throws(() => neuronsForMemorization({ ...six, gamma: 1 }), /gamma must lie in \(0, 1\), got 1/);
  assert.throws(
    () => neuronsForMemorization({ ...six, theorem: 2, activation: "tanh" }),
    /activation must lie in \{relu\}, got tanh/,
  );
  assert.throws(
    () => neuronsForMemorization({ ...six, variant: "square-root" }),
    /variant must lie in \{printed, corrected\}, got square-root/,
  );
});

test("the law answers from numbers and from data, and says where it is vacuous", () => {
  const { activation: _, ...numbers } = question;
  const { bounds, details } = hermiteLaw.ask({ numbers, choices: { activation: "relu" }, random });
  assert.equal(bounds.length, 5);
  assert.ok(bounds.every(({ kind, vacuous }) => kind === "upper" && vacuous));
  assert.ok(Math.abs(Number(details?.a_1) - 0.39894228) <= 1e-8);
  const choices = { activation: "tanh" };
  const found = hermiteLaw.ask({
    numbers: { epsilon: 0.5 },
    choices,
    data: sampledData(100, 50),
    random,
  });
  assert.equal(found.bounds.length, 2);
  assert.ok(found.bounds.every(({ hypotheses }) => hypotheses.every(({ ok }) => ok)));
  const half = sampledData(100, 50);
  const { bounds: failed } = hermiteLaw.ask({
    numbers: { epsilon: 0.5 },
    choices,
    data: { ...half, X: half.X.map((x) => x / 2) },
    random,
  });
  assert.deepEqual(
    failed.map(({ hypotheses }) => hypotheses.map(({ ok }) => ok)),
    [
      [false, true],
      [false, true],
    ],
  );
  const twice = { n: 2, d: 1, X: Float64Array.of(1, 1), y: Float64Array.of(1, -1) };
  const { bounds: none, warnings } = hermiteLaw.ask({
    numbers: { epsilon: 0.5 },
    choices,
    data: twice,
    random,
  });
  assert.deepEqual(none, []);
  assert.deepEqual(warnings, ["Two points have one direction: no theorem speaks of them."]);
  for (const gamma of [0, 1]) {
    assert.throws(
      () => hermiteLaw.ask({ numbers: { ...numbers, gamma }, choices, random }),
      new RegExp(`^RangeError: gamma must lie in \\(0, 1\\), got ${gamma}$`),
    );
  }
  // Points at right angles.
  const square = { n: 2, d: 2, X: Float64Array.of(1, 0, 0, 1), y: Float64Array.of(1, -1) };
  const crossed = hermiteLaw.ask({ numbers: { epsilon: 0.5 }, choices, data: square, random });
  assert.equal(crossed.details?.r, 1);
  const gelu = hermiteLaw.ask({ numbers, choices: { activation: "gelu" }, random });
  assert.ok(closeTo(Number(gelu.details?.a_1), 0.42314219, 1e-7) && gelu.bounds.length === 2);
  assert.throws(
    () => hermiteLaw.ask({ numbers: { ...numbers, omega: undefined }, choices, random }),
    /hermite: give --omega/,
  );
});
