/** Networks from files: JSON of our own, and safetensors with our names or PyTorch's. */

import type { ByteSource } from "../numeric/byte-source.ts";
import { type Activation, parseActivation } from "./activation.ts";
import { foldStatistics } from "./batch-norm.ts";
import { type Layer, type Network, networkOf } from "./deep.ts";
import { readJson } from "./json-network.ts";
import { NetworkFileError, show } from "./network-file.ts";
import { readHeader, readTensor } from "./safetensors-reader.ts";
import { leftOut } from "./tensor-map.ts";
import {
  type LayerParts,
  type LayerTensors,
  layersByName,
  listed,
  type NamedTensor,
  type NormalizationParts,
  partNames,
} from "./tensor-names.ts";

export interface ReadOptions {
  /** Which tensors are the layers' parts; by their names unless given. */
  readonly map?: readonly LayerParts<string>[] | undefined;
  /** In place of what the file says; ReLU where it says nothing. */
  readonly activation?: Activation | undefined;
  /** Which of several outputs, from 0. */
  readonly output?: number | undefined;
  /** ε_bn of batch normalisations that are folded; 1e-5 as in PyTorch. */
  readonly batchNormEpsilon?: number | undefined;
  /** Told the tensors of a file that are no part of the network, unless they are known to do nothing. */
  readonly onLeftOut?: ((names: readonly string[]) => void) | undefined;
  /** Refuses networks with more parameters before reading them. */
  readonly mostNumbers?: number | undefined;
}

/**
 * Reads a network.
 * @param format of the file; told by its content unless given
 * @throws NetworkFileError where the file is no network, in one line without the file's name
 */
export function readNetwork(
  source: ByteSource,
  format: "json" | "safetensors" | undefined,
  options: ReadOptions = {},
): Network {
  const found = (format ?? formatOf(source)) === "json" ? readJson(source) : readSafetensors(source, options);
  const { activation: named } = found;
  let activation: Activation = options.activation ?? "relu";
  if (options.activation === undefined && named !== undefined) {
    try {
      activation = parseActivation(named);
    } catch (error) {
      throw new NetworkFileError(`activation ${(error as Error).message}`);
    }
  }
  const layers = found.layers.map((layer, i) => affine(layer, i, found.layers.length, options));
  layers.forEach((layer, i) => {
    const before = layers[i - 1];
    if (before && layer.columns !== before.rows) {
      throw new NetworkFileError(
        `${found.layers[i].W.name} has ${layer.columns} columns, ${found.layers[i - 1].W.name} has ${before.rows} rows: ` +
          "a layer takes what the one before it gives, in the order of the names",
      );
    }
  });
  const last = layers[layers.length - 1];
  layers[layers.length - 1] = selectOutput(last, options.output, found.layers[layers.length - 1].W.name);
  return networkOf(activation, layers);
}

/** A safetensors header begins with a brace after eight bytes that are no text; JSON with one, after a mark and blanks. */
function formatOf(source: ByteSource): "json" | "safetensors" {
  const bytes = source.read(0, Math.min(source.size, 64));
  if (source.size > 8 && bytes[8] === 0x7b) {
    const length = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true);
    if (length <= source.size) return "safetensors";
  }
  const start = new TextDecoder().decode(bytes).trimStart();
  if (start !== "" && !start.startsWith("{")) {
    throw new NetworkFileError(
      "is neither JSON nor safetensors: PyTorch's weights become that by safetensors.torch.save_file(model.state_dict(), FILE)",
    );
  }
  return "json";
}

function readSafetensors(
  source: ByteSource,
  { map, onLeftOut, mostNumbers = Number.POSITIVE_INFINITY }: ReadOptions,
) {
  const { tensors, metadata } = readHeader(source);
  const shapes = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const layers = map ?? layersByName(shapes);
  const names = layers.flatMap(partNames);
  const missing = names.find((name) => !tensors.has(name));
  if (missing !== undefined) {
    throw new NetworkFileError(
      `--map: there is no tensor ${show(missing)}, the file has ${listed([...tensors.keys()]) || "none"}`,
    );
  }
  const unused = leftOut(shapes, layers);
  if (unused.length > 0) onLeftOut?.(unused);
  const numbers = names.reduce((sum, name) => sum + size(shapes.get(name) ?? []), 0);
  if (numbers > mostNumbers) {
    throw new NetworkFileError(
      `has ${numbers} parameters, where this machine's memory holds ${Math.floor(mostNumbers)}`,
    );
  }
  const read = (name: string): NamedTensor => {
    const entry = tensors.get(name);
    if (!entry) throw new NetworkFileError(`there is no tensor ${show(name)}`);
    return { name, shape: entry.shape, values: readTensor(source, entry) };
  };
  return {
    activation: metadata.get("activation"),
    layers: layers.map(
      ({ W, b, normalization }): LayerTensors => ({
        W: read(W),
        ...(b !== undefined && { b: read(b) }),
        ...(normalization && { normalization: readNormalization(normalization, read) }),
      }),
    ),
  };
}

function readNormalization(
  { mean, variance, gamma, beta }: NormalizationParts<string>,
  read: (name: string) => NamedTensor,
): NormalizationParts<NamedTensor> {
  return {
    mean: read(mean),
    variance: read(variance),
    ...(gamma !== undefined && { gamma: read(gamma) }),
    ...(beta !== undefined && { beta: read(beta) }),
  };
}

/** A layer with its shapes checked and its normalisation folded. */
function affine(
  { W, b, normalization }: LayerTensors,
  i: number,
  count: number,
  options: ReadOptions,
): Layer {
  // Output weights of a single output may be a vector.
  const shape = W.shape.length === 1 && i === count - 1 && i > 0 ? [1, W.shape[0]] : W.shape;
  if (shape.length !== 2 || size(shape) === 0) {
    throw new NetworkFileError(
      `${W.name} has shape [${W.shape}], not that of a matrix with rows and columns`,
    );
  }
  const [rows, columns] = shape;
  const vector = (tensor: NamedTensor | undefined, standard: number) => {
    if (!tensor) return new Float64Array(rows).fill(standard);
    const scalar = rows === 1 && tensor.values.length === 1;
    if (!scalar && (tensor.shape.length !== 1 || tensor.shape[0] !== rows)) {
      throw new NetworkFileError(
        `${tensor.name} has shape [${tensor.shape}], ${W.name} has ${rows} rows: it needs one number for each`,
      );
    }
    return tensor.values;
  };
  const layer = { rows, columns, W: W.values, b: vector(b, 0) };
  if (!normalization) return layer;
  const { mean, variance, gamma, beta } = normalization;
  const { batchNormEpsilon = 1e-5 } = options;
  const statistics = {
    mean: vector(mean, 0),
    variance: vector(variance, 1),
    gamma: vector(gamma, 1),
    beta: vector(beta, 0),
  };
  return foldNormalization(layer, statistics, batchNormEpsilon, variance.name);
}

/** The folded layer, in f64: what is certified is that map. */
function foldNormalization(
  layer: Layer,
  statistics: Required<NormalizationParts<Float64Array>>,
  epsilon: number,
  name: string,
): Layer {
  const { variance } = statistics;
  const constant = variance.findIndex((value) => !(value + epsilon > 0));
  if (constant >= 0) {
    throw new NetworkFileError(
      `${name} is ${variance[constant]} at index [${constant}], where it must be positive`,
    );
  }
  const folded = foldStatistics(layer, statistics, epsilon);
  for (let l = 0; l < folded.rows; l++) {
    const row = folded.W.subarray(l * folded.columns, (l + 1) * folded.columns);
    if (!row.every(Number.isFinite) || !Number.isFinite(folded.b[l])) {
      throw new NetworkFileError(
        `${name} belongs to a normalisation that takes neuron [${l}] beyond the range of f64, scale its weights`,
      );
    }
  }
  return folded;
}

function selectOutput({ rows, columns, W, b }: Layer, output: number | undefined, name: string): Layer {
  if (output === undefined && rows > 1) {
    throw new NetworkFileError(
      `${name} gives ${rows} outputs, choose one with --output INDEX (0 to ${rows - 1})`,
    );
  }
  const row = output ?? 0;
  if (row >= rows) {
    throw new NetworkFileError(`--output: there is no output ${row}, ${name} gives ${rows}, counted from 0`);
  }
  return { rows: 1, columns, W: W.slice(row * columns, (row + 1) * columns), b: b.slice(row, row + 1) };
}

function size(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}
