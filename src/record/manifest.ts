/** manifest.json: what was asked, and for each time that somebody worked on it, with what and on which machine. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import type { Spec } from "../experiment/spec.ts";
import { writeWhole } from "./files.ts";

/** What makes two runs the same run: both write the same trials.csv. */
export interface RunIdentity {
  readonly spec: Spec;
  readonly plan_hash: string;
  readonly trials: number;
  readonly engine: { readonly name: string; readonly version: string; readonly reason: string };
  readonly save: readonly string[];
}

/** One time that the run was worked on, from its start to its end or interruption. */
interface Session {
  readonly lawrob: string;
  /** Commit of the source, where lawrob runs from a checkout; "-dirty" where files differ from it. */
  readonly commit: string | null;
  readonly argv: readonly string[];
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
  readonly workers: number;
  readonly started: string;
  readonly ended: string | null;
  readonly status: Status;
  /** Trials that it finished; null while it goes on, or when it ended without a word. */
  readonly finished: number | null;
}

type Status = "running" | "finished" | "interrupted" | "failed";

export interface Manifest extends RunIdentity {
  readonly status: Status;
  readonly sessions: readonly Session[];
}

/** What is read of a manifest, whoever wrote it. */
const identitySchema = z.looseObject({
  plan_hash: z.string(),
  trials: z.number(),
  engine: z.looseObject({ name: z.string(), version: z.string() }),
  save: z.array(z.string()),
  spec: z.looseObject({ name: z.string() }),
  sessions: z.array(z.unknown()),
});
export type ManifestIdentity = z.infer<typeof identitySchema>;

const fileName = "manifest.json";

/** The manifest of a folder; undefined where there is none. @throws Error in one line if it cannot be read as one */
export function readManifest(directory: string): ManifestIdentity | undefined {
  const file = path.join(directory, fileName);
  if (!existsSync(file)) return undefined;
  try {
    return identitySchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Error(`${file} is not a manifest of lawrob`);
  }
}

/** Writes that work on the run begins now, after what earlier sessions wrote. */
export function beginSession(
  directory: string,
  identity: RunIdentity,
  { packageDirectory, workers }: { packageDirectory: string; workers: number },
): Manifest {
  const session: Session = {
    ...environment(packageDirectory),
    argv: process.argv.slice(2),
    workers,
    started: new Date().toISOString(),
    ended: null,
    status: "running",
    finished: null,
  };
  const earlier = (readManifest(directory)?.sessions ?? []) as Session[];
  const manifest: Manifest = { ...identity, status: "running", sessions: [...earlier, session] };
  write(directory, manifest);
  return manifest;
}

/** Writes how the last session of the manifest ended. */
export function endSession(
  directory: string,
  manifest: Manifest,
  { status, finished }: { status: Status; finished: number },
): void {
  const sessions = manifest.sessions.with(-1, {
    ...manifest.sessions[manifest.sessions.length - 1],
    ended: new Date().toISOString(),
    status,
    finished,
  });
  write(directory, { ...manifest, status, sessions });
}

function write(directory: string, manifest: Manifest): void {
  writeWhole(path.join(directory, fileName), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** The machine and the program. */
function environment(packageDirectory: string) {
  const { version } = JSON.parse(readFileSync(path.join(packageDirectory, "package.json"), "utf8"));
  return {
    lawrob: String(version),
    commit: sourceCommit(packageDirectory),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpu: os.cpus()[0]?.model.trim() ?? "unknown",
    cores: os.availableParallelism(),
    memory_bytes: os.totalmem(),
  };
}

function sourceCommit(packageDirectory: string): string | null {
  if (!existsSync(path.join(packageDirectory, ".git"))) return null;
  const git = (...args: string[]) =>
    execFileSync("git", ["-C", packageDirectory, ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no").trim() !== "";
    return git("rev-parse", "HEAD").trim() + (changed ? "-dirty" : "");
  } catch {
    return null;
  }
}
