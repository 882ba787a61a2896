/** Writes a two-layer network's file, in f64, and reads it back. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import path from "node:path";
import { isDeep } from "../network/deep.ts";
import { encodeSafetensors } from "../network/safetensors.ts";
import type { TwoLayerNetwork } from "../network/two-layer.ts";
import { makeWritableFolder, writeWhole } from "../record/files.ts";
import { UsageError } from "./errors.ts";
import { openNetwork } from "./network-file.ts";
import { shortPath } from "./terminal.ts";

/** @throws UsageError where the name has neither ending, or nothing can be written there */
export function checkNetworkFile(file: string): void {
  if (!/\.(json|safetensors)$/i.test(file)) {
    throw new UsageError(`--out: "${file}" must end in .json or .safetensors`);
  }
  let folder = path.dirname(path.resolve(file));
  while (!existsSync(folder)) folder = path.dirname(folder);
  if (!statSync(folder).isDirectory()) {
    throw new UsageError(`--out: ${shortPath(folder)} is a file where a folder belongs, give another`);
  }
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw new UsageError(`--out: ${shortPath(file)} is a folder, give the name of a file`);
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    throw new UsageError(`--out: ${shortPath(folder)} cannot be written to, give another folder`);
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
