/** How a trial gets its network, as a text: train, train,depth=D,k=K, construct:NAME,option=value, or data for none. */
import { OptionError, parseConstruction, takesNeurons } from "../construct/methods.ts";
import { parseLaw } from "../theory/asking.ts";

/** Layers of weights of a trained network. */
const depths = { least: 2, most: 6 } as const;
const mostNeurons = 1e9;

/** How a network is trained. */
export interface TrainingMethod {
  /** Layers of weights: depth − 1 hidden layers of k neurons each. */
  readonly depth: number;
  /** Neurons of each hidden layer, whatever the grid of k says. */
  readonly k?: number;
  /** "span": the initial weights of the first layer are projected onto the span of the points. */
  readonly start?: "span";
}

/**
 * The one spelling of a method: without spaces, without what holds anyway.
 * @throws OptionError where it is no method
 */
export function checkMethod(text: string): string {
  const name = text.replace(/\s/g, "");
  if (name === "data") return name;
  if (name === "train" || name.startsWith("train,")) {
    const { depth, k, start } = parseTraining(name);
    return [
      "train",
      depth > depths.least ? `depth=${depth}` : "",
      k === undefined ? "" : `k=${k}`,
      start ? `start=${start}` : "",
    ]
      .filter((part) => part !== "")
      .join(",");
  }
  const [, construction] = /^construct:(.+)$/.exec(name) ?? [];
  if (construction === undefined) {
    throw new OptionError(
      `"${text}" is no method, take train, data or construct:NAME, as train,depth=3 or construct:caps,form=disjoint`,
    );
  }
  const { method: chosen } = parseConstruction(construction);
  if (chosen.isFunction)
    throw new OptionError(`${chosen.name} is no network, see lawrob construct ${chosen.name}`);
  return name;
}

/** How a method trains; undefined for a construction, and where there is no network. */
export function trainingOf(method: string): TrainingMethod | undefined {
  return method === "data" || method.startsWith("construct:") ? undefined : parseTraining(method);
}

/** Whether the grid of k changes nothing: the number of neurons follows from the method, from n and d, or no law asks for it. */
export function hasOwnSize(method: string, laws: readonly string[]): boolean {
  if (method === "data") return laws.every((text) => !("k" in parseLaw(text).law.parameters));
  const training = trainingOf(method);
  if (training) return training.k !== undefined;
  return !takesNeurons(parseConstruction(method.slice("construct:".length)));
}

function parseTraining(text: string): TrainingMethod {
  const given = new Map<string, number>();
  let start: "span" | undefined;
  for (const item of text.split(",").slice(1)) {
    const [, name, value] = /^([^=]+)=(.*)$/.exec(item) ?? [];
    if (name === undefined) throw new OptionError(`train: "${item}" is no option=value`);
    if (name === "start") {
      if (start) throw new OptionError("train: start stands twice");
      if (value !== "span") throw new OptionError(`train: start: "${value}" is not span`);
      start = value;
      continue;
    }
    if (name !== "depth" && name !== "k")
      throw new OptionError(`train has no option ${name}, its options are depth, k, start`);
    if (given.has(name)) throw new OptionError(`train: ${name} stands twice`);
    const [least, most] = name === "depth" ? [depths.least, depths.most] : [1, mostNeurons];
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < least || number > most)
      throw new OptionError(`train: ${name}: "${value}" is not a whole number from ${least} to ${most}`);
    given.set(name, number);
  }
  const k = given.get("k");
  return {
    depth: given.get("depth") ?? depths.least,
    ...(k !== undefined && { k }),
    ...(start && { start }),
  };
}
