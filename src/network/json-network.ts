/**
 * Networks written as JSON:
 * `{"activation":"relu","W":[[…]],"b":[…],"a":[…],"c":0}` or `{"activation":"relu","layers":[{"W":[[…]],"b":[…]},…]}`.
 */

import type { ByteSource } from "../numeric/byte-source.ts";
import { fileLimits } from "../numeric/file-limits.ts";
import { decodeText, NetworkFileError, parseObject, show } from "./network-file.ts";
import type { LayerTensors } from "./tensor-names.ts";

/**
 * Reads a network's JSON.
 * @throws NetworkFileError where it is anything else
 */
export function readJson(source: ByteSource): { activation: string | undefined; layers: LayerTensors[] } {
  const format = 'write {"W":[[…]],"b":[…],"a":[…]} or {"layers":[…]}, all numbers finite';
  if (source.size === 0) throw new NetworkFileError("the file is empty");
  const mostBytes = fileLimits.networkJsonBytes;
  if (source.size > mostBytes) {
    throw new NetworkFileError(
      `has ${Math.ceil(source.size / 1e6)} MB of JSON, where at most ${mostBytes / 1e6} MB are read: save it as safetensors`,
    );
  }
  const text = decodeText(source.read(0, source.size), "the file");
  if (text.trim() === "") throw new NetworkFileError("the file is empty");
  const fields = new Map(parseObject(text, "the file", format));
  const deep = fields.has("layers");
  if (deep && fields.has("W")) throw new NetworkFileError("has both W and layers, give one of them");
  checkKeys([...fields.keys()], deep ? ["activation", "layers"] : ["activation", "W", "b", "a", "c"], "key");
  const activation = fields.get("activation");
  if (activation !== undefined && typeof activation !== "string") {
    throw new NetworkFileError(`activation must be a string, got ${kindOf(activation)}`);
  }
  if (deep) return { activation, layers: readLayers(fields.get("layers")) };
  const W = readMatrix(fields.get("W"), "W");
  const a = readVector(fields.get("a"), "a");
  const c = fields.has("c") ? readNumber(fields.get("c"), "c") : 0;
  const hidden = { W, ...(fields.has("b") && { b: named("b", readVector(fields.get("b"), "b")) }) };
  const output = {
    W: { name: "a", shape: [1, a.length], values: a },
    b: { name: "c", shape: [1], values: Float64Array.of(c) },
  };
  return { activation, layers: [hidden, output] };
}

function readLayers(value: unknown): LayerTensors[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new NetworkFileError(`layers must be a list of {"W", "b"}, got ${kindOf(value)}`);
  }
  return value.map((layer: unknown, i) => {
    const name = `layers[${i}]`;
    if (typeof layer !== "object" || layer === null || Array.isArray(layer)) {
      throw new NetworkFileError(`${name} must be an object with W and b, got ${kindOf(layer)}`);
    }
    const fields = new Map<string, unknown>(Object.entries(layer));
    checkKeys([...fields.keys()], ["W", "b"], `key of ${name}`);
    const W = readMatrix(fields.get("W"), `${name}.W`);
    if (!fields.has("b")) return { W };
    return { W, b: named(`${name}.b`, readVector(fields.get("b"), `${name}.b`)) };
  });
}

function named(name: string, values: Float64Array) {
  return { name, shape: [values.length], values };
}

function checkKeys(keys: readonly string[], known: readonly string[], what: string): void {
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown !== undefined) {
    throw new NetworkFileError(`unknown ${what} ${show(unknown)}, the keys are ${known.join(", ")}`);
  }
}

function readMatrix(value: unknown, name: string) {
  if (!Array.isArray(value))
    throw new NetworkFileError(`${name} must be a list of rows, got ${kindOf(value)}`);
  const columns = Array.isArray(value[0]) ? value[0].length : 0;
  if (columns === 0)
    throw new NetworkFileError(`${name} must be a list of rows, at least one number in each`);
  const values = new Float64Array(value.length * columns);
  value.forEach((row: unknown, i) => {
    if (!Array.isArray(row)) throw new NetworkFileError(`${name}[${i}] must be a row, got ${kindOf(row)}`);
    if (row.length !== columns) {
      throw new NetworkFileError(
        `${name}[${i}] has ${row.length} numbers, the row before it ${columns}: make all rows as long`,
      );
    }
    for (let j = 0; j < columns; j++) values[i * columns + j] = readNumber(row[j], `${name}[${i}][${j}]`);
  });
  return { name, shape: [value.length, columns], values };
}

function readVector(value: unknown, name: string): Float64Array {
  if (!Array.isArray(value) || value.length === 0) {
    throw new NetworkFileError(`${name} must be a list of numbers, got ${kindOf(value)}`);
  }
  return Float64Array.from(value, (entry, i) => readNumber(entry, `${name}[${i}]`));
}

function readNumber(value: unknown, name: string): number {
  if (typeof value !== "number") throw new NetworkFileError(`${name} must be a number, got ${kindOf(value)}`);
  // JSON has no NaN, but 1e999 is read as infinity.
  if (!Number.isFinite(value))
    throw new NetworkFileError(`${name} is beyond the range of f64, scale the weights`);
  return value;
}

function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? `the string ${show(value)}` : String(value);
}
