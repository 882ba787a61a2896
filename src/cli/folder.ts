/** The folder of a run: new, or holding a part of this very run, or not to be touched. */
import { existsSync, renameSync } from "node:fs";
import path from "node:path";
import type { Plan } from "../experiment/plan.ts";
import { type Shard, shardName } from "../experiment/shard.ts";
import { makeWritableFolder, StorageError, withFile } from "../record/files.ts";
import { type ManifestIdentity, readManifest } from "../record/manifest.ts";
import type { EngineChoice } from "../train/engines.ts";
import { UsageError } from "./errors.ts";
import { shortPath } from "./terminal.ts";

/** What lies in the folder of a run. */
export type Contents =
  | { readonly kind: "nothing" }
  | { readonly kind: "run"; readonly manifest: ManifestIdentity }
  /** Something whose origin nobody can tell. */
  | { readonly kind: "other"; readonly what: string };

/** Where a shard lies in the folder of its run. */
export function shardFolder({ index, count }: Shard): string {
  return `shard-${index}-of-${count}`;
}

/** Looks at a folder, which may not exist. */
export function contentsOf(directory: string): Contents {
  try {
    const manifest = readManifest(directory);
    if (manifest) return { kind: "run", manifest };
  } catch (error) {
    return { kind: "other", what: (error as Error).message };
  }
  if (!existsSync(path.join(directory, "trials.csv"))) return { kind: "nothing" };
  return { kind: "other", what: `${shortPath(directory)} holds a trials.csv without a manifest` };
}

/**
 * Makes sure that what a folder holds is a part of this very run.
 * @throws UsageError if it is not
 */
export function checkSameRun(
  directory: string,
  found: Pick<ManifestIdentity, "plan_hash" | "trials" | "shard" | "spec" | "engine" | "save">,
  run: { plan: Plan; engine: EngineChoice; save: readonly string[] },
): void {
  const { plan, engine, save } = run;
  const differences = [
    found.plan_hash !== plan.hash && `another plan (${found.spec.name}, ${found.trials} trials)`,
    JSON.stringify(found.shard) !== JSON.stringify(plan.shard) &&
      (found.shard ? `shard ${shardName(found.shard)} of this plan` : "the whole of this plan"),
    found.spec.name !== plan.spec.name && `results of the experiment ${found.spec.name}`,
    found.engine.name !== engine.name && `results of the engine ${found.engine.name}`,
    found.engine.version !== engine.version &&
      `results of ${found.engine.version}, this is ${engine.version}`,
    found.save.join() !== save.join() &&
      `a run with ${found.save.length > 0 ? `--save ${found.save}` : "no --save"}`,
  ].filter((text) => text !== false);
  if (differences.length > 0) {
    throw new UsageError(
      `${shortPath(directory)} holds ${differences[0]}: ` +
        "choose another --out, or --force to set it aside and start anew",
    );
  }
}

/**
 * Makes sure that a folder can be made or written, before any work. Leaves nothing behind.
 * @throws UsageError if it cannot
 */
export function checkWritable(directory: string): void {
  let existing = directory;
  while (!existsSync(existing) && path.dirname(existing) !== existing) existing = path.dirname(existing);
  usable(directory, () => makeWritableFolder(existing));
}

/**
 * Makes the folder where there is none.
 * @param anew whether to set aside what it holds
 * @throws UsageError if it cannot be written
 */
export function makeFolder(directory: string, anew: boolean): void {
  usable(directory, () => {
    if (anew) setAside(directory);
    makeWritableFolder(directory);
  });
}

function usable(directory: string, action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    const { code } = error.cause as NodeJS.ErrnoException;
    throw new UsageError(`${shortPath(directory)} cannot be written (${code}), choose another --out`);
  }
}

function setAside(directory: string): void {
  let i = 1;
  while (existsSync(`${directory}.old-${i}`)) i++;
  withFile(directory, () => renameSync(directory, `${directory}.old-${i}`));
  process.stderr.write(`set the old results aside in ${shortPath(`${directory}.old-${i}`)}\n`);
}
