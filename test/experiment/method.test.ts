import assert from "node:assert/strict";
import test from "node:test";
import { planTrials } from "../../src/experiment/plan.ts";
import { checkSpec, completeSpec, partialSpecSchema } from "../../src/experiment/spec.ts";
import { runTrial, trialData } from "../../src/experiment/trial.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";

const specOf = (flags: object) =>
  completeSpec({}, undefined, checkSpec(partialSpecSchema, flags, "test"), "test");

test("trained trials have the ids that they have without other methods, and all methods the same data", () => {
  const sizes = { n: "40", d: "60", k: "5,20" };
  const alone = planTrials(specOf(sizes)).trials;
  const { trials } = planTrials(
    specOf({ ...sizes, method: ["train", "construct:linear", "construct:caps, form=disjoint"] }),
  );
  assert.deepEqual(
    trials.filter(({ method }) => method === "train").map(({ id }) => id),
    alone.map(({ id }) => id),
  );
  // Constructions without a k of their own are planned once.
  assert.deepEqual(
    trials.map(({ method, k }) => [method, k]),
    [
      ["train", 5],
      ["construct:linear", 5],
      ["construct:caps,form=disjoint", 5],
      ["train", 20],
    ],
  );
  const [trained, linear] = trials;
  assert.notEqual(trained.id, linear.id);
  assert.deepEqual(trialData(trained), trialData(linear));
});

test("a construction with a choice of k is planned for each", () => {
  const { trials } = planTrials(specOf({ n: "40", d: "20", k: "6,20", method: "construct:gauss-newton" }));
  assert.deepEqual(
    trials.map(({ k }) => k),
    [6, 20],
  );
  const tensors = (method: string) =>
    planTrials(specOf({ n: "40", d: "20", k: "6,20", method })).trials.length;
  assert.equal(tensors("construct:tensor"), 1);
  assert.equal(tensors("construct:tensor,degree=3,decompose=fit"), 2);
  const fixed = planTrials(specOf({ n: "40", d: "20", k: "6,20", method: "construct:gauss-newton,k=8" }));
  assert.equal(fixed.trials.length, 1);
});

test("a construction becomes a row: kept with its error, or refused with the hypothesis", async () => {
  const measure = ["bracket", "spectral", "weight", "sphere"] as const;
  const [fits, refused] = await Promise.all(
    ["60", "30"].map(async (d) => {
      const { trials } = planTrials(
        specOf({ n: "40", d, k: "5", data: "sphere", method: "construct:linear" }),
      );
      return (await runTrial(trials[0], wasmEngine, { measure })).result;
    }),
  );
  assert.equal(fits.outcome, "kept");
  assert.equal(fits.neurons, 2);
  assert.ok((fits.maxError ?? 1) <= 1e-12);
  const {
    lipschitzLower: lower = 0,
    lipschitzUpper: upper = 0,
    sphereGradient = 0,
    sphereTangential = 0,
  } = fits;
  assert.ok(
    lower <= upper &&
      sphereGradient <= lower * (1 + 1e-6) &&
      sphereTangential <= sphereGradient * (1 + 1e-12),
  );
  assert.equal(fits.steps, undefined);
  assert.equal(refused.outcome, "refused");
  assert.match(refused.message ?? "", /linear: needs n <= d \(got n=40, d=30\)/);
  assert.equal(refused.lipschitzUpper, undefined);
});

for (const [method, message] of [
  ["construct:circle", /"circle" is no construction, there are linear, /],
  ["trained", /"trained" is no method, take train, data or construct:NAME/],
  ["construct:caps,shape=round", /caps has no option shape, its options are form, threshold/],
  ["construct:caps,form", /caps: "form" is no option=value/],
  ["construct:caps,threshold=2", /threshold: "2" is not a number from 0 to 1/],
  ["construct:mcshane", /mcshane is no network/],
] as const) {
  test(`refused: ${method}`, () => {
    assert.throws(() => specOf({ n: "40", method }), message);
  });
}

test("what construct refuses of sampled data, a sweep has as refused, and trains on", async () => {
  for (const [data, method, message] of [
    ["cube+noise:0.2", "construct:baum-threshold", /^baum-threshold: needs two labels/],
    [
      "vertices",
      "construct:gauss-newton",
      /^gauss-newton: contradictory duplicates, points \d+ and \d+ are equal/,
    ],
  ] as const) {
    const { trials } = planTrials(
      specOf({ n: "40", d: "3", k: "10", data, method: ["train", method], max_steps: 20 }),
    );
    const [trained, built] = trials;
    assert.equal((await runTrial(trained, wasmEngine, { measure: [] })).result.outcome, "loss");
    const { result } = await runTrial(built, wasmEngine, { measure: [] });
    assert.equal(result.outcome, "refused");
    assert.match(result.message ?? "", message);
  }
});
