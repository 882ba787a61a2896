/** Bytes from anywhere: what reads a format need not know where they lie. */

/** Bytes that are read a stretch at a time: files may be larger than any buffer. */
export interface ByteSource {
  readonly size: number;
  /** Exactly `length` bytes from `offset`, which lie within the size. */
  read(offset: number, length: number): Uint8Array;
}

export function bytesSource(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}
