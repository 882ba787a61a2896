import assert from "node:assert/strict";
import test from "node:test";
import {
  checkSpec,
  completeSpec,
  defaultSpec,
  partialSpecSchema,
  type SpecFile,
  specFileSchema,
} from "../../src/experiment/spec.ts";

const check = (value: unknown): SpecFile => checkSpec(specFileSchema, value, "my.yaml");

function problem(value: unknown): string {
  let message = "";
  assert.throws(
    () => check(value),
    (error: Error) => {
      assert.equal(error.name, "SpecError");
      message = error.message;
      return true;
    },
    `${JSON.stringify(value)} is accepted`,
  );
  return message;
}

test("a grid is a number, a text or a list of both", () => {
  assert.deepEqual(check({ n: 500, d: "50:n/5", k: [10, "n", "10*n/d"] }), {
    n: "500",
    d: "50:n/5",
    k: "10,n,10*n/d",
  });
});

test("data have one spelling, whatever was written", () => {
  assert.equal(check({ data: "clusters: 02 + flip:.10" }).data, "clusters:2+flip:0.1");
  assert.equal(check({ data: "sphere" }).data, "sphere");
});

test("data are one family or several, as a list or with commas, each once", () => {
  assert.equal(check({ data: ["sphere", "student: 3", "sphere"] }).data, "sphere,student:3");
  assert.equal(check({ data: "sphere, student:03,sphere" }).data, "sphere,student:3");
  assert.match(problem({ data: ["sphere", "torus"] }), /^my\.yaml: data must be one of gaussian, /);
  assert.match(problem({ data: "sphere," }), /^my\.yaml: data must be one of gaussian, /);
  assert.match(problem({ data: [] }), /^my\.yaml: data must be one of gaussian, .*, or a list of them$/);
});

test("an unknown key is refused with the keys there are", () => {
  assert.match(
    problem({ m: 5 }),
    /^my\.yaml: unknown key "m", the keys are name, title, .*, n, d, k, .*measure, laws$/,
  );
  assert.match(
    problem({ scales: { smoke: { title: "x" } } }),
    /^my\.yaml: unknown key "title" under scales\.smoke, the keys are n, d, k, /,
  );
  assert.ok(!problem({ scales: { smoke: { m: 1 } } }).includes("scales,"));
});

test("keys of Object.prototype are unknown keys, and pollute nothing", () => {
  for (const key of ["constructor", "toString", "hasOwnProperty"]) {
    assert.match(problem({ [key]: 1 }), new RegExp(`unknown key "${key}"`));
  }
  assert.match(problem(JSON.parse('{"__proto__": {"n": 5}}')), /unknown key "__proto__"/);
  const file = check(JSON.parse('{"n": 5, "scales": {"__proto__": {"n": 7}}}'));
  assert.throws(() => completeSpec(file, "__proto__", {}, "my.yaml"), /there is no scale "__proto__"/);
  assert.equal(Object.hasOwn(Object.prototype, "n"), false);
});

test("a value of the wrong type or out of range is refused by its key, saying what it must be", () => {
  for (const [value, expected] of [
    [{ n: null }, "n must be a number, a grid such as 50:n/5, or a list of them"],
    [{ n: [] }, "n must be a number, a grid such as 50:n/5, or a list of them"],
    [{ n: [1, [2]] }, "n must be a number, a grid such as 50:n/5, or a list of them"],
    [{ n: true }, "n must be a number, a grid such as 50:n/5, or a list of them"],
    [{ n: Number.POSITIVE_INFINITY }, "n must be a number, a grid such as 50:n/5, or a list of them"],
    [
      { data: "torus" },
      "data must be one of gaussian, sphere, ball, cube, vertices, subspace:R, clusters:K, laplace, student:NU, with +flip:Q (of clusters) or +noise:S after it",
    ],
    [
      { data: 3 },
      "data must be one of gaussian, sphere, ball, cube, vertices, subspace:R, clusters:K, laplace, student:NU, or a list of them",
    ],
    [
      { data: "sphere+flip:0.1" },
      "data must be clusters:K for +flip:Q: sphere has random signs, and flips leave them so",
    ],
    [
      { figure: "pie" },
      "figure must be one of sweep, experiment1, experiment2, constructions, depth, theorem5, theorem6, theorem8-9, total-weight, generic-check, lemma14, universal-rate, lower-bounds, isoperimetry, noise-level, prediction",
    ],
    [{ measure: "spectral" }, "measure must be a list of bracket, spectral, weight, sphere"],
    [{ measure: ["speed"] }, "measure.0 must be one of bracket, spectral, weight, sphere"],
    [{ epsilon: -1 }, "epsilon must be a number greater than 0, or a list of them"],
    [{ epsilon: 0 }, "epsilon must be a number greater than 0, or a list of them"],
    [{ epsilon: "small" }, "epsilon must be a number greater than 0, or a list of them"],
    [{ epsilon: "0.1,,0.2" }, "epsilon must be a number greater than 0, or a list of them"],
    [{ epsilon: [] }, "epsilon must be a number greater than 0, or a list of them"],
    [{ epsilon: [0.1, -1] }, "epsilon must be a number greater than 0, or a list of them"],
    [{ epsilon: Number.NaN }, "epsilon must be a number greater than 0, or a list of them"],
    [{ filter: "none" }, "filter must be one of signs, loss"],
    [{ learning_rate: 0 }, "learning_rate must be greater than 0"],
    [{ max_steps: 0 }, "max_steps must be a whole number from 1 to 1000000000"],
    [{ max_steps: 1.5 }, "max_steps must be a whole number from 1 to 1000000000"],
    [{ draws: "many" }, "draws must be a whole number from 1 to 1000000000"],
    [{ replicates: 0 }, "replicates must be a whole number from 1 to 1000000"],
    [{ seed: -1 }, "seed must be a whole number from 0 to 9007199254740991"],
    [{ seed: 2 ** 53 }, "seed must be a whole number from 0 to 9007199254740991"],
    [{ name: 3 }, "name must be lower-case letters, digits and hyphens, at most 64 of them"],
    [{ name: "../up" }, "name must be lower-case letters, digits and hyphens, at most 64 of them"],
    [{ name: "a".repeat(65) }, "name must be lower-case letters, digits and hyphens, at most 64 of them"],
    [{ title: 4 }, "title must be a text"],
    [{ scales: 4 }, "scales must hold names of scales, with keys such as n under each"],
    [{ scales: { A: {} } }, "scales.A must be lower-case letters, digits and hyphens, at most 64 of them"],
    [{ scales: { small: 4 } }, "scales.small must hold keys such as n"],
    [
      { scales: { small: { n: {} } } },
      "scales.small.n must be a number, a grid such as 50:n/5, or a list of them",
    ],
  ] as const) {
    assert.equal(problem(value), `my.yaml: ${expected}`);
  }
});

test("a flag's fault is named by the flag alone", () => {
  assert.throws(() => checkSpec(partialSpecSchema, { epsilon: -1 }, "--epsilon", false), {
    name: "SpecError",
    message: "--epsilon: must be a number greater than 0, or a list of them",
  });
});

test("thresholds are a number, a text or a list, each once", () => {
  for (const [given, expected] of [
    [0.1, [0.1]],
    ["0.1", [0.1]],
    ["0.5, 0.1,0.5", [0.5, 0.1]],
    [
      [0.5, 0.1, 0.5],
      [0.5, 0.1],
    ],
  ] as const) {
    assert.deepEqual(checkSpec(partialSpecSchema, { epsilon: given }, "test").epsilon, expected);
  }
});

test("a flag overrides the scale, the scale the file, the file the defaults", () => {
  const file = check({ n: 1, d: 2, k: 3, seed: 4, scales: { big: { d: 20, k: 30 }, bigger: { d: 200 } } });
  const spec = completeSpec(file, "big", { k: "300", epsilon: undefined }, "my.yaml");
  assert.deepEqual(spec, { ...defaultSpec, n: "1", d: "20", k: "300", seed: 4 });
});

test("a specification without n is refused with an example", () => {
  assert.throws(() => completeSpec({}, undefined, {}, "my.yaml"), {
    name: "SpecError",
    message: "my.yaml: no n, give the numbers of points such as --n 500",
  });
});

test("an unknown scale is refused with the scales there are", () => {
  const file = check({ n: 1, scales: { smoke: {}, paper: {} } });
  assert.throws(() => completeSpec(file, "huge", {}, "my.yaml"), {
    name: "SpecError",
    message: 'my.yaml: there is no scale "huge", there are: smoke, paper',
  });
  for (const scale of ["constructor", "__proto__", "toString"]) {
    assert.throws(() => completeSpec(file, scale, {}, "my.yaml"), /there is no scale/);
  }
});
