/** A trial's network as `lawrob sweep --save networks,data` wrote it. */
import { readFileSync } from "node:fs";
import { isDeep } from "../../src/network/deep.ts";
import { bytesSource } from "../../src/network/network-file.ts";
import { readNetwork } from "../../src/network/read.ts";
import { readHeader, readTensor } from "../../src/network/safetensors-reader.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";

/** @returns the network, and the root mean square norm of the data points beside it */
export function readSaved(path: string): { network: TwoLayerNetwork; radius: number } {
  const source = bytesSource(readFileSync(path));
  const network = readNetwork(source, "safetensors");
  const X = readHeader(source).tensors.get("X");
  if (isDeep(network) || !X) throw new RangeError(`${path} is no two-layer network with its data`);
  const squares = readTensor(source, X).reduce((sum, value) => sum + value * value, 0);
  return { network, radius: Math.sqrt(squares / X.shape[0]) };
}
