import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { loadKoffi } from "../../src/native/blas/foreign.ts";
import { blasCandidates, openblasFolder } from "../../src/native/blas/locate.ts";
import { openblasBuild } from "../../src/native/blas/release.ts";
import { describeBlas, loadBlas } from "../../src/native/blas.ts";
import { EngineUnavailableError } from "../../src/native/errors.ts";
import { installFolder } from "../../src/native/installed-folder.ts";
import { wheelFilename } from "../../src/native/wheel.ts";
import { obtainBlas } from "../train/obtain-blas.ts";
import { blasSource, compileLibrary, noCompiler } from "./compile-library.ts";

const root = mkdtempSync(join(tmpdir(), "lawrob-test-"));
after(() => rmSync(root, { recursive: true }));

function unavailable(message: RegExp, remedy: RegExp) {
  return (error: unknown) => {
    assert.ok(error instanceof EngineUnavailableError, String(error));
    assert.match(error.message, message);
    assert.match(error.remedy, remedy);
    assert.ok(!error.message.includes("\n") && !error.remedy.includes("\n"));
    return true;
  };
}

const named = (path: string) => () => loadBlas({ LAWROB_BLAS: path });

describe("where a BLAS library is looked for", () => {
  it("is LAWROB_BLAS and nowhere else, where it is set", () => {
    assert.deepEqual(blasCandidates({ LAWROB_BLAS: "/some/libblas.so" }), [
      { source: "named", path: "/some/libblas.so" },
    ]);
  });

  it("is the system's OpenBLAS, MKL and BLIS, in this order, then what was installed", async () => {
    const env = { LAWROB_CACHE: join(root, "cache") };
    await installFolder(openblasFolder(env), async (staging) => {
      writeFileSync(join(staging, "libscipy_openblas.so"), "");
      return { versions: {}, files: ["libscipy_openblas.so"] };
    });
    const found = blasCandidates(env, "linux");
    const kinds = found.map(({ path }) => /openblas|mkl|blis/.exec(path)?.[0]);
    assert.deepEqual([...new Set(kinds.slice(0, -1))], ["openblas", "mkl", "blis"]);
    assert.deepEqual(found.at(-1), {
      source: "cache",
      path: join(openblasFolder(env), "libscipy_openblas.so"),
    });
    assert.match(blasCandidates(env, "darwin")[0].path, /Accelerate$/);
  });
});

describe("a library named in LAWROB_BLAS", () => {
  it("that does not exist, or is none, is refused in one line", () => {
    assert.throws(
      named(join(root, "none.so")),
      unavailable(/^LAWROB_BLAS names .*none\.so, which does not exist$/, /unset LAWROB_BLAS/),
    );
    const text = join(root, "text.so");
    writeFileSync(text, "not a library");
    assert.throws(named(text), unavailable(/text\.so, which does not load: /, /has cblas_sgemm/));
    mkdirSync(join(root, "folder"));
    assert.throws(named(join(root, "folder")), unavailable(/folder, which does not load: /, /./));
    const { available, whyNot } = describeBlas({ LAWROB_BLAS: text });
    assert.equal(available, false);
    assert.match(whyNot ?? "", /does not load/);
  });

  it("that multiplies wrongly is refused", { skip: noCompiler }, () => {
    const wrong = compileLibrary(join(root, "wrong.so"), blasSource().replace("sum += a[", "sum -= a["));
    assert.throws(
      named(wrong),
      unavailable(/wrong\.so, which multiplies wrongly: its cblas_sgemm gets/, /./),
    );
  });

  it("that is for another processor is said to be", { skip: process.platform !== "linux" }, () => {
    // e_machine of the System V ABI, at byte 18 of the header: 62 is x64, 183 is arm64.
    const header = readFileSync(process.execPath).subarray(0, 64);
    const other = process.arch === "arm64" ? 62 : 183;
    const path = join(root, "other.so");
    writeFileSync(path, Buffer.concat([header, Buffer.alloc(4096)]));
    assert.throws(named(path), unavailable(/other\.so, which does not load: /, /./));
    header.writeUInt8(other, 18);
    writeFileSync(path, Buffer.concat([header, Buffer.alloc(4096)]));
    assert.throws(
      named(path),
      unavailable(/other\.so, which is for another processor \(this Node is for \w+\)$/, /./),
    );
  });

  describe("and compiled for the test", { skip: noCompiler }, () => {
    /** A library with sdot and sgemm for integers of one type, its names carrying affixes. */
    const compile = (name: string, int: string, prefix: string, suffix: string) =>
      compileLibrary(join(root, `${name}.so`), blasSource(int, prefix, suffix));

    for (const [name, int, prefix, suffix, bits] of [
      ["plain", "int32_t", "", "", 32],
      ["scipy", "int32_t", "scipy_", "", 32],
      // Debian's and Fedora's OpenBLAS for 64-bit integers, NumPy's, and MKL's.
      ["wide", "int64_t", "", "", 64],
      ["suffixed", "int64_t", "", "64_", 64],
      ["numpy", "int64_t", "scipy_", "64_", 64],
      ["mkl", "int64_t", "", "_64", 64],
    ] as const) {
      it(`is called with the integers that it takes: ${name}, ${int}`, () => {
        const blas = named(compile(name, int, prefix, suffix))();
        assert.equal(blas.integerBits, bits);
        assert.equal(blas.description, `unknown ${name}.so`);
        // [1 2; 3 4] [5 6; 7 8] + 2 [1 1; 1 1], in rows of three.
        const rows = (...values: number[]) =>
          Float32Array.of(values[0], values[1], 0, values[2], values[3], 0);
        const [a, b, c] = [rows(1, 2, 3, 4), rows(5, 6, 7, 8), rows(1, 1, 1, 1)];
        const at = [a, b, c].map(blas.addressOf);
        blas.sgemm(101, 111, 111, 2, 2, 2, 1, at[0], 3, at[1], 3, 2, at[2], 3);
        assert.deepEqual(c, rows(21, 24, 45, 52));
      });
    }

    it("that has no cblas_sgemm is refused", () => {
      const source = 'extern "C" float sgemm_(float x) { return x; }';
      assert.throws(
        named(compileLibrary(join(root, "empty.so"), source)),
        unavailable(/empty\.so, which has no cblas_sgemm/, /name a library that has cblas_sgemm/),
      );
    });
  });
});

describe("koffi", () => {
  it("that does not load makes the engine unavailable, not the program", () => {
    const require = () => {
      throw new Error("Cannot find module 'koffi'\nRequire stack: ...");
    };
    assert.throws(() => loadKoffi(require), unavailable(/Cannot find module 'koffi'$/, /install koffi/));
  });
});

describe("the wheel of OpenBLAS", () => {
  it("exists for Linux, macOS and Windows on x64 and arm64", () => {
    for (const [os, glibc, tag] of [
      ["linux", "2.27", "manylinux_2_27_(x86_64|aarch64)"],
      ["linux", undefined, "musllinux"],
      ["darwin", undefined, "macosx"],
      ["win32", undefined, "win"],
    ] as const) {
      for (const cpu of ["x64", "arm64"]) {
        const { wheel, library } = openblasBuild({ os, cpu, glibc });
        assert.match(
          wheelFilename(wheel),
          new RegExp(`^scipy_openblas32-0\\.3\\.\\d+\\.\\d+\\.\\d+-py3-none-${tag}`),
        );
        assert.match(wheel.sha256, /^[0-9a-f]{64}$/);
        assert.match(library, /scipy_openblas\.(so|dylib|dll)$/);
      }
    }
  });

  it("does not exist for other systems, which is said with what to do instead", () => {
    for (const [os, cpu, glibc, said] of [
      ["linux", "ppc64", "2.36", "linux ppc64 with glibc 2.36"],
      ["linux", "x64", "2.17", "linux x64 with glibc 2.17"],
      ["freebsd", "x64", undefined, "freebsd x64"],
    ] as const)
      assert.throws(
        () => openblasBuild({ os, cpu, glibc }),
        unavailable(new RegExp(`this is ${said}$`), /LAWROB_BLAS.*wasm engine/),
      );
  });
});

const blas = await obtainBlas();

describe("the BLAS library here", { skip: typeof blas === "string" && blas }, () => {
  it("says its name, version and processor type, and is loaded once", () => {
    if (typeof blas === "string") return;
    assert.match(blas.description, /^(openblas|mkl|blis|accelerate|unknown) \S/);
    if (blas.name === "openblas") assert.match(blas.description, /^openblas \d+\.\d+\.\d+\S* \w+$/);
    assert.equal(loadBlas(), blas);
    assert.deepEqual(describeBlas(), { available: true, version: blas.description, where: blas.path });
  });
});
