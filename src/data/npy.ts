/** Arrays in NumPy's .npy format (versions 1 to 3), of numbers up to 64 bits, real, in either order. */
import type { ByteSource } from "../numeric/byte-source.ts";
import { fileLimits } from "../numeric/file-limits.ts";
import { checkCount, checkFinite, DataFileError, type NumberTable, type ReadLimits } from "./data-file.ts";

type Reader = (view: DataView, at: number, little: boolean) => number;

const readers: Readonly<Record<string, { readonly width: number; readonly read: Reader }>> = {
  f8: { width: 8, read: (view, at, little) => view.getFloat64(at, little) },
  f4: { width: 4, read: (view, at, little) => view.getFloat32(at, little) },
  i8: { width: 8, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  u8: { width: 8, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i4: { width: 4, read: (view, at, little) => view.getInt32(at, little) },
  u4: { width: 4, read: (view, at, little) => view.getUint32(at, little) },
  i2: { width: 2, read: (view, at, little) => view.getInt16(at, little) },
  u2: { width: 2, read: (view, at, little) => view.getUint16(at, little) },
  i1: { width: 1, read: (view, at) => view.getInt8(at) },
  u1: { width: 1, read: (view, at) => view.getUint8(at) },
  b1: { width: 1, read: (view, at) => view.getUint8(at) },
};

/** Numbers read at a time. */
const blockLength = 1 << 20;

/** @throws DataFileError where it is no such array of one or two dimensions; one of one dimension is a column */
export function readNpy(source: ByteSource, limits: ReadLimits): NumberTable {
  if (source.size < 10 || decode(source.read(1, 5)) !== "NUMPY") {
    throw new DataFileError("is no .npy file, save it with numpy.save");
  }
  const major = source.read(6, 1)[0];
  const wide = major >= 2;
  if (source.size < 12) throw new DataFileError("ends within its header: truncated?");
  const view = new DataView(source.read(8, wide ? 4 : 2).slice().buffer);
  const length = wide ? view.getUint32(0, true) : view.getUint16(0, true);
  const start = (wide ? 12 : 10) + length;
  if (length > fileLimits.npyHeaderBytes) {
    throw new DataFileError(
      `has a header of ${length} bytes, where at most ${fileLimits.npyHeaderBytes} are read: save one array of numbers`,
    );
  }
  if (start > source.size) throw new DataFileError("ends within its header: truncated?");
  const header = decode(source.read(start - length, length));
  const type = /'descr':\s*'([<>|=]?)([a-z]\d+)'/.exec(header);
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const sizes = /'shape':\s*\(([^)]*)\)/.exec(header)?.[1];
  if (!type || !order || sizes === undefined) {
    throw new DataFileError(
      "its header has no plain dtype, fortran_order and shape: save one array of numbers",
    );
  }
  const reader = readers[type[2]];
  if (!reader) {
    throw new DataFileError(`has the dtype ${type[2]}, save it as float64, float32 or integers`);
  }
  const shape = sizes
    .split(",")
    .map((size) => size.trim())
    .filter((size) => size !== "")
    .map(Number);
  if (
    shape.length < 1 ||
    shape.length > 2 ||
    !shape.every((size) => Number.isSafeInteger(size) && size >= 1)
  ) {
    throw new DataFileError(
      `has the shape (${sizes}), give an array of one or two dimensions, at least one row`,
    );
  }
  const [rows, columns = 1] = shape;
  checkCount(rows, columns, limits);
  const bytes = rows * columns * reader.width;
  if (start + bytes > source.size) {
    throw new DataFileError(
      `has ${source.size - start} bytes of numbers, its shape needs ${bytes}: truncated?`,
    );
  }
  const values = new Float64Array(rows * columns);
  const little = type[1] !== ">";
  const fortran = order === "True" && columns > 1;
  for (let first = 0; first < values.length; first += blockLength) {
    const count = Math.min(blockLength, values.length - first);
    const block = source.read(start + first * reader.width, count * reader.width);
    const numbers = new DataView(block.buffer, block.byteOffset, block.byteLength);
    for (let i = 0; i < count; i++) {
      const place = first + i;
      const target = fortran ? (place % rows) * columns + Math.floor(place / rows) : place;
      values[target] = reader.read(numbers, i * reader.width, little);
    }
  }
  const table = { rows, columns, values };
  checkFinite(table);
  return table;
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
