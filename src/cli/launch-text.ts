/** What `--launcher` prints on stdout. */
import path from "node:path";
import type { Plan } from "../experiment/plan.ts";
import { type SubmittedJobs, slurmFolder } from "../record/submission.ts";
import { counted } from "../report/words.ts";
import { type Batches, jobScript, mergeScript, slurmFiles } from "./slurm-scripts.ts";
import { bytes, shellCommand, shortPath } from "./terminal.ts";

/** @param left the shards that are to run. @param jobs absent where nothing was submitted */
export function launchForPrograms(
  plan: Plan,
  { directory, shards, engine, cpus, minutes, memory }: Batches,
  left: readonly number[],
  jobs?: SubmittedJobs,
): object {
  const { job, merge, mergeLog } = slurmFiles(directory);
  return {
    directory,
    plan_hash: plan.hash,
    trials: plan.trials.length,
    engine,
    shards,
    to_run: left,
    array_job: jobs?.array_job ?? null,
    merge_job: jobs?.merge_job ?? null,
    limits: { cpus, minutes, memory_bytes: memory },
    scripts: { job, merge },
    logs: { shards: left.map((shard) => path.join(directory, slurmFolder, `${shard}.log`)), merge: mergeLog },
  };
}

/** What a dry run tells: the scripts as they would be written. */
export function printScripts(batches: Batches): void {
  const { job, merge } = slurmFiles(batches.directory);
  if (batches.array !== "") print(`# ${shortPath(job)}\n${jobScript(batches)}`);
  print(`# ${shortPath(merge)}\n${mergeScript(batches)}`);
  print("nothing was submitted");
}

export function printSubmitted(
  { trials }: Plan,
  batches: Batches,
  { array_job, merge_job }: SubmittedJobs,
): void {
  const { directory, shards, array, cpus, minutes, memory, slurmOptions } = batches;
  const { job, merge, mergeLog } = slurmFiles(directory);
  const limits = `${counted(cpus, "CPU")}, ${bytes(memory)} and ${minutes} min each`;
  if (array_job === null) print(`shards   all ${shards} are finished`);
  else print(`shards   job ${array_job}: ${array} of ${shards}, with at most ${limits}`);
  if (slurmOptions.length > 0) print(`options  ${shellCommand(slurmOptions)}, which win`);
  print(`merge    job ${merge_job}${array_job === null ? "" : ", when they have ended"}`);
  print(`scripts  ${shortPath(job)}, ${shortPath(merge)}`);
  print(`logs     ${shortPath(path.join(directory, slurmFolder))}/N.log of shard N, ${shortPath(mergeLog)}`);
  const submitted = array_job === null ? "" : `${counted(trials.length, "trial")} submitted; `;
  print(`${submitted}how far they are: ${shellCommand(["lawrob", "status", shortPath(directory)])}`);
}

export function printFinished({ directory, shards }: Batches): void {
  print(`all ${counted(shards, "shard")} finished and merged before, in ${shortPath(directory)}`);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
