/** Opens a file that is read and checked elsewhere, and says in one line what is wrong with it. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { DataFileError } from "../data/data-file.ts";
import { NetworkFileError } from "../network/network-file.ts";
import type { ByteSource } from "../numeric/byte-source.ts";
import { UsageError } from "./errors.ts";
import { shortPath } from "./terminal.ts";

/**
 * Gives a file's bytes to a reader.
 * @param expected what to give instead, where it is no file
 * @throws UsageError naming the file
 */
export function withFile<Value>(file: string, expected: string, read: (bytes: ByteSource) => Value): Value {
  const name = shortPath(file);
  let descriptor: number | undefined;
  try {
    // First, for to open a pipe would wait.
    if (!statSync(file).isFile()) throw new UsageError(`${name}: is no file, give ${expected}`);
    descriptor = openSync(file, "r");
    return read(source(descriptor));
  } catch (error) {
    if (error instanceof NetworkFileError || error instanceof DataFileError) {
      throw new UsageError(`${name}: ${error.message}`);
    }
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") throw new UsageError(`${name}: there is no such file, give ${expected}`);
    if (typeof code === "string" && /^E[A-Z]+$/.test(code)) {
      throw new UsageError(`${name}: cannot be read (${code})`);
    }
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/**
 * The text of a file.
 * @param expected what to give instead, where it is no file
 * @param most bytes that are read
 * @throws UsageError naming the file
 */
export function readText(file: string, expected: string, most: number): string {
  const bytes = withFile(file, expected, (source) => {
    if (source.size > most) {
      throw new UsageError(
        `${shortPath(file)}: has ${source.size} bytes, where at most ${most} are read: split it, or leave some out`,
      );
    }
    return source.read(0, source.size);
  });
  return new TextDecoder().decode(bytes);
}

function source(descriptor: number): ByteSource {
  return {
    size: fstatSync(descriptor).size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const count = readSync(descriptor, bytes, done, length - done, offset + done);
        if (count === 0) throw new NetworkFileError("became shorter while it was read");
        done += count;
      }
      return bytes;
    },
  };
}
