/** manifest.json: what was asked, and for each time that somebody worked on it, with what and on which machine. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { z } from "zod";
import type { Spec } from "../experiment/spec.ts";
import { fileLimits } from "../numeric/file-limits.ts";
import { readBounded, writeWhole } from "./files.ts";

/** What makes two runs the same run: both write the same trials.csv. */
export interface RunIdentity {
  readonly spec: Spec;
  readonly plan_hash: string;
  readonly trials: number;
  readonly engine: { readonly name: string; readonly version: string; readonly reason: string };
  readonly save: readonly string[];
  /** The part of the plan that the folder holds; `trials` are those of the part. */
  readonly shard?: { readonly index: number; readonly count: number } | undefined;
}

/** What an engine was in a merged run. */
type EngineIdentity = RunIdentity["engine"];

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
  /** SHA-256 of each table when the last session ended. */
  readonly files?: Readonly<Record<string, string>>;
  /** The folders that `lawrob merge` has joined into this one. */
  readonly merged_from?: readonly string[];
  /** All engines of a merged run, where there were several. */
  readonly engines?: readonly EngineIdentity[];
}

/** What is read of a manifest, whoever wrote it. */
const identitySchema = z.looseObject({
  plan_hash: z.string(),
  trials: z.int().min(0),
  engine: z.looseObject({ name: z.string(), version: z.string(), reason: z.string().optional() }),
  save: z.array(z.string()),
  spec: z.looseObject({ name: z.string() }),
  sessions: z.array(z.unknown()),
  status: z.string().optional(),
  shard: z.object({ index: z.int().min(1), count: z.int().min(1) }).optional(),
  files: z.record(z.string(), z.string()).optional(),
  merged_from: z.array(z.string()).optional(),
  sha256: z.string().optional(),
});
export type ManifestIdentity = z.infer<typeof identitySchema>;

const fileName = "manifest.json";

/** The manifest of a folder; undefined where there is none. @throws Error in one line if it cannot be read as one */
export function readManifest(directory: string): ManifestIdentity | undefined {
  const file = path.join(directory, fileName);
  if (!existsSync(file)) return undefined;
  try {
    const content: unknown = JSON.parse(readBounded(file, fileLimits.manifestBytes).toString("utf8"));
    identitySchema.parse(content);
    // As it was written, in its order: the checksum is of that.
    return content as ManifestIdentity;
  } catch {
    throw new Error(`${file} is not a manifest of lawrob`);
  }
}

/** Whether nobody has changed the manifest since it was written. */
export function isUnchanged({ sha256, ...content }: ManifestIdentity): boolean {
  return sha256 === checksumOf(JSON.stringify(content));
}

/** SHA-256 of a text or of bytes, in hexadecimal digits. */
export function checksumOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Checksums of the saved networks, as `sha256sum -c` reads them. */
const networksList = "networks.sha256";

/** What of a folder is checked against the manifest; the last is a list of checksums itself. */
const checkedFiles = ["trials.csv", "timings.csv", "laws.csv", networksList] as const;

/** The checksums of the tables that a folder has, and of the list of its networks. */
export function checksumsOf(directory: string): Record<string, string> {
  // A pipe under such a name is none of them: to read it would wait for ever.
  const there = checkedFiles.filter((name) =>
    statSync(path.join(directory, name), { throwIfNoEntry: false })?.isFile(),
  );
  return Object.fromEntries(
    there.map((name) => [name, checksumOf(readFileSync(path.join(directory, name)))]),
  );
}

/**
 * Writes networks.sha256, of all networks of a folder; nothing where there are none.
 * @throws StorageError
 */
function listNetworks(directory: string): void {
  const folder = path.join(directory, "networks");
  if (!existsSync(folder)) return;
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".safetensors"))
    .sort()
    .map((name) => `networks/${name}`);
  const lines = files.map((file) => `${checksumOf(readFileSync(path.join(directory, file)))}  ${file}\n`);
  if (lines.length > 0) writeWhole(path.join(directory, networksList), lines.join(""));
}

/** Names that `listNetworks` writes: none leads out of the folder. */
const networkName = /^networks\/[0-9a-z]+\.safetensors$/;

/** The checksums in networks.sha256 by the path of the file; none where it is absent. */
export function listedNetworks(directory: string): Map<string, string> {
  const list = path.join(directory, networksList);
  if (!existsSync(list)) return new Map();
  const lines = readFileSync(list, "utf8").split("\n").slice(0, -1);
  return new Map(
    lines
      .map((line): [string, string] => [line.slice(66), line.slice(0, 64)])
      .filter(([name]) => networkName.test(name)),
  );
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
  listNetworks(directory);
  write(directory, { ...manifest, status, sessions, files: checksumsOf(directory) });
}

/** Writes the manifest of a folder that others have been merged into. */
export function writeMerged(
  directory: string,
  identity: RunIdentity,
  from: { sessions: readonly unknown[]; folders: readonly string[]; engines: readonly EngineIdentity[] },
): void {
  listNetworks(directory);
  write(directory, {
    ...identity,
    status: "finished",
    sessions: from.sessions as Session[],
    files: checksumsOf(directory),
    merged_from: from.folders,
    ...(from.engines.length > 1 && { engines: from.engines }),
  });
}

function write(directory: string, manifest: Manifest): void {
  const sha256 = checksumOf(JSON.stringify(manifest));
  writeWhole(path.join(directory, fileName), `${JSON.stringify({ ...manifest, sha256 }, null, 2)}\n`);
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
