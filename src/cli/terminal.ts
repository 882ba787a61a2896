/** How things are shown to people: tables, sizes, durations. */
import path from "node:path";
import Table from "cli-table3";
import pc from "picocolors";

/** Escape codes go to a terminal only: not into a pipe or a file, where picocolors alone would send them under CI. */
const colors = pc.createColors(pc.isColorSupported && Boolean(process.stdout.isTTY));

/** A plain table with a header; numbers are aligned to the right. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const numeric = head.map((_, i) =>
    rows.every((row) => typeof row[i] === "number" || /^[\d.–-]*$/.test(String(row[i]))),
  );
  const result = new Table({
    head: head.map((text) => colors.bold(text)),
    colAligns: numeric.map((right) => (right ? "right" : "left")),
    style: { head: [], border: [], compact: true },
  });
  result.push(...rows.map((row) => row.map(String)));
  return result.toString();
}

/** A number as it is best read. */
export function figure(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e6 ? String(Number(value.toPrecision(6))) : value.toExponential(2);
}

export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
  const power = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(count) / 3)));
  return `${(count / 1000 ** power).toPrecision(3)} ${units[power]}`;
}

export function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A command line that can be pasted into a shell. */
export function shellCommand(words: readonly string[]): string {
  return words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(" ");
}

/** A path as it is best read: relative to the working directory where it lies below it. */
export function shortPath(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative !== "" && !relative.startsWith("..") ? relative : file;
}

/** Indented JSON with lists of numbers on a line each: a witness has thousands. */
export function jsonText(value: object): string {
  return JSON.stringify(value, null, 2).replace(/\[\s+(-?\d[^[\]{}"]*?)\s+\]/g, (_, numbers: string) => {
    return `[${numbers.replace(/\s+/g, " ")}]`;
  });
}

/** A line for people, beside the data on stdout. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
