/** Files of points and labels, as bytes from anywhere: nothing here opens a file, and none of it trusts one. */
import type { ByteSource } from "../numeric/byte-source.ts";

/** A file that is no data set that can be read: what is wrong, where, and how to mend it. */
export class DataFileError extends Error {
  override readonly name = "DataFileError";
}

/** A matrix of finite numbers, rows × columns, row-major, with the names of its columns where the file has them. */
export interface NumberTable {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
  readonly names?: readonly string[];
}

/** Limits of what is read. */
export interface ReadLimits {
  /** Numbers that memory has room for. */
  readonly mostNumbers: number;
}

export function checkCount(rows: number, columns: number, { mostNumbers }: ReadLimits): void {
  if (rows * columns > mostNumbers) {
    throw new DataFileError(
      `has ${rows} × ${columns} numbers, memory has room for ${Math.floor(mostNumbers)}: take fewer rows`,
    );
  }
}

export function checkFinite({ rows, columns, values }: NumberTable): void {
  for (let at = 0; at < rows * columns; at++) {
    if (!Number.isFinite(values[at])) {
      const [row, column] = [Math.floor(at / columns) + 1, (at % columns) + 1];
      throw new DataFileError(`row ${row}, column ${column} is ${values[at]}, give finite numbers`);
    }
  }
}

/** Stretches of a source, in order. */
export function* stretches(source: ByteSource, length = 1 << 22): Generator<Uint8Array> {
  for (let at = 0; at < source.size; at += length) yield source.read(at, Math.min(length, source.size - at));
}
