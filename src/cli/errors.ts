/** The exit codes, and how an error becomes one line on stderr. */
import { CommanderError } from "commander";
import { EngineUnavailableError } from "../native/errors.ts";

export const exitCode = { done: 0, failed: 1, usage: 2, incomplete: 3, interrupted: 130 } as const;

/** Wrong usage or input: what is wrong, where, and how to mend it, in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Errors of the layers below that are the user's to mend. */
const inputErrors = new Set([
  "UsageError",
  "SpecError",
  "GridError",
  "FormulaError",
  "TableError",
  "FigureError",
  "EngineUnavailableError",
  "NetworkFileError",
  "HypothesisError",
  "OptionError",
  "MissingError",
  "LockedError",
  "SlurmError",
  "SubmissionError",
]);

/** Prints an error and says with which code to exit. Anything unexpected keeps its stack, for a bug report. */
export function report(error: unknown): number {
  // Commander has printed its own line already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (!(error instanceof Error)) {
    process.stderr.write(`lawrob: ${String(error)}\n`);
    return exitCode.failed;
  }
  if (inputErrors.has(error.name)) {
    const remedy = error instanceof EngineUnavailableError ? `; ${error.remedy}` : "";
    process.stderr.write(`lawrob: ${oneLine(error.message + remedy)}\n`);
    return exitCode.usage;
  }
  // A file or disk that fails while work goes on: what is finished stays.
  if (error.name === "StorageError") {
    process.stderr.write(`lawrob: ${oneLine(error.message)}\n`);
    return exitCode.failed;
  }
  process.stderr.write(`lawrob: unexpected error, please report it\n${error.stack ?? error.message}\n`);
  return exitCode.failed;
}

const longestLine = 1000;

/** A text as one line, not too long, without the control characters that a name from a file could move a cursor with. */
export function oneLine(text: string): string {
  const lines = text.split(/[\p{Cc}\u2028\u2029]+/u).map((part) => part.trim());
  const line = lines.filter((part) => part !== "").join(" ");
  return line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line;
}
