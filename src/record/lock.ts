/**
 * One writer for each folder: a file there says who it is. What it says is all that `lawrob status` knows of work under way,
 * and who comes upon the file of a process that is gone takes its place.
 */
import { randomUUID } from "node:crypto";
import {
  linkSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { StorageError, withFile } from "./files.ts";

/** The folder is at work elsewhere: who does it, in one line. */
export class LockedError extends Error {
  override readonly name = "LockedError";
}

export const lockFile = "lock.json";

/** Seconds between signs of life, and after how many without one a process of another machine is taken for gone. */
const BEAT = 10;
const GONE = 60;
/** Such a file says a page at most. */
const mostBytes = 1_000_000;

const holderSchema = z.object({
  host: z.string(),
  pid: z.int(),
  /** What makes a process number unique: the boot and the pid namespace, and when the process began. */
  space: z.string(),
  born: z.string(),
  /** Different for each time that a lock was taken. */
  token: z.string(),
  started: z.string(),
  /** Ids of the trials under way. */
  running: z.array(z.string()),
});
export type Holder = z.infer<typeof holderSchema>;

/** What a lock's file says, and whether whoever wrote it is there. */
export interface Held {
  readonly holder: Holder | undefined;
  /** "unknown" for another machine, of which only signs of life tell. */
  readonly alive: boolean | "unknown";
  /** Seconds since the last sign of life, by the clock of this machine. */
  readonly age: number;
}

export interface Lock {
  /** Tells which trials are under way. */
  running(ids: readonly string[]): void;
  /** @throws LockedError where another process has taken the folder over */
  check(): void;
  release(): void;
}

/** What the lock of a folder says; undefined where there is none. */
export function readLock(directory: string): Held | undefined {
  const file = path.join(directory, lockFile);
  const found = readText(file);
  if (found === undefined) return undefined;
  const holder = parsed(found.text);
  const age = Math.max(0, (Date.now() - found.written) / 1000);
  return { holder, alive: holder ? isAlive(holder) : "unknown", age };
}

/**
 * Makes sure, as far as can be told at once, that nobody works in a folder.
 * @throws LockedError
 */
export function checkFree(directory: string): void {
  const held = readLock(directory);
  if (held?.holder && held.alive === true) throw lockedBy(directory, held.holder);
}

/**
 * Takes the lock of a folder. Where a process of another machine left one, waits up to a minute for a sign of its life.
 * @param onWait told once, before such a wait, whose sign is waited for
 * @throws LockedError where somebody works there, StorageError where the file cannot be written
 */
export async function takeLock(directory: string, onWait: (who: string) => void): Promise<Lock> {
  const file = path.join(directory, lockFile);
  const own: Holder = {
    ...here(),
    pid: process.pid,
    born: birthOf(process.pid),
    token: randomUUID(),
    started: new Date().toISOString(),
    running: [],
  };
  for (;;) {
    try {
      withFile(file, () => writeFileSync(file, text(own), { flag: "wx" }));
      break;
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
      if (!(error instanceof StorageError) || code !== "EEXIST") throw error;
    }
    const before = readText(file);
    if (before === undefined) continue;
    if (!(await isGone(directory, file, before, onWait))) {
      const holder = parsed(readText(file)?.text ?? before.text);
      throw lockedBy(directory, holder);
    }
    takeAway(file, before.text);
  }
  removeRemains(directory);
  return held(directory, file, own);
}

function held(directory: string, file: string, own: Holder): Lock {
  let said = own;
  const say = () => {
    // Written beside and renamed: a reader finds the old text or the new one.
    const beside = `${file}.${process.pid}.tmp`;
    try {
      writeFileSync(beside, text(said));
      renameSync(beside, file);
    } catch {
      // A full disk does not end what may still find room for its results.
      rmSync(beside, { force: true });
    }
  };
  const isOwn = () => parsed(readText(file)?.text ?? "")?.token === own.token;
  const beat = setInterval(() => {
    if (!isOwn()) return;
    try {
      utimesSync(file, new Date(), new Date());
    } catch {
      // Gone in between: the next check tells.
    }
  }, BEAT * 1000);
  beat.unref();
  return {
    running(ids) {
      said = { ...said, running: [...ids] };
      if (isOwn()) say();
    },
    check() {
      if (!isOwn()) throw lockedBy(directory, parsed(readText(file)?.text ?? ""));
    },
    release() {
      clearInterval(beat);
      if (isOwn()) rmSync(file, { force: true });
    },
  };
}

interface Found {
  readonly text: string;
  /** Milliseconds. */
  readonly written: number;
}

/** Whether whoever wrote this is gone: at once for a process of this machine, else after a minute without a sign of life. */
async function isGone(
  directory: string,
  file: string,
  before: Found,
  onWait: (who: string) => void,
): Promise<boolean> {
  const holder = parsed(before.text);
  const alive = holder ? isAlive(holder) : "unknown";
  if (alive !== "unknown") return !alive;
  onWait(`${shown(holder)} has left a lock in ${directory}: waiting up to ${GONE} s for a sign of life`);
  for (let second = 0; second < GONE; second++) {
    await sleep(1000);
    const now = readText(file);
    if (now === undefined) return true;
    if (now.text !== before.text || now.written !== before.written) return false;
  }
  return true;
}

/** Removes the file with that text, and no other that has come in its place. */
function takeAway(file: string, expected: string): void {
  const aside = `${file}.${process.pid}.tmp`;
  try {
    renameSync(file, aside);
  } catch {
    return;
  }
  if (readText(aside)?.text !== expected) {
    try {
      linkSync(aside, file);
    } catch {
      // A third one has taken it: what was moved finds out at its next check.
    }
  }
  rmSync(aside, { force: true });
}

/** Removes what processes that are gone have left half written. */
function removeRemains(directory: string): void {
  for (const name of readdirSync(directory)) {
    const pid = /\.(\d+)\.tmp$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(path.join(directory, name), { force: true });
  }
}

function lockedBy(directory: string, holder: Holder | undefined): LockedError {
  const since = holder ? ` since ${holder.started}` : "";
  return new LockedError(
    `${directory} is in use by ${shown(holder)}${since}: wait for its end (lawrob status), or choose another --out`,
  );
}

function shown(holder: Holder | undefined): string {
  return holder ? `process ${holder.pid} on ${holder.host}` : "another process";
}

function isAlive(holder: Holder): boolean | "unknown" {
  const { host, space } = here();
  if (holder.host !== host || holder.space !== space) return "unknown";
  return isRunning(holder.pid) && birthOf(holder.pid) === holder.born;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The machine, and within it what shares process numbers with this process. */
function here(): { host: string; space: string } {
  const parts = [
    () => readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(),
    () => readlinkSync("/proc/self/ns/pid"),
  ];
  return { host: os.hostname(), space: parts.map((part) => orEmpty(part)).join(" ") };
}

/** When a process began, in the kernel's ticks; "" where the system does not tell. A zombie is no process. */
function birthOf(pid: number): string {
  return orEmpty(() => {
    const status = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "ended" : fields[19];
  });
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

function readText(file: string): Found | undefined {
  try {
    const status = lstatSync(file);
    if (!status.isFile()) throw new LockedError(`${file} is no file of lawrob: move it away`);
    return {
      text: status.size > mostBytes ? "" : readFileSync(file, "utf8"),
      written: status.mtimeMs,
    };
  } catch (error) {
    if (error instanceof LockedError) throw error;
    return undefined;
  }
}

function parsed(content: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(content));
  } catch {
    return undefined;
  }
}

function text(holder: Holder): string {
  return `${JSON.stringify(holder, null, 2)}\n`;
}
