/** Opens a network's file: what is read from it is checked in src/network. */
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { availableMemory } from "../execute/memory.ts";
import { type Activation, parseActivation } from "../network/activation.ts";
import type { Network } from "../network/deep.ts";
import { type ByteSource, NetworkFileError } from "../network/network-file.ts";
import { readNetwork } from "../network/read.ts";
import { parseMap } from "../network/tensor-map.ts";
import type { LayerParts } from "../network/tensor-names.ts";
import { UsageError } from "./errors.ts";
import { shortPath } from "./terminal.ts";

/** Copies of the parameters in f64 that a certificate holds at its peak. */
const copies = 4;

interface NetworkFlags {
  readonly map: string | undefined;
  readonly activation: string | undefined;
  readonly output: number | undefined;
  readonly batchNormEpsilon: number | undefined;
}

/**
 * Opens a network's file.
 * @returns the network, and the tensors of its file that are no part of it
 * @throws UsageError naming the file or the flag
 */
export function openNetwork(file: string, flags: NetworkFlags): { network: Network; leftOut: string[] } {
  const map = flagged<LayerParts<string>[]>("--map", flags.map, parseMap);
  const activation = flagged<Activation>("--activation", flags.activation, parseActivation);
  const name = shortPath(file);
  let descriptor: number | undefined;
  try {
    // First, for to open a pipe would wait.
    if (!statSync(file).isFile()) {
      throw new UsageError(`${name}: is no file, give a network's .json or .safetensors`);
    }
    descriptor = openSync(file, "r");
    const format = formatOf(file);
    if (map && format === "json") throw new UsageError(`${name}: --map is for safetensors, not for JSON`);
    const { output, batchNormEpsilon } = flags;
    const mostNumbers = availableMemory() / (8 * copies);
    const leftOut: string[] = [];
    const network = readNetwork(source(descriptor), format, {
      map,
      activation,
      output,
      batchNormEpsilon,
      mostNumbers,
      onLeftOut: (names) => leftOut.push(...names),
    });
    return { network, leftOut };
  } catch (error) {
    if (error instanceof NetworkFileError) throw new UsageError(`${name}: ${error.message}`);
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new UsageError(`${name}: there is no such file, give a network's .json or .safetensors`);
    }
    if (typeof code === "string" && /^E[A-Z]+$/.test(code)) {
      throw new UsageError(`${name}: cannot be read (${code})`);
    }
    throw error;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

function flagged<Value>(
  flag: string,
  text: string | undefined,
  parse: (text: string) => Value,
): Value | undefined {
  if (text === undefined) return undefined;
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof RangeError) throw new UsageError(`${flag}: ${error.message}`);
    throw error;
  }
}

function formatOf(file: string): "json" | "safetensors" | undefined {
  if (/\.json$/i.test(file)) return "json";
  return /\.safetensors$/i.test(file) ? "safetensors" : undefined;
}

function source(descriptor: number): ByteSource {
  return {
    size: fstatSync(descriptor).size,
    read(offset, length) {
      const bytes = new Uint8Array(length);
      for (let done = 0; done < length; ) {
        const count = readSync(descriptor, bytes, done, length - done, offset + done);
        if (count === 0) throw new NetworkFileError("became shorter while it was read");
        done += count;
      }
      return bytes;
    },
  };
}
