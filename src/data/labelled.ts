/** Points with labels from tables of numbers: which column holds the labels, and what no construction can take. */

import { DataFileError, type NumberTable } from "./data-file.ts";
import type { Dataset } from "./dataset.ts";

/** Which column has the labels: its name, its number from 1, or "last". */
export function splitLabels(table: NumberTable, column: string): Dataset {
  const { rows, columns, values, names } = table;
  if (columns < 2)
    throw new DataFileError("has one column: give points and labels, or the labels in a file of their own");
  const at = labelColumn(table, column);
  const d = columns - 1;
  const X = new Float64Array(rows * d);
  const y = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    const from = i * columns;
    X.set(values.subarray(from, from + at), i * d);
    X.set(values.subarray(from + at + 1, from + columns), i * d + at);
    y[i] = values[from + at];
  }
  return checkLabels({ n: rows, d, X, y }, names ? `column ${names[at]}` : `column ${at + 1}`);
}

/** Points of one table with the labels of another, a row or a column. */
export function joinLabels(points: NumberTable, labels: NumberTable): Dataset {
  if (labels.rows > 1 && labels.columns > 1) {
    throw new DataFileError(`has ${labels.rows} × ${labels.columns} numbers, give one label a row`);
  }
  const count = labels.rows * labels.columns;
  if (count !== points.rows) {
    throw new DataFileError(`has ${count} labels for ${points.rows} points, give one for each`);
  }
  return checkLabels({ n: points.rows, d: points.columns, X: points.values, y: labels.values }, "labels");
}

function labelColumn({ columns, names }: NumberTable, column: string): number {
  if (column === "last") return columns - 1;
  const named = names?.indexOf(column) ?? -1;
  if (named >= 0 && names?.lastIndexOf(column) !== named) {
    throw new DataFileError(`has several columns ${column}, give the number of one`);
  }
  if (named >= 0) return named;
  if (/^\d+$/.test(column) && Number(column) >= 1 && Number(column) <= columns) return Number(column) - 1;
  const known = names
    ? `a name of the first line (${names.slice(0, 5).join(", ")}${names.length > 5 ? ", …" : ""})`
    : "last";
  throw new DataFileError(`has no column ${column}, give a number from 1 to ${columns} or ${known}`);
}

function checkLabels(data: Dataset, what: string): Dataset {
  if (data.y.every((label) => label === 0))
    throw new DataFileError(`${what}: all labels are 0, give some that are not`);
  return data;
}

/**
 * Two equal points with different labels, if there are: their numbers from 0.
 * @param X n × d, row-major
 */
export function contradiction({ n, d, X, y }: Dataset): readonly [number, number] | undefined {
  const seen = new Map<number, number[]>();
  const words = new Uint32Array(X.buffer, X.byteOffset, X.length * 2);
  for (let i = 0; i < n; i++) {
    // FNV-1a over the bits; −0 is 0.
    let hash = 0x811c9dc5;
    for (let j = i * d; j < (i + 1) * d; j++) {
      const zero = X[j] === 0;
      hash = Math.imul(hash ^ (zero ? 0 : words[2 * j]), 0x01000193);
      hash = Math.imul(hash ^ (zero ? 0 : words[2 * j + 1]), 0x01000193);
    }
    const others = seen.get(hash);
    if (!others) {
      seen.set(hash, [i]);
      continue;
    }
    for (const other of others) {
      if (y[other] !== y[i] && equalRows(X, other * d, i * d, d)) return [other, i];
    }
    others.push(i);
  }
  return undefined;
}

function equalRows(X: Float64Array, first: number, second: number, d: number): boolean {
  for (let j = 0; j < d; j++) if (X[first + j] !== X[second + j]) return false;
  return true;
}
