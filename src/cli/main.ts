#!/usr/bin/env node
/** Starts the `lawrob` command as a process. */
import { exitCode } from "./errors.ts";
import { runCommand } from "./program.ts";

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // A reader that closes early, such as head, is no error.
  if (error.code === "EPIPE") process.exit(process.exitCode);
  process.stderr.write(`lawrob: standard output cannot be written (${error.code}), send it elsewhere\n`);
  process.exit(exitCode.failed);
});

process.exitCode = await runCommand(process.argv.slice(2));
