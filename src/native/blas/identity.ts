/** Which library of linear algebra this is: its name, version and processor type; and that it uses one thread. */
import { release } from "node:os";
import { basename } from "node:path";
import { find, type Library } from "./foreign.ts";

export interface Identity {
  readonly name: "openblas" | "mkl" | "blis" | "accelerate" | "unknown";
  /** With the name, one line for the manifest, such as "openblas 0.3.34 Haswell": what a result's bytes depend on. */
  readonly description: string;
  /** The processor type that the library computes for, where it says. */
  readonly core: string | undefined;
}

/**
 * Asks a library what it is, and sets it to one thread where it offers that.
 * @param prefix, suffix what its functions' names carry, such as "scipy_" and "64_"
 */
export function identify(library: Library, path: string, prefix: string, suffix: string): Identity {
  return (
    openblas(library, prefix, suffix) ??
    mkl(library) ??
    blis(library) ??
    (/\bAccelerate(\.framework)?\b/.test(path) ? named("accelerate", `darwin ${release()}`) : undefined) ??
    named("unknown", basename(path))
  );
}

function named(name: Identity["name"], version: string, core?: string): Identity {
  const description = [name, version, core].filter((part) => part).join(" ");
  return { name, description, core };
}

function openblas(library: Library, prefix: string, suffix: string): Identity | undefined {
  const has = (declaration: (name: (text: string) => string) => string) =>
    find(
      library,
      declaration((text) => `${prefix}openblas_${text}${suffix}`),
    ) ??
    // Some builds leave these names as they are.
    find(
      library,
      declaration((text) => `openblas_${text}`),
    );
  const config: string | undefined = has((name) => `const char *${name("get_config")}()`)?.();
  if (config === undefined) return undefined;
  has((name) => `void ${name("set_num_threads")}(int)`)?.(1);
  const core: string | undefined = has((name) => `const char *${name("get_corename")}()`)?.();
  return named("openblas", /\d+(\.\d+)+\S*/.exec(config)?.[0] ?? "", core);
}

function mkl(library: Library): Identity | undefined {
  const version = find(library, "void MKL_Get_Version_String(_Out_ uint8_t *buffer, int length)");
  if (version === undefined) return undefined;
  find(library, "void MKL_Set_Num_Threads(int)")?.(1);
  const buffer = new Uint8Array(256);
  version(buffer, buffer.length);
  const text = Buffer.from(buffer).toString("latin1").replace(/\0.*/s, "");
  // The widest instructions that it uses here, as a number of its interface.
  const branch: number | undefined = find(library, "int MKL_CBWR_Get_Auto_Branch()")?.();
  const core = branch === undefined ? undefined : `branch ${branch}`;
  return named("mkl", /\d+(\.\d+)+\S*/.exec(text)?.[0] ?? "", core);
}

function blis(library: Library): Identity | undefined {
  const version: string | undefined = find(library, "const char *bli_info_get_version_str()")?.();
  if (version === undefined) return undefined;
  find(library, "void bli_thread_set_num_threads(int64 threads)")?.(1);
  const id: number | undefined = find(library, "int bli_arch_query_id()")?.();
  const core: string | undefined =
    id === undefined ? undefined : find(library, "const char *bli_arch_string(int id)")?.(id);
  return named("blis", version, core);
}
