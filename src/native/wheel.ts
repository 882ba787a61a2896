import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { failureLine, runCommand } from "./command.ts";
import { EngineUnavailableError } from "./errors.ts";
import { listIndexFiles, request } from "./package-index.ts";

/** One file of a Python package index, pinned by its hash. */
export interface Wheel {
  /** Name of the project, normalised: lower case, hyphens. */
  readonly project: string;
  readonly version: string;
  /** Tags in the file's name, such as "cp311", "cp311", "manylinux_2_27_x86_64"; or "py3", "none", "win_amd64". */
  readonly python: string;
  readonly abi: string;
  readonly platform: string;
  /** Hexadecimal SHA-256 of the file. */
  readonly sha256: string;
}

/** Name of the wheel's file (PEP 427). */
export function wheelFilename(wheel: Wheel): string {
  return `${wheel.project.replaceAll("-", "_")}-${wheel.version}-${wheel.python}-${wheel.abi}-${wheel.platform}.whl`;
}

/**
 * Downloads a wheel into a folder: through pip where there is one, else from the index in PIP_INDEX_URL. The
 * file is checked against the pinned SHA-256 either way.
 * @returns the path of the file.
 * @throws EngineUnavailableError when neither way works.
 */
export async function fetchWheel(
  wheel: Wheel,
  folder: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, wheelFilename(wheel));
  const pip = await findPip(env);
  const index = env.PIP_INDEX_URL;
  if (pip !== undefined) await downloadWithPip(pip, wheel, folder, env);
  else if (index) await downloadFromIndex(index, wheel, path);
  else
    throw new EngineUnavailableError(
      `${wheel.project} ${wheel.version} cannot be downloaded: there is no pip here, and PIP_INDEX_URL is not set`,
      "install a Python with pip, or set PIP_INDEX_URL to the address of a Python package index",
    );
  const sha256 = await sha256Of(path);
  if (sha256 !== wheel.sha256) {
    await rm(path, { force: true });
    throw hashMismatch(wheel, sha256);
  }
  return path;
}

/** The first of `python3 -m pip`, `pip3`, `pip` that runs, as program and first arguments. */
async function findPip(env: NodeJS.ProcessEnv = process.env): Promise<string[] | undefined> {
  for (const pip of [["python3", "-m", "pip"], ["pip3"], ["pip"]]) {
    const [program, ...args] = pip as [string, ...string[]];
    const result = await runCommand(program, [...args, "--version"], { env });
    if (result?.status === 0) return pip;
  }
  return undefined;
}

async function downloadWithPip(
  pip: readonly string[],
  wheel: Wheel,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  const [program, ...first] = pip as [string, ...string[]];
  const result = await runCommand(
    program,
    [
      ...first,
      "download",
      "--no-deps",
      "--only-binary=:all:",
      "--disable-pip-version-check",
      "--no-input",
      "--implementation=cp",
      // A wheel for any Python 3 is for this one too.
      `--python-version=${/^cp(\d+)$/.exec(wheel.python)?.[1] ?? "311"}`,
      `--abi=${wheel.abi}`,
      ...wheel.platform.split(".").map((tag) => `--platform=${tag}`),
      `--dest=${folder}`,
      `${wheel.project}==${wheel.version}`,
    ],
    { env },
  );
  if (result?.status === 0) return;
  throw new EngineUnavailableError(
    `pip could not download ${wheel.project} ${wheel.version}: ${result ? failureLine(result) : "pip is gone"}`,
    "check the network, or set PIP_INDEX_URL to a Python package index that this machine reaches",
  );
}

async function downloadFromIndex(index: string, wheel: Wheel, path: string): Promise<void> {
  try {
    const filename = wheelFilename(wheel);
    const file = (await listIndexFiles(index, wheel.project)).find((each) => each.filename === filename);
    if (file === undefined) throw new Error(`the index does not have ${filename}`);
    if (file.sha256 !== undefined && file.sha256 !== wheel.sha256) throw hashMismatch(wheel, file.sha256);
    const response = await request(file.url, index);
    if (response.body === null) throw new Error(`empty answer for ${filename}`);
    await pipeline(Readable.fromWeb(response.body as ReadableStream), createWriteStream(path));
  } catch (error) {
    if (error instanceof EngineUnavailableError) throw error;
    throw new EngineUnavailableError(
      `${wheel.project} ${wheel.version} cannot be downloaded: ${error instanceof Error ? error.message : error}`,
      "check the network and PIP_INDEX_URL, or install a Python with pip",
      { cause: error },
    );
  }
}

function hashMismatch(wheel: Wheel, sha256: string): EngineUnavailableError {
  return new EngineUnavailableError(
    `${wheelFilename(wheel)} is not the file this version of lawrob was tested with: ` +
      `its SHA-256 is ${sha256}, expected ${wheel.sha256}`,
    "use a package index that carries the published file",
  );
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw new EngineUnavailableError(
      `the download left no file ${path}`,
      "use a package index that carries the published file",
      { cause: error },
    );
  }
  return hash.digest("hex");
}
