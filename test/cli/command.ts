/** Runs the built `lawrob` the way a shell does: in a process of its own, in a folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const program = path.join(root, "dist", "cli", "main.js");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A temporary folder that is gone after the test. */
export function temporaryFolder(context: { after(clean: () => void): void }): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), "lawrob-cli-")));
  context.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Every file and folder below a folder, sorted. */
export function contents(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
}

/** The environment of a plain shell: what a continuous integration or a parent sets for colours is left out. */
function environment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, NODE_OPTIONS: ____, ...plain } = process.env;
  return { ...plain, ...extra };
}

/** Waits for a process to end and collects what it prints. */
export function outcome(child: ChildProcess): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

/** Starts `lawrob` in a process group of its own, as a shell with job control does. */
export function start(folder: string, args: readonly string[], env?: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: environment(env),
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

export function lawrob(folder: string, ...args: string[]): Promise<Outcome> {
  return outcome(start(folder, args));
}
