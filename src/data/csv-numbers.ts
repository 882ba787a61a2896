/**
 * Numbers from CSV: one row a line, separated by commas, semicolons or tabs, perhaps with names in the first line. Made for
 * tens of millions of numbers: they are read from the bytes, a stretch at a time, in two passes.
 */
import type { ByteSource } from "../numeric/byte-source.ts";
import { fileLimits } from "../numeric/file-limits.ts";
import { checkCount, DataFileError, type NumberTable, type ReadLimits, stretches } from "./data-file.ts";

const [newline, carriage, quote, space] = [10, 13, 34, 32];
const separators = [",", ";", "\t"] as const;
/** Longer lines of names or fields are no numbers. */
const mostFieldBytes = 1000;
const decoder = new TextDecoder();

/** @throws DataFileError naming line and column, where it is no table of finite numbers */
export function readCsv(source: ByteSource, limits: ReadLimits): NumberTable {
  if (source.size === 0) throw new DataFileError("the file is empty, give a line of numbers for each point");
  const mostBytes = limits.mostNumbers * fileLimits.bytesPerNumber;
  if (source.size > mostBytes) {
    throw new DataFileError(
      `has ${source.size} bytes, memory has room for the numbers of ${Math.floor(mostBytes)}: take fewer rows`,
    );
  }
  const first = firstLine(source);
  const separator = separators.find((character) => first.text.includes(character)) ?? ",";
  const fields = first.text.split(separator).map((field) => unquoted(field.trim()));
  const named = fields.some(
    (field) => field !== "" && Number.isNaN(Number(field)) && !/^[+-]?(nan|inf)/i.test(field),
  );
  const columns = fields.length;
  const rows = countLines(source) - (named ? 1 : 0);
  if (rows < 1) throw new DataFileError("has no row of numbers, give a line for each point");
  checkCount(rows, columns, limits);
  const values = new Float64Array(rows * columns);
  fill(source, { start: named ? first.end : 0, line: named ? 2 : 1, columns, separator, values });
  return { rows, columns, values, ...(named && { names: fields }) };
}

/** The first line that is not empty, and the byte after it. */
function firstLine(source: ByteSource): { text: string; end: number } {
  let text = "";
  let at = 0;
  const most = fileLimits.lineBytes;
  for (const bytes of stretches(source, 1 << 16)) {
    if (at === 0 && bytes.includes(0))
      throw new DataFileError("is binary, not CSV: give text, or the file the ending of what it is");
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] !== newline) continue;
      text += decoder.decode(bytes.subarray(0, i));
      const line = text.replace(/^\uFEFF/, "").replace(/\r$/, "");
      if (line.trim() === "") throw new DataFileError("line 1 is empty, begin with names or numbers");
      return { text: line, end: at + i + 1 };
    }
    text += decoder.decode(bytes);
    at += bytes.length;
    if (text.length > most)
      throw new DataFileError(`line 1 has no end within ${most / 1e6} MB, give a line for each point`);
  }
  return { text: text.replace(/^\uFEFF/, ""), end: source.size };
}

function unquoted(field: string): string {
  return /^".*"$/.test(field) ? field.slice(1, -1) : field;
}

/** Lines with something in them. */
function countLines(source: ByteSource): number {
  let lines = 0;
  let filled = false;
  for (const bytes of stretches(source)) {
    for (let i = 0; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte === newline) {
        if (filled) lines++;
        filled = false;
      } else if (byte !== carriage && byte !== space) filled = true;
    }
  }
  return lines + (filled ? 1 : 0);
}

interface Filling {
  readonly start: number;
  readonly line: number;
  readonly columns: number;
  readonly separator: string;
  readonly values: Float64Array;
}

function fill(
  source: ByteSource,
  { start, line: firstLineNumber, columns, separator, values }: Filling,
): void {
  const split = separator.charCodeAt(0);
  let line = firstLineNumber;
  let column = 0;
  let count = 0;
  // The bytes of a field that a stretch ends within.
  let rest: Uint8Array = new Uint8Array(0);
  let at = 0;
  let blank = true;
  const take = (bytes: Uint8Array, from: number, to: number) => {
    if (column === columns) {
      throw new DataFileError(
        `line ${line} has more than the ${columns} fields of the first line, make all lines as long`,
      );
    }
    const value = numberOf(bytes, from, to);
    if (!Number.isFinite(value)) {
      const text = decoder.decode(bytes.subarray(from, Math.min(to, from + 40))).trim();
      throw new DataFileError(
        text === ""
          ? `line ${line}, column ${column + 1} is empty, give a number`
          : `line ${line}, column ${column + 1}: ${JSON.stringify(text)} is not a finite number, give one`,
      );
    }
    values[count++] = value;
    column++;
  };
  const endLine = () => {
    if (column !== columns) {
      throw new DataFileError(
        `line ${line} has ${column} fields, the first line ${columns}: make all lines as long`,
      );
    }
    column = 0;
  };
  for (const stretch of stretches(source)) {
    const skip = Math.max(0, Math.min(stretch.length, start - at));
    at += stretch.length;
    let bytes = stretch.subarray(skip);
    if (rest.length > 0) {
      const joined = new Uint8Array(rest.length + bytes.length);
      joined.set(rest);
      joined.set(bytes, rest.length);
      bytes = joined;
    }
    // A byte order mark before the first number.
    let from = at === stretch.length && skip === 0 && bytes[0] === 0xef && bytes[1] === 0xbb ? 3 : 0;
    for (let i = from; i < bytes.length; i++) {
      const byte = bytes[i];
      if (byte === split) {
        take(bytes, from, i);
        from = i + 1;
        blank = false;
      } else if (byte === newline) {
        if (!blank || !isBlank(bytes, from, i)) {
          take(bytes, from, i);
          endLine();
        }
        blank = true;
        from = i + 1;
        line++;
      }
    }
    rest = bytes.slice(from);
    if (rest.length > mostFieldBytes)
      throw new DataFileError(`line ${line}, column ${column + 1} is no number, give one`);
  }
  if (!blank || !isBlank(rest, 0, rest.length)) {
    take(rest, 0, rest.length);
    endLine();
  }
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (bytes[i] !== carriage && bytes[i] !== space) return false;
  return true;
}

const powersOfTen = Float64Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/**
 * The number written in some bytes, correctly rounded; NaN where there is none. At most 15 digits and a power of ten up to
 * 10^22 are both exact in f64, so that one multiplication or division rounds right; anything else goes through Number.
 */
function numberOf(bytes: Uint8Array, first: number, end: number): number {
  let from = first;
  let to = end;
  while (from < to && (bytes[from] === space || bytes[from] === quote)) from++;
  while (to > from && (bytes[to - 1] === carriage || bytes[to - 1] === space || bytes[to - 1] === quote))
    to--;
  let i = from;
  const negative = bytes[i] === 45;
  if (negative || bytes[i] === 43) i++;
  let digits = 0;
  let mantissa = 0;
  let decimals = -1;
  for (; i < to; i++) {
    const byte = bytes[i];
    if (byte >= 48 && byte <= 57) {
      mantissa = 10 * mantissa + (byte - 48);
      if (mantissa > 0) digits++;
      if (decimals >= 0) decimals++;
    } else if (byte === 46 && decimals < 0) decimals = 0;
    else break;
  }
  const places = Math.max(0, decimals);
  if (i === to && digits <= 15 && places <= 22 && to > from && bytes[to - 1] >= 48) {
    const value = mantissa / powersOfTen[places];
    return negative ? -value : value;
  }
  const text = decoder.decode(bytes.subarray(from, to));
  return text.trim() === "" || !/^[+-]?(\d|\.\d)[\d.]*(e[+-]?\d+)?$/i.test(text) ? Number.NaN : Number(text);
}
