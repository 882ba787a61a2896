/** Which libraries end the process that loads them: tried in a process of its own, as nothing catches that. */
import { spawnSync } from "node:child_process";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Candidate } from "./locate.ts";

/**
 * Tries candidates in order, as loading does, up to the first that works.
 * @returns those that crashed, with how, such as "SIGSEGV"
 */
export function crashesOf(candidates: readonly Candidate[], env: NodeJS.ProcessEnv): Map<string, string> {
  const crashed = new Map<string, string>();
  const here = fileURLToPath(import.meta.url);
  const probe = here.replace(/crash\.[jt]s$/, `probe${extname(here)}`);
  for (;;) {
    const rest = candidates.filter(({ path }) => !crashed.has(path));
    // What lawrob installed was tried when it was installed.
    if (!rest.some(({ source }) => source !== "cache")) return crashed;
    const { status, signal, stdout } = spawnSync(
      process.execPath,
      [...process.execArgv, probe, JSON.stringify(rest)],
      {
        encoding: "utf8",
        env: { ...process.env, ...env },
        timeout: 30_000,
        stdio: ["ignore", "pipe", "ignore"],
      },
    );
    const last = stdout?.trim().split("\n").at(-1);
    if (status === 0 || !last || crashed.has(last)) return crashed;
    crashed.set(last, signal ?? `exit code ${status}`);
  }
}
