/** Which processor a library's file is for: the loader of glibc only says that there is no such file. */
import { closeSync, openSync, readSync } from "node:fs";

/** Whether a file is an ELF library for another processor than this Node. */
export function isForAnotherProcessor(path: string): boolean {
  const [own, other] = [process.execPath, path].map(elfMachine);
  return own !== undefined && other !== undefined && own !== other;
}

/**
 * Word size, byte order and processor in the header of an ELF file (System V ABI: EI_CLASS, EI_DATA and e_machine), as one
 * text to compare; undefined for another file.
 */
function elfMachine(path: string): string | undefined {
  const header = Buffer.alloc(20);
  try {
    const file = openSync(path, "r");
    try {
      if (readSync(file, header) < header.length) return undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  if (header.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
  return header.toString("hex", 4, 6) + header.toString("hex", 18, 20);
}
