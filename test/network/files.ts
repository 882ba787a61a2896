/** Files of networks for the tests: good ones, and what makes bad ones. */
import assert from "node:assert/strict";
import { type ReadOptions, readNetwork } from "../../src/network/read.ts";
import { bytesSource } from "../../src/numeric/byte-source.ts";

export const text = (content: string) => bytesSource(new TextEncoder().encode(content));

/** A file of the format with any header and any bytes behind it. */
export function safetensors(header: unknown, dataBytes = 0, headerLength?: bigint): Uint8Array {
  const json = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const bytes = new Uint8Array(8 + json.length + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, headerLength ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

export const tensors = {
  W: { shape: [2, 3], values: Float64Array.of(1, 2, 3, 4, 5, 6) },
  b: { shape: [2], values: Float64Array.of(7, 8) },
  a: { shape: [2], values: Float64Array.of(9, 10) },
  c: { shape: [], values: Float64Array.of(11) },
};
export const own = {
  activation: "relu",
  W: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  b: [7, 8],
  a: [9, 10],
  c: 11,
};

/** Asserts that a file is refused in one line that says why. */
export function refused(
  source: Parameters<typeof readNetwork>[0],
  format: "json" | "safetensors" | undefined,
  message: RegExp,
  options?: ReadOptions,
): void {
  assert.throws(
    () => readNetwork(source, format, options),
    (error: Error) => {
      assert.equal(error.name, "NetworkFileError", error.stack);
      assert.match(error.message, message);
      assert.ok(!error.message.includes("\n") && error.message.length < 400);
      return true;
    },
  );
}
