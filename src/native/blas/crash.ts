/** Which libraries end the process that loads them: tried in a process of its own, as nothing catches that. */
import { spawnSync } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Candidate } from "./locate.ts";

/** Where a process tells itself and those that it starts what crashed. */
const variable = "LAWROB_BLAS_CRASHED";

/** What the probe says when it went through. */
export const through = "through";

/** What `crashesOf` found before, in this process or in the one that started it. */
export function knownCrashes(env: NodeJS.ProcessEnv): Map<string, string> {
  return new Map(JSON.parse(env[variable] ?? "[]"));
}

/**
 * Tries candidates in order, as loading does, up to the first that works.
 * @param env keeps what crashed: a library that hangs is waited for once
 * @param seconds that the libraries may take
 * @returns the paths of those that crashed, with what each does, such as "crashes when it is loaded (SIGSEGV)"
 */
export function crashesOf(
  candidates: readonly Candidate[],
  env: NodeJS.ProcessEnv,
  seconds = 30,
): Map<string, string> {
  const crashed = knownCrashes(env);
  const here = fileURLToPath(import.meta.url);
  const probe = here.replace(/crash\.[jt]s$/, `probe${extname(here)}`);
  for (;;) {
    const rest = candidates.filter(({ path }) => !crashed.has(path));
    // What lawrob installed was tried when it was installed.
    if (!rest.some(({ source }) => source !== "cache")) return crashed;
    const { status, signal, error, output } = spawnSync(
      process.execPath,
      [...process.execArgv, probe, JSON.stringify(rest)],
      {
        encoding: "utf8",
        env: { ...process.env, ...env },
        timeout: seconds * 1000,
        killSignal: "SIGKILL",
        // A pipe for the probe alone: the library may print.
        stdio: ["ignore", "ignore", "ignore", "pipe"],
      },
    );
    const said = output?.[3]?.split("\n").filter((line) => line !== "") ?? [];
    if (status === 0 && said.at(-1) === through) return crashed;
    const tried = said.findLast((line) => line !== through);
    // It did not come to loading, for want of koffi: loading will say so.
    if (tried === undefined) return crashed;
    const late = (error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT";
    const end = signal
      ? `crashes when it is loaded (${signal})`
      : `ends the process that loads it (exit code ${status})`;
    crashed.set(rest[Number(tried)].path, late ? `did not load within ${seconds} s` : end);
    env[variable] = JSON.stringify([...crashed]);
  }
}
