import { createRequire } from "node:module";
import util from "node:util";
import { isMainThread } from "node:worker_threads";
import { EngineUnavailableError } from "../errors.ts";
import { locateTensorflow, type TensorflowLocation } from "./locate.ts";

/** The part of TF.js that the engine and its tests use. */
export type TensorflowModule = typeof import("@tensorflow/tfjs-core");

/** TF.js, running on the native library. */
export interface Tensorflow {
  readonly tf: TensorflowModule;
  /** Version of libtensorflow that the binding reports, such as "2.21.0". */
  readonly runtimeVersion: string;
  readonly tfjsVersion: string;
  /** Whether this is the package with GPU support. */
  readonly gpu: boolean;
  /** Threads of one operation. */
  readonly threads: number;
  readonly location: TensorflowLocation;
}

/** What is known of TensorFlow on this machine without loading it. */
export interface TensorflowDescription {
  readonly available: boolean;
  /** Version of libtensorflow, if known before loading. */
  readonly version?: string;
  readonly tfjsVersion?: string;
  /** Folder of the copy that would be loaded. */
  readonly where?: string;
  /** Why there is none, one line; with what to do about it. */
  readonly whyNot?: string;
  readonly remedy?: string;
}

const remedy = "run: lawrob engines install tensorflow";
let loaded: Tensorflow | undefined;

/** Says which copy of TensorFlow would be loaded, or why there is none. Looks at files only. */
export function describeTensorflow(env: NodeJS.ProcessEnv = process.env): TensorflowDescription {
  const { found, whyNot } = locateTensorflow(env);
  const [first] = found;
  if (first === undefined) return { available: false, whyNot: whyNot.join("; "), remedy };
  return {
    available: true,
    ...(first.tensorflowVersion === undefined ? {} : { version: first.tensorflowVersion }),
    tfjsVersion: first.tfjsVersion,
    where: first.packageFolder,
  };
}

/**
 * Loads tfjs-node into this process (about half a second), once.
 * @param threads threads of one operation. TensorFlow splits sums by their number, so the bytes of a result
 * depend on it: the default, 1, is what makes results repeat.
 * @throws EngineUnavailableError when no copy loads; Error in a worker thread, or when it is loaded already
 * with another number of threads.
 */
export function loadTensorflow({ threads = 1 }: { readonly threads?: number } = {}): Tensorflow {
  if (!isMainThread)
    throw new Error("TensorFlow is not safe in a worker thread: load it in a process of its own");
  if (loaded !== undefined) {
    if (loaded.threads === threads) return loaded;
    throw new Error(`TensorFlow is loaded already, with ${loaded.threads} threads, not ${threads}`);
  }
  const { found, whyNot } = locateTensorflow();
  const reasons = [...whyNot];
  for (const location of found) {
    try {
      loaded = loadCopy(location, threads);
      return loaded;
    } catch (error) {
      const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
      reasons.push(`${location.packageFolder} does not load: ${line}`);
    }
  }
  throw new EngineUnavailableError(`there is no TensorFlow here: ${reasons.join("; ")}`, remedy);
}

function loadCopy(location: TensorflowLocation, threads: number): Tensorflow {
  setEnvironment(threads);
  provideOldFunctions();
  const require = createRequire(import.meta.url);
  const noDeprecation = process.noDeprecation ?? false;
  process.noDeprecation = true; // tfjs-node's dependencies use old parts of Node; nothing the user can mend
  try {
    // The binding first: it is what fails, and TF.js, once loaded, could not be loaded again from another copy.
    const { TF_Version } = require(location.binding) as { TF_Version: string };
    const tf = require(location.packageFolder) as TensorflowModule;
    tf.enableProdMode();
    return {
      tf,
      runtimeVersion: TF_Version,
      tfjsVersion: location.tfjsVersion,
      gpu: location.packageName.endsWith("-gpu"),
      threads,
      location,
    };
  } finally {
    process.noDeprecation = noDeprecation;
  }
}

/** TensorFlow reads these when its library is loaded. */
function setEnvironment(threads: number): void {
  process.env.TF_NUM_INTRAOP_THREADS = String(threads);
  process.env.TF_NUM_INTEROP_THREADS = "1";
  process.env.TF_ENABLE_ONEDNN_OPTS = "0"; // its sums may be taken in another order from run to run
  process.env.TF_CPP_MIN_LOG_LEVEL ??= "2";
}

/** tfjs-node calls these functions of Node's, which warn in Node 22; the first is gone in Node 23. */
function provideOldFunctions(): void {
  Object.assign(util, {
    isNullOrUndefined: (value: unknown) => value === null || value === undefined,
    isArray: Array.isArray,
  });
}
