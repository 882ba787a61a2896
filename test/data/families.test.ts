import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { type Family, familyNames, familyPoints, leastDimension, numberOf } from "../../src/data/families.ts";
import { stream } from "../../src/numeric/random.ts";
import { studentCentralProbability } from "../../src/numeric/student.ts";

const random = (purpose = "points", seed = 1) => stream(seed, "generic", purpose);

function rows(family: Family, n: number, d: number, seed = 1) {
  const { X, signs } = familyPoints(family, { n, d }, random("points", seed));
  return { points: Array.from({ length: n }, (_, i) => X.subarray(i * d, (i + 1) * d)), signs };
}

function squared(x: Float64Array): number {
  return x.reduce((sum, value) => sum + value * value, 0);
}

/** Whether independent values have this mean, to 3 standard deviations of their own; the seeds are fixed. */
function assertMean(values: readonly number[], expected: number, what: string): void {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const sd = Math.sqrt(variance / values.length);
  assert.ok(Math.abs(mean - expected) <= 3 * sd + 1e-12, `${what}: ${mean}, expected ${expected} ± ${sd}`);
}

const shown = (value: boolean) => (value ? 1 : 0);
const [n, d] = [4000, 12];

/** Var x_1 and E x_1⁴, times d and d², of the first coordinate, and E‖x‖². */
const moments: readonly (readonly [Family, number, number, number])[] = [
  [{ name: "gaussian" }, 1, 3, 1],
  [{ name: "sphere" }, 1, (3 * d) / (d + 2), 1],
  [{ name: "ball" }, 1, (3 * (d + 2)) / (d + 4), 1],
  [{ name: "cube" }, 1, 9 / 5, 1],
  [{ name: "vertices" }, 1, 1, 1],
  [{ name: "subspace", number: 3 }, d / 3, 3 * (d / 3) ** 2, 1],
  [{ name: "laplace" }, 1, 6, 1],
  // E t⁴ of ν degrees is 3 (ν − 2)/(ν − 4) for variance 1.
  [{ name: "student", number: 12 }, 1, (3 * 10) / 8, 1],
  // 1/K of the points have ±1 added here each way.
  [{ name: "clusters", number: 2 }, 1 + d, 3 + 6 * d + d * d, 2],
  [{ name: "clusters", number: 3 }, 1 + (2 / 3) * d, 3 + (2 / 3) * (6 * d + d * d), 2],
];

for (const [family, second, fourth, norm] of moments) {
  test(`${family.name} ${family.number ?? ""}: moments of coordinates and norms`, () => {
    const { points } = rows(family, n, d);
    assertMean(points.map(squared), norm, "E‖x‖²");
    assertMean(
      points.map((x) => d * x[0] ** 2),
      second,
      "d E x_1²",
    );
    assertMean(
      points.map((x) => d * d * x[0] ** 4),
      fourth,
      "d² E x_1⁴",
    );
    assertMean(
      points.map((x) => x[4] * x[5]),
      0,
      "E x_5 x_6",
    );
    assertMean(
      points.slice(1).map((x, i) => x[5] * points[i][5]),
      0,
      "successive points",
    );
  });
}

test("points lie where their family does", () => {
  const radius = Math.sqrt((d + 2) / d);
  const ball = rows({ name: "ball" }, n, d).points.map((x) => Math.sqrt(squared(x)));
  assert.ok(ball.every((length) => length <= radius));
  // Uniform: half of the volume lies within the radius 2^(−1/d).
  assertMean(
    ball.map((length) => shown(length <= radius * 0.5 ** (1 / d))),
    0.5,
    "inner half",
  );
  const side = Math.sqrt(12 / d);
  const cube = rows({ name: "cube" }, n, d).points;
  assert.ok(cube.every((x) => x.every((value) => Math.abs(value) <= side / 2)));
  assertMean(
    cube.map((x) => shown(x[0] <= -side / 4)),
    0.25,
    "first quarter",
  );
  const vertices = rows({ name: "vertices" }, n, d).points;
  assert.ok(vertices.every((x) => x.every((value) => Math.abs(value) === 1 / Math.sqrt(d))));
  const subspace = rows({ name: "subspace", number: 3 }, n, d).points;
  assert.ok(subspace.every((x) => x.slice(3).every((value) => value === 0) && x[2] !== 0));
});

test("tails are those of Laplace and Student", () => {
  const { points: laplace } = rows({ name: "laplace" }, n, d);
  for (const t of [0.2, 0.5, 1]) {
    assertMean(
      laplace.map((x) => shown(Math.abs(x[3]) > t)),
      Math.exp(-t * Math.sqrt(2 * d)),
      `Laplace beyond ${t}`,
    );
  }
  assertMean(
    laplace.map((x) => Math.sign(x[5])),
    0,
    "signs",
  );
  for (const degrees of [3, 5]) {
    const { points } = rows({ name: "student", number: degrees }, n, 1);
    for (const t of [0.5, 1, 3]) {
      assertMean(
        points.map(([x]) => shown(Math.abs(x) <= t * Math.sqrt((degrees - 2) / degrees))),
        studentCentralProbability(t, degrees),
        `Student ${degrees} within ${t}`,
      );
    }
  }
  // One radius for all coordinates: their squares go together.
  const { points: radial } = rows({ name: "student", number: 12 }, n, d);
  assertMean(
    radial.map((x) => (d * x[0] * x[1]) ** 2),
    10 / 8,
    "E x_1² x_2²",
  );
});

test("clusters lie around ±e_j with alternating signs, each as often as any other", () => {
  for (const number of [2, 3, 4]) {
    const { points, signs } = rows({ name: "clusters", number }, n, d);
    assert.ok(signs?.every((sign) => Math.abs(sign) === 1));
    assertMean(Array.from(signs ?? []), number === 3 ? 1 / 3 : 0, `${number} signs`);
    const plus = points.filter((_, i) => signs?.[i] === 1);
    const centres = Math.ceil(number / 2);
    for (let j = 0; j < centres; j++) {
      assertMean(
        plus.map((x) => x[j]),
        1 / centres,
        `${number}: plus, coordinate ${j}`,
      );
    }
    const minus = points.filter((_, i) => signs?.[i] === -1);
    assertMean(
      minus.map((x) => x[0]),
      -1 / Math.floor(number / 2),
      `${number}: minus`,
    );
    assertMean(
      minus.map((x) => x[d - 1]),
      0,
      `${number}: another coordinate`,
    );
  }
});

test("gaussian and sphere points are to the byte what they always were", () => {
  const hash = (X: Float64Array) =>
    createHash("sha256").update(new Uint8Array(X.buffer)).digest("hex").slice(0, 16);
  for (const [name, expected] of [
    ["gaussian", "d8e2f777e82af4ff"],
    ["sphere", "8ceb99db6493b5b2"],
  ] as const) {
    assert.equal(hash(familyPoints({ name }, { n: 50, d: 7 }, random()).X), expected);
  }
});

test("the first points of a longer sample are those of a shorter one, and seeds give other points", () => {
  for (const name of familyNames) {
    const family: Family = { name, ...(numberOf(name) && { number: 3 }) };
    const short = familyPoints(family, { n: 3, d: 5 }, random());
    const long = familyPoints(family, { n: 10, d: 5 }, random());
    assert.deepEqual(long.X.subarray(0, 15), short.X, name);
    assert.deepEqual(long.signs?.subarray(0, 3), short.signs, name);
    assert.notDeepEqual(familyPoints(family, { n: 10, d: 5 }, random("points", 2)).X, long.X, name);
  }
});

test("every family has a least dimension, and refuses those below it by name", () => {
  for (const [family, least] of [
    [{ name: "gaussian" }, 1],
    [{ name: "sphere" }, 2],
    [{ name: "ball" }, 1],
    [{ name: "subspace", number: 4 }, 4],
    [{ name: "clusters", number: 5 }, 3],
    [{ name: "student", number: 3 }, 1],
  ] as const) {
    assert.equal(leastDimension(family), least);
    assert.equal(familyPoints(family, { n: 2, d: least }, random()).X.length, 2 * least);
    assert.throws(() => familyPoints(family, { n: 2, d: least - 1 }, random()), {
      name: "RangeError",
      message: `d must be an integer >= ${least} for ${family.name} data, got ${least - 1}`,
    });
  }
});
