/** Which builds of OpenBLAS lawrob installs: the wheels of scipy-openblas32, with their hashes. */
import { EngineUnavailableError } from "../errors.ts";
import type { Platform } from "../platform.ts";
import type { Wheel } from "../wheel.ts";

/** Version of the wheel; its first three numbers are OpenBLAS's. */
export const openblasVersion = "0.3.34.481.3";

/** What is added to the names of the library's functions: SciPy's builds do not clash with another OpenBLAS. */
export const symbolPrefix = "scipy_";

/** By system, C library and processor: the tag of the wheel, its hash and the library in it. */
const builds: Readonly<Record<string, readonly [platform: string, sha256: string, library?: string]>> = {
  "linux glibc x64": [
    "manylinux_2_27_x86_64.manylinux_2_28_x86_64",
    "0595f94cd58c1f8a0d90c975621f4587337a003916b1979e834ebdf2cb5d9504",
  ],
  "linux glibc arm64": [
    "manylinux_2_27_aarch64.manylinux_2_28_aarch64",
    "e085dddbc5b9aa130f83def515d31c440e69f387a90c7e63b154a5575b4466bc",
  ],
  "linux musl x64": [
    "musllinux_1_2_x86_64",
    "46fac855d3c05004f9ee111eeeeb0aeb076c6411fc6f87c34a49b8ba729c4c38",
  ],
  "linux musl arm64": [
    "musllinux_1_2_aarch64",
    "88b00ba6a232fe958695403f6f71858fb23c3c9ce561c467e787e5d46ace16ca",
  ],
  "darwin x64": [
    "macosx_10_13_x86_64",
    "85d42ee10fd207ed6014273dcb9236ab1a65d21357f278b3aa0a78e8189665a8",
    "libscipy_openblas.dylib",
  ],
  "darwin arm64": [
    "macosx_11_0_arm64",
    "813bb8101da2f64555c4a5e71c3714539d92b0b4f1841ec12b80d50e56cde46c",
    "libscipy_openblas.dylib",
  ],
  "win32 x64": [
    "win_amd64",
    "963e311354df08856c22aad17d77209448d2d8fc3bc4b3b1d87912828797cf13",
    "libscipy_openblas.dll",
  ],
  "win32 arm64": [
    "win_arm64",
    "64b1637b1c0495552351743e6f5d8bb50828aaea5821bb8d998927837256bda9",
    "scipy_openblas.dll",
  ],
};

/** A build of OpenBLAS. */
export interface OpenblasBuild {
  readonly wheel: Wheel;
  /** Name of the library's file; in the wheel it lies in `libraryFolder`. */
  readonly library: string;
}

export const libraryFolder = "scipy_openblas32/lib/";

/** The build for a machine. @throws EngineUnavailableError when there is none */
export function openblasBuild({ os, cpu, glibc }: Platform): OpenblasBuild {
  const libc = os !== "linux" ? "" : glibc === undefined ? "musl " : "glibc ";
  const build = builds[`${os} ${libc}${cpu}`];
  const [major = 0, minor = 0] = (glibc ?? "").split(".").map(Number);
  if (build === undefined || (libc === "glibc " && major * 1000 + minor < 2027)) {
    const system = `${os} ${cpu}${glibc === undefined ? "" : ` with glibc ${glibc}`}`;
    throw new EngineUnavailableError(
      `lawrob installs OpenBLAS for Linux (glibc 2.27 or later, or musl), macOS and Windows on x64 and arm64; this is ${system}`,
      "name a BLAS library of this machine in LAWROB_BLAS, or use the wasm engine",
    );
  }
  const [platform, sha256, library = "libscipy_openblas.so"] = build;
  const tags = { python: "py3", abi: "none", platform };
  return { wheel: { project: "scipy-openblas32", version: openblasVersion, ...tags, sha256 }, library };
}
