/**
 * A process that loads the candidates in its argument as `loadBlas` does, which multiplies too. Says on file descriptor 3 which one
 * it tries, by its index, and that it went through.
 */
import { writeSync } from "node:fs";
import { through } from "./crash.ts";
import { loadKoffi } from "./foreign.ts";
import { openBlas, setEnvironment } from "./load.ts";
import type { Candidate } from "./locate.ts";

const koffi = loadKoffi();
setEnvironment();
for (const [index, candidate] of (JSON.parse(process.argv[2]) as Candidate[]).entries()) {
  writeSync(3, `${index}\n`);
  if (typeof openBlas(koffi, candidate) !== "string") break;
}
writeSync(3, `${through}\n`);
// At once: a library's threads need not end in order.
process.exit(0);
