import assert from "node:assert/strict";
import test from "node:test";
import { genericPoints, randomSigns } from "../../src/data/generic.ts";
import { planTrials, type Trial } from "../../src/experiment/plan.ts";
import { completeSpec, measures, type PartialSpec } from "../../src/experiment/spec.ts";
import { runTrial, trialData } from "../../src/experiment/trial.ts";
import { bracket } from "../../src/lipschitz/bracket.ts";
import { maximumRandomGradient } from "../../src/lipschitz/maximum-random-gradient.ts";
import { isDeep } from "../../src/network/deep.ts";
import { evaluate, gradient, norm, totalWeight } from "../../src/network/evaluate.ts";
import { stream } from "../../src/numeric/random.ts";
import { wasmEngine } from "../../src/train/fused/engine.ts";
import { initialParameters } from "../../src/train/initial.ts";
import { memorizes } from "../../src/train/memorize.ts";
import { defaultSettings, train } from "../../src/train/train.ts";

function trials(flags: PartialSpec): readonly Trial[] {
  return planTrials(completeSpec({}, undefined, { n: "50", d: "40", k: "30", ...flags }, "test")).trials;
}

async function run(trial: Trial, measure = measures as readonly (typeof measures)[number][]) {
  const { result, arrays } = await runTrial(trial, wasmEngine, { measure });
  const { seconds: _, ...findings } = result;
  return { findings, arrays };
}

test("every number of a result can be recomputed from the arrays behind it", async () => {
  const [trial] = trials({});
  const { findings, arrays } = await run(trial);
  const { network, witness } = arrays;
  const data = trialData(trial);
  assert.ok(network && !isDeep(network) && witness);
  const { outcome, loss, signErrors } = memorizes(evaluate(network, data.X), data.y, trial.epsilon);
  assert.equal(findings.outcome, "kept");
  assert.deepEqual([findings.outcome, findings.loss, findings.signErrors], [outcome, loss, signErrors]);
  assert.equal(findings.maxRandomGradient, norm(gradient(network, witness)));
  assert.equal(findings.totalWeight, totalWeight(network));
  assert.equal(
    findings.labelSum,
    data.y.reduce((sum, label) => sum + label, 0),
  );
  assert.ok(findings.spectralBound && findings.maxRandomGradient <= findings.spectralBound);
});

test("points, labels, weights and gradient draws come from streams of their own, keyed by the trial", async () => {
  const [trial] = trials({});
  const random = (purpose: string) => stream(trial.seed, trial.id, purpose);
  const X = genericPoints(trial, "gaussian", random("points"));
  const data = { n: trial.n, d: trial.d, X, y: randomSigns(trial.n, random("labels")) };
  const { network } = await train(wasmEngine, data, () => initialParameters(trial, random("weights")), {
    epsilon: trial.epsilon,
    maxSteps: trial.maxSteps,
    settings: { ...defaultSettings, learningRate: trial.learningRate },
  });
  // What is found on the sphere would be a start of the search, too.
  const { arrays } = await run(trial, ["bracket"]);
  assert.ok(network);
  const { witness } = maximumRandomGradient(network, { draws: trial.draws, random: random("gradient") });
  const { lower } = bracket(network, {
    random: random("bracket"),
    radius: 1,
    steps: 15,
    lines: 0,
    starts: [witness],
  });
  assert.deepEqual(arrays, { network, witness, lowerWitness: lower.witness });
});

test("a trial's result depends on nothing that ran before it", async () => {
  const [first, second] = trials({ k: "20,30" });
  const alone = await run(second);
  await run(first);
  assert.deepEqual(await run(second), alone);
});

test("a measure that is not asked for is missing, and changes no other number", async () => {
  const [trial] = trials({});
  const { findings } = await run(trial);
  const bare = (await run(trial, [])).findings;
  assert.ok(
    !("spectralBound" in bare) &&
      !("totalWeight" in bare) &&
      !("lipschitzUpper" in bare) &&
      !("sphereGradient" in bare),
  );
  const {
    spectralBound: _,
    totalWeight: __,
    lipschitzLower,
    lipschitzUpper,
    sphereGradient = 0,
    sphereTangential = 1,
    ...rest
  } = findings;
  assert.ok(sphereTangential <= sphereGradient * (1 + 1e-9));
  // The search of the lower bound starts there, too.
  assert.ok(sphereGradient <= (lipschitzLower ?? 0) * (1 + 1e-6) && sphereGradient <= (lipschitzUpper ?? 0));
  assert.ok(lipschitzLower !== undefined && lipschitzUpper !== undefined);
  assert.ok(
    (findings.maxRandomGradient ?? 0) <= lipschitzLower * (1 + 1e-12) && lipschitzLower <= lipschitzUpper,
  );
  assert.deepEqual(bare, rest);
});

test("replicates, seeds and sizes have data of their own; the points do not depend on what is measured", () => {
  const [one, two] = trials({ replicates: 2 });
  const [other] = trials({ seed: 2 });
  assert.notDeepEqual(trialData(one).X, trialData(two).X);
  assert.notDeepEqual(trialData(one).X, trialData(other).X);
  assert.deepEqual(trialData(one), trialData(trials({ measure: [] })[0]));
});

test("a start in the span of the points has no weight on empty coordinates, and the usual one keeps its own", async () => {
  const flags = { data: "subspace:10", n: "30", d: "20", k: "40", method: ["train", "train,start=span"] };
  const [usual, spanned] = trials(flags);
  const weights = async (trial: Trial) => {
    const { network } = (await run(trial, [])).arrays;
    assert.ok(network && !isDeep(network));
    return network.W;
  };
  const empty = (W: Float64Array) => W.filter((_, i) => i % 20 >= 10);
  assert.deepEqual(trialData(usual), trialData(spanned));
  assert.ok(empty(await weights(spanned)).every((weight) => weight === 0));
  assert.ok(empty(await weights(usual)).every((weight) => weight !== 0));
});

test("trials of several errors are one path of training, stopped at each", async () => {
  const path = trials({ data: "clusters:2+flip:0.1", epsilon: [0.5, 0.36, 0.02], filter: "loss" });
  const runs = [];
  for (const trial of path) runs.push(await run(trial, []));
  const [half, , fitted] = path;
  assert.deepEqual(trialData(half), trialData(fitted));
  const steps = runs.map(({ findings }) => findings.steps ?? -1);
  assert.ok(steps[0] <= steps[1] && steps[1] < steps[2], `${steps}`);
  assert.ok(
    runs.every(
      ({ findings, arrays }, i) =>
        findings.outcome === "kept" && (findings.loss ?? 1) <= path[i].epsilon && arrays.network,
    ),
  );
  // The same as the whole training, given up after so many steps.
  const cut = await run({ ...fitted, maxSteps: steps[0] }, []);
  assert.equal(cut.findings.outcome, "loss");
  assert.deepEqual(cut.arrays.network, runs[0].arrays.network);
  // The measures draw on their own.
  assert.notDeepEqual(cut.arrays.witness, runs[0].arrays.witness);
});

test("the filter of the loss keeps a network with wrong signs, the usual one trains on", async () => {
  const flags = { data: "clusters:2+flip:0.1", n: "100", d: "20", epsilon: [0.4] };
  const [loose] = trials({ ...flags, filter: "loss" });
  const { findings } = await run(loose, []);
  assert.equal(findings.outcome, "kept");
  assert.ok((findings.signErrors ?? 0) > 0 && (findings.loss ?? 1) <= 0.4);
  const strict = await run({ ...loose, filter: "signs" }, []);
  assert.equal(strict.findings.outcome, "kept");
  assert.equal(strict.findings.signErrors, 0);
  assert.ok((strict.findings.steps ?? 0) > (findings.steps ?? 0));
});

test("a diverged trial has steps and data, and no loss, no network and no measures", async () => {
  const [trial] = trials({ learning_rate: 1e30 });
  const { findings, arrays } = await run(trial);
  const labelSum = trialData(trial).y.reduce((sum, label) => sum + label, 0);
  assert.deepEqual(findings, { outcome: "diverged", steps: findings.steps, labelSum });
  assert.deepEqual(arrays, {});
});

test("a rejected network is measured like a kept one", async () => {
  const [trial] = trials({ max_steps: 2 });
  const { findings, arrays } = await run(trial);
  assert.equal(findings.outcome, "loss");
  assert.equal(findings.steps, 2);
  assert.ok(arrays.network && (findings.maxRandomGradient ?? 0) > 0 && (findings.totalWeight ?? 0) > 0);
});
