/** Loads a library of linear algebra: finds its sgemm, the width of its integers, and what it is. */
import { existsSync } from "node:fs";
import { cacheFolder } from "../cache.ts";
import { EngineUnavailableError } from "../errors.ts";
import { PLAIN, type Sgemm, TRANSPOSED } from "./cblas.ts";
import { crashesOf, knownCrashes } from "./crash.ts";
import { find, firstLine, type Koffi, type Library, loadKoffi } from "./foreign.ts";
import { type Identity, identify } from "./identity.ts";
import { multipliesRight } from "./known-product.ts";
import { blasCandidates, type Candidate } from "./locate.ts";
import { isForAnotherProcessor } from "./processor.ts";
import { symbolPrefix } from "./release.ts";

/** A loaded library, set to one thread where it offers that. */
export interface Blas extends Identity {
  readonly path: string;
  readonly source: Candidate["source"];
  /** Bits of its integers: 32, or 64 for the interface called ILP64. */
  readonly integerBits: 32 | 64;
  readonly sgemm: Sgemm;
  /** The same in f64, where the library has it. */
  readonly dgemm: Sgemm | undefined;
  /** Address of a view's first byte: valid as long as its buffer is. */
  addressOf(view: Float32Array): number;
}

/** What is known of the library that would be used. */
export interface BlasDescription {
  readonly available: boolean;
  readonly version?: string;
  readonly where?: string;
  /** Why there is none, one line; with what to do about it. */
  readonly whyNot?: string;
  readonly remedy?: string;
}

/** Names of the functions: as they are, SciPy's builds, and those of libraries with 64-bit integers. */
const affixes = [
  ["", ""],
  [symbolPrefix, ""],
  ["", "64_"],
  [symbolPrefix, "64_"],
  ["", "_64"],
] as const;

const install = "run: lawrob engines install blas";
const loaded = new Map<string, Blas>();

/**
 * Loads the first library that works (some milliseconds), once. Its results depend on its version, on the processor type
 * that it takes or OPENBLAS_CORETYPE names, and on its number of threads, which is one.
 * @throws EngineUnavailableError when none works
 */
export function loadBlas(env: NodeJS.ProcessEnv = process.env): Blas {
  return load(env, () => knownCrashes(env));
}

/**
 * Says which library is used, or why there is none. Loads it, for only then it says its version; first in a process of its
 * own, for a library may crash there.
 */
export function describeBlas(env: NodeJS.ProcessEnv = process.env): BlasDescription {
  try {
    const { description, path } = load(env, (candidates) => crashesOf(candidates, env));
    return { available: true, version: description, where: path };
  } catch (error) {
    if (!(error instanceof EngineUnavailableError)) throw error;
    return { available: false, whyNot: error.message, remedy: error.remedy };
  }
}

function load(
  env: NodeJS.ProcessEnv,
  crashes: (candidates: readonly Candidate[]) => ReadonlyMap<string, string>,
): Blas {
  const key = JSON.stringify([env.LAWROB_BLAS, cacheFolder(env), env.MKLROOT]);
  const known = loaded.get(key);
  if (known) return known;
  const candidates = blasCandidates(env);
  const blas = firstThatWorks(candidates, crashes(candidates));
  loaded.set(key, blas);
  return blas;
}

function firstThatWorks(candidates: readonly Candidate[], crashed: ReadonlyMap<string, string>): Blas {
  const koffi = loadKoffi();
  setEnvironment();
  for (const candidate of candidates) {
    const found = crashed.get(candidate.path) ?? openBlas(koffi, candidate);
    if (typeof found !== "string") return found;
    if (candidate.source === "named") {
      throw new EngineUnavailableError(
        `LAWROB_BLAS names ${candidate.path}, which ${found}`,
        "name a library that has cblas_sgemm, or unset LAWROB_BLAS",
      );
    }
    if (candidate.source === "cache") {
      throw new EngineUnavailableError(`${candidate.path} ${found}`, `${install} --force`);
    }
  }
  throw new EngineUnavailableError("no BLAS library is installed", install);
}

/** Opens a library; or says why it cannot be used. */
export function openBlas(koffi: Koffi, { path, source }: Candidate): Blas | string {
  if (source !== "system" && !existsSync(path)) return "does not exist";
  let library: Library;
  try {
    library = koffi.load(path);
  } catch (error) {
    if (isForAnotherProcessor(path)) return `is for another processor (this Node is for ${process.arch})`;
    return `does not load: ${firstLine(error)}`;
  }
  for (const [prefix, suffix] of affixes) {
    const integerBits = integerWidth(library, `${prefix}cblas_sdot${suffix}`);
    if (integerBits === undefined) continue;
    const product = (name: string, real: "float" | "double") =>
      declareGemm(library, `${prefix}${name}${suffix}`, integerBits, real);
    const sgemm = product("cblas_sgemm", "float");
    if (!sgemm) continue;
    const identity = identify(library, path, prefix, suffix);
    // BLIS on a processor that it does not know: slower than the kernels' own product.
    if (identity.core === "generic" && source === "system") return "has no code for this processor";
    const dgemm = product("cblas_dgemm", "double");
    const addressOf = (view: Float32Array) => Number(koffi.address(view));
    const right = multipliesRight(sgemm, Float32Array, PLAIN, addressOf);
    if (!right || (dgemm && !multipliesRight(dgemm, Float64Array, TRANSPOSED, addressOf))) {
      return `multiplies wrongly: its ${right ? "cblas_dgemm" : "cblas_sgemm"} gets a small product wrong`;
    }
    return { ...identity, path, source, integerBits, sgemm, dgemm, addressOf };
  }
  return "has no cblas_sgemm with cblas_sdot";
}

/**
 * Bits of a library's integers, by asking for a sum of −2³² + 2 products: whoever reads the lower half sees 2, whoever reads
 * all sees a negative number and has nothing to add. Undefined where there is no such function.
 */
function integerWidth(library: Library, sdot: string): 32 | 64 | undefined {
  const call = find(
    library,
    `float ${sdot}(int64 n, const float *x, int64 incx, const float *y, int64 incy)`,
  );
  if (call === undefined) return undefined;
  const ones = Float32Array.of(1, 1);
  return call(-(2 ** 32) + 2, ones, 1, ones, 1) === 2 ? 32 : 64;
}

function declareGemm(
  library: Library,
  name: string,
  bits: 32 | 64,
  real: "float" | "double",
): Sgemm | undefined {
  const int = `int${bits}`;
  return find(
    library,
    `void ${name}(int order, int ta, int tb, ${int} m, ${int} n, ${int} k, ${real} alpha, uintptr a, ${int} lda, ` +
      `uintptr b, ${int} ldb, ${real} beta, uintptr c, ${int} ldc)`,
  );
}

/** Libraries read these when they are loaded: a pool of threads would only take memory. */
export function setEnvironment(): void {
  for (const name of [
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
  ])
    process.env[name] = "1";
  process.env.MKL_THREADING_LAYER = "SEQUENTIAL";
}
