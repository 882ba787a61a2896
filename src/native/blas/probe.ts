/** A process that loads the candidates in its argument as `loadBlas` does, each named on stdout first, and multiplies. */
import { writeSync } from "node:fs";
import { PLAIN, ROWS } from "./cblas.ts";
import { loadKoffi } from "./foreign.ts";
import { openBlas, setEnvironment } from "./load.ts";
import type { Candidate } from "./locate.ts";

const koffi = loadKoffi();
setEnvironment();
for (const candidate of JSON.parse(process.argv[2]) as Candidate[]) {
  writeSync(1, `${candidate.path}\n`);
  const blas = openBlas(koffi, candidate);
  if (typeof blas === "string") continue;
  const numbers = new Float32Array(64);
  const at = blas.addressOf(numbers);
  blas.sgemm(ROWS, PLAIN, PLAIN, 4, 4, 4, 1, at, 4, at + 64, 4, 0, at + 128, 4);
  break;
}
// At once: a library's threads need not end in order.
process.exit(0);
