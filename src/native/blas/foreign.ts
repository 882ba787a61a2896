/** Calls into native libraries, through koffi: an optional dependency, loaded when it is first needed. */
import { createRequire } from "node:module";
import { EngineUnavailableError } from "../errors.ts";

export type Koffi = typeof import("koffi");
export type Library = ReturnType<Koffi["load"]>;

/** koffi, loaded. @throws EngineUnavailableError where npm left it out or it has no build for this system */
export function loadKoffi(require: (name: string) => unknown = createRequire(import.meta.url)): Koffi {
  try {
    return require("koffi") as Koffi;
  } catch (error) {
    throw new EngineUnavailableError(
      `koffi does not load here: ${firstLine(error)}`,
      "install koffi with npm where it supports this system",
      { cause: error },
    );
  }
}

/** A function of a library by its C declaration; undefined where the library does not have it. */
// biome-ignore lint/suspicious/noExplicitAny: the arguments are in the declaration
export function find(library: Library, declaration: string): ((...args: any[]) => any) | undefined {
  try {
    return library.func(declaration);
  } catch {
    return undefined;
  }
}

export function firstLine(error: unknown): string {
  const [line = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return line;
}
