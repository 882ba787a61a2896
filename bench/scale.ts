/**
 * The scaling study of docs/scale.md: `node --import tsx bench/scale.ts [--write] [--seed 1]`.
 *
 * Fits seconds of a trial to the timings of Experiments 1 and 2, tells how far the fit is off an experiment that it has not
 * seen, and simulates Experiment 2's grid at larger n on many nodes. Prints the tables, or writes them into docs/scale.md.
 * Nothing here runs a trial: it takes seconds, and gives the same for the same seed.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { specOf } from "../src/cli/spec-options.ts";
import { trialMemory } from "../src/execute/memory.ts";
import { expectedSteps, planTrials, type Trial } from "../src/experiment/plan.ts";
import { stream } from "../src/numeric/random.ts";
import { engineLimit, engineMemory } from "../src/train/engines.ts";
import {
  type CostModel,
  type FactorError,
  factorError,
  fitCosts,
  parts,
  type Sizes,
} from "./scale/cost-model.ts";
import { type Cluster, fixedShards, type Job, sharedQueue } from "./scale/simulation.ts";
import { grouped, span, table } from "./scale/tables.ts";
import { readTimed, type TimedTrial } from "./scale/timings.ts";

const { values } = parseArgs({
  options: { write: { type: "boolean", default: false }, seed: { type: "string", default: "1" } },
});

const engine = "blas";
const cores = 16;
const nodeCounts = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** Draws of the noise behind each number, which is their median. */
const rounds = 9;
/** Seconds assumed: a node's start, the merge of tables, and of each node's part. */
const assumed = { start: 30, merge: 10, mergeEach: 0.1 };

/** Of the work on two threads, the part that is shared: a step was 1.8 to 1.9 times as fast (docs/architecture.md). */
const sharedPart = 2 * (1 - 1 / 1.85);
/** Rows of a slab, the least that a thread takes. */
const slab = 512;

const experiments = ["exp1", "exp2"];
const timed = experiments.flatMap(readTimed);
const measured = ({ seconds }: TimedTrial) => parts.reduce((sum, part) => sum + seconds[part], 0);
const planned = (trial: Trial): Sizes => ({ ...trial, steps: expectedSteps(trial) });

const model = fitCosts(timed);
const errors = experiments.flatMap((left) => {
  const others = fitCosts(timed.filter(({ experiment }) => experiment !== left));
  const own = timed.filter(({ experiment }) => experiment === left);
  return [
    { fitted: "the other", told: left, ...bothErrors(others, own) },
    { fitted: "both", told: left, ...bothErrors(model, own) },
  ];
});
/** Normal in the logarithm, with the 90% of Experiment 2 told by Experiment 1 before it ran: the noise of the simulation. */
const noise =
  Math.log(errors.find(({ fitted, told }) => fitted !== "both" && told === "exp2")?.before.most ?? 1) / 1.645;

function bothErrors(costs: CostModel, trials: readonly TimedTrial[]) {
  return {
    known: factorError(trials.map((trial) => [costs.seconds(trial), measured(trial)])),
    before: factorError(trials.map((trial) => [costs.seconds(planned(trial.trial)), measured(trial)])),
  };
}

/** Experiment 2's grid at another n. */
function gridOf(n: number, replicates: number): readonly Trial[] {
  const file = fileURLToPath(new URL("../experiments/exp2.yaml", import.meta.url));
  return planTrials({ ...specOf(file, {}, "paper"), n: String(n), replicates }).trials;
}

interface Case {
  readonly n: number;
  readonly replicates: number;
  /** Bytes of a node. */
  readonly memory: number;
  /** Whether the fused engines' 4 GiB hold. */
  readonly limited: boolean;
}

const cases: readonly Case[] = [
  { n: 1e5, replicates: 3, memory: 64e9, limited: true },
  { n: 1e5, replicates: 3, memory: 64e9, limited: false },
  { n: 1e5, replicates: 300, memory: 64e9, limited: false },
  { n: 1e6, replicates: 3, memory: 256e9, limited: true },
  { n: 1e6, replicates: 3, memory: 64e9, limited: false },
  { n: 1e6, replicates: 3, memory: 256e9, limited: false },
];

function fits(trial: Trial, { memory, limited }: Case): boolean {
  const shape = { n: trial.n, d: trial.d, k: trial.k, depth: 2 };
  if (limited && engineMemory(engine, shape) > engineLimit(engine)) return false;
  return trialMemory(trial, engine) <= memory;
}

/** Seconds of a trial on so many threads: products are shared by slabs of rows, the rest is not. */
function secondsOn(threads: number, trial: Trial): number {
  const slabs = Math.min(threads, Math.max(1, Math.floor(trial.k / slab)));
  const sizes = planned(trial);
  const training = model.secondsOf("training", sizes);
  return model.seconds(sizes) - training + training * (1 - sharedPart + sharedPart / slabs);
}

function simulate(one: Case): string {
  const all = gridOf(one.n, one.replicates);
  const runs = all.filter((trial) => fits(trial, one));
  const jobs = (threads: number, round: number): Job[] => {
    const random = stream(values.seed, `${one.n} ${round}`, "noise");
    return runs.map((trial) => {
      const expected = secondsOn(threads, trial);
      return {
        expected,
        actual: expected * Math.exp(noise * random.gaussian()),
        need: trialMemory(trial, engine),
      };
    });
  };
  const rows = nodeCounts.map((nodes) => {
    const cluster = (lanes: number): Cluster => ({ nodes, lanes, memory: one.memory, ...assumed });
    const typical = (threads: number, how: typeof sharedQueue) =>
      median(
        Array.from({ length: rounds }, (_, round) => how(jobs(threads, round), cluster(cores / threads))),
      );
    return [
      String(nodes),
      ...[typical(1, sharedQueue), typical(1, fixedShards), typical(cores, sharedQueue)].map(span),
    ];
  });
  const costs = runs.map((trial) => secondsOn(1, trial));
  const total = costs.reduce((sum, cost) => sum + cost, 0);
  const longest = runs[costs.indexOf(costs.reduce((most, cost) => Math.max(most, cost), 0))];
  const limit = one.limited ? "with the 4 GiB of the fused engines" : "were there no 4 GiB";
  return [
    `**n = ${grouped(one.n)}, ${one.replicates} replicates, nodes of ${one.memory / 1e9} GB, ${limit}**: ` +
      `${grouped(runs.length)} of ${grouped(all.length)} trials fit, ${span(total)} of one core in all, the longest ${span(secondsOn(1, longest))} ` +
      `(d = ${grouped(longest.d)}, k = ${grouped(longest.k)}; ${span(secondsOn(cores, longest))} on ${cores} threads).`,
    "",
    table(
      [
        "nodes",
        `queue, ${cores} trials a node`,
        `shards, ${cores} trials a node`,
        `queue, one trial of ${cores} threads a node`,
      ],
      rows,
    ),
  ].join("\n");
}

/** Which trials of the grid have no place. */
function sizesTable(): string {
  const rows = [1e5, 1e6].flatMap((n) =>
    gridOf(n, 1).map((trial) => {
      const shape = { n, d: trial.d, k: trial.k, depth: 2 };
      const [session, need] = [engineMemory(engine, shape), trialMemory(trial, engine)];
      const sizes = planned(trial);
      return [
        grouped(n),
        grouped(trial.d),
        grouped(trial.k),
        sizes.steps.toFixed(0),
        span(model.seconds(sizes)),
        `${(session / 2 ** 30).toFixed(1)}${session > engineLimit(engine) ? " (over)" : ""}`,
        `${(need / 1e9).toFixed(1)}${need > 256e9 ? " (over 256)" : need > 64e9 ? " (over 64)" : ""}`,
      ];
    }),
  );
  return table(["n", "d", "k", "steps expected", "one core", "session, GiB of 4", "trial, GB"], rows);
}

function modelTable(): string {
  const cell = (value: number) => value.toPrecision(2);
  return table(
    ["part", "seconds"],
    parts.map((part) => [
      part,
      model.terms[part]
        .map(({ name, seconds }) => (name === "1" ? cell(seconds) : `${cell(seconds)} ${name}`))
        .join(" + "),
    ]),
  );
}

function errorTable(): string {
  const show = ({ median: middle, most, total }: FactorError) => [
    middle.toFixed(2),
    most.toFixed(2),
    total.toFixed(2),
  ];
  return table(
    [
      "fitted to",
      "told of",
      "trials",
      "steps known: median",
      "90%",
      "total",
      "before: median",
      "90%",
      "total",
    ],
    errors.map(({ fitted, told, known, before }) => [
      fitted,
      told,
      String(known.count),
      ...show(known),
      ...show(before),
    ]),
  );
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((p, q) => p - q)[Math.floor(numbers.length / 2)];
}

const tables = {
  model: modelTable(),
  error: errorTable(),
  sizes: sizesTable(),
  makespan: cases.map(simulate).join("\n\n"),
};
if (values.write) {
  const file = new URL("../docs/scale.md", import.meta.url);
  const text = Object.entries(tables).reduce(
    (page, [name, content]) =>
      page.replace(
        new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- end -->)`),
        (_, before, after) => `${before}\n${content}\n\n${after}`,
      ),
    readFileSync(file, "utf8"),
  );
  writeFileSync(file, text);
} else {
  for (const [name, content] of Object.entries(tables)) console.log(`${name}\n\n${content}\n`);
  console.log(`noise: factor e^${noise.toFixed(2)}`);
}
