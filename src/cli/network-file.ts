/** Opens a network's file: what is read from it is checked in src/network. */
import { availableMemory } from "../execute/memory.ts";
import { type Activation, parseActivation } from "../network/activation.ts";
import type { Network } from "../network/deep.ts";
import { readNetwork } from "../network/read.ts";
import { parseMap } from "../network/tensor-map.ts";
import type { LayerParts } from "../network/tensor-names.ts";
import { UsageError } from "./errors.ts";
import { withFile } from "./open-file.ts";
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
  return withFile(file, "a network's .json or .safetensors", (bytes) => {
    const format = formatOf(file);
    if (map && format === "json")
      throw new UsageError(`${shortPath(file)}: --map is for safetensors, not for JSON`);
    const { output, batchNormEpsilon } = flags;
    const mostNumbers = availableMemory() / (8 * copies);
    const leftOut: string[] = [];
    const network = readNetwork(bytes, format, {
      map,
      activation,
      output,
      batchNormEpsilon,
      mostNumbers,
      onLeftOut: (names) => leftOut.push(...names),
    });
    return { network, leftOut };
  });
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
