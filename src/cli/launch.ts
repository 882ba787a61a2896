/** `--launcher slurm`: the shards of a run as an array job, and a job that merges them when it has ended. */
import path from "node:path";
import { stringify } from "yaml";
import { measureEngine } from "../execute/measure-engine.ts";
import { expectedSeconds, memoryLimits, speedOf, timeLimit, usualShards } from "../execute/shard-needs.ts";
import { arrayText, checkSlurm, queueOf, SlurmError, submit } from "../execute/slurm.ts";
import { shardsOf } from "../experiment/shard.ts";
import { makeWritableFolder, writeWhole } from "../record/files.ts";
import { checkFree, takeLock } from "../record/lock.ts";
import {
  jobsOf,
  readSubmission,
  type Submission,
  type SubmittedJobs,
  slurmFolder,
  writeSubmission,
} from "../record/submission.ts";
import { exitCode, UsageError } from "./errors.ts";
import { checkSameRun, contentsOf, makeFolder, shardFolder } from "./folder.ts";
import { resumeCommand } from "./interrupt.ts";
import { launchForPrograms, printFinished, printScripts, printSubmitted } from "./launch-text.ts";
import { packageDirectory } from "./package.ts";
import { begunShards, partName, partOf, shardFolders, soundTables } from "./parts.ts";
import { type Launcher, memoryOf, type PreparedRun, wantedWorkers } from "./prepare-run.ts";
import type { RunEnd } from "./run.ts";
import { type Batches, hasControlCharacters, jobScript, mergeScript, slurmFiles } from "./slurm-scripts.ts";
import { note, shellCommand, shortPath } from "./terminal.ts";

/**
 * Submits the shards of a run that are not finished, and the job that merges them.
 * @throws UsageError, LockedError or SlurmError where that cannot be done
 */
export async function launch(run: PreparedRun, launcher: Launcher): Promise<RunEnd> {
  const { plan, directory, options } = run;
  if (hasControlCharacters(directory)) {
    throw new UsageError("--out: the folder's name holds characters that no script can hold, choose another");
  }
  const before = options.force ? undefined : sameSubmission(run);
  if (!options.dryRun) {
    checkSlurm();
    checkNotQueued(directory);
  }
  const folders = shardFolders(directory);
  const there = options.force ? [] : folders.map((folder) => Number(folder.split("-").at(-1)));
  const speed = await speedHere(run);
  const shards =
    launcher.shards ?? before?.shards ?? there.at(0) ?? usualShards(plan, wantedWorkers(options), speed);
  checkShards(run, shards, before ? [before.shards, ...there] : there);
  const left = options.force ? everyShard(shards) : unfinished(run, shards);
  const batches = batchesOf(run, launcher, { shards, left, speed });
  if (left.length === 0 && isMerged(directory)) {
    if (!options.json) printFinished(batches);
    return { code: exitCode.done, summary: launchForPrograms(run.plan, batches, left) };
  }
  if (options.dryRun) {
    if (!options.json) printScripts(batches);
    return { code: exitCode.done, summary: launchForPrograms(run.plan, batches, left) };
  }

  const anew = run.anew || (options.force && (folders.length > 0 || readSubmission(directory) !== undefined));
  makeFolder(directory, anew);
  const lock = await takeLock(directory, note);
  try {
    // Another such command may have been faster.
    checkNotQueued(directory);
    writeScripts(run, batches);
    const job = submitted(run, batches, left);
    if (!options.json) printSubmitted(run.plan, batches, job);
    return { code: exitCode.done, summary: launchForPrograms(run.plan, batches, left, job) };
  } finally {
    lock.release();
  }
}

/** What of this very run was submitted before. @throws UsageError where the folder was submitted with another one */
function sameSubmission({ plan, engine, directory, options }: PreparedRun): Submission | undefined {
  const before = readSubmission(directory);
  if (before) checkSameRun(directory, before, { plan, engine, save: options.save });
  const found = contentsOf(directory);
  if (found.kind === "run" && !found.manifest.merged_from) {
    throw new UsageError(
      `${shortPath(directory)} holds a run of its own (${found.manifest.spec.name}): ` +
        "choose another --out, or --force to set it aside and start anew",
    );
  }
  return before;
}

/** @throws UsageError where a job of the folder waits or works */
function checkNotQueued(directory: string): void {
  const before = readSubmission(directory);
  const queued = before && queueOf(jobsOf(before));
  if (!queued || queued.length === 0) return;
  const { job, state } = queued[0];
  const more = queued.length > 1 ? `, and ${queued.length - 1} more` : "";
  throw new UsageError(
    `${shortPath(directory)} is in the queue (job ${job} ${state}${more}): wait for its end (lawrob status), or scancel ${job}`,
  );
}

/** Units of expected cost that the engine does in a second on this machine. */
async function speedHere({ engine }: PreparedRun): Promise<number> {
  const measured = await measureEngine(engine.name);
  if ("millisecondsPerStep" in measured) return speedOf(measured.millisecondsPerStep);
  throw new UsageError(`--engine: ${engine.name} does not run here (${measured.whyNot}), take another one`);
}

/** @throws UsageError where the folder holds another number of shards, or there are more than trials */
function checkShards({ plan, directory }: PreparedRun, shards: number, there: readonly number[]): void {
  const { trials } = plan;
  if (shards > Math.max(1, trials.length)) {
    throw new UsageError(`--shards: "${shards}" is more than the plan has trials, ${trials.length}`);
  }
  const other = there.find((count) => count !== shards);
  if (other === undefined) return;
  throw new UsageError(
    `${shortPath(directory)} holds shards of ${other}: give --shards ${other}, ` +
      "or --force to set them aside and start anew, or another --out",
  );
}

function everyShard(shards: number): number[] {
  return Array.from({ length: shards }, (_, i) => i + 1);
}

/** The shards that are to run, from 1. @throws UsageError or LockedError where one cannot go on */
function unfinished({ plan, engine, directory, options }: PreparedRun, count: number): number[] {
  const { save, retryFailed } = options;
  return shardsOf(plan, count).flatMap((trials, i) => {
    const shard = { index: i + 1, count };
    const folder = path.join(directory, shardFolder(shard));
    const part = partOf(folder);
    if (!part) return [shard.index];
    checkSameRun(folder, part.manifest, { plan: { ...plan, shard }, engine, save });
    checkFree(folder);
    if (part.manifest.status !== "finished") return [shard.index];
    const { store, problem } = soundTables(part, plan);
    if (!store) throw new UsageError(`${partName(part)}: ${problem}: move it away, and it is run again`);
    const toRun = trials.some(({ id }) => {
      const row = store.rows.get(id);
      return !row || (retryFailed && row.outcome === "error");
    });
    return toRun ? [shard.index] : [];
  });
}

/** Whether the folder holds the shards joined as they are now: since a merge, failed trials may have been run again. */
function isMerged(directory: string): boolean {
  const found = contentsOf(directory);
  if (found.kind !== "run" || !found.manifest.merged_from) return false;
  const sessions = begunShards(directory).flatMap(({ manifest }) => manifest.sessions);
  return JSON.stringify(found.manifest.sessions) === JSON.stringify(sessions);
}

function batchesOf(
  { plan, engine, directory, options }: PreparedRun,
  { slurmOptions }: Launcher,
  { shards, left, speed }: { shards: number; left: readonly number[]; speed: number },
): Batches {
  const cpus = wantedWorkers(options);
  const seconds = shardsOf(plan, shards).map((trials) => expectedSeconds(trials, cpus, speed));
  const limits = { engine: engine.name, workers: cpus, most: memoryOf(options) };
  const { forWorkers, inAll } = memoryLimits(plan, limits);
  const { save, trialTimeout, retryFailed } = options;
  return {
    directory,
    name: plan.spec.name,
    lawrob: [process.execPath, path.join(packageDirectory, "dist", "cli", "main.js")],
    shards,
    array: arrayText(left),
    cpus,
    minutes: timeLimit(Math.max(...seconds)),
    memory: inAll,
    workerMemory: forWorkers,
    engine: engine.name,
    flags: [
      ...(save.length > 0 ? ["--save", save.join(",")] : []),
      ...(trialTimeout !== undefined ? ["--trial-timeout", String(trialTimeout)] : []),
      ...(retryFailed ? ["--retry-failed"] : []),
    ],
    slurmOptions,
    again: resumeCommand(),
  };
}

function writeScripts({ plan, directory }: PreparedRun, batches: Batches): void {
  const files = slurmFiles(directory);
  makeWritableFolder(path.join(directory, slurmFolder));
  const heading = `# ${plan.spec.name} as lawrob has resolved it: what every array task reads.\n`;
  writeWhole(files.spec, heading + stringify(plan.spec));
  writeWhole(files.merge, mergeScript(batches));
  // Where no shard is left, the script stays that of the last ones.
  if (batches.array !== "") writeWhole(files.job, jobScript(batches));
}

/** Submits both jobs. What is submitted is recorded at once: a second command must find it. */
function submitted(
  { plan, engine, directory, options }: PreparedRun,
  { shards, array, slurmOptions, again }: Batches,
  left: readonly number[],
): SubmittedJobs {
  const files = slurmFiles(directory);
  const earlier = readSubmission(directory)?.jobs ?? [];
  const array_job = left.length > 0 ? submit(files.job, slurmOptions) : null;
  const job: SubmittedJobs = { submitted: new Date().toISOString(), array_job, array, merge_job: null };
  const record = (last: SubmittedJobs) =>
    writeSubmission(directory, {
      spec: { ...plan.spec },
      plan_hash: plan.hash,
      trials: plan.trials.length,
      engine: { name: engine.name, version: engine.version },
      save: [...options.save],
      shards,
      command: again,
      working_directory: process.cwd(),
      jobs: [...earlier, last],
    });
  record(job);
  try {
    const after = array_job === null ? [] : [`--dependency=afterany:${array_job}`];
    const whole = { ...job, merge_job: submit(files.merge, [...after, ...slurmOptions]) };
    record(whole);
    return whole;
  } catch (error) {
    if (!(error instanceof SlurmError) || array_job === null) throw error;
    throw new SlurmError(
      `the shards are job ${array_job}, but the job that merges them was refused (${error.message}): ` +
        `when they have ended, ${shellCommand(["lawrob", "merge", directory])}`,
    );
  }
}
