/** Libraries that end the process that loads them, or never come back, met by the built `lawrob`. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { crashesOf } from "../../src/native/blas/crash.ts";
import { describeBlas } from "../../src/native/blas.ts";
import { outcome, start, temporaryFolder } from "../cli/command.ts";
import { obtainBlas } from "../train/obtain-blas.ts";
import { blasSource, compileLibrary, noCompiler } from "./compile-library.ts";

const root = mkdtempSync(join(tmpdir(), "lawrob-test-"));
after(() => rmSync(root, { recursive: true }));

/** A library whose constructor does this. */
function atLoad(path: string, body: string): string {
  return compileLibrary(
    path,
    `#include <csignal>
    #include <cstdio>
    #include <cstdlib>
    #include <unistd.h>
    __attribute__((constructor)) static void load() { ${body} }`,
  );
}

const hangs = 'puts("waiting"); fflush(stdout); signal(SIGTERM, SIG_IGN); for (;;) pause();';
const dies = 'puts("fatal"); fflush(stdout); raise(SIGSEGV);';
const size = ["--n", "60", "--d", "30", "--k", "10,20"];

describe("a library that does not survive its loading", { skip: noCompiler }, () => {
  for (const [name, body, said] of [
    ["silent", "raise(SIGSEGV);", "crashes when it is loaded (SIGSEGV)"],
    ["printing", dies, "crashes when it is loaded (SIGSEGV)"],
    [
      "intel",
      'printf("INTEL FATAL ERROR"); fflush(stdout); _exit(2);',
      "ends the process that loads it (exit code 2)",
    ],
    ["exiting", 'puts("bye"); exit(3);', "ends the process that loads it (exit code 3)"],
    ["content", "exit(0);", "ends the process that loads it (exit code 0)"],
  ]) {
    it(`and is named in LAWROB_BLAS is told in one line; auto goes on without it: ${name}`, async (context) => {
      const path = atLoad(join(root, `${name}.so`), body);
      const whyNot = `LAWROB_BLAS names ${path}, which ${said}`;
      const remedy = "name a library that has cblas_sgemm, or unset LAWROB_BLAS";
      assert.deepEqual(describeBlas({ LAWROB_BLAS: path }), { available: false, whyNot, remedy });

      const folder = temporaryFolder(context);
      const sweep = (engine: string) =>
        outcome(
          start(folder, ["sweep", ...size, "--engine", engine, "--out", engine], { LAWROB_BLAS: path }),
        );
      assert.deepEqual(await sweep("blas"), {
        code: 2,
        stdout: "",
        stderr: `lawrob: the engine blas does not work here: ${whyNot}; ${remedy}\n`,
      });
      const auto = await sweep("auto");
      assert.equal(auto.code, 0, auto.stderr);
      assert.ok(auto.stderr.includes(whyNot));
      assert.match(readFileSync(join(folder, "auto", "trials.csv"), "utf8"), /,relu,wasm,/);
    });
  }

  it("is waited for only so long, and once", () => {
    const candidate = { source: "named", path: atLoad(join(root, "hanging.so"), hangs) } as const;
    const env: NodeJS.ProcessEnv = {};
    const expected = new Map([[candidate.path, "did not load within 5 s"]]);
    assert.deepEqual(crashesOf([candidate], env, 5), expected);
    const started = performance.now();
    assert.deepEqual(crashesOf([candidate], env, 5), expected);
    assert.ok(performance.now() - started < 1000);
  });
});

describe("a library of the system that crashes", {
  skip: noCompiler || (process.platform !== "linux" && "Linux looks libraries up in LD_LIBRARY_PATH"),
}, () => {
  const libraries = mkdtempSync(join(root, "lib-"));

  /** The engine's version in a run of two workers, for which libraries are looked for here first. */
  async function versionOfRun(context: { after(clean: () => void): void }): Promise<string> {
    const folder = temporaryFolder(context);
    const args = ["sweep", ...size, "--engine", "blas", "--workers", "2", "--out", "run"];
    const { code, stderr } = await outcome(
      start(folder, args, { LD_LIBRARY_PATH: libraries, LAWROB_BLAS: "" }),
    );
    assert.equal(code, 0, stderr);
    return JSON.parse(readFileSync(join(folder, "run", "manifest.json"), "utf8")).engine.version;
  }

  it("is passed over for the one installed or the next one of the system", async (context) => {
    const blas = await obtainBlas();
    if (typeof blas === "string") return context.skip(blas);
    atLoad(join(libraries, "libopenblas.so.0"), dies);
    assert.match(await versionOfRun(context), /^blas (openblas|mkl|blis) /);
  });

  it("is passed over for the next one by its name, by the workers too", async (context) => {
    atLoad(join(libraries, "libopenblas.so.0"), dies);
    compileLibrary(join(libraries, "libopenblas.so"), blasSource());
    assert.equal(await versionOfRun(context), "blas unknown libopenblas.so");
  });
});
