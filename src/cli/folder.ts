/** The folder of a run: new, or holding a part of this very run, or not to be touched. */
import { accessSync, constants, existsSync, mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import type { Plan } from "../experiment/plan.ts";
import { type ManifestIdentity, readManifest } from "../record/manifest.ts";
import type { EngineChoice } from "../train/engines.ts";
import { UsageError } from "./errors.ts";
import { shortPath } from "./terminal.ts";

/**
 * What a folder says it holds; undefined where there is no run.
 * @throws UsageError if it holds tables that nobody can tell the origin of
 */
export function existingRun(directory: string): ManifestIdentity | undefined {
  try {
    const found = readManifest(directory);
    if (!found && existsSync(path.join(directory, "trials.csv"))) {
      throw new Error(`${shortPath(directory)} holds a trials.csv without a manifest`);
    }
    return found;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}, choose another --out`);
  }
}

/**
 * Makes sure that what a folder holds is a part of this very run.
 * @throws UsageError if it is not
 */
export function checkSameRun(
  directory: string,
  found: ManifestIdentity,
  run: { plan: Plan; engine: EngineChoice; save: readonly string[] },
): void {
  const { plan, engine, save } = run;
  const differences = [
    found.plan_hash !== plan.hash && `another plan (${found.spec.name}, ${found.trials} trials)`,
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
 * Makes the folder where there is none.
 * @param anew whether to set aside what it holds
 * @throws UsageError if it cannot be written
 */
export function makeFolder(directory: string, anew: boolean): void {
  try {
    if (anew) setAside(directory);
    mkdirSync(directory, { recursive: true });
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${shortPath(directory)} cannot be written (${code}), choose another --out`);
  }
}

function setAside(directory: string): void {
  let i = 1;
  while (existsSync(`${directory}.old-${i}`)) i++;
  renameSync(directory, `${directory}.old-${i}`);
  process.stderr.write(`set the old results aside in ${shortPath(`${directory}.old-${i}`)}\n`);
}
