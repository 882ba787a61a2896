/** `lawrob status`: how far a run is, from what lies in its folder. */
import path from "node:path";
import type { Command } from "commander";
import { type QueueEntry, queueOf, SlurmError } from "../execute/slurm.ts";
import { expectedCost, type Plan, type Trial } from "../experiment/plan.ts";
import { shardName, shardsOf } from "../experiment/shard.ts";
import { type Held, readLock } from "../record/lock.ts";
import { jobsOf, readSubmission, type Submission, submissionFile } from "../record/submission.ts";
import { counted } from "../report/words.ts";
import { UsageError } from "./errors.ts";
import { begunShards, type Part, partsOf, planOf, planOfPart, storeOf, trialsOfParts } from "./parts.ts";
import { duration, note, shortPath, table } from "./terminal.ts";

interface StatusFlags {
  json?: boolean;
}

/** Seconds without a sign of life after which the holder of a lock on another machine is taken for gone. */
const GONE = 60;

/**
 * `running`: somebody works on it; `lost`: somebody did, and is gone without a word; `queued`: Slurm will run it, or run it
 * again; `waiting`: nobody has begun.
 */
type State = "finished" | "running" | "interrupted" | "failed" | "lost" | "queued" | "waiting";

interface PartStatus {
  /** "2/3"; "whole" for a run without shards. */
  readonly shard: string;
  readonly state: State;
  readonly trials: number;
  /** With a result, kept or not. */
  readonly finished: number;
  /** Of outcome error. */
  readonly failed: number;
  /** Ids of the trials under way. */
  readonly running: readonly string[];
  /** Ids of those that were under way when the process ended. */
  readonly lost: readonly string[];
  readonly holder?: string;
  /** Its place in the queue of Slurm: "12_3 PENDING (Priority)". */
  readonly job?: string;
  /** Share of the expected cost that is finished. */
  readonly share: number;
  readonly problem?: string;
}

export function addStatus(program: Command): void {
  program
    .command("status")
    .summary("tell how far a run and its shards are")
    .description(
      "Tells of a run's folder, with its shards where there are any, how many trials are finished, running, failed and " +
        "lost: under way when their process was killed. Of a run that was submitted to Slurm it tells which shards are in " +
        "the queue. Nothing is written, and the run is not disturbed.",
    )
    .argument("<folder>", "folder of a run, or of its shards")
    .option("--json", "print as JSON")
    .addHelpText("after", "\nExamples:\n  lawrob status runs/big\n  lawrob status runs/big --json")
    .action((folder: string, flags: StatusFlags) => {
      const directory = path.resolve(folder);
      const submission = readSubmission(directory);
      const parts = submission ? begunShards(directory) : partsOf([directory]);
      const plan = submission
        ? planOf(submission, shortPath(submissionFile(directory)))
        : planOfPart(parts[0]);
      const other = parts.find(({ manifest }) => manifest.plan_hash !== plan.hash);
      if (other) {
        throw new UsageError(
          `${shortPath(other.directory)} is of another plan than ` +
            `${submission ? shortPath(submissionFile(directory)) : shortPath(parts[0].directory)}`,
        );
      }
      const queue = submission ? queueFor(submission) : [];
      const found = statusOf(plan, parts, submission?.shards).map((part) => withJob(part, queue));
      const total = totalOf(plan, found);
      const merge = queue.find(({ index }) => index === undefined);
      if (flags.json) {
        const { spec, hash } = plan;
        const content = {
          directory,
          name: spec.name,
          plan_hash: hash,
          ...total,
          ...(merge && { merge: jobText(merge) }),
          parts: found,
        };
        process.stdout.write(`${JSON.stringify(content, null, 2)}\n`);
      } else {
        print(directory, plan, found, total);
        if (merge) process.stdout.write(`merge job ${jobText(merge)}\n`);
        if (submission && queue.length === 0) adviseAgain(submission, found);
      }
    });
}

/** What of a run is in the queue; nothing, with a note, where that cannot be told from here. */
function queueFor(submission: Submission): QueueEntry[] {
  try {
    const queue = queueOf(jobsOf(submission));
    if (queue) return queue;
    note("there is no squeue here: which shards are in the queue of Slurm is not shown");
  } catch (error) {
    if (!(error instanceof SlurmError)) throw error;
    note(`${error.message}: which shards are in the queue of Slurm is not shown`);
  }
  return [];
}

/** A part with its place in the queue: a shard may be queued again after a preemption. */
function withJob(part: PartStatus, queue: readonly QueueEntry[]): PartStatus {
  const entry = queue.find(({ index }) => index === Number.parseInt(part.shard, 10));
  if (!entry) return part;
  return { ...part, state: stateInQueue(part.state, entry.state), job: jobText(entry) };
}

function stateInQueue(state: State, queued: string): State {
  // One that works, or is about to end, is what its folder says.
  if (state === "running" || queued === "COMPLETING") return state;
  return queued === "RUNNING" ? "running" : "queued";
}

function jobText({ job, index, state, reason }: QueueEntry): string {
  const why = reason === "None" || reason === "" ? "" : ` (${reason})`;
  return `${job}${index === undefined ? "" : `_${index}`} ${state}${why}`;
}

/** Where nothing is in the queue and not all is finished, how to go on. */
function adviseAgain({ command, working_directory }: Submission, parts: readonly PartStatus[]): void {
  const left = parts.filter(({ state }) => state !== "finished" && state !== "running").length;
  if (left === 0) return;
  note(
    `no job of this run is in the queue; ${command} (in ${working_directory}) submits what is not finished`,
  );
}

/** @param launched number of shards that were submitted together */
function statusOf(plan: Plan, parts: readonly Part[], launched: number | undefined): PartStatus[] {
  const trialsOf = trialsOfParts(plan);
  const begun = parts.map((part) => partStatus(part, plan, trialsOf(part)));
  const counts = new Set(parts.map(({ manifest }) => manifest.shard?.count ?? 1));
  if (launched !== undefined) counts.add(launched);
  const [count, ...others] = counts;
  if (others.length > 0 || (count === 1 && launched === undefined)) return begun;
  const waiting = shardsOf(plan, count).flatMap((trials, i): PartStatus[] => {
    const shard = shardName({ index: i + 1, count });
    if (begun.some((part) => part.shard === shard)) return [];
    const nothing = { finished: 0, failed: 0, running: [], lost: [], share: 0 };
    return [{ shard, state: "waiting", trials: trials.length, ...nothing }];
  });
  return [...begun, ...waiting].sort((p, q) => Number.parseInt(p.shard, 10) - Number.parseInt(q.shard, 10));
}

function partStatus(part: Part, plan: Plan, trials: readonly Trial[]): PartStatus {
  const { directory, manifest } = part;
  const shard = manifest.shard ? shardName(manifest.shard) : "whole";
  const store = storeOf(part, plan);
  const held = readLock(directory);
  const working = held !== undefined && isWorking(held);
  const base = { shard, trials: trials.length, ...(held?.holder && { holder: shown(held) }) };
  if (typeof store === "string") {
    return {
      ...base,
      state: "failed",
      finished: 0,
      failed: 0,
      running: [],
      lost: [],
      share: 0,
      problem: store,
    };
  }
  const rows = trials.map(({ id }) => store.rows.get(id));
  const unfinished = (held?.holder?.running ?? []).filter((id) => !store.rows.has(id));
  const cost = (list: readonly Trial[]) => list.reduce((sum, trial) => sum + expectedCost(trial), 0);
  const all = cost(trials);
  return {
    ...base,
    state: working ? "running" : stateOf(manifest.status),
    finished: rows.filter((row) => row && row.outcome !== "error").length,
    failed: rows.filter((row) => row?.outcome === "error").length,
    running: working ? unfinished : [],
    lost: working ? [] : unfinished,
    share: all > 0 ? cost(trials.filter((_, i) => rows[i])) / all : 1,
  };
}

function isWorking({ alive, age }: Held): boolean {
  return alive === "unknown" ? age < GONE : alive;
}

/** What the manifest says where nobody works on it. */
function stateOf(status: string | undefined): State {
  if (status === "finished" || status === "interrupted" || status === "failed") return status;
  return "lost";
}

function shown({ holder, age }: Held): string {
  return `process ${holder?.pid} on ${holder?.host}, seen ${duration(age)} ago`;
}

interface Total {
  readonly trials: number;
  readonly finished: number;
  readonly running: number;
  readonly failed: number;
  readonly lost: number;
  readonly share: number;
}

function totalOf(plan: Plan, parts: readonly PartStatus[]): Total {
  const sum = (pick: (part: PartStatus) => number) => parts.reduce((all, part) => all + pick(part), 0);
  const count = sum(({ trials }) => trials);
  return {
    trials: plan.trials.length,
    finished: sum(({ finished }) => finished),
    running: sum(({ running }) => running.length),
    failed: sum(({ failed }) => failed),
    lost: sum(({ lost }) => lost.length),
    // Shards are of about the same cost.
    share: count > 0 ? sum(({ share }) => share) / parts.length : 1,
  };
}

const mostShown = 60;

function print(directory: string, plan: Plan, parts: readonly PartStatus[], total: Total): void {
  const head = ["shard", "state", "trials", "finished", "running", "failed", "lost", "of the work", "who"];
  const percent = (share: number) => `${Math.floor(100 * share)}%`;
  const lines = parts
    .slice(0, mostShown)
    .map(({ shard, state, trials, finished, running, failed, lost, share, holder, job, problem }) => [
      shard,
      state,
      trials,
      finished,
      running.length,
      failed,
      lost.length,
      percent(share),
      problem ?? [state === "running" ? holder : undefined, job && `job ${job}`].filter(Boolean).join("; "),
    ]);
  process.stdout.write(`${table(head, lines)}\n`);
  if (parts.length > mostShown) note(`… and ${parts.length - mostShown} more shards: --json lists all`);
  const { finished, running, failed, lost, share } = total;
  process.stdout.write(
    `${plan.spec.name}: ${finished} of ${counted(plan.trials.length, "trial")} finished, ${running} running, ` +
      `${failed} failed, ${lost} lost; ${percent(share)} of the work, in ${shortPath(directory)}\n`,
  );
}
