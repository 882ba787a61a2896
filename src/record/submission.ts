/** slurm/submitted.json: what of a run was given to Slurm, and as which jobs. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { mostShards } from "../experiment/shard.ts";
import { writeWhole } from "./files.ts";

/** The folder, below that of the run, of everything that has to do with Slurm. */
export const slurmFolder = "slurm";

/** The file cannot be read as one: which, and how to mend it, in one line. */
export class SubmissionError extends Error {
  override readonly name = "SubmissionError";
}

/** One time that something was submitted. */
const jobsSchema = z.object({
  submitted: z.string(),
  /** Null where the shards were all finished. */
  array_job: z.int().nullable(),
  /** The shards, as `--array` has them. */
  array: z.string(),
  /** Null where it could not be submitted. */
  merge_job: z.int().nullable(),
});
export type SubmittedJobs = z.infer<typeof jobsSchema>;

const submissionSchema = z.object({
  plan_hash: z.string(),
  trials: z.int().min(0),
  engine: z.object({ name: z.string(), version: z.string() }),
  save: z.array(z.string()),
  spec: z.looseObject({ name: z.string() }),
  /** In so many shards the plan is run. */
  shards: z.int().min(1).max(mostShards),
  /** The command that goes on with the run, and the folder to give it in. */
  command: z.string(),
  working_directory: z.string(),
  jobs: z.array(jobsSchema),
});
export type Submission = z.infer<typeof submissionSchema>;

const mostBytes = 10_000_000;

export function submissionFile(directory: string): string {
  return path.join(directory, slurmFolder, "submitted.json");
}

/** What was submitted of the run in a folder; undefined where nothing was. @throws SubmissionError */
export function readSubmission(directory: string): Submission | undefined {
  const file = submissionFile(directory);
  if (!existsSync(file)) return undefined;
  try {
    const content = readFileSync(file);
    if (content.length > mostBytes) throw new Error("too large");
    return submissionSchema.parse(JSON.parse(content.toString()));
  } catch {
    throw new SubmissionError(`${file} is not of lawrob: move it away`);
  }
}

/** @throws StorageError */
export function writeSubmission(directory: string, submission: Submission): void {
  writeWhole(submissionFile(directory), `${JSON.stringify(submission, null, 2)}\n`);
}

/** The numbers of all jobs that were ever submitted. */
export function jobsOf({ jobs }: Submission): number[] {
  return jobs.flatMap(({ array_job, merge_job }) => [array_job, merge_job].filter((job) => job !== null));
}
