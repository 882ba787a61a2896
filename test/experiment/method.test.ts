import assert from "node:assert/strict";
import test from "node:test";
import { planTrials } from "../../src/experiment/plan.ts";
import { checkSpec, completeSpec, partialSpecSchema } from "../../src/experiment/spec.ts";
import { runTrial, trialData } from "../../src/experiment/trial.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";

const specOf = (flags: object) =>
  completeSpec({}, undefined, checkSpec(partialSpecSchema, flags, "test"), "test");

test("constructions without a k of their own are planned once, and all methods have the same data", () => {
  const sizes = { n: "40", d: "60", k: "5,20" };
  const { trials } = planTrials(
    specOf({ ...sizes, method: ["train", "construct:linear", "construct:caps, form=disjoint"] }),
  );
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

test("several methods meet the same data whatever k and the settings of training; one method has its own at each k", () => {
  const sizes = { n: "40", d: "20", k: "6,20", replicates: 2 };
  const both = planTrials(
    specOf({ ...sizes, method: ["train", "construct:caps", "construct:gauss-newton"] }),
  ).trials;
  const places = (trials: typeof both) => new Map(trials.map(({ replicate, dataId }) => [replicate, dataId]));
  assert.equal(new Set(both.map(({ dataId }) => dataId)).size, 2);
  for (const { replicate, dataId } of both) assert.equal(dataId, places(both).get(replicate));
  const patient = planTrials(
    specOf({ ...sizes, method: "construct:caps", epsilon: 0.3, max_steps: 9, draws: 7 }),
  ).trials;
  assert.deepEqual(places(patient), places(both));
  const alone = planTrials(specOf(sizes)).trials;
  assert.equal(new Set(alone.map(({ dataId }) => dataId)).size, 4);
  for (const { id, dataId } of alone) assert.equal(dataId, id);
  // One id stands for one configuration with its data.
  const ids = new Set(both.map(({ id }) => id));
  for (const { id } of alone) assert.ok(!ids.has(id));
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

test("depth=2 is train: the same trials and the same plan", () => {
  const plans = ["train", "train,depth=2", "train, depth = 2", ["train", "train,depth=2"]].map((method) =>
    planTrials(specOf({ n: "40", d: "20", k: "6,20", method })),
  );
  for (const plan of plans) {
    assert.deepEqual(plan.trials, plans[0].trials);
    assert.equal(plan.hash, plans[0].hash);
  }
});

test("deeper networks meet the data of train, under ids of their own, at each k or at their own", () => {
  const method = ["train", "train,k=7,depth=4", "train,depth=3"];
  const { trials } = planTrials(specOf({ n: "40", d: "20", k: "6,20", method }));
  assert.deepEqual(
    trials.map(({ method, k }) => [method, k]),
    [
      ["train", 6],
      ["train,depth=3", 6],
      ["train,depth=4,k=7", 7],
      ["train", 20],
      ["train,depth=3", 20],
    ],
  );
  assert.equal(new Set(trials.map(({ id }) => id)).size, trials.length);
  const data = trials.slice(0, 3).map(trialData);
  assert.deepEqual(data[1], data[0]);
  assert.deepEqual(data[2], data[0]);
});

for (const [method, message] of [
  ["train,depth=1", /train: depth: "1" is not a whole number from 2 to 6/],
  ["train,depth=7", /from 2 to 6/],
  ["train,depth=2.5", /"2.5" is not a whole number/],
  ["train,k=0", /train: k: "0" is not a whole number from 1/],
  ["train,depth", /train: "depth" is no option=value/],
  ["train,", /train: "" is no option=value/],
  ["train,width=3", /train has no option width, its options are depth, k, start/],
  ["train,start=origin", /train: start: "origin" is not span/],
  ["train,start=span,start=span", /train: start stands twice/],
  ["train,depth=3,depth=3", /train: depth stands twice/],
] as const) {
  test(`refused: ${method}`, () => {
    assert.throws(() => specOf({ n: "40", method }), message);
  });
}
