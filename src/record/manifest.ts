/** manifest.json: what was asked, by whom, with what, on which machine. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { z } from "zod";
import type { Spec } from "../experiment/spec.ts";

export interface Manifest {
  readonly lawrob: string;
  /** Commit of the source, where lawrob runs from a checkout; "-dirty" where files differ from it. */
  readonly commit: string | null;
  readonly spec: Spec;
  readonly plan_hash: string;
  readonly trials: number;
  readonly engine: { readonly name: string; readonly version: string; readonly reason: string };
  readonly save: readonly string[];
  readonly workers: number;
  readonly argv: readonly string[];
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memory_bytes: number;
  readonly started: string;
  readonly ended: string | null;
  readonly status: "running" | "finished" | "interrupted" | "failed";
}

/** What a later run in the same folder must agree with. */
const identitySchema = z.looseObject({
  plan_hash: z.string(),
  trials: z.number(),
  engine: z.looseObject({ name: z.string(), version: z.string() }),
  save: z.array(z.string()),
  spec: z.looseObject({ name: z.string() }),
});
export type ManifestIdentity = z.infer<typeof identitySchema>;

const fileName = "manifest.json";

export function writeManifest(directory: string, manifest: Manifest): void {
  writeFileAtomic.sync(path.join(directory, fileName), `${JSON.stringify(manifest, null, 2)}\n`);
}

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

/** The part of a manifest that tells the machine and the program. */
export function environment(
  packageDirectory: string,
): Pick<Manifest, "lawrob" | "commit" | "node" | "platform" | "cpu" | "cores" | "memory_bytes"> {
  const { version } = JSON.parse(readFileSync(path.join(packageDirectory, "package.json"), "utf8"));
  return {
    lawrob: version,
    commit: sourceCommit(packageDirectory),
    node: process.version,
    platform: `${process.platform} ${process.arch} ${os.release()}`,
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
