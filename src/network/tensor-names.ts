/** Which tensor of a file is which part of a network. */
import { NetworkFileError, show } from "./network-file.ts";

export interface NamedTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** Parts of a layer as a file has them; `Part` is a name at first and a tensor in the end. */
export interface LayerParts<Part> {
  readonly W: Part;
  readonly b?: Part;
  readonly normalization?: NormalizationParts<Part>;
}

/** Batch normalisation of what a layer gives, before the activation. */
export interface NormalizationParts<Part> {
  readonly mean: Part;
  readonly variance: Part;
  readonly gamma?: Part;
  readonly beta?: Part;
}

export type LayerTensors = LayerParts<NamedTensor>;

/** Shapes by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Finds the layers by the names of the tensors: own names W, b, a, c of two layers, or W1, b1, W2, b2, … of any number (and
 * whatever else lies beside them), or PyTorch's,
 * `<stem><number>.weight` and `.bias` with one stem for all linear layers, in the order of the numbers (fc1, fc2 or 0, 2,
 * 4, …), with batch normalisations bn1, bn2, … (bn alone is bn1) or, in a Sequential, at the number after their layer.
 * @throws NetworkFileError where PyTorch's names do not account for every tensor
 */
export function layersByName(shapes: Shapes): LayerParts<string>[] {
  if (shapes.size === 0)
    throw new NetworkFileError("there is no tensor in the file: save a network's weights");
  if (shapes.has("W") && shapes.has("a")) return ownLayers(shapes);
  if (shapes.has("W1") && shapes.has("W2")) return numberedLayers(shapes);
  checkComplete(shapes);
  const linear = new Map<number, string>();
  let stem: string | undefined;
  for (const [name, shape] of shapes) {
    const match = /^(.*?)(\d+)\.weight$/.exec(name);
    if (!match || shape.length !== 2) continue;
    if (stem !== undefined && stem !== match[1]) throw unclear(name, "another stem than the other layers");
    stem = match[1];
    linear.set(Number(match[2]), name.slice(0, -".weight".length));
  }
  if (stem === undefined) throw unclear([...shapes.keys()][0], "no name of a layer");
  const numbers = [...linear.keys()].sort((p, q) => p - q);
  checkNumbers(stem, numbers);
  const normalizations = new Map<number, string>();
  for (const name of shapes.keys()) {
    const match = /^(.*?)(\d*)\.running_mean$/.exec(name);
    if (match) {
      const position = normalizedLayer(name, match[1], match[2], stem, numbers);
      normalizations.set(position, name.slice(0, -".running_mean".length));
    }
  }
  const layers = numbers.map((number, position): LayerParts<string> => {
    const base = linear.get(number) as string;
    const norm = normalizations.get(position);
    return {
      W: `${base}.weight`,
      ...(shapes.has(`${base}.bias`) && { b: `${base}.bias` }),
      ...(norm !== undefined && { normalization: normalizationParts(norm, shapes) }),
    };
  });
  const used = new Set(layers.flatMap(partNames));
  for (const [name, shape] of shapes) {
    if (used.has(name) || name.endsWith(countsSuffix)) continue;
    throw unclear(name, whyUnused(name, shape));
  }
  return layers;
}

/** What batch normalisations of PyTorch count, of no effect once trained. */
export const countsSuffix = ".num_batches_tracked";

/** Tensors without which another one means nothing. */
const companions = [
  [".bias", ".weight"],
  [".running_mean", ".running_var"],
  [".running_var", ".running_mean"],
] as const;

function checkComplete(shapes: Shapes): void {
  for (const name of shapes.keys()) {
    for (const [suffix, other] of companions) {
      if (!name.endsWith(suffix)) continue;
      const base = name.slice(0, -suffix.length);
      if (!shapes.has(base + other)) throw missing(base + other, name, shapes);
      const normalizes = shapes.has(`${base}.running_mean`);
      if (normalizes && shapes.has(`${base}.weight`) && !shapes.has(`${base}.bias`))
        throw missing(`${base}.bias`, `${base}.weight`, shapes);
    }
  }
  for (const [name, other] of [
    ["W", "a"],
    ["a", "W"],
  ]) {
    if (shapes.has(name) && !shapes.has(other)) throw missing(other, name, shapes);
  }
}

function whyUnused(name: string, shape: readonly number[]): string {
  if (!name.endsWith(".weight")) return "no part of a known network";
  const is = `has shape [${shape}], not that of a linear layer's matrix`;
  if (shape.length !== 1) return is;
  return `${is}, and without ${show(`${name.slice(0, -".weight".length)}.running_mean`)} it is no batch normalisation`;
}

/**
 * In a Sequential (`0.weight`, `net.0.weight`) the activation has a number of its own between two layers; layers with a
 * name (`fc1.weight`) are numbered one by one.
 */
function checkNumbers(stem: string, numbers: readonly number[]): void {
  const sequential = stem === "" || stem.endsWith(".");
  for (let i = 1; i < numbers.length; i++) {
    const step = numbers[i] - numbers[i - 1];
    const name = `${stem}${numbers[i]}.weight`;
    if (sequential && step < 2)
      throw unclear(name, `right behind ${stem}${numbers[i - 1]}.weight, no activation between`);
    if (!sequential && step > 1)
      throw unclear(name, `there is no ${stem}${numbers[i - 1] + 1}.weight before it`);
  }
}

function ownLayers(shapes: Shapes): LayerParts<string>[] {
  const part = (name: string) => (shapes.has(name) ? { b: name } : {});
  return [
    { W: "W", ...part("b") },
    { W: "a", ...part("c") },
  ];
}

function numberedLayers(shapes: Shapes): LayerParts<string>[] {
  const layers: LayerParts<string>[] = [];
  while (shapes.has(`W${layers.length + 1}`)) {
    const number = layers.length + 1;
    layers.push({ W: `W${number}`, ...(shapes.has(`b${number}`) && { b: `b${number}` }) });
  }
  const beyond = [...shapes.keys()].find((name) => Number(/^[Wb](\d+)$/.exec(name)?.[1]) > layers.length);
  if (beyond !== undefined) throw missing(`W${layers.length + 1}`, beyond, shapes);
  return layers;
}

/** Position of the layer that a batch normalisation belongs to. */
function normalizedLayer(
  name: string,
  ownStem: string,
  number: string,
  stem: string,
  numbers: readonly number[],
): number {
  // In a Sequential all modules share the stem, and right behind its layer stands what comes before the activation.
  const position =
    ownStem === stem ? numbers.indexOf(Number(number) - 1) : numbers.indexOf(Number(number || numbers[0]));
  if (position < 0) throw unclear(name, "a batch normalisation that stands right behind no linear layer");
  return position;
}

function normalizationParts(base: string, shapes: Shapes): NormalizationParts<string> {
  return {
    mean: `${base}.running_mean`,
    variance: `${base}.running_var`,
    ...(shapes.has(`${base}.weight`) && { gamma: `${base}.weight` }),
    ...(shapes.has(`${base}.bias`) && { beta: `${base}.bias` }),
  };
}

function unclear(name: string, why: string): NetworkFileError {
  return new NetworkFileError(
    `tensor ${show(name)}: ${why}; say which tensor is which, such as --map W=net.fc1.weight,b=net.fc1.bias,a=net.fc2.weight,c=net.fc2.bias`,
  );
}

function missing(name: string, beside: string, shapes: Shapes): NetworkFileError {
  return new NetworkFileError(
    `there is no tensor ${show(name)} beside ${show(beside)}: save it too, or name others with --map; the file has ${listed([...shapes.keys()])}`,
  );
}

/** Names of tensors for a message, the first of them. */
export function listed(names: readonly string[]): string {
  const first = names.slice(0, 8).map((name) => show(name.length > 24 ? `${name.slice(0, 23)}…` : name));
  const more = names.length > 8 ? ` and ${names.length - 8} more` : "";
  return `${first.join(", ")}${more}`;
}

/** All names of a layer's parts. */
export function partNames({ W, b, normalization }: LayerParts<string>): string[] {
  return [W, b, ...Object.values(normalization ?? {})].filter((name) => name !== undefined);
}
