/** Writes a two-layer network's file, in f64, and reads it back. */
import path from "node:path";
import { isDeep } from "../network/deep.ts";
import { encodeSafetensors } from "../network/safetensors.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { makeWritableFolder, writeWhole } from "../record/files.ts";
import { UsageError } from "./errors.ts";
import { openNetwork } from "./network-file.ts";

/** @throws UsageError where the name has neither ending */
export function checkNetworkName(file: string): void {
  if (!/\.(json|safetensors)$/i.test(file)) {
    throw new UsageError(`--out: "${file}" must end in .json or .safetensors`);
  }
}

/** Writes the network: in JSON each number in the digits that give it back. */
export function writeNetwork(file: string, network: TwoLayerNetwork): void {
  const { activation, k, d, W, b, a, c } = network;
  makeWritableFolder(path.dirname(path.resolve(file)));
  if (/\.json$/i.test(file)) {
    const rows = Array.from({ length: k }, (_, l) => Array.from(W.subarray(l * d, (l + 1) * d)));
    const json = { activation, W: rows, b: Array.from(b), a: Array.from(a), c };
    writeWhole(file, `${JSON.stringify(json)}\n`);
    return;
  }
  const tensors = {
    W: { shape: [k, d], values: W },
    b: { shape: [k], values: b },
    a: { shape: [k], values: a },
    c: { shape: [1], values: Float64Array.of(c) },
  };
  writeWhole(file, encodeSafetensors(tensors, { activation }));
}

/** The network that was written. */
export function readBack(file: string): TwoLayerNetwork {
  const { network } = openNetwork(file, {
    map: undefined,
    activation: undefined,
    output: undefined,
    batchNormEpsilon: undefined,
  });
  if (isDeep(network)) throw new Error(`${file} does not hold the network that was written`);
  return network;
}
