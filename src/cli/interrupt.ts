/** Ctrl-C and the like. */
import { exitCode } from "./errors.ts";
import { shellCommand } from "./terminal.ts";

/** From now on an interrupt is a signal that the run heeds; what is finished stays. A second one ends it at once. */
export function onInterrupt(): { signal: AbortSignal; dispose(): void } {
  const controller = new AbortController();
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  const handler = () => (controller.signal.aborted ? process.exit(exitCode.interrupted) : controller.abort());
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
  return shellCommand(["lawrob", ...process.argv.slice(2).filter((word) => word !== "--force")]);
}
