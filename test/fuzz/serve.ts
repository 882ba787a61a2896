/** A `lawrob` that runs one command after the other: each message is the words of one, each answer its outcome. */
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../cli/command.ts";

const { runCommand } = await import(pathToFileURL(path.join(root, "dist", "cli", "program.js")).href);

let stdout = "";
let stderr = "";
process.stdout.write = collecting((text) => {
  stdout += text;
});
process.stderr.write = collecting((text) => {
  stderr += text;
});
// As Node prints it.
process.on("warning", ({ name, message }) => {
  stderr += `${name}: ${message}\n`;
});

process.on("message", async (words: readonly string[]) => {
  stdout = "";
  stderr = "";
  const start = performance.now();
  const code: number = await runCommand(words);
  // A warning, and a promise that nobody waits for, come a turn later.
  await new Promise((resolve) => setImmediate(resolve));
  process.send?.({ code, stdout, stderr, seconds: (performance.now() - start) / 1000 });
});
process.send?.("ready");

function collecting(collect: (text: string) => void) {
  return ((chunk: string | Uint8Array) => {
    collect(chunk.toString());
    return true;
  }) as typeof process.stdout.write;
}
