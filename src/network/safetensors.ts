/**
 * Tensors in the safetensors format: eight bytes with the little-endian length of a JSON header, the header, the
 * numbers. All tensors are written as F64, so that a file holds exactly what was measured.
 */

export interface Tensor {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly values: Float64Array;
}

/**
 * Encodes named tensors.
 * @param metadata strings kept under `__metadata__`
 * @throws RangeError if a tensor's length is not the product of its shape
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, values }] of Object.entries(tensors)) {
    const length = shape.reduce((product, size) => product * size, 1);
    if (length !== values.length) {
      throw new RangeError(`tensor ${name} has ${values.length} numbers for shape [${shape}]`);
    }
    header[name] = { dtype: "F64", shape, data_offsets: [offset, offset + values.byteLength] };
    offset += values.byteLength;
  }
  const json = JSON.stringify(header);
  // The header is padded with spaces so that the numbers begin at a multiple of eight bytes.
  const text = new TextEncoder().encode(json.padEnd(json.length + ((8 - (Buffer.byteLength(json) % 8)) % 8)));
  const bytes = new Uint8Array(8 + text.length + offset);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  let position = 8 + text.length;
  for (const { values } of Object.values(tensors)) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), position);
    position += values.byteLength;
  }
  return bytes;
}
