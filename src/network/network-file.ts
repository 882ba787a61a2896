/** Files of networks as bytes from anywhere: nothing here opens a file, and none of it trusts one. */

import { fileLimits } from "../numeric/file-limits.ts";

/** A file that is no network that can be read: what is wrong, where, and how to mend it. */
export class NetworkFileError extends Error {
  override readonly name = "NetworkFileError";
}

/** UTF-8 text. A byte order mark is left out. */
export function decodeText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new NetworkFileError(`${what} is not UTF-8 text`);
  }
}

/**
 * JSON whose top level is an object, no key of which stands twice.
 * @param mend what to do where it is not
 * @returns its entries
 */
export function parseObject(text: string, what: string, mend: string): [string, unknown][] {
  checkSize(text, what);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new NetworkFileError(`${what} is not JSON: ${brief((error as Error).message)}: ${mend}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new NetworkFileError(`${what} is not a JSON object: ${mend}`);
  }
  const twice = repeatedKey(text);
  if (twice !== undefined) throw new NetworkFileError(`${what} has the key ${show(twice)} twice`);
  return Object.entries(value);
}

/** Refuses JSON whose values would fill the memory though its text does not. Marks within strings count too. */
function checkSize(text: string, what: string): void {
  let keys = 0;
  let lists = 0;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === 0x7b || letter === 0x3a) keys++;
    else if (letter === 0x5b) lists++;
  }
  if (keys > fileLimits.jsonKeys || lists > fileLimits.jsonLists) {
    throw new NetworkFileError(
      `${what} has more objects and lists than a network: save its weights as safetensors, a tensor for each layer`,
    );
  }
}

/** A key that stands twice at the top level of valid JSON: JSON.parse would drop the first. */
function repeatedKey(text: string): string | undefined {
  const seen = new Set<string>();
  let depth = 0;
  let expectsKey = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at);
    if (letter === 0x22) {
      const start = at;
      at++;
      while (text.charCodeAt(at) !== 0x22) at += text.charCodeAt(at) === 0x5c ? 2 : 1;
      if (depth === 1 && expectsKey) {
        const key = JSON.parse(text.slice(start, at + 1)) as string;
        if (seen.has(key)) return key;
        seen.add(key);
        expectsKey = false;
      }
    } else if (letter === 0x7b || letter === 0x5b) {
      depth++;
      expectsKey = depth === 1;
    } else if (letter === 0x7d || letter === 0x5d) depth--;
    else if (letter === 0x2c && depth === 1) expectsKey = true;
  }
  return undefined;
}

/** A name from a file for a message: quoted, without control characters, not too long. */
export function show(name: unknown): string {
  return brief(JSON.stringify(name) ?? String(name));
}

function brief(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ");
  return line.length > 80 ? `${line.slice(0, 77)}…` : line;
}
