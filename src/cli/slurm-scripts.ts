/** The two batch scripts of a run under Slurm, for people to read, and to submit by hand where they want to. */
import path from "node:path";
import { slurmFolder } from "../record/submission.ts";
import { exitCode } from "./errors.ts";
import { shellCommand } from "./terminal.ts";

/** What the scripts are made of. */
export interface Batches {
  /** Folder of the run. */
  readonly directory: string;
  readonly name: string;
  /** The program and what it is always given. */
  readonly lawrob: readonly string[];
  /** In so many shards the plan is run. */
  readonly shards: number;
  /** Those to run, as `--array` has them. */
  readonly array: string;
  readonly cpus: number;
  /** Minutes for each shard. */
  readonly minutes: number;
  /** Bytes for each shard. */
  readonly memory: number;
  /** Bytes that its workers may take of them. */
  readonly workerMemory: number;
  readonly engine: string;
  /** Flags of a run that each shard is given as they are. */
  readonly flags: readonly string[];
  /** What the user has for sbatch: after everything else, so that it wins. */
  readonly slurmOptions: readonly string[];
  /** The command that submits what is not finished. */
  readonly again: string;
}

/** Seconds before the end of its time at which a shard is told to end: it keeps its finished trials. */
const warning = 60;
/** Joining tables and drawing figures, for a million trials too. */
const mergeMinutes = 60;
const mergeBytes = 2 ** 31;

/** Where the files of a run under Slurm lie. */
export function slurmFiles(directory: string) {
  const at = (name: string) => path.join(directory, slurmFolder, name);
  return { spec: at("spec.yaml"), job: at("job.sh"), merge: at("merge.sh"), mergeLog: at("merge.log") };
}

/** The script of a shard: its place in the array is its number. */
export function jobScript(batches: Batches): string {
  const { directory, name, shards, array, cpus, minutes, memory, workerMemory, engine } = batches;
  const { spec, job } = slurmFiles(directory);
  const words = [...batches.lawrob, "sweep", spec, "--out", directory, "--engine", engine];
  const limits = ["--workers", String(cpus), "--memory", `${Math.ceil(workerMemory / 1e6)}MB`];
  return lines(
    "#!/bin/sh",
    `# The shards of ${name}: each array task runs the one of its number, and goes on where it was when it is run again.`,
    `# By hand: ${shellCommand(["sbatch", job])}`,
    directive("--job-name", `lawrob-${name}`),
    directive("--array", array),
    directive("--cpus-per-task", String(cpus)),
    directive("--mem", megabytes(memory)),
    directive("--time", String(minutes)),
    "# After a preemption, or when its node has failed, a shard is queued again and goes on.",
    "#SBATCH --requeue",
    "#SBATCH --open-mode=append",
    directive("--output", `${verbatim(path.join(directory, slurmFolder))}/%a.log`),
    "# A minute before its time is over a shard ends by itself, with its finished trials.",
    `#SBATCH --signal=B:TERM@${warning}`,
    ...batches.slurmOptions.map((option) => `#SBATCH ${quoted(option)}`),
    "",
    "# exec: that signal goes to the process of this script alone.",
    `exec ${shellCommand([...words, ...limits, ...batches.flags])} --shard "$SLURM_ARRAY_TASK_ID/${shards}"`,
  );
}

/** The script that joins the shards. */
export function mergeScript({ directory, name, lawrob, slurmOptions, again }: Batches): string {
  const { merge, mergeLog } = slurmFiles(directory);
  const hint = (what: string, command: string) =>
    `printf '%s\\n' ${shellCommand([`lawrob: run what ${what} with: ${command}`])}`;
  const retry = again.includes(" --retry-failed") ? again : `${again} --retry-failed`;
  return lines(
    "#!/bin/sh",
    `# Joins the shards of ${name} into one table, figure and verdict; exit code 3 where some are missing.`,
    `# By hand, when the array has ended: ${shellCommand(["sbatch", merge])}`,
    directive("--job-name", `lawrob-${name}-merge`),
    "#SBATCH --cpus-per-task=1",
    directive("--mem", megabytes(mergeBytes)),
    directive("--time", String(mergeMinutes)),
    "#SBATCH --requeue",
    "#SBATCH --open-mode=append",
    directive("--output", verbatim(mergeLog)),
    ...slurmOptions.map((option) => `#SBATCH ${quoted(option)}`),
    "",
    shellCommand([...lawrob, "merge", directory]),
    "code=$?",
    '[ "$code" -eq 0 ] || echo "lawrob merge: exit code $code"',
    'case "$code" in',
    `  ${exitCode.failed}) ${hint("has failed", retry)} ;;`,
    `  ${exitCode.incomplete}) ${hint("is missing", again)} ;;`,
    "esac",
    'exit "$code"',
  );
}

/** Whether a text would break the lines of a script. */
export function hasControlCharacters(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

function directive(option: string, value: string): string {
  return `#SBATCH ${option}=${quoted(value)}`;
}

/** As sbatch reads words in a script. */
function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}

/** A path in which Slurm finds nothing to replace. */
function verbatim(file: string): string {
  return file.replaceAll("%", "%%");
}

/** As Slurm has them: 2^20 bytes. */
function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)}M`;
}

function lines(...all: string[]): string {
  return `${all.join("\n")}\n`;
}
