import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { openPromise } from "yauzl";

/**
 * Extracts chosen files of a zip archive, one after the other, streaming.
 * @param archive path of the archive.
 * @param destination path to write an entry to, given its name in the archive; undefined leaves it out. Names
 * that are absolute or contain ".." never get here: yauzl refuses such an archive.
 * @returns the number of files written.
 */
export async function extractZip(
  archive: string,
  destination: (name: string) => string | undefined,
): Promise<number> {
  let written = 0;
  const zip = await openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const path = entry.fileName.endsWith("/") ? undefined : destination(entry.fileName);
    if (path === undefined) continue;
    await mkdir(dirname(path), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(path));
    written++;
  }
  return written;
}
