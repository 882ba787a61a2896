import { randomBytes } from "node:crypto";
import { readFileSync, rmSync, statSync } from "node:fs";
import { mkdir, readdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { EngineUnavailableError } from "./errors.ts";

/** Bytes; with less, a disk counts as full. */
const leastFree = 1e6;

/** The file that makes a folder count as installed; it is the last one written. */
const receiptName = "lawrob-install.json";

/** What an installed folder says of itself: versions, and the size in bytes of each file it cannot do without. */
export interface Receipt {
  readonly versions: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, number>>;
}

/** The receipt of an installed folder; undefined when the folder is missing, unfinished or damaged. */
export function readReceipt(folder: string): Receipt | undefined {
  try {
    const receipt = JSON.parse(readFileSync(join(folder, receiptName), "utf8")) as Receipt;
    const files = Object.entries(receipt.files);
    return files.every(([file, size]) => statSync(join(folder, file)).size === size) ? receipt : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Installs a folder in one step: builds it beside its final place, then renames it. Whatever interrupts the
 * build, `target` is either as it was or complete.
 * @param target the folder's final place; what is there is replaced, unless another process has just put a
 * complete folder there.
 * @param build fills the folder it is given, and returns the versions and the files (relative paths) that must
 * be there.
 * @throws EngineUnavailableError where the disk is full; what `build` throws
 */
export async function installFolder(
  target: string,
  build: (staging: string) => Promise<{ versions: Record<string, string>; files: readonly string[] }>,
): Promise<void> {
  const before = readReceipt(target);
  await removeAbandoned(target);
  const staging = `${target}.partial-${hostname()}-${process.pid}-${randomBytes(4).toString("hex")}`;
  await mkdir(staging, { recursive: true });
  const removeStaging = () => rmSync(staging, { recursive: true, force: true });
  process.once("exit", removeStaging);
  try {
    const { versions, files } = await build(staging);
    const sizes: Record<string, number> = {};
    for (const file of files) sizes[file] = (await stat(join(staging, file))).size;
    await writeFile(
      join(staging, receiptName),
      `${JSON.stringify({ versions, files: sizes } satisfies Receipt, null, 2)}\n`,
    );
    const byAnother = before === undefined && readReceipt(target) !== undefined;
    if (!byAnother) {
      await rename(target, `${staging}-old`).catch(ignoreMissing);
      await rename(staging, target);
      await rm(`${staging}-old`, { recursive: true, force: true });
    }
  } catch (error) {
    throw (await isDiskFull(error, staging)) ? diskFull(target, error) : error;
  } finally {
    process.removeListener("exit", removeStaging);
    await rm(staging, { recursive: true, force: true });
  }
}

/** Programs that download for us say little of a full disk: what is free then tells. */
async function isDiskFull(error: unknown, folder: string): Promise<boolean> {
  const codes = [error, (error as Error).cause].map(
    (one) => (one as NodeJS.ErrnoException | undefined)?.code,
  );
  if (codes.some((code) => code === "ENOSPC" || code === "EDQUOT")) return true;
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < leastFree;
}

function diskFull(target: string, cause: unknown): EngineUnavailableError {
  return new EngineUnavailableError(
    `the disk of ${dirname(target)} is full`,
    "free some space, or let LAWROB_CACHE name a folder on another disk",
    { cause },
  );
}

/** Removes the folders in `parent` whose names match. @returns their paths */
export async function removeFolders(parent: string, names: RegExp): Promise<string[]> {
  const removed: string[] = [];
  for (const name of await readdir(parent).catch(() => [])) {
    if (!names.test(name)) continue;
    const path = join(parent, name);
    await rm(path, { recursive: true, force: true });
    removed.push(path);
  }
  return removed;
}

/** Removes what interrupted installs left beside `target`: their process is gone, or they are over a day old. */
async function removeAbandoned(target: string): Promise<void> {
  const parent = dirname(target);
  const prefix = `${basename(target)}.partial-`;
  for (const name of await readdir(parent).catch(() => [])) {
    if (!name.startsWith(prefix)) continue;
    const path = join(parent, name);
    const ours = name.startsWith(`${prefix}${hostname()}-`);
    const pid = Number(name.slice(prefix.length + hostname().length + 1).split("-")[0]);
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
    if ((ours && !isRunning(pid)) || age > 24 * 3600e3) await rm(path, { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== "ENOENT") throw error;
}
