import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type Plan, planTrials, subsetOf } from "../../src/experiment/plan.ts";
import { completeSpec, type PartialSpec, type Spec } from "../../src/experiment/spec.ts";

const spec = (flags: PartialSpec): Spec => completeSpec({}, undefined, flags, "test");
const plan = (flags: PartialSpec): Plan => planTrials(spec(flags));
const ids = (flags: PartialSpec) => plan(flags).trials.map((trial) => trial.id);
const distinct = (numbers: number[]) => [...new Set(numbers)];

test("n = 2000 and nothing else plans 50 trials: 5 dimensions by 10 numbers of neurons", () => {
  const { trials } = plan({ n: "2000" });
  assert.equal(trials.length, 50);
  assert.deepEqual(distinct(trials.map((trial) => trial.d)), [50, 538, 1025, 1513, 2000]);
  const k = distinct(trials.map((trial) => trial.k));
  assert.deepEqual(k, [10, 231, 452, 673, 894, 1116, 1337, 1558, 1779, 2000]);
  for (const trial of trials) {
    assert.equal(trial.n, 2000);
    assert.equal(trial.data, "gaussian");
    assert.equal(trial.epsilon, 0.02);
    assert.equal(trial.draws, 1000);
  }
});

test("ids are a hash of the trial's own configuration, and stay the same from version to version", () => {
  const [trial] = plan({ n: "100", d: "50", k: "10" }).trials;
  // sha256sum of the configuration as JSON, its first 16 digits.
  assert.equal(trial.id, "b32162b66d2667c6");
});

test("ids are unique over sizes and replicates", () => {
  const found = ids({ n: "100,200", replicates: 3 });
  assert.equal(found.length, 300);
  assert.equal(new Set(found).size, 300);
  assert.ok(found.every((id) => /^[0-9a-f]{16}$/.test(id)));
});

test("a trial keeps its id in whatever grid, under whatever name and measures it stands", () => {
  const alone = ids({ n: "100", d: "50", k: "10" });
  assert.ok(ids({ n: "100:300:100" }).includes(alone[0]));
  assert.deepEqual(ids({ n: "100", d: "n/2", k: "10", measure: [] }), alone);
  const renamed = planTrials({
    ...spec({ n: "100", d: "50", k: "10" }),
    name: "other",
    title: "x",
    figure: "experiment1",
  });
  assert.equal(renamed.trials[0].id, alone[0]);
});

test("several families of data are each planned as they would be alone, side by side at every size", () => {
  const families = ["sphere", "gaussian", "subspace:10"];
  const size: PartialSpec = { n: "100,200", d: "50", k: "10", replicates: 2 };
  for (const method of [["train"], ["train", "construct:linear"]]) {
    const together = plan({ ...size, method, data: families.join() }).trials;
    for (const data of families) {
      assert.deepEqual(
        together.filter((trial) => trial.data === data),
        plan({ ...size, method, data }).trials,
      );
    }
    const order = together.slice(0, together.length / 2).map(({ n, data }) => `${n} ${data}`);
    assert.deepEqual([...new Set(order)], ["100 sphere", "100 gaussian", "100 subspace:10"]);
  }
  const alone = plan({ ...size, method: ["data"], laws: ["floor"], data: "sphere,gaussian" }).trials;
  assert.equal(alone.length, 8);
});

test("anything that changes a trial changes its id", () => {
  const base: PartialSpec = { n: "100", d: "50", k: "10" };
  const changes: PartialSpec[] = [
    { n: "101" },
    { d: "51" },
    { k: "11" },
    { data: "sphere" },
    { seed: 2 },
    { epsilon: [0.03] },
    { learning_rate: 0.004 },
    { max_steps: 5001 },
    { draws: 999 },
  ];
  const found = [{}, ...changes].map((change) => ids({ ...base, ...change })[0]);
  found.push(ids({ ...base, replicates: 2 })[1]);
  assert.equal(new Set(found).size, changes.length + 2);
});

test("of several errors each is a trial; those that differ in nothing else share data and start", () => {
  const sizes: PartialSpec = { n: "100", d: "50", k: "10,20", replicates: 2 };
  const { trials } = plan({ ...sizes, epsilon: [0.1, 0.5, 0.02] });
  assert.equal(trials.length, 12);
  assert.equal(new Set(trials.map(({ id }) => id)).size, 12);
  for (let path = 0; path < 4; path++) {
    const stops = trials.slice(3 * path, 3 * path + 3);
    assert.deepEqual(
      stops.map(({ epsilon }) => epsilon),
      [0.5, 0.1, 0.02],
    );
    assert.equal(new Set(stops.map(({ networkId }) => networkId)).size, 1);
    assert.equal(new Set(stops.map(({ dataId }) => dataId)).size, 1);
  }
  assert.equal(new Set(trials.map(({ networkId }) => networkId)).size, 4);
  assert.equal(new Set(trials.map(({ dataId }) => dataId)).size, 4);
  // Which others there are changes nothing; that there are others changes the data.
  const fewer = plan({ ...sizes, epsilon: [0.02, 0.7] }).trials.filter(({ epsilon }) => epsilon === 0.02);
  assert.deepEqual(
    fewer,
    trials.filter(({ epsilon }) => epsilon === 0.02),
  );
  const alone = plan({ ...sizes, epsilon: [0.02] }).trials;
  assert.ok(alone.every(({ id, dataId, networkId }) => id === dataId && id === networkId));
  assert.ok(alone.every(({ id }) => !trials.some((trial) => trial.id === id)));
});

test("several errors of several methods share the data of their (n, d), and a path for each method", () => {
  const { trials } = plan({
    n: "100",
    d: "50",
    k: "10",
    method: ["train", "construct:caps"],
    epsilon: [0.5, 0.1],
  });
  assert.equal(trials.length, 4);
  assert.equal(new Set(trials.map(({ id }) => id)).size, 4);
  assert.equal(new Set(trials.map(({ dataId }) => dataId)).size, 1);
  assert.equal(new Set(trials.map(({ networkId }) => networkId)).size, 2);
});

test("the filter is a part of a trial where it is not the usual one", () => {
  const sizes: PartialSpec = { n: "100", d: "50", k: "10" };
  const [usual, loss] = [ids({ ...sizes, filter: "signs" }), ids({ ...sizes, filter: "loss" })];
  assert.deepEqual(usual, ids(sizes));
  assert.notDeepEqual(loss, usual);
  assert.equal(plan({ ...sizes, filter: "loss" }).trials[0].filter, "loss");
});

test("trials stand in the order of n, d, k and replicate, however the grids are written", () => {
  const sizes = fc.uniqueArray(fc.integer({ min: 2, max: 99 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sizes, sizes, sizes, fc.integer({ min: 1, max: 3 }), (n, d, k, replicates) => {
      const shuffled = plan({ n: n.join(), d: d.join(), k: k.join(), replicates });
      const ascending = (values: number[]) => values.toSorted((p, q) => p - q).join();
      const sorted = plan({ n: ascending(n), d: ascending(d), k: ascending(k), replicates });
      assert.deepEqual(shuffled.trials, sorted.trials);
      assert.equal(shuffled.hash, sorted.hash);
      const keys = sorted.trials.map((trial) => [trial.n, trial.d, trial.k, trial.replicate]);
      for (let i = 1; i < keys.length; i++) {
        const at = keys[i].findIndex((value, j) => value !== keys[i - 1][j]);
        assert.ok(at >= 0 && keys[i][at] > keys[i - 1][at]);
      }
    }),
  );
});

test("replicates are numbered from 1, and more of them keep the ids of the first", () => {
  const few = plan({ n: "100", d: "50", k: "10", replicates: 2 }).trials;
  assert.deepEqual(
    few.map((trial) => trial.replicate),
    [1, 2],
  );
  assert.deepEqual(plan({ n: "100", d: "50", k: "10", replicates: 5 }).trials.slice(0, 2), few);
});

test("sizes that coincide are planned once", () => {
  assert.equal(plan({ n: "50", d: "10", k: "n,10*n/d,50" }).trials.length, 1);
});

test("the plan's hash tells plans and measures apart, and not the order of measures", () => {
  const hash = (flags: PartialSpec) => plan({ n: "100", ...flags }).hash;
  assert.equal(
    hash({ measure: ["weight", "spectral"] }),
    hash({ measure: ["spectral", "weight", "spectral"] }),
  );
  const hashes = [
    hash({}),
    hash({ measure: [] }),
    hash({ measure: ["weight"] }),
    hash({ seed: 2 }),
    hash({ k: "10" }),
  ];
  assert.equal(new Set(hashes).size, hashes.length);
});

test("sizes that no trial can have are refused before anything runs", () => {
  assert.throws(
    () => plan({ n: "1" }),
    /^GridError: n: 1 is too small, batch normalisation needs at least 2 points$/,
  );
  assert.throws(
    () => plan({ n: "100", d: "1", data: "sphere" }),
    /^GridError: d: 1 is too small, sphere data need at least 2$/,
  );
  assert.throws(
    () => plan({ n: "100", d: "9", data: "subspace:10" }),
    /^GridError: d: 9 is too small, subspace:10 data need at least 10$/,
  );
  assert.throws(
    () => plan({ n: "100", d: "9,20", data: "gaussian,subspace:10" }),
    /^GridError: d: 9 is too small, subspace:10 data need at least 10$/,
  );
  assert.equal(plan({ n: "100", d: "1", k: "1" }).trials.length, 1);
});

test("a plan of too many trials is refused", () => {
  assert.throws(
    () => plan({ n: "100", replicates: 1_000_000 }),
    /^GridError: n: the plan has 50000000 trials, at most 1000000 are run$/,
  );
});

test("a subset is spread evenly over the plan, in its order, with a hash of its own", () => {
  const whole = plan({ n: "100:1000:100", d: "50", k: "10:60:10" });
  const subset = subsetOf(whole, 7);
  assert.equal(subset.trials.length, 7);
  const places = subset.trials.map((trial) => whole.trials.indexOf(trial));
  for (let i = 1; i < 7; i++) {
    assert.ok(Math.abs(places[i] - places[i - 1] - whole.trials.length / 7) <= 1, `${places}`);
  }
  assert.notEqual(subset.hash, whole.hash);
  assert.deepEqual(subsetOf(whole, 1000), whole);
});
