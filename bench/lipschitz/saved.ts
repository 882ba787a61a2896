/** A trial's network as `lawrob sweep --save networks,data` wrote it. */
import { readFileSync } from "node:fs";
import { isDeep } from "../../src/network/deep.ts";
import { readNetwork } from "../../src/network/read.ts";
import type { TwoLayerNetwork } from "../../src/network/two-layer.ts";
import { bytesSource } from "../../src/numeric/byte-source.ts";

export function readSaved(path: string): TwoLayerNetwork {
  const network = readNetwork(bytesSource(readFileSync(path)), "safetensors");
  if (isDeep(network)) throw new RangeError(`${path} is no two-layer network`);
  return network;
}
