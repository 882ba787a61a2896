/** Folders and files that are whole or absent. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";

/** What went wrong with a file, in one line: the file, the reason, the mend. */
export class StorageError extends Error {
  override readonly name = "StorageError";
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "no space left on the device: free some, then give the same command again",
  EDQUOT: "the disk quota is used up: free some space, then give the same command again",
  EIO: "the device failed to read or write: check it, then give the same command again",
  EROFS: "the file system is read-only: choose another folder",
  EACCES: "no permission to write: choose another folder",
  EPERM: "no permission to write: choose another folder",
  EISDIR: "is a folder where a file belongs: move it away",
  ENOTDIR: "a part of its path is a file: choose another folder",
  ENAMETOOLONG: "its name is too long: choose a shorter one",
};

/** Does something to a file. @throws StorageError in place of the system's error */
export function withFile<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || !/^E[A-Z0-9]+$/.test(code)) throw error;
    throw new StorageError(`${file}: ${reasons[code] ?? `cannot be used (${code})`}`, { cause: error });
  }
}

/**
 * The bytes of a file that anybody may have written.
 * @param most bytes that are read
 * @throws StorageError where it is larger, or no file: to read a pipe would wait for ever
 */
export function readBounded(file: string, most: number): Buffer {
  return withFile(file, () => {
    const status = statSync(file);
    if (!status.isFile()) throw new StorageError(`${file}: is no file, move it away`);
    if (status.size > most) {
      throw new StorageError(
        `${file}: has ${status.size} bytes, where at most ${most} are read: move it away`,
      );
    }
    return readFileSync(file);
  });
}

/**
 * Writes a file in one step: its name stands for the old content or for the whole new one, also after a crash or on a
 * full disk. (write-file-atomic, the usual library, takes a short write for a whole one.)
 * @throws StorageError
 */
export function writeWhole(file: string, content: string | Uint8Array): void {
  const temporary = `${file}.${process.pid}.tmp`;
  withFile(file, () => {
    try {
      // Made anew: a link that somebody left under this name is not written through.
      rmSync(temporary, { force: true });
      const descriptor = openSync(temporary, "wx");
      try {
        writeFileSync(descriptor, content);
        fsyncSync(descriptor);
      } finally {
        closeSync(descriptor);
      }
      renameSync(temporary, file);
      syncFolder(path.dirname(file));
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
  });
}

/** Makes sure that the names in a folder survive the loss of power, where the system can. */
export function syncFolder(folder: string): void {
  if (process.platform === "win32") return;
  const descriptor = openSync(folder, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes a folder, with those above it, and makes sure that files can be written there.
 * @throws StorageError if they cannot
 */
export function makeWritableFolder(folder: string): void {
  // Not mkdir's `recursive`: below /proc it never returns (Node 20).
  const missing: string[] = [];
  let existing = path.resolve(folder);
  while (!existsSync(existing) && path.dirname(existing) !== existing) {
    missing.unshift(existing);
    existing = path.dirname(existing);
  }
  withFile(folder, () => {
    for (const part of missing) {
      try {
        mkdirSync(part);
        syncFolder(path.dirname(part));
      } catch (error) {
        // Another process was faster.
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      }
    }
    if (!statSync(folder).isDirectory()) {
      throw Object.assign(new Error(`${folder} is no folder`), { code: "ENOTDIR" });
    }
    accessSync(folder, constants.W_OK | constants.X_OK);
    const probe = path.join(folder, `.lawrob-${process.pid}`);
    writeFileSync(probe, "");
    rmSync(probe);
  });
}
