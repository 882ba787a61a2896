/** Numbers on the command line. */
import { UsageError } from "./errors.ts";

/** @throws UsageError naming the flag, where the text is not a finite number above 0 */
export function positive(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text.trim() === "" ? Number.NaN : Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new UsageError(`${flag}: "${text}" is not a positive number`);
  return value;
}

/** @throws UsageError naming the flag, where the text is not a whole number within the range */
export function wholeFrom(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text.trim()) || value < least || value > most) {
    throw new UsageError(`${flag}: "${text}" is not a whole number from ${least} to ${most}`);
  }
  return value;
}

const powers = { "": 0, K: 1, M: 2, G: 3, T: 4 } as const;

/** Bytes, as in 6G, 512MB or 1.5GiB. @throws UsageError naming the flag */
export function byteCount(flag: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, digits, prefix, binary] = /^\s*(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?\s*$/i.exec(text) ?? [];
  const bytes =
    digits === undefined
      ? Number.NaN
      : Number(digits) * (binary ? 1024 : 1000) ** powers[prefix.toUpperCase() as keyof typeof powers];
  if (!(bytes >= 1) || !Number.isSafeInteger(Math.round(bytes))) {
    throw new UsageError(`${flag}: "${text}" is not an amount of memory, write 8G, 512MB or 1.5GiB`);
  }
  return Math.round(bytes);
}
