/** Slurm, through its commands: what it is asked, and what it says. */
import { spawnSync } from "node:child_process";

/** Slurm is not here, or refused: in one line, with its own words. */
export class SlurmError extends Error {
  override readonly name = "SlurmError";
}

/** A place of a job in the queue. */
export interface QueueEntry {
  readonly job: number;
  /** Place in the array; undefined for a job that is none. */
  readonly index: number | undefined;
  /** As Slurm has it: PENDING, RUNNING, COMPLETING, … */
  readonly state: string;
  /** Why it waits, as Slurm has it. */
  readonly reason: string;
}

/** A controller that is away answers late. */
const patience = 60_000;

/** What a command of Slurm prints, or undefined where there is none. @throws SlurmError with what it says as it fails */
function ask(command: string, args: readonly string[]): string | undefined {
  // Without a script sbatch would read one from the standard input.
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: patience,
  });
  const { code } = (error ?? {}) as NodeJS.ErrnoException;
  if (code === "ENOENT") return undefined;
  if (code === "ETIMEDOUT") throw new SlurmError(`${command} gave no answer in ${patience / 1000} s`);
  if (error || status !== 0) {
    const words = stderr
      .split("\n")
      .map((line) => line.replace(/^\w+: (error: )?/, "").trim())
      .filter((line) => line !== "");
    throw new SlurmError(`${command}: ${words.join("; ") || (error?.message ?? `exit code ${status}`)}`);
  }
  return stdout;
}

/** @throws SlurmError where jobs cannot be submitted from this machine */
export function checkSlurm(): void {
  if (ask("sbatch", ["--version"]) !== undefined) return;
  throw new SlurmError(
    "there is no sbatch here: give the command on a machine that submits to Slurm, " +
      "or run the shards another way (--shard, docs/cluster.md)",
  );
}

/** Submits a script. @returns the number of its job. @throws SlurmError */
export function submit(script: string, options: readonly string[]): number {
  const printed = ask("sbatch", ["--parsable", ...options, script]) ?? "";
  // "12", or "12;cluster".
  const job = /^(\d+)(;.*)?$/m.exec(printed.trim())?.[1];
  if (job !== undefined) return Number(job);
  throw new SlurmError(`sbatch gave no number of a job for ${script}`);
}

/**
 * What of these jobs is in the queue, at work or about to end.
 * @returns undefined where there is no squeue here
 * @throws SlurmError where it fails
 */
export function queueOf(jobs: readonly number[]): QueueEntry[] | undefined {
  if (jobs.length === 0) return [];
  let printed: string | undefined;
  try {
    printed = ask("squeue", ["--noheader", "--array", `--jobs=${jobs.join(",")}`, "--format=%F|%K|%T|%r"]);
  } catch (error) {
    // Jobs that ended some minutes ago are unknown.
    if (error instanceof SlurmError && error.message.includes("Invalid job id")) return [];
    throw error;
  }
  return printed
    ?.split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [job, index, state, reason] = line.split("|");
      return { job: Number(job), index: /^\d+$/.test(index) ? Number(index) : undefined, state, reason };
    });
}

/** "1-3,5": how `--array` has these places. @param places rising */
export function arrayText(places: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last && place === last[1] + 1) last[1] = place;
    else runs.push([place, place]);
  }
  return runs.map(([first, last]) => (first === last ? String(first) : `${first}-${last}`)).join(",");
}
