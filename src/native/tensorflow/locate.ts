import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { cacheFolder } from "../cache.ts";
import { readReceipt } from "../installed-folder.ts";
import { tensorflowVersion } from "./release.ts";

/** One copy of tfjs-node on this machine whose files are all there; whether it loads is not tried yet. */
export interface TensorflowLocation {
  /** "npm": installed as a dependency; "cache": by `lawrob engines install tensorflow`. */
  readonly source: "npm" | "cache";
  readonly packageName: string;
  /** Folder of the npm package. */
  readonly packageFolder: string;
  /** Path of the native binding. */
  readonly binding: string;
  readonly tfjsVersion: string;
  /** Version of libtensorflow by its headers or receipt; undefined when neither is there. */
  readonly tensorflowVersion: string | undefined;
}

const packageNames = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** Path of the package inside an installed folder. */
export const packageInCache = join("node_modules", "@tensorflow", "tfjs-node");

/** Path of the binding inside the package. */
export const bindingInPackage = join("lib", "napi-v8", "tfjs_binding.node");

/** Where lawrob installs TensorFlow. The folder may not exist. */
export function tensorflowFolder(env: NodeJS.ProcessEnv = process.env): string {
  return join(cacheFolder(env), `tensorflow-${tensorflowVersion}-${process.platform}-${process.arch}`);
}

/** The usable copies of tfjs-node, preferred first, and for each place that has none, why. Loads nothing. */
export function locateTensorflow(env: NodeJS.ProcessEnv = process.env): {
  readonly found: readonly TensorflowLocation[];
  readonly whyNot: readonly string[];
} {
  const found: TensorflowLocation[] = [];
  const whyNot: string[] = [];
  const require = createRequire(import.meta.url);
  for (const name of packageNames) {
    const folder = resolvePackage(require, name);
    const location = folder && describeCopy("npm", name, folder);
    if (location) found.push(location);
    else if (folder) whyNot.push(`${folder} has no native binding`);
  }
  if (found.length === 0 && whyNot.length === 0) whyNot.push("@tensorflow/tfjs-node is not installed");
  const target = tensorflowFolder(env);
  const receipt = readReceipt(target);
  const location = receipt && describeCopy("cache", "@tensorflow/tfjs-node", join(target, packageInCache));
  if (location) found.push({ ...location, tensorflowVersion: receipt.versions.tensorflow });
  else whyNot.push(existsSync(target) ? `${target} is damaged` : `${target} does not exist`);
  return { found, whyNot };
}

function resolvePackage(require: NodeJS.Require, name: string): string | undefined {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

function describeCopy(
  source: "npm" | "cache",
  packageName: string,
  packageFolder: string,
): TensorflowLocation | undefined {
  const binding = findBinding(packageFolder);
  if (binding === undefined) return undefined;
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as {
    version: string;
  };
  return {
    source,
    packageName,
    packageFolder,
    binding,
    tfjsVersion: version,
    tensorflowVersion: versionInHeaders(packageFolder),
  };
}

/** tfjs-node keeps its binding in a folder named after the Node-API version it was built for. */
function findBinding(packageFolder: string): string | undefined {
  const lib = join(packageFolder, "lib");
  if (!existsSync(lib)) return undefined;
  return readdirSync(lib)
    .map((name) => join(lib, name, "tfjs_binding.node"))
    .find((path) => existsSync(path));
}

function versionInHeaders(packageFolder: string): string | undefined {
  const header = join(packageFolder, "deps", "include", "tensorflow", "core", "public", "version.h");
  if (!existsSync(header)) return undefined;
  const text = readFileSync(header, "utf8");
  const parts = ["MAJOR", "MINOR", "PATCH"].map(
    (part) => new RegExp(`#define TF_${part}_VERSION\\s+(\\d+)`).exec(text)?.[1],
  );
  return parts.every((part) => part !== undefined) ? parts.join(".") : undefined;
}
