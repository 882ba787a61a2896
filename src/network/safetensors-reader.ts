/**
 * Reading of the safetensors format: eight bytes with the little-endian length of a JSON header, the header, the
 * numbers. As in the reference implementation a header has at most 100 MB and tensors fill the file without holes.
 */

import type { ByteSource } from "../numeric/byte-source.ts";
import { fileLimits } from "../numeric/file-limits.ts";
import { decodeText, NetworkFileError, parseObject, show } from "./network-file.ts";

interface TensorEntry {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Place in the file, in bytes. */
  readonly start: number;
  readonly end: number;
}

interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Numbers decoded at a time. */
const blockLength = 1 << 20;

const widths: ReadonlyMap<string, number> = new Map(
  Object.entries({
    BOOL: 1,
    U8: 1,
    I8: 1,
    F8_E4M3: 1,
    F8_E5M2: 1,
    I16: 2,
    U16: 2,
    F16: 2,
    BF16: 2,
    I32: 4,
    U32: 4,
    F32: 4,
    I64: 8,
    U64: 8,
    F64: 8,
  }),
);

/** Reads and checks a header. Throws a NetworkFileError where anything in it does not hold. */
export function readHeader(source: ByteSource): SafetensorsFile {
  if (source.size === 0) throw new NetworkFileError("the file is empty");
  if (source.size < 8)
    throw new NetworkFileError("ends within the eight bytes of its header's length: truncated?");
  const prefix = source.read(0, 8);
  const length = new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true);
  const mostHeaderBytes = fileLimits.safetensorsHeaderBytes;
  if (length > mostHeaderBytes) {
    throw new NetworkFileError(
      `says that its header has ${length} bytes, where at most ${mostHeaderBytes} are read: not safetensors?`,
    );
  }
  const dataStart = 8 + Number(length);
  if (dataStart > source.size) {
    throw new NetworkFileError(
      `says that its header has ${length} bytes, but ends after ${source.size - 8}: truncated?`,
    );
  }
  const text = decodeText(source.read(8, Number(length)), "the header");
  const metadata = new Map<string, string>();
  const tensors = new Map<string, TensorEntry>();
  for (const [name, value] of parseObject(text, "the header", "save the file again")) {
    if (name === "__metadata__") readMetadata(value, metadata);
    else tensors.set(name, readEntry(name, value, dataStart, source.size));
  }
  if (tensors.size > fileLimits.tensors) {
    throw new NetworkFileError(`has ${tensors.size} tensors, where at most ${fileLimits.tensors} are read`);
  }
  checkPlaces([...tensors.values()], dataStart, source.size);
  return { tensors, metadata };
}

function readMetadata(value: unknown, metadata: Map<string, string>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new NetworkFileError("__metadata__ is not an object of strings");
  }
  for (const [key, note] of Object.entries(value)) {
    if (typeof note !== "string")
      throw new NetworkFileError(`__metadata__ has ${show(key)}, which is no string`);
    metadata.set(key, note);
  }
}

function readEntry(name: string, value: unknown, dataStart: number, size: number): TensorEntry {
  const tensor = `tensor ${show(name)}`;
  if (name.length > fileLimits.tensorNameLength) {
    throw new NetworkFileError(`${tensor} has a name of ${name.length} characters, give it a shorter one`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new NetworkFileError(`${tensor} is not described by an object`);
  }
  const { dtype, shape, data_offsets: offsets } = value as Record<string, unknown>;
  if (typeof dtype !== "string") throw new NetworkFileError(`${tensor} has no dtype`);
  if (!isSizes(shape)) throw new NetworkFileError(`${tensor} has a shape that is no list of sizes`);
  if (!isSizes(offsets) || offsets.length !== 2) {
    throw new NetworkFileError(`${tensor} has data_offsets that are no two whole numbers`);
  }
  const [start, end] = offsets.map((offset) => dataStart + offset);
  if (end < start) throw new NetworkFileError(`${tensor} ends before it begins`);
  if (end > size) {
    throw new NetworkFileError(`${tensor} ends at byte ${end}, the file at byte ${size}: truncated?`);
  }
  const width = widths.get(dtype);
  if (width === undefined) {
    throw new NetworkFileError(
      `${tensor} has the unknown dtype ${show(dtype)}, save it as F64, F32, F16 or BF16`,
    );
  }
  const bytes = shape.reduce((product, length) => product * length, width);
  if (bytes !== end - start) {
    throw new NetworkFileError(
      `${tensor} has ${end - start} bytes, ${dtype} of shape [${shape}] has ${bytes}`,
    );
  }
  return { name, dtype, shape, start, end };
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.length <= 8 && value.every((x) => Number.isSafeInteger(x) && x >= 0);
}

function checkPlaces(entries: TensorEntry[], dataStart: number, size: number): void {
  const sorted = entries.sort((p, q) => p.start - q.start || p.end - q.end);
  let end = dataStart;
  let before = "the header";
  for (const entry of sorted) {
    const name = `tensor ${show(entry.name)}`;
    if (entry.start < end) throw new NetworkFileError(`${name} overlaps ${before}`);
    if (entry.start > end) {
      throw new NetworkFileError(
        `${entry.start - end} bytes between ${before} and ${name} belong to nothing`,
      );
    }
    end = entry.end;
    before = name;
  }
  if (end < size) throw new NetworkFileError(`${size - end} bytes after ${before} belong to nothing`);
}

/**
 * The numbers of a tensor, row-major, in f64: every F64, F32, F16 and BF16 number is one exactly.
 * @param options.integers whether integers are numbers too: no weights of a network are
 * @throws NetworkFileError naming the first number that is not finite
 */
export function readTensor(
  source: ByteSource,
  { name, dtype, shape, start, end }: TensorEntry,
  { integers = false }: { readonly integers?: boolean } = {},
): Float64Array {
  const decode = decoders.get(dtype) ?? (integers ? integerDecoders.get(dtype) : undefined);
  const width = widths.get(dtype);
  if (!decode || !width) {
    throw new NetworkFileError(`tensor ${show(name)} has dtype ${dtype}, save it as F64, F32, F16 or BF16`);
  }
  const length = (end - start) / width;
  const values = new Float64Array(length);
  for (let first = 0; first < length; first += blockLength) {
    const count = Math.min(blockLength, length - first);
    const bytes = source.read(start + first * width, count * width);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let i = 0; i < count; i++) {
      const value = decode(view, i);
      if (!Number.isFinite(value)) {
        const place = indexOf(first + i, shape);
        throw new NetworkFileError(
          `tensor ${show(name)} is ${value} at index [${place}], save a network whose numbers are finite`,
        );
      }
      values[first + i] = value;
    }
  }
  return values;
}

const decoders: ReadonlyMap<string, (view: DataView, i: number) => number> = new Map([
  ["F64", (view: DataView, i: number) => view.getFloat64(8 * i, true)],
  ["F32", (view: DataView, i: number) => view.getFloat32(4 * i, true)],
  ["F16", (view: DataView, i: number) => half(view.getUint16(2 * i, true))],
  // The upper half of a binary32 number.
  ["BF16", (view: DataView, i: number) => brain(view.getUint16(2 * i, true))],
]);

/** Integers, as labels often are; those of 64 bits up to 2^53, beyond it rounded. */
const integerDecoders: ReadonlyMap<string, (view: DataView, i: number) => number> = new Map([
  ["I64", (view: DataView, i: number) => Number(view.getBigInt64(8 * i, true))],
  ["I32", (view: DataView, i: number) => view.getInt32(4 * i, true)],
  ["I16", (view: DataView, i: number) => view.getInt16(2 * i, true)],
  ["I8", (view: DataView, i: number) => view.getInt8(i)],
  ["U8", (view: DataView, i: number) => view.getUint8(i)],
]);

/** IEEE 754 binary16: one sign bit, five of exponent, ten of fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));
function brain(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

function indexOf(at: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  for (let rest = at, axis = shape.length - 1; axis >= 0; axis--) {
    index.unshift(rest % shape[axis]);
    rest = Math.floor(rest / shape[axis]);
  }
  return index;
}
