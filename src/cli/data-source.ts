/** Where points and labels come from: a sampled family, or files. */
import type { Command } from "commander";
import { readCsv } from "../data/csv-numbers.ts";
import { checkCount, DataFileError, type NumberTable } from "../data/data-file.ts";
import { type DataModel, familyForms, labelForms, parseDataModel, sampleData } from "../data/data-model.ts";
import type { Dataset } from "../data/dataset.ts";
import { leastDimension } from "../data/families.ts";
import { joinLabels, splitLabels } from "../data/labelled.ts";
import { readNpy } from "../data/npy.ts";
import { availableMemory } from "../execute/memory.ts";
import { readHeader, readTensor } from "../network/safetensors-reader.ts";
import type { ByteSource } from "../numeric/byte-source.ts";
import type { RandomStream } from "../numeric/random.ts";
import { UsageError } from "./errors.ts";
import { wholeFrom } from "./numbers.ts";
import { withFile } from "./open-file.ts";
import { shortPath } from "./terminal.ts";

/** Copies of the points in f64 that there are at the peak of a command. */
const copies = 3;
const expected = "a .csv, .npy or .safetensors";

export interface DataFlags {
  readonly data: string;
  readonly n?: string;
  readonly d?: string;
  readonly labels?: string;
  readonly labelColumn?: string;
}

/**
 * @param known flags that the command has already, such as n and d; where given, there need not be data
 */
export function addDataOptions(command: Command, known?: readonly string[]): Command {
  command.option(
    "--data <family|file>",
    `${familyForms.join(", ")}, with ${labelForms}; or a .csv, .npy or .safetensors (X and y) of points with labels`,
    known ? undefined : "sphere",
  );
  if (!known?.includes("n")) command.option("--n <count>", "number of points, where they are sampled");
  if (!known?.includes("d")) command.option("--d <count>", "their dimension");
  return command
    .option("--labels <file>", "the labels, where the file of --data has points alone")
    .option("--label-column <column>", "name or number of the column with the labels (default: last)");
}

/**
 * The data of the flags.
 * @param random the stream of a purpose, for families
 * @throws UsageError
 */
export function openData(flags: DataFlags, random: (purpose: string) => RandomStream): Dataset {
  return formatOf(flags.data) ? fromFiles(flags) : sampled(modelOf(flags.data), flags, random);
}

/** What the data of the flags are sampled from; nothing of files. @throws UsageError */
export function originOf({ data }: DataFlags): DataModel | undefined {
  return formatOf(data) ? undefined : modelOf(data);
}

/** Which numbers of the files are the labels, for those who read the result. */
export function labelsOf({ data, labels, labelColumn }: DataFlags): string | undefined {
  if (!formatOf(data)) return undefined;
  if (labels !== undefined) return shortPath(labels);
  if (formatOf(data) === "safetensors") return `y of ${shortPath(data)}`;
  return `${labelColumn === undefined || labelColumn === "last" ? "the last column" : `column ${labelColumn}`} of ${shortPath(data)}`;
}

function modelOf(text: string): DataModel {
  try {
    return parseDataModel(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new UsageError(`--data: "${text}" ${error.message}; a file is ${expected}`);
  }
}

function sampled(model: DataModel, flags: DataFlags, random: (purpose: string) => RandomStream): Dataset {
  const given =
    flags.labels !== undefined ? "--labels" : flags.labelColumn !== undefined ? "--label-column" : undefined;
  if (given) throw new UsageError(`${given}: is for a file of --data, ${model.text} has labels of its own`);
  if (flags.n === undefined || flags.d === undefined) {
    throw new UsageError(`--data ${model.text}: give --n and --d, or a file of points`);
  }
  const n = wholeFrom("--n", flags.n, 1, 1e9);
  const d = wholeFrom("--d", flags.d, leastDimension(model.family), 1e9);
  if (n * d > availableMemory() / (8 * copies)) {
    throw new UsageError(`--n ${n} --d ${d}: ${n} × ${d} numbers do not fit into memory, take fewer`);
  }
  return sampleData(model, { n, d }, random);
}

function fromFiles(flags: DataFlags): Dataset {
  for (const size of ["n", "d"] as const) {
    if (flags[size] !== undefined)
      throw new UsageError(`--${size}: is for sampled data, the file has its own`);
  }
  const { data, labels, labelColumn } = flags;
  if (labels !== undefined && labelColumn !== undefined) {
    throw new UsageError("--label-column: is for labels among the points, leave it or --labels out");
  }
  if (labels === undefined) {
    return withFile(data, expected, (source) => {
      if (formatOf(data) !== "safetensors")
        return splitLabels(readTable(data, source), labelColumn ?? "last");
      return joinLabels(readNamed(source, "X"), readNamed(source, "y"));
    });
  }
  const points = withFile(data, expected, (source) => readTable(data, source));
  return withFile(labels, expected, (source) => {
    const table = formatOf(labels) === "safetensors" ? readNamed(source, "y") : readTable(labels, source);
    return joinLabels(points, table);
  });
}

/** Points without labels, of the dimension given. */
export function openPoints(file: string, d: number): NumberTable {
  const table = withFile(file, expected, (source) => readTable(file, source));
  if (table.columns !== d) {
    throw new UsageError(
      `${shortPath(file)}: has points of ${table.columns} numbers, the function takes ${d}`,
    );
  }
  return table;
}

function formatOf(file: string): "csv" | "npy" | "safetensors" | undefined {
  return /\.(csv|npy|safetensors)$/i.exec(file)?.[1].toLowerCase() as ReturnType<typeof formatOf>;
}

function limits() {
  return { mostNumbers: availableMemory() / (8 * copies) };
}

function readTable(file: string, source: ByteSource): NumberTable {
  const format = formatOf(file);
  if (format === "csv") return readCsv(source, limits());
  if (format === "npy") return readNpy(source, limits());
  if (format === "safetensors") return readNamed(source, "X");
  throw new DataFileError(`is no ${expected.slice(2)} by its name`);
}

function readNamed(source: ByteSource, name: string): NumberTable {
  const { tensors } = readHeader(source);
  const entry = tensors.get(name);
  if (!entry)
    throw new DataFileError(
      `has no tensor ${name} (it has ${[...tensors.keys()].slice(0, 5).join(", ") || "none"}), name the points X and the labels y`,
    );
  const { shape } = entry;
  if (shape.length < 1 || shape.length > 2 || shape.some((size) => size < 1)) {
    throw new DataFileError(`tensor ${name} has the shape [${shape}], give one or two dimensions`);
  }
  const [rows, columns = 1] = shape;
  checkCount(rows, columns, limits());
  return { rows, columns, values: readTensor(source, entry, { integers: true }) };
}
