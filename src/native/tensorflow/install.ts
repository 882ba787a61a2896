import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder } from "../cache.ts";
import { failureLine, runCommand } from "../command.ts";
import { EngineUnavailableError } from "../errors.ts";
import { installFolder, readReceipt, removeFolders } from "../installed-folder.ts";
import { thisPlatform } from "../platform.ts";
import { extractZip } from "../unzip.ts";
import { fetchWheel, type Wheel } from "../wheel.ts";
import { bindingInPackage, packageInCache, tensorflowFolder } from "./locate.ts";
import { nodeApiHeadersVersion, tensorflowVersion, tensorflowWheel, tfjsVersion } from "./release.ts";

export interface InstallOptions {
  /** Called with one line of progress at a time. */
  readonly onMessage?: (line: string) => void;
  /** Installs again over an installed copy. */
  readonly force?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/** The libraries in the wheel, and the names that the linker looks for. */
const libraries = [
  { file: "libtensorflow_cc.so.2", link: "libtensorflow.so" },
  { file: "libtensorflow_framework.so.2", link: "libtensorflow_framework.so" },
];

/** The C API and the headers that it includes. */
const headers =
  /^tensorflow\/include\/((tensorflow\/c|xla\/tsl\/c|tsl\/c)\/.*|(tensorflow\/core|tsl)\/platform\/ctstring.*)\.h$/;

/**
 * Installs tfjs-node with libtensorflow into the user's cache folder, from package registries only: the npm
 * package without its install script, libtensorflow from the wheel, and the binding compiled here. About 1.2 GB.
 * Nothing to do when it is installed. An interrupted install leaves nothing that counts as installed.
 * @returns the folder, and whether anything was done.
 * @throws EngineUnavailableError saying what is missing: a supported system, g++, npm, pip or an index, network.
 */
export async function installTensorflow(
  options: InstallOptions = {},
): Promise<{ readonly folder: string; readonly installed: boolean }> {
  const { onMessage = () => {}, force = false, env = process.env } = options;
  const folder = tensorflowFolder(env);
  if (!force && readReceipt(folder) !== undefined) {
    onMessage(`TensorFlow ${tensorflowVersion} is installed in ${folder}`);
    return { folder, installed: false };
  }
  const wheel = tensorflowWheel(thisPlatform());
  await requirePrograms(env);
  await installFolder(folder, async (staging) => {
    onMessage(`installing @tensorflow/tfjs-node ${tfjsVersion} with npm`);
    await installPackages(staging, env);
    onMessage(`downloading TensorFlow ${tensorflowVersion} (270 MB)`);
    await unpackLibrary(wheel, staging, env);
    onMessage("compiling the binding");
    await compileBinding(staging, env);
    onMessage("loading it");
    const runtime = await tryBinding(staging, env);
    return {
      versions: { tensorflow: runtime, tfjs: tfjsVersion },
      files: [
        join(packageInCache, bindingInPackage),
        join(packageInCache, "package.json"),
        ...libraries.map(({ file }) => join(packageInCache, "deps", "lib", file)),
      ],
    };
  });
  onMessage(`TensorFlow ${tensorflowVersion} is installed in ${folder}`);
  return { folder, installed: true };
}

/**
 * Removes every copy of TensorFlow that lawrob installed, of any version.
 * @returns the removed folders.
 */
export async function uninstallTensorflow(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  return removeFolders(cacheFolder(env), /^tensorflow-\d+\.\d+\.\d+-[a-z0-9]+-[a-z0-9]+(\.partial-.*)?$/);
}

function compiler(env: NodeJS.ProcessEnv): string {
  return env.CXX || "g++";
}

async function requirePrograms(env: NodeJS.ProcessEnv): Promise<void> {
  const npm = await runCommand("npm", ["--version"], { env });
  if (npm?.status !== 0)
    throw new EngineUnavailableError("npm is not on the PATH", "install npm, which comes with Node.js");
  const cxx = await runCommand(compiler(env), ["--version"], { env });
  if (cxx?.status !== 0)
    throw new EngineUnavailableError(
      `the C++ compiler ${compiler(env)} is not on the PATH`,
      "install g++ (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++), or set CXX",
    );
}

async function installPackages(staging: string, env: NodeJS.ProcessEnv): Promise<void> {
  const packages = [`@tensorflow/tfjs-node@${tfjsVersion}`, `node-api-headers@${nodeApiHeadersVersion}`];
  await writeFile(join(staging, "package.json"), '{ "name": "lawrob-tensorflow", "private": true }\n');
  const flags = ["--ignore-scripts", "--global=false", "--no-audit", "--no-fund", `--prefix=${staging}`];
  const result = await runCommand("npm", ["install", ...flags, ...packages], { cwd: staging, env });
  if (result?.status === 0) return;
  throw new EngineUnavailableError(
    `npm could not install ${packages[0]}: ${result ? failureLine(result) : "npm is gone"}`,
    "check the network, or set npm's registry to one that this machine reaches",
  );
}

async function unpackLibrary(wheel: Wheel, staging: string, env: NodeJS.ProcessEnv): Promise<void> {
  const deps = join(staging, packageInCache, "deps");
  const archive = await fetchWheel(wheel, join(staging, "download"), env);
  await extractZip(archive, (name) => {
    const library = libraries.find(({ file }) => name === `tensorflow/${file}`);
    if (library !== undefined) return join(deps, "lib", library.file);
    const header = headers.test(name) ? name.slice("tensorflow/include/".length) : undefined;
    return header && join(deps, "include", header);
  });
  await rm(join(staging, "download"), { recursive: true });
  for (const { file, link } of libraries) await symlink(file, join(deps, "lib", link));
}

async function compileBinding(staging: string, env: NodeJS.ProcessEnv): Promise<void> {
  const cwd = join(staging, packageInCache);
  await mkdir(dirname(join(cwd, bindingInPackage)), { recursive: true });
  const result = await runCommand(
    compiler(env),
    [
      ..."-std=c++17 -shared -fPIC -O2 -DNAPI_VERSION=8".split(" "),
      "-Ideps/include",
      `-I${join(staging, "node_modules", "node-api-headers", "include")}`,
      join("binding", "tfjs_backend.cc"),
      join("binding", "tfjs_binding.cc"),
      "-Ldeps/lib",
      "-ltensorflow",
      "-ltensorflow_framework",
      "-Wl,-rpath,$ORIGIN/../../deps/lib",
      "-o",
      bindingInPackage,
    ],
    { cwd, env },
  );
  if (result?.status === 0) return;
  throw new EngineUnavailableError(
    `${compiler(env)} could not compile the binding: ${result ? failureLine(result) : "it is gone"}`,
    "install a g++ that knows C++17 (version 8 or later), with its standard library",
  );
}

/** Loads the binding in a process of its own: a library that this CPU cannot run ends the process. */
async function tryBinding(staging: string, env: NodeJS.ProcessEnv): Promise<string> {
  const binding = join(staging, packageInCache, bindingInPackage);
  const script = "process.stdout.write(require(process.argv[1]).TF_Version)";
  const result = await runCommand(process.execPath, ["-e", script, binding], {
    env: { ...env, TF_CPP_MIN_LOG_LEVEL: "2" },
  });
  if (result?.status === 0) return result.stdout;
  throw new EngineUnavailableError(
    `the compiled binding does not load: ${result ? failureLine(result) : "node is gone"}`,
    "this system is older than the library needs: use the wasm engine",
  );
}
