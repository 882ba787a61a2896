import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "../cache.ts";
import { failureLine, runCommand } from "../command.ts";
import { EngineUnavailableError } from "../errors.ts";
import { installFolder, readReceipt, removeFolders } from "../installed-folder.ts";
import { thisPlatform } from "../platform.ts";
import { extractZip } from "../unzip.ts";
import { fetchWheel } from "../wheel.ts";
import { loadKoffi } from "./foreign.ts";
import { openblasFolder } from "./locate.ts";
import {
  libraryFolder,
  type OpenblasBuild,
  openblasBuild,
  openblasVersion,
  symbolPrefix,
} from "./release.ts";

export interface InstallOptions {
  /** Called with one line of progress at a time. */
  readonly onMessage?: (line: string) => void;
  /** Installs again over an installed copy. */
  readonly force?: boolean;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Installs OpenBLAS into the user's cache folder, from the wheel of scipy-openblas32. Nothing to do when it is installed. An
 * interrupted install leaves nothing that counts as installed.
 * @returns the folder, and whether anything was done.
 * @throws EngineUnavailableError saying what is missing: a supported system, koffi, pip or an index, network.
 */
export async function installBlas(
  options: InstallOptions = {},
): Promise<{ readonly folder: string; readonly installed: boolean }> {
  const { onMessage = () => {}, force = false, env = process.env } = options;
  const folder = openblasFolder(env);
  if (!force && readReceipt(folder) !== undefined) {
    onMessage(`OpenBLAS ${openblasVersion} is installed in ${folder}`);
    return { folder, installed: false };
  }
  const build = openblasBuild(thisPlatform());
  loadKoffi();
  await installFolder(folder, async (staging) => {
    onMessage(`downloading OpenBLAS ${openblasVersion} (8 MB)`);
    await unpack(build, staging, env);
    onMessage("loading it");
    await tryLibrary(join(staging, build.library), env);
    return { versions: { openblas: openblasVersion }, files: [build.library] };
  });
  onMessage(`OpenBLAS ${openblasVersion} is installed in ${folder}`);
  return { folder, installed: true };
}

/** Removes every copy of OpenBLAS that lawrob installed, of any version. @returns the removed folders */
export function uninstallBlas(env: NodeJS.ProcessEnv = process.env): Promise<string[]> {
  return removeFolders(cacheFolder(env), /^openblas-\d+(\.\d+)+-[a-z0-9]+-[a-z0-9]+(\.partial-.*)?$/);
}

async function unpack(
  { wheel, library }: OpenblasBuild,
  staging: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const archive = await fetchWheel(wheel, join(staging, "download"), env);
  await extractZip(archive, (name) => {
    if (name === `${libraryFolder}${library}`) return join(staging, library);
    return name.endsWith("/LICENSE.txt") ? join(staging, "LICENSE.txt") : undefined;
  });
  await rm(join(staging, "download"), { recursive: true });
}

/** Loads the library in a process of its own: one that this CPU cannot run ends the process. */
async function tryLibrary(library: string, env: NodeJS.ProcessEnv): Promise<void> {
  const script = `require(process.argv[1]).load(process.argv[2]).func("void ${symbolPrefix}cblas_sgemm()")`;
  const koffi = createRequire(import.meta.url).resolve("koffi");
  const result = await runCommand(process.execPath, ["-e", script, koffi, library], { env });
  if (result?.status === 0) return;
  throw new EngineUnavailableError(
    `the downloaded library does not load: ${result ? failureLine(result) : "node is gone"}`,
    "name a BLAS library of this machine in LAWROB_BLAS, or use the wasm engine",
  );
}
