/** The folders that hold a run: its own, or one for each shard; what each holds, and whether that is sound. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { type Plan, planTrials, type Trial } from "../experiment/plan.ts";
import { mostShards, parseShard, shardName, shardsOf } from "../experiment/shard.ts";
import { checkSpec, completeSpec, specFileSchema } from "../experiment/spec.ts";
import {
  checksumOf,
  checksumsOf,
  isUnchanged,
  listedNetworks,
  type ManifestIdentity,
} from "../record/manifest.ts";
import { openStore, type Store } from "../record/store.ts";
import { TableError } from "../record/table.ts";
import { UsageError } from "./errors.ts";
import { contentsOf } from "./folder.ts";
import { shortPath } from "./terminal.ts";

/** A folder with a manifest. */
export interface Part {
  readonly directory: string;
  readonly manifest: ManifestIdentity;
}

/** Folders of shards below one; empty where there are none. */
export function shardFolders(directory: string): string[] {
  if (!existsSync(directory)) return [];
  const numbers = (name: string) => /^shard-(\d+)-of-(\d+)$/.exec(name)?.slice(1).map(Number) ?? [];
  return readdirSync(directory)
    .filter((name) => numbers(name).length > 0)
    .sort((p, q) => numbers(p)[1] - numbers(q)[1] || numbers(p)[0] - numbers(q)[0])
    .map((name) => path.join(directory, name));
}

/**
 * What these folders hold: those of shards below them where there are any, else themselves.
 * @throws UsageError where one holds nothing of a run
 */
export function partsOf(directories: readonly string[]): Part[] {
  return directories.flatMap((directory) => {
    const shards = begunShards(directory);
    if (shards.length > 0) return shards;
    const part = partOf(directory);
    if (part) return [part];
    throw new UsageError(
      `${shortPath(directory)} holds no manifest.json, give the folder of a run or of its shards`,
    );
  });
}

/** The shards below a folder that somebody has begun: a process that was killed early leaves a folder without a manifest. */
export function begunShards(directory: string): Part[] {
  return shardFolders(directory).flatMap((folder) => partOf(folder) ?? []);
}

/** @returns undefined where the folder holds nothing of a run. @throws UsageError where it holds something else */
export function partOf(directory: string): Part | undefined {
  const found = contentsOf(directory);
  if (found.kind === "other") throw new UsageError(`${found.what}: move it away, and run what it held again`);
  return found.kind === "run" ? { directory, manifest: checkShard(directory, found.manifest) } : undefined;
}

/** @throws UsageError where there can be no such shard: as many parts as a manifest says are laid out */
function checkShard(folder: string, manifest: ManifestIdentity): ManifestIdentity {
  const { shard } = manifest;
  if (!shard || parseShard(shardName(shard))) return manifest;
  throw new UsageError(
    `${shortPath(folder)}: its manifest says shard ${shardName(shard)}, where there are at most ${mostShards}: run it again`,
  );
}

/** The whole plan of a part. Throws as `planOf`. */
export function planOfPart({ directory, manifest }: Part): Plan {
  return planOf(manifest, path.join(shortPath(directory), "manifest.json"));
}

/**
 * A plan laid out anew from the specification in a file.
 * @throws UsageError where that gives another plan than the one that was run
 */
export function planOf(
  { spec, plan_hash }: Pick<ManifestIdentity, "spec" | "plan_hash">,
  source: string,
): Plan {
  const plan = planTrials(completeSpec(checkSpec(specFileSchema, spec, source), undefined, {}, source));
  if (plan.hash === plan_hash) return plan;
  throw new UsageError(
    `${source}: its specification gives the plan ${plan.hash}, and ${plan_hash} was run: ` +
      "it was edited, or written by another version of lawrob",
  );
}

/** Tells which trials a part of the plan is to hold. */
export function trialsOfParts(plan: Plan): (part: Part) => readonly Trial[] {
  const laidOut = new Map<number, Trial[][]>();
  return ({ manifest: { shard } }) => {
    if (!shard) return plan.trials;
    const shards = laidOut.get(shard.count) ?? shardsOf(plan, shard.count);
    laidOut.set(shard.count, shards);
    return shards[shard.index - 1] ?? [];
  };
}

/** "shard 2/3 (runs/big/shard-2-of-3)". */
export function partName({ directory, manifest: { shard } }: Part): string {
  return shard ? `shard ${shardName(shard)} (${shortPath(directory)})` : shortPath(directory);
}

/** What is wrong with the files of a part that was finished, in a few words; undefined where all is as it was written. */
export function damageOf({ directory, manifest }: Part): string | undefined {
  if (!isUnchanged(manifest)) return "its manifest.json is not as it was written";
  const now = checksumsOf(directory);
  for (const [name, checksum] of Object.entries(manifest.files ?? {})) {
    if (!Object.hasOwn(now, name)) return `its ${name} is gone`;
    if (now[name] !== checksum) return `its ${name} is not as it was written`;
  }
  for (const [name, checksum] of listedNetworks(directory)) {
    const file = path.join(directory, name);
    if (!existsSync(file)) return `its ${name} is gone`;
    if (checksumOf(readFileSync(file)) !== checksum) return `its ${name} is not as it was written`;
  }
  return undefined;
}

/** The tables of a part. @returns why they cannot be read, where they cannot */
export function storeOf({ directory }: Part, plan: Plan): Store | string {
  try {
    return openStore(directory, { withLaws: plan.laws.length > 0 });
  } catch (error) {
    if (error instanceof TableError) return error.message;
    throw error;
  }
}

/** The tables of a part, where it is finished and as it was written; else what is wrong with it. */
export function soundTables(part: Part, plan: Plan): { store?: Store; problem?: string } {
  const { manifest } = part;
  if (manifest.status !== "finished") return { problem: `it is ${manifest.status ?? "not finished"}` };
  const damage = damageOf(part);
  if (damage) return { problem: damage };
  const store = storeOf(part, plan);
  return typeof store === "string" ? { problem: store } : { store };
}
