/** Ctrl-C and the like. */
import { exitCode } from "./errors.ts";
import { shellCommand } from "./terminal.ts";

/** Signals closer together than this are one keypress: a terminal sends Ctrl-C to npx too, which passes it on. */
const samePress = 1000;

/**
 * From now on an interrupt is a signal that the run heeds; what is finished stays. Another one, later, ends it at once.
 */
export function onInterrupt(): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let first = Number.POSITIVE_INFINITY;
  const handler = () => {
    const now = performance.now();
    if (now - first > samePress) process.exit(exitCode.interrupted);
    if (controller.signal.aborted) return;
    first = now;
    controller.abort();
  };
  for (const name of signals) process.on(name, handler);
  return {
    signal: controller.signal,
    dispose() {
      for (const name of signals) process.off(name, handler);
    },
  };
}

/** The command that goes on with this run. */
export function resumeCommand(): string {
  const program = process.env.npm_command === "exec" ? ["npx", "lawrob"] : ["lawrob"];
  const once = ["--force", "--dry-run"];
  return shellCommand([...program, ...process.argv.slice(2).filter((word) => !once.includes(word))]);
}
