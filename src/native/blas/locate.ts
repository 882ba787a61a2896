/** Where a library of linear algebra may be on this machine. Loads nothing. */
import { join, resolve } from "node:path";
import { cacheFolder } from "../cache.ts";
import { readReceipt } from "../installed-folder.ts";
import { openblasVersion } from "./release.ts";

/** A place to try. */
export interface Candidate {
  /** "named": in LAWROB_BLAS; "cache": put there by `lawrob engines install blas`. */
  readonly source: "named" | "system" | "cache";
  /** A file's path, or a name that the system's loader looks up. */
  readonly path: string;
}

/** Where lawrob installs OpenBLAS. The folder may not exist. */
export function openblasFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(env), `openblas-${openblasVersion}-${process.platform}-${process.arch}`);
}

/** What is tried, in this order: the library in LAWROB_BLAS and no other, else the system's, else the installed one. */
export function blasCandidates(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): Candidate[] {
  if (env.LAWROB_BLAS) return [{ source: "named", path: resolve(env.LAWROB_BLAS) }];
  const candidates: Candidate[] = systemLibraries(env, platform).map((path) => ({ source: "system", path }));
  const folder = openblasFolder(env);
  const [library] = Object.keys(readReceipt(folder)?.files ?? {});
  if (library !== undefined) candidates.push({ source: "cache", path: join(folder, library) });
  return candidates;
}

/** Accelerate, OpenBLAS, MKL, BLIS in the usual places. */
function systemLibraries(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  const roots = [env.MKLROOT, "/opt/intel/oneapi/mkl/latest"].filter(
    (root) => root !== undefined && root !== "",
  );
  switch (platform) {
    case "darwin":
      return [
        // In the system's cache of libraries: there is no such file.
        "/System/Library/Frameworks/Accelerate.framework/Accelerate",
        "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
        "/usr/local/opt/openblas/lib/libopenblas.dylib",
        ...roots.map((root) => `${root}/lib/libmkl_rt.2.dylib`),
        "/opt/homebrew/opt/blis/lib/libblis.dylib",
        "/usr/local/opt/blis/lib/libblis.dylib",
      ];
    case "win32":
      // A bare name would be looked up in the working directory too.
      return env.MKLROOT ? [join(env.MKLROOT, "redist", "intel64", "mkl_rt.2.dll")] : [];
    default:
      return [
        ...["libopenblas.so.0", "libopenblas.so"],
        ...["libmkl_rt.so.3", "libmkl_rt.so.2", "libmkl_rt.so"],
        ...roots.flatMap((root) => [
          `${root}/lib/libmkl_rt.so.3`,
          `${root}/lib/libmkl_rt.so.2`,
          `${root}/lib/intel64/libmkl_rt.so.2`,
        ]),
        ...["libblis.so.4", "libblis.so"],
      ];
  }
}
