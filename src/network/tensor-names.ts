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
 * Finds the layers by the names of the tensors: own names W, b, a, c (and whatever else lies beside them), or PyTorch's,
 * `<stem><number>.weight` and `.bias` with one stem for all linear layers, in the order of the numbers (fc1, fc2 or 0, 2,
 * 4, …), with batch normalisations bn1, bn2, … (bn alone is bn1) or, in a Sequential, at the number after their layer.
 * @throws NetworkFileError where PyTorch's names do not account for every tensor
 */
export function layersByName(shapes: Shapes): LayerParts<string>[] {
  if (shapes.size === 0)
    throw new NetworkFileError("there is no tensor in the file: save a network's weights");
  if (shapes.has("W") && shapes.has("a")) return ownLayers(shapes);
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
const countsSuffix = ".num_batches_tracked";

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

/** Beside a network's own tensors, what a saved trial holds. */
const companionsOfOwn = new Set(["X", "y", "witness", "lower_witness"]);

/**
 * The tensors that a network leaves out though it might be meant to have them.
 * @throws NetworkFileError where one is the bias of a hidden layer's weights: without it the function is another one
 */
export function leftOut(shapes: Shapes, layers: readonly LayerParts<string>[]): string[] {
  const used = new Set(layers.flatMap(partNames));
  layers.slice(0, -1).forEach(({ W, b }, i) => {
    const bias = W.endsWith(".weight")
      ? `${W.slice(0, -".weight".length)}.bias`
      : W === "W"
        ? "b"
        : undefined;
    if (b !== undefined || bias === undefined || !shapes.has(bias) || used.has(bias)) return;
    // A map of two layers calls them W and a, or W1 and W2.
    const add = layers.length === 2 ? `b=${bias} (b1=${bias} beside W1)` : `b${i + 1}=${bias}`;
    throw new NetworkFileError(`--map: leaves out ${show(bias)} beside ${show(W)}, add ${add}`);
  });
  const { W: last } = layers[layers.length - 1];
  // The output's bias does not change a gradient.
  const harmless = new Set([`${last.replace(/\.weight$/, "")}.bias`, last === "a" ? "c" : ""]);
  return [...shapes.keys()].filter(
    (name) =>
      !used.has(name) && !harmless.has(name) && !companionsOfOwn.has(name) && !name.endsWith(countsSuffix),
  );
}

/** All names of a layer's parts. */
export function partNames({ W, b, normalization }: LayerParts<string>): string[] {
  return [W, b, ...Object.values(normalization ?? {})].filter((name) => name !== undefined);
}

/** Roles of `--map`: two layers, or any number of them. */
const roles = /^(W|b|a|c|gamma|beta|mean|variance|[Wb][1-9]\d*)$/;

/**
 * Reads `W=fc1.weight,b=fc1.bias,a=fc2.weight,c=fc2.bias`, with gamma, beta, mean, variance for a batch normalisation of
 * the hidden layer; or `W1=…,b1=…,W2=…` for any number of layers.
 * @throws RangeError telling what is wrong
 */
export function parseMap(text: string): LayerParts<string>[] {
  const names = new Map<string, string>();
  for (const item of text.split(",")) {
    const at = item.indexOf("=");
    const [role, name] = [item.slice(0, at).trim(), item.slice(at + 1).trim()];
    if (at < 0 || name === "") throw new RangeError(`${show(item)} is not of the form W=fc1.weight`);
    if (!roles.test(role)) {
      throw new RangeError(
        `${show(role)} is no part: take W, b, a, c, gamma, beta, mean, variance, or W1, b1, W2, …`,
      );
    }
    if (names.has(role)) throw new RangeError(`${role} stands twice`);
    names.set(role, name);
  }
  const optional = (key: string, role: string) => (names.has(role) ? { [key]: names.get(role) } : {});
  const need = (role: string) => {
    const name = names.get(role);
    if (name === undefined) throw new RangeError(`${role} is missing`);
    return name;
  };
  const numbered = [...names.keys()].filter((role) => /\d/.test(role));
  if (numbered.length === 0) {
    const normalized = ["gamma", "beta", "mean", "variance"].some((role) => names.has(role));
    const normalization = normalized && {
      normalization: {
        mean: need("mean"),
        variance: need("variance"),
        ...optional("gamma", "gamma"),
        ...optional("beta", "beta"),
      },
    };
    return [
      { W: need("W"), ...optional("b", "b"), ...normalization },
      { W: need("a"), ...optional("b", "c") },
    ];
  }
  if (numbered.length < names.size) throw new RangeError("either W, b, a, c or W1, b1, W2, …, not both");
  const count = Math.max(...numbered.map((role) => Number(role.slice(1))));
  if (count > names.size) throw new RangeError(`W${names.size} is missing`);
  return Array.from({ length: count }, (_, i) => ({ W: need(`W${i + 1}`), ...optional("b", `b${i + 1}`) }));
}
